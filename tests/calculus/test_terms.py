"""Laws of terms: each before => after, idempotence, unchanged values, clashes of letters."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.calculus import terms as t
from symnet.calculus.affine import of_index
from symnet.calculus.convert import Letters, read, write
from symnet.notation import (
    Definition,
    DerivativeError,
    Entry,
    Graph,
    Index,
    Tensor,
    argmax,
    compare,
    delta,
    exp,
    guard,
    product,
    sqrt,
    total,
)
from symnet.notation.intake import intake
from symnet.verify import interpret

i, j, k = Index("i", "I"), Index("j", "J"), Index("k", "J")
x, y, w = Tensor("x", i, j), Tensor("y", j), Tensor("w", j)
label = Tensor("label", i, assume="integer", below="J")
mask = Tensor("mask", j, assume="mask")
J = j.extent
far = Entry(y, 2 * k)
start = Tensor("start", assume="integer", below="J")[()]
first = argmax(y[k], over=k)


def same(a: object, b: object) -> None:
    assert read(intake(a)) is read(intake(b)), f"{a}  is not  {b}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (total(delta(j, k) * y[k], over=k), y[j]),
        (total(delta(k, j) * y[k] * w[k], over=k), y[j] * w[j]),
        (total(y[j], over=j) * 0 + total(1 + 0 * y[j], over=j), J),
        (total(compare("!=", j, k) * w[j], over=k), (J - 1) * w[j]),
        (total(compare("!=", k, label[i]), over=k), J - 1),
        (total(x[i, k] * w[k], over=k), total(x[i, j] * w[j], over=j)),
        (total(x[i, j] * x[i, k], over=(j, k)), total(x[i, j], over=j) ** 2),
        (total(y[j], over=j) * total(y[k], over=k), total(y[j], over=j) ** 2),
        (total(y[j], over=j) / total(y[k], over=k), 1),
        (y[j] ** 2 * y[j] ** -3, 1 / y[j]),
        (2 * (y[j] - w[j]) + 2 * w[j], 2 * y[j]),
        ((y[j] - w[j]) ** 2, (w[j] - y[j]) ** 2),
        (y[j] * w[j] + y[j], y[j] * (w[j] + 1)),
        (total(delta(k, label[i]) * y[k], over=k), y[label[i]]),
        (delta(j, label[i]) * y[label[i]], delta(j, label[i]) * y[j]),
        (mask[j] ** 2, mask[j]),
        (compare("<=", j, k) ** 2, compare("<=", j, k)),
        (compare("<=", 0, j), 1),
        (compare("<", j, 0), 0),
        (compare("<=", j, 0), delta(j, 0)),
        (guard(0, 2 * k, J) * delta(j, 2 * k) * y[k], delta(j, 2 * k) * y[k]),
        (guard(0, 2 * k - 1, J) * delta(j + 1, 2 * k) * y[k], delta(j + 1, 2 * k) * y[k]),
        (sqrt(y[j]) ** 2, y[j]),
    ],
)
def test_before_becomes_after(before: object, after: object) -> None:
    same(before, after)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (x[i, j], x[i, k]),
        (sqrt(y[j] ** 2), y[j]),
        (total(x[i, j] * w[j], over=j), total(x[i, j] * y[j], over=j)),
        (total(x[i, k] * y[j], over=k), total(x[i, k] * y[k], over=k)),
        (exp(y[j] + w[j]), exp(y[j]) + exp(w[j])),
        (compare("<", j, k), compare("<=", j, k)),
        (guard(0, 2 * k, J) * delta(j, 2 * k) * far, delta(j, 2 * k) * far),
        # a condition without an index guards all that stands beside it, also what comes later
        (guard(0, start - 1, J) * delta(j + 1, start) * y[k], delta(j + 1, start) * y[k]),
        (guard(0, first - 1, J) * delta(j + 1, first) * y[k], delta(j + 1, first) * y[k]),
    ],
)
def test_what_differs_stays_different(a: object, b: object) -> None:
    assert read(intake(a)) is not read(intake(b))


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(DerivativeError, match="identically 0"):
        t.power(read(y[j] - y[j]), -1)


def test_renaming_into_a_bound_letter_does_not_capture() -> None:
    p = read(total(x[i, k] * y[j], over=k))
    renamed = t.rename(p, {j: of_index(k)})
    assert renamed is read(total(x[i, j] * y[k], over=j))


def test_a_permutation_of_bound_indices_is_the_same_object() -> None:
    a, b, c = (Index(letter, "J") for letter in "abc")
    m = Tensor("m", a, b)
    p = total(m[a, b] * m[b, c] * m[c, a], over=(a, b, c))
    q = total(m[c, b] * m[b, a] * m[a, c], over=(b, c, a))
    r = total(m[a, b] * m[b, c] * m[a, c], over=(a, b, c))
    assert read(p) is read(q)
    assert read(p) is not read(r)


NUMBERS = st.fractions(min_value=-2, max_value=2, max_denominator=4)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> object:
    """Sums, products, powers, sums over an index, of a few entries over j."""
    if depth == 0:
        return draw(st.sampled_from([y[j], w[j], y[j] + 1, total(y[k] * w[k], over=k)]))
    a, b = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    kind = draw(st.integers(0, 5))
    number = draw(NUMBERS)
    if kind == 0:
        return a + b
    if kind == 1:
        return a * b
    if kind == 2:
        return a - number.numerator * b / number.denominator
    if kind == 3:
        return a**2
    if kind == 4:
        return total(a * y[j], over=j) * b
    return a / (b**2 + 1)


@given(expressions())
def test_reading_and_writing_keep_the_value(e: object) -> None:
    p = read(e)
    z = Tensor("z", j)
    graph = Graph(Definition(z[j], e), inputs=[y, w])
    back = Graph(Definition(z[j], write(p, Letters(graph))), inputs=[y, w])
    assert read(back.definitions[0].instantiate((j,))) is p
    arrays = {"y": np.array([0.5, -1.25, 0.75]), "w": np.array([1.5, 0.25, -0.5])}
    np.testing.assert_allclose(
        interpret(graph, arrays)["z"], interpret(back, arrays)["z"], rtol=1e-9, atol=1e-9
    )
    expanded = t.add_terms(t.expanded(p))
    out = Graph(Definition(z[j], write(expanded, Letters(graph))), inputs=[y, w])
    np.testing.assert_allclose(
        interpret(out, arrays)["z"], interpret(graph, arrays)["z"], rtol=1e-9, atol=1e-9
    )


def test_product_over_an_index_is_kept() -> None:
    assert read(product(y[j], over=j)) is read(product(y[k], over=k))
    assert read(y[j] * Fraction(1, 2).numerator / 2) is t.multiply(
        t.number(Fraction(1, 2)), read(y[j])
    )
