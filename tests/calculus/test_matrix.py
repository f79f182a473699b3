"""Inverse and determinants derive to the Matrix Cookbook's forms; laws of symmetry are used."""

from __future__ import annotations

from symnet.calculus import gradient, hessian, jvp
from symnet.notation import (
    Definition,
    Graph,
    Index,
    Tensor,
    define,
    delta,
    det,
    inverse,
    logdet,
    total,
)

I, J, P, Q = (Index(x, "D") for x in "ijpq")
B, N = Index("b", "B"), Index("n", "N")
X, X_INV = Tensor("X", P, Q), Tensor("X_inv", I, J)
a, b, y = Tensor("a", I), Tensor("b", J), Tensor("y")


def inverted(x: Tensor, name: str) -> Definition:
    made = Tensor(name, I, J)
    return define(made[I, J], inverse(x[P, Q], (P, Q), at=(I, J)))


def lines(graph: Graph) -> list[str]:
    return str(graph).splitlines()


def test_log_determinant() -> None:
    graph = Graph(define(y, logdet(X[P, Q], (P, Q))), inputs=[X])
    assert lines(gradient(graph, "X"))[-1] == "X_bar[p,q] = X_inv[q,p]"
    assert lines(jvp(graph, "X"))[-1] == "y_dot = sum[q,p](X_dot[p,q]*X_inv[q,p])"
    assert lines(hessian(graph, "X"))[-1].endswith("= -X_inv[q,p]*X_inv[q,p]")


def test_determinants_of_a_stack() -> None:
    S, d = Tensor("S", B, P, Q), Tensor("d", B)
    graph = Graph(define(d[B], det(S[B, P, Q], (P, Q))), define(y, total(d[B] ** 2, B)), inputs=[S])
    derived = lines(gradient(graph, "S"))
    assert derived[0] == "S_inv[b,p,q] = inv[p,q](S[b,p,q])[p,q]"
    assert derived[-1] == "S_bar[b,p,q] = d[b]*d_bar[b]*S_inv[b,q,p]"


def test_bilinear_form_of_an_inverse() -> None:
    bilinear = total(a[I] * X_INV[I, J] * b[J], [I, J])
    graph = Graph(inverted(X, "X_inv"), define(y, bilinear), inputs=[X, a, b])
    assert lines(gradient(graph, "X"))[-1] == (
        "X_bar[p,q] = -sum[i](a[i]*X_inv[i,p])*sum[j](b[j]*X_inv[q,j])"
    )


def test_an_inverse_cancels_its_matrix() -> None:
    product = total(X_INV[I, J] * X[J, Q] * a[Q], [J, Q])
    z = Tensor("z", I)
    graph = Graph(
        inverted(X, "X_inv"),
        define(z[I], product),
        define(y, total(z[I] * b[I], I)),
        inputs=[X, a, b],
    )
    assert lines(gradient(graph, "a"))[-1] == "a_bar[i] = b[i]"


def test_symmetry_is_used_where_it_is_given_and_only_there() -> None:
    for word, expected in (("symmetric", "2*sum[j](a[j]*S[i,j])"), ((), "+")):
        S = Tensor("S", I, J, assume=word)
        graph = Graph(define(y, total(a[I] * S[I, J] * a[J], [I, J])), inputs=[S, a])
        assert expected in lines(gradient(graph, "a"))[-1]


def test_symmetry_follows_from_a_definition() -> None:
    C, Z, log_det, C_inv = Tensor("C", I, J), Tensor("Z", N, I), Tensor("l"), Tensor("C_inv", I, J)
    graph = Graph(
        define(C[I, J], total(Z[N, I] * Z[N, J], N) + delta(I, J)),
        inverted(C, "C_inv"),
        define(log_det, logdet(C[P, Q], (P, Q))),
        define(y, log_det[()] + total(a[I] * C_inv[I, J] * a[J], [I, J])),
        inputs=[Z, a],
    )
    derived = lines(gradient(graph, ["Z", "a"]))
    assert "a_bar[i] = 2*sum[j](a[j]*C_inv[i,j])" in derived
    assert "C_bar[i,j] = C_inv[i,j] - sum[p](a[p]*C_inv[i,p])*sum[p](a[p]*C_inv[j,p])" in derived
    assert "Z_bar[n,i] = 2*sum[j](C_bar[i,j]*Z[n,j])" in derived


def test_an_orthogonal_matrix_keeps_the_norm() -> None:
    for word, expected in (("orthogonal", "a_bar[i] = 2*a[i]"), ((), "Q")):
        rotation = Tensor("Q", I, J, assume=word)
        squared = total(total(rotation[I, J] * a[J], J) ** 2, I)
        graph = Graph(define(y, squared), inputs=[rotation, a])
        assert expected in lines(gradient(graph, "a"))[-1]


def test_another_orientation_is_not_mistaken_for_the_inverse() -> None:
    transposed = Tensor("T", I, J)
    d = define(transposed[I, J], inverse(X[P, Q], (P, Q), at=(J, I)))
    graph = Graph(d, define(y, total(a[I] * transposed[I, J] * b[J], [I, J])), inputs=[X, a, b])
    assert lines(gradient(graph, "X"))[-1] == (
        "X_bar[p,q] = -sum[i](a[i]*X_inv[q,i])*sum[j](b[j]*X_inv[j,p])"
    )


def test_symmetry_passes_through_a_congruence() -> None:
    A, X2, C, log_det = (
        Tensor("A", I, J, assume="spd"),
        Tensor("X", I, P),
        Tensor("C", P, Q),
        Tensor("l"),
    )
    congruent = total(X2[I, P] * A[I, J] * X2[J, Q], [I, J])
    graph = Graph(
        define(C[P, Q], congruent),
        define(log_det, logdet(C[P, Q], (P, Q))),
        inputs=[A, X2],
    )
    assert lines(gradient(graph, "X"))[-1].count("+") == 0
