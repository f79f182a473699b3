"""Sums, products, largest values: what is built, what it is worth, what is refused."""

import numpy as np
import pytest
import sympy

from symnet.notation import (
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    Total,
    UnsupportedExpression,
    amax,
    amin,
    argmax,
    bound_indices,
    define,
    free_indices,
    logsumexp,
    mean,
    product,
    total,
)
from symnet.notation.reductions import depends_on
from symnet.verify import interpret

i, j = Index("i", "I"), Index("j", "J")
A = Tensor("A", i, j)
VALUES = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])
BUILDERS = [total, product, mean, amax, amin, logsumexp]


def value(expression):
    graph = Graph(define(Tensor("y"), expression), inputs=[A])
    return float(interpret(graph, {"A": VALUES})["y"])


def test_values():
    both = (i, j)
    assert value(total(A[i, j], both)) == VALUES.sum()
    assert value(product(A[i, j], both)) == pytest.approx(VALUES.prod())
    assert value(mean(A[i, j], both)) == pytest.approx(VALUES.mean())
    assert value(amax(A[i, j], both)) == VALUES.max()
    assert value(amin(A[i, j], both)) == VALUES.min()
    assert value(logsumexp(A[i, j], both)) == pytest.approx(np.log(np.exp(VALUES).sum()))
    assert value(argmax(A[1, j], j)) == 0
    assert value(mean(total(A[i, j], i), j)) == pytest.approx(VALUES.sum(axis=0).mean())


@pytest.mark.parametrize("build", BUILDERS)
def test_the_bound_index_is_new(build):
    e = build(A[i, j], i)
    assert free_indices(e) == {j}
    assert i not in bound_indices(e)
    assert depends_on(e, j) and not depends_on(e, i)


@pytest.mark.parametrize("build", BUILDERS)
def test_an_index_is_needed(build):
    for wrong in ((), "i", (i, "j")):
        with pytest.raises(UnsupportedExpression, match=": expected an index, or several"):
            build(A[i, j], wrong)
    with pytest.raises(IndexMismatch, match=": an index is named twice"):
        build(A[i, j], (i, i))


def test_errors_name_the_reduction():
    with pytest.raises(UnsupportedExpression, match="argmax: expected an index"):
        argmax(A[i, j], (i, j))
    with pytest.raises(IndexMismatch, match="prod: an index is named twice"):
        product(A[i, j], (i, i))


def test_an_integer_body_counts():
    assert value(total(1, (i, j)) + 0 * A[0, 0]) == 6
    assert value(product(2, i) + 0 * A[0, 0]) == 4
    assert value(total(A[0, 0], j) - 3 * A[0, 0]) == 0


def test_text():
    assert str(total(A[i, j], (i, j))) == "sum[i,j](A[i,j])"
    assert str(amax(A[i, j], i)) == "max[i](A[i,j])"
    assert str(argmax(A[i, j], i)) == "argmax[i](A[i,j])"
    assert str(mean(A[i, j], i)) == "sum[i](A[i,j])/I"


def test_sympy_does_not_look_inside():
    """Powers of sums of squares: SymPy asks for their sign, and must get no answer but None."""
    s = total(A[i, j] ** 2, (i, j))
    for e in (s, total(A[i, j], (i, j))):
        assert ((1 + e) ** sympy.Rational(1, 2)).is_Pow
        assert ((1 + e**2) ** sympy.Rational(-3, 2)).is_Pow
        assert (1 + e).is_positive is None
    assert isinstance(s, Total)
