"""Attention: each query reads the values, weighted by how its keys score.

    S[n,i,j] = sum_d Q[n,i,d] K[n,j,d] / sqrt(D)                  scaled dot product
    P[n,i,j] = exp(S[n,i,j]) / sum_k exp(S[n,i,k])                each row sums to 1
    O[n,i,e] = sum_j P[n,i,j] V[n,j,e]

    S[n,i,j] = sum_c w[c] tanh(q[n,i,c] + k[n,j,c])               additive attention
    s[n,i]   = sum_c v[c] y[n,i,c] + b,  o[n,c] = sum_i a[n,i] y[n,i,c]    additive pooling

N stands for any number of leading axes. Masks: see mask.py; an additive bias is added to S.
Sources: Vaswani et al. 2017, eq. (1); Bahdanau, Cho & Bengio 2015, sec. 3.1; Yang et al. 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.layers.axes import Width, new_axis
from symnet.layers.dense import dense, linear
from symnet.layers.dropout import dropout
from symnet.layers.initial import unit_rows
from symnet.layers.mask import last_of, seen
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    define,
    exp,
    sqrt,
    tanh,
    total,
)


@titled("attention")
def attention(
    Q: Tensor,
    K: Tensor,
    V: Tensor,
    name: str = "",
    *,
    scaled: bool = True,
    causal: bool = False,
    start: Tensor | None = None,
    padding: Tensor | None = None,
    mask: Tensor | None = None,
    score_bias: Tensor | None = None,
    keep: float | sympy.Expr = 1,
    output: str = "O",
) -> Graph:
    """S = Q K^T / sqrt(D) + bias;  P = softmax_j S over the keys that are seen;  O = P V.

    Q (.., I, D), K (.., J, D), V (.., J, E), S and P (.., I, J), O (.., I, E). Not `scaled`: S
    without 1/sqrt(D). causal: query i sees the keys j <= i, with the integer scalar `start` those
    with j <= i + start. padding (.., J) of 0 and 1 or integers (..), the number of keys; mask
    (.., I, J) of 0 and 1; their dots are the first leading axes. score_bias (.., I, J) is added to
    S; its dots are the last leading axes. A row that sees no key is 0, and so is its gradient.
    Dropout keeps an entry of P with probability `keep`: O = P_m V, P_m = P m/keep.
    Raises IndexMismatch or ExtentMismatch if a tensor does not fit.
    Source: Vaswani et al. 2017, eq. (1) and sec. 3.2.3. Ours: brackets in place of -oo.
    """
    for t in (Q, K, V):
        _check_order(t, 2, "attention")
    *batch, i, d = Q.indices
    j, e = key_axis(K.indices[-2], Q.indices), V.indices[-1]
    _check_shape(K, (*batch, j, d), Q)
    _check_shape(V, (*batch, j, e), K)
    score = total(Entry(Q, *batch, i, d) * Entry(K, *batch, j, d), over=d)
    if scaled:
        score /= sqrt(d.extent)
    if score_bias is not None:
        score += last_of(score_bias, batch, (i, j))
    S = Tensor(f"S{name}", *batch, i, j)
    scored = Graph(define(S.at(), score), inputs=_once(Q, K, score_bias), output=S)
    visible = seen(i, j, batch, causal=causal, start=start, padding=padding, mask=mask)
    conditions = (start if causal else None, padding, mask)
    return join(scored, _read(S, visible, V, e, name, output, conditions, keep))


@titled("additive attention")
def additive_attention(
    Q: Tensor,
    K: Tensor,
    V: Tensor,
    width: Width,
    name: str = "",
    *,
    padding: Tensor | None = None,
    mask: Tensor | None = None,
    output: str = "O",
) -> Graph:
    """q = Q W;  k = K U + b;  h = tanh(q[n,i,c] + k[n,j,c]);  S = sum_c w[c] h;  O = softmax(S) V.

    Q (.., I, D), K (.., J, G), V (.., J, E), W (D, C), U (G, C), b and w (C,), q (.., I, C),
    k (.., J, C), h (.., I, J, C), S and P (.., I, J), O (.., I, E); `width` is C. padding and mask
    as in attention.
    Source: Bahdanau, Cho & Bengio 2015, sec. 3.1 and A.1.2 (there the query is the state before,
    and there is no bias b).
    """
    for t in (Q, K, V):
        _check_order(t, 2, "additive_attention")
    *batch, i, _ = Q.indices
    j, e = key_axis(K.indices[-2], Q.indices), V.indices[-1]
    _check_shape(K, (*batch, j, K.indices[-1]), Q)
    _check_shape(V, (*batch, j, e), K)
    c = new_axis(width, (*Q.indices, *K.indices, j))
    U, b, w = Tensor(f"U{name}", K.indices[-1], c), Tensor(f"b{name}", c), Tensor(f"w{name}", c)
    queries = linear(Q, c, name, output="q")
    keys = dense(K, c, name, weight=U, bias=b, output="k")
    h, S = Tensor(f"h{name}", *batch, i, j, c), Tensor(f"S{name}", *batch, i, j)
    inner = Entry(queries.output, *batch, i, c) + Entry(keys.output, *batch, j, c)
    scored = Graph(
        define(h.at(), tanh(inner)),
        define(S.at(), total(w[c] * h.at(), over=c)),
        inputs=[queries.output, keys.output],
        parameters=[w],
        output=S,
        rules=[(w, unit_rows())],
    )
    visible = seen(i, j, batch, padding=padding, mask=mask)
    return join(queries, keys, scored, _read(S, visible, V, e, name, output, (padding, mask)))


@titled("additive pooling")
def additive_pooling(
    y: Tensor,
    name: str = "",
    *,
    bias: bool = True,
    padding: Tensor | None = None,
    output: str = "o",
) -> Graph:
    """s[n,i] = sum_c v[c] y[n,i,c] + b;  a = softmax_i s;  o[n,c] = sum_i a[n,i] y[n,i,c].

    y (.., I, C), v (C,), b scalar, s and a (.., I), o (.., C). The value is the vector that is
    scored, and o lies in the convex hull of the y[n,i]. padding (.., I) of 0 and 1, or integers
    (..); where nothing is left o is 0. b has no effect, and its gradient is 0.
    Source: Yang et al. 2016, sec. 2.2 (there y is scored through tanh, and what is summed is what
    stands before it).
    """
    _check_order(y, 2, "additive_pooling")
    *batch, i, c = y.indices
    v, b = Tensor(f"v{name}", c), Tensor(f"b{name}")
    s, a = Tensor(f"s{name}", *batch, i), Tensor(f"a{name}", *batch, i)
    o = Tensor(f"{output}{name}", *batch, c)
    score = total(v[c] * y.at(), over=c) + (Entry(b) if bias else 0)
    weight = seen(i, i, batch, padding=padding) * exp(s.at())
    return Graph(
        define(s.at(), score),
        define(a.at(), weight / total(weight, over=i)),
        define(o.at(), total(a.at() * y.at(), over=i)),
        inputs=_once(y, padding),
        parameters=[v, b] if bias else [v],
        output=o,
        rules=[(v, unit_rows())],
    )


def key_axis(j: Index, beside: Sequence[Index]) -> Index:
    """The index of keys: j, or one over its extent with another letter if j's is taken."""
    taken = {k.letter for k in beside}
    if j.letter not in taken:
        return j
    after = [letter for letter in ("s", "j", "m", "u") if letter not in taken]
    return Index(after[0], j.extent) if after else new_axis(j.extent, beside)


def _read(
    S: Tensor,
    visible: sympy.Expr,
    V: Tensor,
    e: Index,
    name: str,
    output: str,
    conditions: Sequence[Tensor | None],
    keep: float | sympy.Expr = 1,
) -> Graph:
    """P = softmax of S over the keys that are visible, and O = P V."""
    *batch, i, j = S.indices
    P, O = Tensor(f"P{name}", *batch, i, j), Tensor(f"{output}{name}", *batch, i, e)
    weight = visible * exp(S.at())
    weighed = define(P.at(), weight / total(weight, over=j))
    made = [Graph(weighed, inputs=_once(S, *conditions), output=P)]
    if keep != 1:
        made.append(dropout(P, keep, name, output="P_m"))
    last = made[-1].output
    value = total(last.at() * Entry(V, *batch, j, e), over=j)
    return join(*made, Graph(define(O.at(), value), inputs=[last, V], output=O))


def _once(*tensors: Tensor | None) -> tuple[Tensor, ...]:
    return tuple({t.name: t for t in tensors if t is not None}.values())


def _check_order(t: Tensor, least: int, layer: str) -> None:
    if t.order < least:
        raise IndexMismatch(f"{layer}: {t.name} has {t.order} axes, expected at least {least}")


def _check_shape(t: Tensor, axes: Sequence[Index], other: Tensor) -> None:
    expected = tuple(k.extent for k in axes)
    if t.order != len(expected):
        raise IndexMismatch(
            f"{t.name} has {t.order} axes, expected {len(expected)} to fit {other.name}"
        )
    if t.shape != expected:
        raise ExtentMismatch(
            f"{t.name} has extents {t.shape}, expected {expected} to fit {other.name}"
        )
