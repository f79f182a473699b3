"""Work and memory as formulas in the extents."""

import sympy

from symnet.calculus import cost, gradient
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    define,
    exp,
    guard,
    inverse,
    logdet,
    total,
)
from symnet.notation.parse import parse

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
    assert cost(g).bytes(4) == 4 * N * J
    assert cost(g).given == N * I + J
    assert str(cost(g)).splitlines() == [
        "tensor  pass     operations  bytes",
        "a       forward  J*N         8*J*N",
        "all     forward  J*N         8*J*N",
        "given                        8*I*N + 8*J",
    ]


def test_a_softmax_is_linear_in_its_row() -> None:
    g = Graph(define(p[n, j], exp(a[n, j]) / total(exp(a[n, k]), over=k)), inputs=[a])
    (row,) = cost(g).rows
    assert row.flops == 4 * N * J  # exp and division; exp and addition under the sum


def test_indices_and_guards_count_nothing_and_a_window_counts_its_width() -> None:
    """Backward of a strided window: about K/2 of the U places reach each entry of x."""
    u, q, m = Index("u", "U"), Index("q", "Q"), Index("m", "M")
    f, v, s = Tensor("f", u, q), Tensor("v", m), Tensor("s", m)
    at = 2 * u + q - 1
    g = Graph(define(f[u, q], guard(0, at, m.extent) * v[at]), inputs=[v])
    assert cost(g).rows[0].flops == 0
    back = guard(0, m - 2 * u, q.extent)
    h = Graph(define(s[m], total(back * f[u, m - 2 * u], over=u)), inputs=[f])
    assert cost(h).rows[0].flops == m.extent * q.extent / 2


def test_heads_of_matrices_count_the_cube() -> None:
    r, c, d, e = Index("r", "N"), Index("c", "N"), Index("d", "N"), Index("e", "N")
    z = Index("z", "B")
    matrix = Tensor("A", z, r, c)
    inv, size = Tensor("A_inv", z, d, e), Tensor("s", z)
    g = Graph(
        define(inv[z, d, e], inverse(matrix[z, r, c], (r, c), at=(d, e))),
        define(size[z], logdet(matrix[z, r, c], (r, c))),
        inputs=[matrix],
        output=size,
    )
    B = z.extent
    assert [row.flops for row in cost(g).rows] == [2 * B * N**3, 2 * B * N**3 / 3]


def test_an_inverse_for_the_gradient_alone_is_backward() -> None:
    graph = parse("L = logdet[i,j](X[i,j])", shapes={"X": "N,N"})
    sides = {r.name: r.backward for r in cost(gradient(graph, "X", with_value=True)).rows}
    assert sides == {"X_inv": True, "L": False, "X_bar": True}
    both = parse("A[i,j] = inv[k,l](X[k,l])[i,j]\nL = sum[i,j](A[i,j]^2)", shapes={"X": "N,N"})
    sides = {r.name: r.backward for r in cost(gradient(both, "X", with_value=True)).rows}
    assert sides["A"] is False
    assert sides["X_bar"] is True
