"""Work and memory as formulas in the extents."""

import sympy

from symnet.calculus import cost, gradient
from symnet.notation import Graph, Index, Tensor, define, exp, total

n, i, j, k = Index("n", "N"), Index("i", "I"), Index("j", "J"), Index("k", "J")
N, I, J = n.extent, i.extent, j.extent
x, w, b = Tensor("x", n, i), Tensor("W", i, j), Tensor("b", j)
a, p = Tensor("a", n, j), Tensor("p", n, j)


def test_a_product_of_matrices_counts_two_for_each_triple() -> None:
    g = Graph(define(a[n, j], total(x[n, i] * w[i, j], over=i)), inputs=[x], parameters=[w])
    (row,) = cost(g).rows
    assert row.flops == 2 * N * I * J
    assert row.entries == N * J
    assert not row.backward


def test_backward_of_dense_is_twice_the_forward_products() -> None:
    g = Graph(define(a[n, j], total(x[n, i] * w[i, j], over=i)), inputs=[x], parameters=[w])
    d = gradient(g, ["W", "x"], cotangent="a_bar")
    assert sympy.expand(cost(d).backward - 4 * N * I * J) == 0


def test_a_sum_is_counted_once_for_its_own_indices() -> None:
    g = Graph(define(p[n, j], exp(a[n, j]) / total(exp(a[n, k]), over=k)), inputs=[a])
    (row,) = cost(g).rows
    assert sympy.Poly(row.flops, J).degree() == 1


def test_totals_print() -> None:
    g = Graph(define(a[n, j], x[n, 0] * b[j]), inputs=[x, b])
    assert "a: I" not in str(cost(g))
    assert cost(g).bytes(4) == 4 * N * J
