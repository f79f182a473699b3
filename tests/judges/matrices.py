"""Inverses and determinants as they occur: solutions, Gaussians, ridge regression, a filter.

Each in the index form of its source; held to torch.linalg in in_torch.py.
"""

import sympy

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

HALF = sympy.Rational(1, 2)


def _square(*letters: str) -> tuple[Index, ...]:
    return tuple(Index(x, "N") for x in letters)


def inverses() -> Graph:
    """X_inv[b] = X[b]^-1: X (B, N, N)."""
    b, (i, j, p, q) = Index("b", "B"), _square("i", "j", "p", "q")
    X, X_inv = Tensor("X", b, i, j), Tensor("X_inv", b, i, j)
    return Graph(define(X_inv[b, i, j], inverse(X[b, p, q], (p, q), at=(i, j))), inputs=[X])


def determinant() -> Graph:
    """d[b] = det X[b]: X (B, N, N)."""
    b, (p, q) = Index("b", "B"), _square("p", "q")
    X, d = Tensor("X", b, p, q), Tensor("d", b)
    return Graph(define(d[b], det(X[b, p, q], (p, q))), inputs=[X])


def log_determinant() -> Graph:
    """l[b] = log |det X[b]|: X (B, N, N)."""
    b, (p, q) = Index("b", "B"), _square("p", "q")
    X, l = Tensor("X", b, p, q), Tensor("l", b)
    return Graph(define(l[b], logdet(X[b, p, q], (p, q))), inputs=[X])


def solution() -> Graph:
    """Y = A^-1 R: A (N, N), R (N, M)."""
    m, (i, j, p, q) = Index("m", "M"), _square("i", "j", "p", "q")
    A, R = Tensor("A", i, j), Tensor("R", i, m)
    A_inv, Y = Tensor("A_inv", i, j), Tensor("Y", i, m)
    return Graph(
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(Y[i, m], total(A_inv[i, j] * R[j, m], over=j)),
        inputs=[A, R],
        output=Y,
    )


def trace_of_inverse() -> Graph:
    """s = tr(A^-1 B). Source: Petersen & Pedersen 2012, The Matrix Cookbook, eq. (63)."""
    i, j, p, q = _square("i", "j", "p", "q")
    A, B, s = Tensor("A", i, j), Tensor("B", i, j), Tensor("s")
    A_inv = Tensor("A_inv", i, j)
    return Graph(
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(s[()], total(A_inv[i, j] * B[j, i], over=(i, j))),
        inputs=[A, B],
        output=s,
    )


def quadratic_form() -> Graph:
    """s[m] = u[m]' A^-1 v[m]. Source: Petersen & Pedersen 2012, eq. (61)."""
    m, (i, j, p, q) = Index("m", "M"), _square("i", "j", "p", "q")
    A, u, v = Tensor("A", i, j), Tensor("u", m, i), Tensor("v", m, i)
    A_inv, s = Tensor("A_inv", i, j), Tensor("s", m)
    return Graph(
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(s[m], total(u[m, i] * A_inv[i, j] * v[m, j], over=(i, j))),
        inputs=[A, u, v],
        output=s,
    )


def gaussian() -> Graph:
    """L = sum_m (x_m - mu)' S^-1 (x_m - mu)/2 + M log det S/2, S symmetric positive definite.

    The negative log-likelihood of M examples without its constant. Source: Bishop 2006, (2.118).
    """
    m, (i, j, p, q) = Index("m", "M"), _square("i", "j", "p", "q")
    S, x, mu = Tensor("S", i, j, assume="spd"), Tensor("x", m, i), Tensor("mu", i)
    S_inv, z, l, L = Tensor("S_inv", i, j), Tensor("z", m, i), Tensor("l"), Tensor("L")
    form = total(z[m, i] * S_inv[i, j] * z[m, j], over=(m, i, j))
    return Graph(
        define(z[m, i], x[m, i] - mu[i]),
        define(S_inv[i, j], inverse(S[p, q], (p, q), at=(i, j))),
        define(l[()], logdet(S[p, q], (p, q))),
        define(L[()], HALF * form + HALF * m.extent * l[()]),
        inputs=[x],
        parameters=[mu, S],
        output=L,
    )


def ridge() -> Graph:
    """w = (X'X + c 1)^-1 X' y, c > 0: X (M, N), y (M,), w (N,). Source: Bishop 2006, eq. (3.28)."""
    m, (i, j, p, q) = Index("m", "M"), _square("i", "j", "p", "q")
    X, y, c = Tensor("X", m, i), Tensor("y", m), Tensor("c", assume="positive")
    A, A_inv, r, w = Tensor("A", i, j), Tensor("A_inv", i, j), Tensor("r", i), Tensor("w", i)
    return Graph(
        define(A[i, j], total(X[m, i] * X[m, j], over=m) + c[()] * delta(i, j)),
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(r[i], total(X[m, i] * y[m], over=m)),
        define(w[i], total(A_inv[i, j] * r[j], over=j)),
        inputs=[X, y],
        parameters=[c],
        output=w,
    )


def volume() -> Graph:
    """s = log det(X'X + 1) + det(X'X + 1): X (M, N). The Gram matrix is symmetric by itself."""
    m, (i, j, p, q) = Index("m", "M"), _square("i", "j", "p", "q")
    X, G, l, d, s = Tensor("X", m, i), Tensor("G", i, j), Tensor("l"), Tensor("d"), Tensor("s")
    return Graph(
        define(G[i, j], total(X[m, i] * X[m, j], over=m) + delta(i, j)),
        define(l[()], logdet(G[p, q], (p, q))),
        define(d[()], det(G[p, q], (p, q))),
        define(s[()], l[()] + d[()]),
        inputs=[X],
        output=s,
    )


def riccati() -> Graph:
    """P[t] = A C[t-1] A' + Q[t],  F = P + R,  C[t] = P[t] - P[t] F[t]^-1 P[t],  C[-1] = C0.

    The covariances of a Kalman filter whose observations are the state with noise R: an inverse
    in every step of a recurrence. A, R, C0 (N, N), Q (T, N, N); R, C0, Q[t] positive definite.
    Source: Kalman 1960, A new approach to linear filtering, eqs. (28) and (30).
    """
    t = Index("t", "T", sequential=True)
    i, j, p, q, r, k = _square("i", "j", "p", "q", "r", "k")
    A, R, C0 = Tensor("A", i, j), Tensor("R", i, j, assume="spd"), Tensor("C0", i, j, assume="spd")
    Q = Tensor("Q", Index("t", "T"), i, j, assume="spd")
    P, F, F_inv, C = (Tensor(name, t, i, j) for name in ("P", "F", "F_inv", "C"))
    moved = total(A[i, p] * C[t - 1, p, q] * A[j, q], over=(p, q))
    gain = total(P[t, i, r] * F_inv[t, r, k] * P[t, k, j], over=(r, k))
    return Graph(
        define(P[t, i, j], moved + Q[t, i, j]),
        define(F[t, i, j], P[t, i, j] + R[i, j]),
        define(F_inv[t, i, j], inverse(F[t, p, q], (p, q), at=(i, j))),
        Definition(C[t, i, j], P[t, i, j] - gain, C0[i, j]),
        inputs=[C0, Q],
        parameters=[A, R],
        output=C,
    )
