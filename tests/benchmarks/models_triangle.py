"""Triangle multiplication as the benchmark has it: the layer's equations without biases.

a = sigmoid(z_hat Wga) (z_hat Wa), b likewise;  t[i,j,c] = sum_k a[i,k,c] b[j,k,c]
o = sigmoid(z_hat Wg) (LN(t) Wo)
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from symnet.layers import join, layer_norm
from symnet.notation import Graph, Index, Tensor, define, sigmoid, total

View = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]


def triangle(w: Any) -> Graph:
    """t[i,j,c] = sum_k a[i,k,c] b[j,k,c], a = sigmoid(z Wga) z Wa, b likewise; gated, projected."""
    i, j, c = Index("i", "M"), Index("j", "M"), Index("c", w.cfg["c"])
    z = Tensor("z", i, j, c)
    normed = layer_norm(z, "1", gain=Tensor("g1", c), bias=Tensor("c1", c))
    y = normed.output
    parts, made = [normed], {}
    for letter in "ab":
        d, m = Index("d", w.cfg["c"]), Tensor(letter, i, j, Index("d", w.cfg["c"]))
        Wg, W = Tensor(f"Wg{letter}", c, d), Tensor(f"W{letter}", c, d)
        u, g = Tensor(f"u{letter}", i, j, d), Tensor(f"s{letter}", i, j, d)
        parts.append(
            Graph(
                define(u[i, j, d], total(y[i, j, c] * W[c, d], over=c)),
                define(g[i, j, d], sigmoid(total(y[i, j, c] * Wg[c, d], over=c))),
                define(m.at(), g[i, j, m.indices[2]] * u[i, j, m.indices[2]]),
                inputs=[y],
                parameters=[Wg, W],
                output=m,
            )
        )
        made[letter] = m
    k, a, b, t = Index("k", "M"), made["a"], made["b"], Tensor("t", i, j, c)
    value = total(a[i, k, c] * b[j, k, c], over=k)
    parts.append(Graph(define(t[i, j, c], value), inputs=[a, b], output=t))
    second = layer_norm(t, "2", gain=Tensor("g2", c), bias=Tensor("c2", c))
    d = Index("d", w.cfg["c"])
    Wg, Wo = Tensor("Wg", c, d), Tensor("Wo", c, d)
    s, p, o = (Tensor(m, i, j, d) for m in "spo")
    out = Graph(
        define(s[i, j, d], sigmoid(total(y[i, j, c] * Wg[c, d], over=c))),
        define(p[i, j, d], total(second.output[i, j, c] * Wo[c, d], over=c)),
        define(o[i, j, d], s[i, j, d] * p[i, j, d]),
        inputs=[y, second.output],
        parameters=[Wg, Wo],
        output=o,
    )
    return _trained(join(*parts, second, out, _against(o, Tensor("G", *o.indices))), "z")


def _against(x: Tensor, G: Tensor) -> Graph:
    """L = sum x G."""
    L = Tensor("L")
    value = total(x.at() * G.at(), over=x.indices)
    return Graph(define(L[()], value), inputs=[x, G], output=L)


def _trained(g: Graph, name: str) -> Graph:
    """The graph with an input as a parameter: the benchmark wants its gradient too."""
    moved = [x for x in g.inputs if x.name == name]
    kept = [x for x in g.inputs if x.name != name]
    return Graph(*g.definitions, inputs=kept, parameters=[*moved, *g.parameters], outputs=g.outputs)


def pieces(w: Any) -> dict[str, tuple[str, View]]:
    """The four matrices that the benchmark packs into one."""
    c = w.cfg["c"]
    return {
        n: ("Wab", lambda a, k=k: a.reshape(c, 4, c)[:, k])
        for k, n in enumerate(("Wga", "Wgb", "Wa", "Wb"))
    }
