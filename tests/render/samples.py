"""Graphs that the rendering tests share: layers, recurrences, a convolution, matrices."""

from __future__ import annotations

import sympy

from symnet.notation import (
    Definition,
    Graph,
    Index,
    Tensor,
    define,
    det,
    exp,
    fresh,
    guard,
    inverse,
    log,
    logdet,
    mean,
    sigmoid,
    sqrt,
    tanh,
    total,
)

HALF = sympy.Rational(1, 2)


def dense() -> Graph:
    """y = x W + b."""
    n, i, j = Index("n", "N"), Index("i", "D"), Index("j", "K")
    x, W, b, y = Tensor("x", n, i), Tensor("W", i, j), Tensor("b", j), Tensor("y", n, j)
    return Graph(define(y[n, j], total(x[n, i] * W[i, j], i) + b[j]), inputs=[x], parameters=[W, b])


def softmax() -> Graph:
    n, k = Index("n", "N"), Index("k", "K")
    z, p = Tensor("z", n, k), Tensor("p", n, k)
    return Graph(define(p[n, k], exp(z[n, k]) / total(exp(z[n, k]), k)), inputs=[z])


def classifier() -> Graph:
    """Two layers, tanh between them, softmax and cross-entropy with one-hot targets."""
    n, i, j, k = Index("n", "N"), Index("i", "D"), Index("j", "H"), Index("k", "K")
    x, y = Tensor("x", n, i), Tensor("y", *fresh((n, k)), assume="one_hot")
    W1, b1, W2, b2 = Tensor("W1", i, j), Tensor("b1", j), Tensor("W2", j, k), Tensor("b2", k)
    a, h, z, p = Tensor("a", n, j), Tensor("h", n, j), Tensor("z", n, k), Tensor("p", n, k)
    loss = Tensor("L")
    return Graph(
        define(a[n, j], total(x[n, i] * W1[i, j], i) + b1[j]),
        define(h[n, j], tanh(a[n, j])),
        define(z[n, k], total(h[n, j] * W2[j, k], j) + b2[k]),
        define(p[n, k], exp(z[n, k]) / total(exp(z[n, k]), k)),
        define(loss, -total(y[n, k] * log(p[n, k]), (n, k)) / n.extent),
        inputs=[x, y],
        parameters=[W1, b1, W2, b2],
    )


def cell() -> Graph:
    """h[t] = tanh(x[t] W + h[t-1] U + b), a recurrent cell."""
    n, t, d, k = Index("n", "N"), Index("t", "T", sequential=True), Index("d", "D"), Index("k", "H")
    j = k.fresh()
    x, W, U, b = Tensor("x", n, t, d), Tensor("W", d, k), Tensor("U", j, k), Tensor("b", k)
    h = Tensor("h", n, t, k)
    inside = total(x[n, t, d] * W[d, k], d) + total(h[n, t - 1, j] * U[j, k], j) + b[k]
    return Graph(Definition(h[n, t, k], tanh(inside), base=0), inputs=[x], parameters=[W, U, b])


def lstm() -> Graph:
    n, t, d, k = Index("n", "N"), Index("t", "T", sequential=True), Index("d", "D"), Index("k", "H")
    j = k.fresh()
    x, h, c = Tensor("x", n, t, d), Tensor("h", n, t, k), Tensor("c", n, t, k)
    definitions, parameters, gates = [], [], {}
    for letter in "ifog":
        W, U = Tensor(f"W_{letter}", d, k), Tensor(f"U_{letter}", j, k)
        b, gate = Tensor(f"b_{letter}", k), Tensor(letter, n, t, k)
        f = tanh if letter == "g" else sigmoid
        inside = total(x[n, t, d] * W[d, k], d) + total(h[n, t - 1, j] * U[j, k], j) + b[k]
        definitions.append(Definition(gate[n, t, k], f(inside)))
        parameters += [W, U, b]
        gates[letter] = gate
    i, f, o, g = (gates[letter] for letter in "ifog")
    carried = f[n, t, k] * c[n, t - 1, k] + i[n, t, k] * g[n, t, k]
    definitions.append(Definition(c[n, t, k], carried, base=0))
    definitions.append(Definition(h[n, t, k], o[n, t, k] * tanh(c[n, t, k]), base=0))
    return Graph(*definitions, inputs=[x], parameters=parameters, output=h)


def layer_norm() -> Graph:
    n, d = Index("n", "N"), Index("d", "D")
    x, mu, r = Tensor("x", n, d), Tensor("mu", n), Tensor("r", n)
    x_hat, y = Tensor("x_hat", n, d), Tensor("y", n, d)
    gamma, beta = Tensor("gamma", d), Tensor("beta", d)
    variance = mean((x[n, d] - mu[n]) ** 2, d) + sympy.Rational(1, 10**6)
    return Graph(
        define(mu[n], mean(x[n, d], d)),
        define(r[n], 1 / sqrt(variance)),
        define(x_hat[n, d], (x[n, d] - mu[n]) * r[n]),
        define(y[n, d], x_hat[n, d] * gamma[d] + beta[d]),
        inputs=[x],
        parameters=[gamma, beta],
    )


def convolution() -> Graph:
    """Stride 2, padding 1: the index map stands alone, then the contraction."""
    n, c, a = Index("n", "N"), Index("c", "C"), Index("a", "A")
    o, u, p = Index("o", "O"), Index("u", "V"), Index("p", "K")
    x, W = Tensor("x", n, c, a), Tensor("W", o, c, p)
    m, y = Tensor("m", n, c, u, p), Tensor("y", n, o, u)
    slot = 2 * u + p - 1
    return Graph(
        define(m[n, c, u, p], guard(0, slot, a.extent) * x[n, c, slot]),
        define(y[n, o, u], total(m[n, c, u, p] * W[o, c, p], (c, p))),
        inputs=[x],
        parameters=[W],
    )


def gaussian() -> Graph:
    """Negative log-likelihood of x_n ~ N(0, S_b) for every b, and the volume det S_b."""
    b, n = Index("b", "B"), Index("n", "N")
    i, j, p, q = (Index(letter, "D") for letter in "ijpq")
    x, S = Tensor("x", n, i), Tensor("S", b, i, j)
    S_inv, l, d, f = Tensor("S_inv", b, i, j), Tensor("l", b), Tensor("d", b), Tensor("f", b, i)
    L = Tensor("L")
    form = total(x[n, i] * S_inv[b, i, j] * x[n, j], (n, i, j))
    return Graph(
        define(S_inv[b, i, j], inverse(S[b, p, q], (p, q), at=(i, j))),
        define(l[b], logdet(S[b, p, q], (p, q))),
        define(d[b], det(S[b, p, q], (p, q))),
        define(f[b, i], inverse(S[b, p, q], (p, q), at=(i, 0))),
        define(L[()], total(HALF * (form + n.extent * l[b]) + d[b] + total(f[b, i] ** 2, i), b)),
        inputs=[x, S],
        output=L,
    )
