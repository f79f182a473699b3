"""Reductions over few positions: slice by slice for many results, NumPy's own otherwise."""

import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, amax, argmax, define, product, total
from tests.codegen.agreement import agree

n, m, c = Index("n", "N"), Index("m", "M"), Index("c", 4)
p, q = Index("p", 3), Index("q", 2)
x = Tensor("x", n, p, m, q, c)
y, z, k = Tensor("y", n, m, c), Tensor("z", n, m, q, c), Tensor("k", n, m, q, c)


def _array(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """With equal entries: the first of them counts."""
    return {"x": rng.integers(-2, 3, (2, 3, 5, 2, 4)) + 0.5}


@pytest.mark.parametrize("kind", [amax, total, product])
def test_windows_are_reduced_slice_by_slice(kind: object, rng: np.random.Generator) -> None:
    value = kind(x[n, p, m, q, c], over=(p, q))
    f = agree(Graph(define(y[n, m, c], value), inputs=[x], output=y), _array(rng))
    assert ".reduce" not in f.source and "for p in range(3):" in f.source


def test_place_of_the_largest_is_the_first(rng: np.random.Generator) -> None:
    graph = Graph(define(k[n, m, q, c], argmax(x[n, p, m, q, c], over=p)), inputs=[x], output=k)
    assert "first_largest(x, 1, " in agree(graph, _array(rng)).source


def test_few_results_and_long_or_leading_axes_are_left_to_numpy(rng: np.random.Generator) -> None:
    short, first = Tensor("x", Index("i", 8), p), Tensor("x", p, n, m)
    s, t, u = Tensor("s", Index("i", 8)), Tensor("t", n, m), Tensor("u", n, c)
    i = s.indices[0]
    few = Graph(define(s[i], product(short[i, p], over=p)), inputs=[short], output=s)
    assert ".reduce(x, axis=1" in agree(few, {"x": rng.standard_normal((8, 3))}).source
    lead = Graph(define(t[n, m], product(first[p, n, m], over=p)), inputs=[first], output=t)
    assert ".reduce(x, axis=0" in agree(lead, {"x": rng.standard_normal((3, 5, 2))}).source
    long = Tensor("x", n, m, c)
    many = Graph(define(u[n, c], product(long[n, m, c], over=m)), inputs=[long], output=u)
    assert ".reduce(x, axis=1" in agree(many, {"x": rng.standard_normal((3, 5, 4))}).source


def test_a_sum_over_middle_axes_is_a_product_with_ones(rng: np.random.Generator) -> None:
    a, s = Tensor("x", n, p, m, c), Tensor("s", n, c)
    graph = Graph(define(s[n, c], total(a[n, p, m, c], over=(p, m))), inputs=[a], output=s)
    f = agree(graph, {"x": rng.standard_normal((2, 3, 5, 4))})
    assert "np.matmul(ones, x_m, out=" in f.source
