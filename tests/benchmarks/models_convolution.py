"""A small residual network of convolutions, from the definitions that its layers have.

    xp[n,c,u,v,p,q] = [0 <= u+p-1 < A] [0 <= v+q-1 < B] x[n,c,u+p-1,v+q-1]
    a[n,o,u,v] = sum_{c,p,q} K[o,c,p,q] xp[n,c,u,v,p,q]
    m[o] = mean a;  r[o] = (mean (a - m)^2 + 1/100000)^(-1/2)   over n, u, v
    z[n,o,u,v] = (a[n,o,u,v] - m[o]) r[o];  y[n,o,u,v] = g[o] z[n,o,u,v] + c[o]

Arrays have the channels second, kernels are (out, in, 3, 3).
"""

from __future__ import annotations

import sympy

from symnet.layers import activation, dense, join, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.notation import Entry, Graph, Index, Tensor, define, guard, mean, relu, sqrt, total


def convolution(x: Tensor, channels: int, name: str, size: int = 3) -> Graph:
    """xp and a: a cross-correlation that keeps the size of the picture."""
    n, c, u, v = x.indices
    o = Index("o", channels)
    p, q = Index("p", size), Index("q", size)
    K = Tensor(f"K{name}", o, c, p, q)
    xp, a = Tensor(f"xp{name}", n, c, u, v, p, q), Tensor(f"a{name}", n, o, u, v)
    row, column = u + p - size // 2, v + q - size // 2
    inside = guard(0, row, u.extent) * guard(0, column, v.extent)
    return Graph(
        define(xp[n, c, u, v, p, q], inside * x[n, c, row, column]),
        define(a[n, o, u, v], total(K[o, c, p, q] * xp[n, c, u, v, p, q], over=(c, p, q))),
        inputs=[x],
        parameters=[K],
        output=a,
    )


def batch_norm(x: Tensor, name: str) -> Graph:
    """m, r, z and y, with the biased variance."""
    n, o, u, v = x.indices
    m, r, g, c = (Tensor(f"{letter}{name}", o) for letter in "mrgc")
    z, y = Tensor(f"z{name}", n, o, u, v), Tensor(f"y{name}", n, o, u, v)
    k, i, j = n.fresh(), u.fresh(), v.fresh()
    variance = mean((x[k, o, i, j] - m[o]) ** 2, over=(k, i, j))
    return Graph(
        define(m[o], mean(x[k, o, i, j], over=(k, i, j))),
        define(r[o], 1 / sqrt(variance + sympy.Rational(1, 100000))),
        define(z[n, o, u, v], (x[n, o, u, v] - m[o]) * r[o]),
        define(y[n, o, u, v], g[o] * z[n, o, u, v] + c[o]),
        inputs=[x],
        parameters=[g, c],
        output=y,
    )


def normalised(x: Tensor, channels: int, name: str) -> Graph:
    """Convolution and normalisation."""
    first = convolution(x, channels, name)
    return join(first, batch_norm(first.output, name))


def residual(x: Tensor, name: str) -> Graph:
    """h = relu(x + y(relu(y(x))))."""
    channels = int(x.shape[1])
    first = normalised(x, channels, f"{name}a")
    middle = activation(first.output, "relu", f"{name}a")
    second = normalised(middle.output, channels, f"{name}b")
    h = Tensor(f"h{name}b", *x.indices)
    added = relu(x.at() + Entry(second.output, *x.indices))
    last = Graph(define(h.at(), added), inputs=[x, second.output], output=h)
    return join(first, middle, second, last)


def average(x: Tensor, name: str = "s") -> Graph:
    """s[n,o] = mean over u, v."""
    n, o, u, v = x.indices
    s = Tensor(name, n, o)
    return Graph(define(s[n, o], mean(x[n, o, u, v], over=(u, v))), inputs=[x], output=s)


def residual_network(blocks: int, channels: int, size: int = 8, classes: int = 10) -> Graph:
    """x (N, 1, A, A), labels y (N,): the loss, with the kernels, gains and shifts as parameters."""
    axes = Index("n", "N"), Index("c", 1), Index("u", size), Index("v", size)
    parts = [normalised(Tensor("x", *axes), channels, "0")]
    parts.append(activation(parts[-1].output, "relu", "0"))
    for k in range(1, blocks + 1):
        parts.append(residual(parts[-1].output, str(k)))
    parts.append(average(parts[-1].output))
    parts.append(dense(parts[-1].output, classes))
    logits = parts[-1].output
    return join(*parts, softmax_cross_entropy(logits, labels(logits, "y")))
