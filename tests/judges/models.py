"""Graphs beyond the layers: what later layers need, held to the judges already now.

A convolution with stride and padding, an LSTM over time, pooling, an embedding, normalisations,
attention. Each in the index form of its source; weights are stored (in, out).
"""

import sympy

from symnet.notation import (
    Definition,
    Graph,
    Index,
    Tensor,
    amax,
    compare,
    define,
    exp,
    guard,
    mean,
    sigmoid,
    sqrt,
    tanh,
    total,
    where,
)


def lstm() -> Graph:
    """a_q = x_t W_q + h_{t-1} U_q + b_q for q in i, f, g, o;  c = f c' + i g;  h = o tanh(c).

    x (N, T, I), W_q (I, H), U_q (H, H), b_q (H), h0 and c0 (N, H), h (N, T, H). Source:
    Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """
    n, t = Index("n", "N"), Index("t", "T", sequential=True)
    i, k, l = Index("i", "I"), Index("k", "H"), Index("l", "H")
    x, h0, c0 = Tensor("x", n, t, i), Tensor("h0", n, k), Tensor("c0", n, k)
    c, h = Tensor("c", n, t, k), Tensor("h", n, t, k)
    definitions: list[Definition] = []
    parameters: list[Tensor] = []
    gates = {}
    for q in "ifgo":
        W, U, b = Tensor(f"W_{q}", i, k), Tensor(f"U_{q}", l, k), Tensor(f"b_{q}", k)
        a, gate = Tensor(f"a_{q}", n, t, k), Tensor(q, n, t, k)
        before = total(h[n, t - 1, l] * U[l, k], over=l)
        definitions += [
            define(a[n, t, k], total(x[n, t, i] * W[i, k], over=i) + before + b[k]),
            define(gate[n, t, k], (tanh if q == "g" else sigmoid)(a[n, t, k])),
        ]
        parameters += [W, U, b]
        gates[q] = gate[n, t, k]
    kept, new = gates["f"] * c[n, t - 1, k], gates["i"] * gates["g"]
    definitions += [
        define(c[n, t, k], kept + new, base=c0[n, k]),
        define(h[n, t, k], gates["o"] * tanh(c[n, t, k]), base=h0[n, k]),
    ]
    return Graph(*definitions, inputs=[x, h0, c0], parameters=parameters, output=h)


def convolution(stride: int = 2, padding: int = 1) -> Graph:
    """y[n,o,u,v] = b[o] + sum_{c,p,q} w[o,c,p,q] x[n,c, S u + p - P, S v + q - P], 0 outside.

    x (N, C, A, B), w (O, C, P, Q), b (O,), y (N, O, U, V); U = floor((A + 2 padding - P)/S) + 1.
    The map stands alone: xp[n,c,u,v,p,q]. A cross-correlation, as torch.nn.Conv2d.
    """
    n, c, o = Index("n", "N"), Index("c", "C"), Index("o", "O")
    a, b, u, v = Index("a", "A"), Index("b", "B"), Index("u", "U"), Index("v", "V")
    p, q = Index("p", "P"), Index("q", "Q")
    x, w, bias = Tensor("x", n, c, a, b), Tensor("w", o, c, p, q), Tensor("b", o)
    xp, y = Tensor("xp", n, c, u, v, p, q), Tensor("y", n, o, u, v)
    row, column = stride * u + p - padding, stride * v + q - padding
    inside = guard(0, row, a.extent) * guard(0, column, b.extent)
    summed = total(w[o, c, p, q] * xp[n, c, u, v, p, q], over=(c, p, q))
    return Graph(
        define(xp[n, c, u, v, p, q], inside * x[n, c, row, column]),
        define(y[n, o, u, v], summed + bias[o]),
        inputs=[x],
        parameters=[w, bias],
        output=y,
    )


def max_pool() -> Graph:
    """y[n,c,u,v] = max_{p,q} x[n,c,2u+p-1,2v+q-1], -inf outside: a 3 x 3 window, stride 2."""
    n, c = Index("n", "N"), Index("c", "C")
    a, b, u, v = Index("a", "A"), Index("b", "B"), Index("u", "U"), Index("v", "V")
    p, q = Index("p", 3), Index("q", 3)
    x, y, xp = Tensor("x", n, c, a, b), Tensor("y", n, c, u, v), Tensor("xp", n, c, u, v, p, q)
    row, column = 2 * u + p - 1, 2 * v + q - 1
    inside = guard(0, row, a.extent) * guard(0, column, b.extent)
    return Graph(
        define(xp[n, c, u, v, p, q], where(inside, x[n, c, row, column], -sympy.oo)),
        define(y[n, c, u, v], amax(xp[n, c, u, v, p, q], over=(p, q))),
        inputs=[x],
        output=y,
    )


def embedding() -> Graph:
    """y[n,t,d] = E[ids[n,t],d]: the gradient adds up the rows of repeated ids."""
    n, t, v, d = Index("n", "N"), Index("t", "T"), Index("v", "V"), Index("d", "D")
    E, ids = Tensor("E", v, d), Tensor("ids", n, t, assume="integer", below="V")
    y = Tensor("y", n, t, d)
    return Graph(define(y[n, t, d], E[ids[n, t], d]), inputs=[ids], parameters=[E], output=y)


def layer_norm() -> Graph:
    """x_hat = (x - mean x)/sqrt(var x + 1e-5), y = g x_hat + b, over the last axis; biased var."""
    n, d = Index("n", "N"), Index("d", "D")
    k = d.fresh()
    x, g, b = Tensor("x", n, d), Tensor("g", d), Tensor("b", d)
    mu, r = Tensor("mu", n), Tensor("r", n)
    x_hat, y = Tensor("x_hat", n, d), Tensor("y", n, d)
    variance = mean((x[n, k] - mu[n]) ** 2, over=k)
    return Graph(
        define(mu[n], mean(x[n, k], over=k)),
        define(r[n], 1 / sqrt(variance + sympy.Rational(1, 100000))),
        define(x_hat[n, d], (x[n, d] - mu[n]) * r[n]),
        define(y[n, d], g[d] * x_hat[n, d] + b[d]),
        inputs=[x],
        parameters=[g, b],
        output=y,
    )


def batch_norm() -> Graph:
    """As layer_norm, over the batch: mean and variance of each feature. Training mode."""
    n, d = Index("n", "N"), Index("d", "D")
    m = n.fresh()
    x, g, b = Tensor("x", n, d), Tensor("g", d), Tensor("b", d)
    mu, r, y = Tensor("mu", d), Tensor("r", d), Tensor("y", n, d)
    variance = mean((x[m, d] - mu[d]) ** 2, over=m)
    return Graph(
        define(mu[d], mean(x[m, d], over=m)),
        define(r[d], 1 / sqrt(variance + sympy.Rational(1, 100000))),
        define(y[n, d], g[d] * (x[n, d] - mu[d]) * r[d] + b[d]),
        inputs=[x],
        parameters=[g, b],
        output=y,
    )


def attention(causal: bool = False) -> Graph:
    """S = Q K^T / sqrt(D), P = softmax_j S, O = P V; causal: S = -inf for j > i.

    Q (N, I, D), K (N, J, D), V (N, J, E), O (N, I, E). Source: Vaswani et al. 2017, eq. (1).
    """
    n, i, d, e = Index("n", "N"), Index("i", "I"), Index("d", "D"), Index("e", "E")
    j = Index("j", "I" if causal else "J")
    m = j.fresh()
    Q, K, V = Tensor("Q", n, i, d), Tensor("K", n, j, d), Tensor("V", n, j, e)
    S, P, O = Tensor("S", n, i, j), Tensor("P", n, i, j), Tensor("O", n, i, e)
    score = total(Q[n, i, d] * K[n, j, d], over=d) / sqrt(d.extent)
    if causal:
        score = where(compare("<=", j, i), score, -sympy.oo)
    return Graph(
        define(S[n, i, j], score),
        define(P[n, i, j], exp(S[n, i, j]) / total(exp(S[n, i, m]), over=m)),
        define(O[n, i, e], total(P[n, i, j] * V[n, j, e], over=j)),
        inputs=[Q, K, V],
        output=O,
    )
