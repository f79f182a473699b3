"""A function with a kink absorbs its own derivative."""

from __future__ import annotations

import pytest

from symnet.calculus import terms as t
from symnet.calculus.affine import of_index
from symnet.calculus.fold import Folder
from symnet.calculus.kinks import apply_kink
from symnet.notation import Index, Tensor

N = Index("n", "N")
X = t.single(t.ref(Tensor("x", N), [of_index(N)]))
RELU, SIZE, SIGN = (t.single(t.fn(name, [X])) for name in ("relu", "absolute", "sign"))
POSITIVE = t.compared("<", t.ZERO, X)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([RELU, POSITIVE], RELU),
        ([t.power(RELU, 2), POSITIVE], t.power(RELU, 2)),
        ([SIZE, SIGN], X),
        ([X, SIGN], SIZE),
        ([t.power(SIZE, 2)], t.power(X, 2)),
        ([t.power(SIZE, 2), SIGN], t.multiply(X, SIZE)),
        ([SIGN, t.power(SIZE, -1)], t.power(X, -1)),
        ([t.power(SIZE, 3)], t.power(SIZE, 3)),
        ([POSITIVE, X], t.multiply(POSITIVE, X)),
    ],
)
def test_laws(factors: list[t.Poly], expected: t.Poly) -> None:
    product = t.multiply(*factors)
    assert Folder((), ()).fold(product) is expected
    assert Folder((), ()).fold(expected) is expected


def test_a_bracket_of_something_else_stays() -> None:
    builder = t.Builder()
    builder.times(RELU)
    builder.times(t.compared("<", t.ZERO, t.multiply(t.number(2), X)))
    assert apply_kink(builder) is None
