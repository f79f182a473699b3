"""Attention, a transformer and triangle multiplication as graphs, for the side-by-side benchmark.

    q[n,h,t,d] = sum_i x[n,t,i] Wq[i,h,d] + bq[h,d];  k, v likewise
    S[n,h,t,s] = sum_d q[n,h,t,d] k[n,h,s,d] / sqrt(D);  causal: -oo where s > t
    P = softmax_s S;  o[n,h,t,e] = sum_s P v;  a[n,t,j] = sum_{h,e} o[n,h,t,e] Wo[h,e,j] + bo[j]

The benchmark packs Wq, Wk and Wv into one array; `pieces` says where each lies in it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from symnet.layers import dense, entrywise, join, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.notation import (
    Entry,
    Graph,
    Index,
    Tensor,
    compare,
    define,
    exp,
    gelu_tanh,
    mean,
    sigmoid,
    sqrt,
    total,
    where,
)

View = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]


def multi_head(x: Tensor, heads: int, size: int, name: str = "", causal: bool = False) -> Graph:
    """Self-attention of x (N, T, I) with heads of a size D: a (N, T, J)."""
    n, t, i = x.indices
    s, r = Index("s", t.extent), Index("r", t.extent)
    h, d, j = Index("h", heads), Index("d", size), Index("j", i.extent)
    e = Index("e", size)
    parameters, definitions, parts = [], [], {}
    for letter, at, over in (("q", t, d), ("k", s, d), ("v", s, e)):
        W, b = Tensor(f"W{letter}{name}", i, h, over), Tensor(f"b{letter}{name}", h, over)
        made = parts[letter] = Tensor(f"{letter}{name}", n, h, at, over)
        value = total(x[n, at, i] * W[i, h, over], over=i) + b[h, over]
        definitions.append(define(made[n, h, at, over], value))
        parameters += [W, b]
    q, k, v = parts["q"], parts["k"], parts["v"]
    S, P = Tensor(f"S{name}", n, h, t, s), Tensor(f"P{name}", n, h, t, s)
    o, a = Tensor(f"o{name}", n, h, t, e), Tensor(f"a{name}", n, t, j)
    Wo, bo = Tensor(f"Wo{name}", h, e, j), Tensor(f"bo{name}", j)
    score = total(q[n, h, t, d] * k[n, h, s, d], over=d) / sqrt(d.extent)
    if causal:
        score = where(compare("<=", s, t), score, -sympy.oo)
    definitions += [
        define(S[n, h, t, s], score),
        define(P[n, h, t, s], exp(S[n, h, t, s]) / total(exp(S[n, h, t, r]), over=r)),
        define(o[n, h, t, e], total(P[n, h, t, s] * v[n, h, s, e], over=s)),
        define(a[n, t, j], total(o[n, h, t, e] * Wo[h, e, j], over=(h, e)) + bo[j]),
    ]
    return Graph(*definitions, inputs=[x], parameters=[*parameters, Wo, bo], output=a)


def layer_norm(x: Tensor, name: str, gain: str, shift: str) -> Graph:
    """mu = mean x, r = 1/sqrt(mean (x - mu)^2 + 1e-5), x_hat = (x - mu) r, y = g x_hat + b."""
    *rows, d = x.indices
    k = d.fresh()
    g, b = Tensor(gain, d), Tensor(shift, d)
    mu, r = Tensor(f"mu{name}", *rows), Tensor(f"r{name}", *rows)
    x_hat, y = Tensor(f"x_hat{name}", *rows, d), Tensor(f"y{name}", *rows, d)
    variance = mean((Entry(x, *rows, k) - mu.at()) ** 2, over=k)
    return Graph(
        define(mu.at(), mean(Entry(x, *rows, k), over=k)),
        define(r.at(), 1 / sqrt(variance + sympy.Rational(1, 100000))),
        define(x_hat.at(), (x.at() - mu.at()) * r.at()),
        define(y.at(), g[d] * x_hat.at() + b[d]),
        inputs=[x],
        parameters=[g, b],
        output=y,
    )


def _against(x: Tensor, G: Tensor) -> Graph:
    """L = sum x G."""
    L = Tensor("L")
    value = total(x.at() * Entry(G, *x.indices), over=x.indices)
    return Graph(define(L[()], value), inputs=[x, G], output=L)


def attention(w: Any) -> Graph:
    n, t, i = Index("n", "N"), Index("t", "T"), Index("i", w.cfg["d"])
    x = Tensor("x", n, t, i)
    made = multi_head(x, w.cfg["h"], w.cfg["d"] // w.cfg["h"])
    return _trained(join(made, _against(made.output, Tensor("G", *made.output.indices))), "x")


def transformer(w: Any) -> Graph:
    c = w.cfg
    n, t, v, d = Index("n", "N"), Index("t", "T"), Index("v", c["V"]), Index("d", c["d"])
    E, P = Tensor("E", v, d), Tensor("P", t, d)
    ids = Tensor("x", n, t, assume="integer", below=c["V"])
    h = Tensor("h0", n, t, d)
    row = Graph(
        define(h[n, t, d], E[ids[n, t], d] + P[t, d]), inputs=[ids], parameters=[E, P], output=h
    )
    parts = [row]

    def put(g: Graph) -> Tensor:
        parts.append(g)
        return g.output

    for l in range(c["L"]):
        y = put(layer_norm(h, f"1_{l}", f"g1_{l}", f"c1_{l}"))
        a = put(multi_head(y, c["h"], c["d"] // c["h"], f"_{l}", causal=True))
        h = put(entrywise(sympy.Add, h, a, name=f"1_{l}"))
        y = put(layer_norm(h, f"2_{l}", f"g2_{l}", f"c2_{l}"))
        u = put(dense(y, c["ff"], f"1_{l}", output="u"))
        z = put(entrywise(gelu_tanh, u, name=f"_{l}", output="z"))
        f = put(dense(z, Index("d", c["d"]), f"2_{l}", output="f"))
        h = put(entrywise(sympy.Add, h, f, name=f"2_{l}"))
    y = put(layer_norm(h, "f", "gf", "cf"))
    logits = put(dense(y, c["V"], "y", output="logits"))
    put(softmax_cross_entropy(logits, labels(logits, "y")))
    return join(*parts)


def triangle(w: Any) -> Graph:
    """t[i,j,c] = sum_k a[i,k,c] b[j,k,c], a = sigmoid(z Wga) z Wa, b likewise; gated, projected."""
    i, j, c = Index("i", "M"), Index("j", "M"), Index("c", w.cfg["c"])
    z = Tensor("z", i, j, c)
    normed = layer_norm(z, "1", "g1", "c1")
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
    second = layer_norm(t, "2", "g2", "c2")
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


def _trained(g: Graph, name: str) -> Graph:
    """The graph with an input as a parameter: the benchmark wants its gradient too."""
    moved = [x for x in g.inputs if x.name == name]
    kept = [x for x in g.inputs if x.name != name]
    return Graph(*g.definitions, inputs=kept, parameters=[*moved, *g.parameters], outputs=g.outputs)


def pieces(w: Any) -> dict[str, tuple[str, View]]:
    """For each parameter that the benchmark packs or shapes otherwise: where it lies."""
    if w.model == "trimul":
        c = w.cfg["c"]
        return {
            n: ("Wab", lambda a, k=k: a.reshape(c, 4, c)[:, k])
            for k, n in enumerate(("Wga", "Wgb", "Wa", "Wb"))
        }
    if w.model not in ("attention", "transformer"):
        return {}
    found: dict[str, tuple[str, View]] = {}
    d, h = w.cfg["d"], w.cfg["h"]
    shape = (h, d // h)
    for name in [""] if w.model == "attention" else [f"_{l}" for l in range(w.cfg["L"])]:
        for k, letter in enumerate("qkv"):
            found[f"W{letter}{name}"] = (
                f"Wqkv{name}",
                lambda a, k=k: a.reshape(d, 3, *shape)[:, k],
            )
            found[f"b{letter}{name}"] = (f"bqkv{name}", lambda a, k=k: a.reshape(3, *shape)[k])
        found[f"Wo{name}"] = (f"Wo{name}", lambda a: a.reshape(*shape, d))
    return found


MODELS: dict[str, Callable[[Any], Graph]] = {
    "attention": attention,
    "transformer": transformer,
    "trimul": triangle,
}
