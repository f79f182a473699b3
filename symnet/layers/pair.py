"""Layers on pair representations and alignments: triangles, pair bias, outer product mean.

    z (I, I, C): a vector for each pair of residues;  m (N, I, M): one for each sequence and residue

    triangle multiplication   P[i,j,c] = sum_k a[i,k,c] b[j,k,c]  or  sum_k a[k,i,c] b[k,j,c]
    triangle attention        S[i,h,j,k] = q[i,j] . k[i,k] / sqrt(C) + b[j,k]  or  its transpose
    row and column attention  S[s,h,i,j] = q[s,i] . k[s,j] / sqrt(C) + b[i,j];  along s: no bias
    outer product mean        O[i,j,c,d] = 1/N sum_s a[s,i,c] b[s,j,d]
    transition                two dense layers

Each is the update y that is added to its input. Each begins with a layer norm, and the output is
multiplied by a gate in all but the last two. Source: Jumper et al. 2021, supplement, algorithms 7
to 15, where the pairs have no axis of a batch either. As there, the last map of a layer starts at
0, and gates at sigmoid(1).
"""

from __future__ import annotations

import sympy

from symnet.layers.activation import activation
from symnet.layers.attention import attention
from symnet.layers.axes import Width, new_axis
from symnet.layers.dense import dense
from symnet.layers.feed_forward import feed_forward
from symnet.layers.gate import gate
from symnet.layers.initial import constant, zeros
from symnet.layers.model import join
from symnet.layers.normalisation import layer_norm
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Rule,
    Tensor,
    define,
    total,
)


@titled("triangle multiplication")
def triangle_multiplication(
    z: Tensor, width: Width, name: str = "", *, outgoing: bool = True, output: str = "y"
) -> Graph:
    """n_z = layer_norm(z);  a = sigmoid(n_z V_a + c_a) (n_z W_a + b_a);  b likewise;

        P[i,j,c] = sum_k a[i,k,c] b[j,k,c]        outgoing edges
        P[i,j,c] = sum_k a[k,i,c] b[k,j,c]        incoming edges

    n_P = layer_norm(P);  g = sigmoid(n_z W_g + b_g);  y = g (n_P W_o + b_o).
    z, n_z, g and y (I, I, D), a, b, P and n_P (I, I, C); `width` is C. The factors of a are g_a
    and p_a, those of y are g and o. P of incoming edges is that of outgoing ones on transposed a
    and b; g is not transposed. Raises IndexMismatch or ExtentMismatch if z is not (I, I, D).
    Source: Jumper et al. 2021, supplement, algorithms 11 and 12.
    """
    i, j, d = _pairs(z, "triangle_multiplication")
    c = new_axis(width, z.indices)
    first = layer_norm(z, f"_z{name}", output="n")
    n = first.output
    a, b = (_gated(n, c, letter, name) for letter in ("a", "b"))
    k = new_axis(i.extent, (i, j, d, c))
    edges = ((i, k), (j, k)) if outgoing else ((k, i), (k, j))
    P = Tensor(f"P{name}", i, j, c)
    sides = (Entry(g.output, *pair, c) for g, pair in zip((a, b), edges, strict=True))
    product = define(P.at(), total(sympy.Mul(*sides), over=k))
    meet = Graph(product, inputs=[a.output, b.output], output=P)
    last = layer_norm(P, f"_P{name}", output="n")
    g, o = _gate(n, d, "g", name), _last(last.output, d, name)
    return join(first, a, b, meet, last, g, o, gate(g.output, o.output, name, output=output))


@titled("triangle attention")
def triangle_attention(
    z: Tensor,
    heads: Width,
    width: Width,
    name: str = "",
    *,
    starting: bool = True,
    output: str = "y",
) -> Graph:
    """n_z = layer_norm(z);  q, k, v of each pair;  b = n_z W_b;  g = sigmoid(n_z W_g + b_g);

        S[i,h,j,k] = q[i,j] . k[i,k] / sqrt(C) + b[j,k],  o[i,j] = g[i,j] sum_k P v[i,k]    starting
        S[j,h,i,k] = q[i,j] . k[k,j] / sqrt(C) + b[k,i],  o[i,j] = g[i,j] sum_k P v[k,j]    ending

    P = softmax_k S;  y[i,j] = sum_h o W_o + b_o. z, n_z and y (I, I, D), q, k, v, g, O and o
    (I, H, I, C), where the pair (i, j) of an ending node stands at [j, :, i], b (H, I, I), S and P
    (I, H, I, I); `heads` is H, `width` is C. The layer of the ending node is that of the starting
    node on transposed pairs. Raises IndexMismatch or ExtentMismatch if z is not (I, I, D).
    Source: Jumper et al. 2021, supplement, algorithms 13 and 14.
    """
    i, j, _ = _pairs(z, "triangle_attention")
    first = layer_norm(z, f"_z{name}", output="n")
    lead, place = (i, j) if starting else (j, i)
    n = first.output
    h, _ = _head_axes(n, heads, width)
    bias = _pair_bias(n, h, (lead, place), name)
    return join(first, bias, _attention(n, lead, place, h, width, bias.output, name, output))


@titled("row attention")
def row_attention(
    m: Tensor, z: Tensor, heads: Width, width: Width, name: str = "", *, output: str = "y"
) -> Graph:
    """n_m = layer_norm(m);  q, k, v;  b = layer_norm(z) W_b;  g = sigmoid(n_m W_g + b_g);

        S[s,h,i,j] = q[s,i] . k[s,j] / sqrt(C) + b[i,j];   P = softmax_j S
        o[s,i] = g[s,i] sum_j P v[s,j];                    y[s,i] = sum_h o W_o + b_o

    m, n_m and y (N, I, M), z and n_z (I, I, D), q, k, v, g, O and o (N, H, I, C), b (H, I, I), S
    and P (N, H, I, I); `heads` is H, `width` is C. The bias of the layer norm of z adds the same to
    all b: its gradient is 0. Raises IndexMismatch or ExtentMismatch if m and z do not fit.
    Source: Jumper et al. 2021, supplement, algorithm 7.
    """
    s, i, _ = _alignment(m, "row_attention")
    first, second, _ = _pairs(z, "row_attention")
    if first.extent != i.extent:
        raise ExtentMismatch(
            f"row_attention: {z.name} has pairs of {first.extent}, expected {i.extent} for {m.name}"
        )
    own, pairs = layer_norm(m, f"_m{name}", output="n"), layer_norm(z, f"_z{name}", output="n")
    h, _ = _head_axes(own.output, heads, width)
    bias = _pair_bias(pairs.output, h, (first, second), name)
    core = _attention(own.output, s, i, h, width, bias.output, name, output)
    return join(own, pairs, bias, core)


@titled("column attention")
def column_attention(
    m: Tensor, heads: Width, width: Width, name: str = "", *, output: str = "y"
) -> Graph:
    """n_m = layer_norm(m);  S[i,h,s,t] = q[s,i] . k[t,i] / sqrt(C);  P = softmax_t S;
    o[s,i] = g[s,i] sum_t P v[t,i];  g = sigmoid(n_m W_g + b_g);  y[s,i] = sum_h o W_o + b_o.

    m, n_m and y (N, I, M), q, k, v, g, O and o (I, H, N, C), S and P (I, H, N, N).
    Raises IndexMismatch if m is not (N, I, M).
    Source: Jumper et al. 2021, supplement, algorithm 8.
    """
    s, i, _ = _alignment(m, "column_attention")
    first = layer_norm(m, f"_m{name}", output="n")
    h, _ = _head_axes(first.output, heads, width)
    return join(first, _attention(first.output, i, s, h, width, None, name, output))


@titled("outer product mean")
def outer_product_mean(
    m: Tensor, hidden: Width, width: Width, name: str = "", *, output: str = "y"
) -> Graph:
    """n_m = layer_norm(m);  a = n_m W_a + b_a;  b = n_m W_b + b_b;

        O[i,j,c,d] = 1/N sum_s a[s,i,c] b[s,j,d];   y[i,j] = sum_cd O[i,j,c,d] W_o[c,d] + b_o

    m and n_m (N, I, M), a and b (N, I, C), O (I, I, C, C), W_o (C, C, D), y (I, I, D); `hidden` is
    C, `width` is D. Raises IndexMismatch if m is not (N, I, M).
    Source: Jumper et al. 2021, supplement, algorithm 10.
    """
    s, i, _ = _alignment(m, "outer_product_mean")
    c = new_axis(hidden, m.indices)
    first = layer_norm(m, f"_m{name}", output="n")
    a, b = (_dense(first.output, c, letter, name) for letter in ("a", "b"))
    j = new_axis(i.extent, (*m.indices, c))
    free = all(k.letter != "d" for k in (*m.indices, c, j))
    d = Index("d", c.extent) if free else new_axis(c.extent, (*m.indices, c, j))
    O = Tensor(f"O{name}", i, j, c, d)
    product = total(Entry(a.output, s, i, c) * Entry(b.output, s, j, d), over=s) / s.extent
    mean = Graph(define(O.at(), product), inputs=[a.output, b.output], output=O)
    e = new_axis(width, O.indices)
    W, bias = Tensor(f"W_o{name}", c, d, e), Tensor(f"b_o{name}", e)
    y = Tensor(f"{output}{name}", i, j, e)
    value = total(O.at() * W.at(), over=(c, d)) + bias[e]
    mapped = Graph(
        define(y.at(), value),
        inputs=[O],
        parameters=[W, bias],
        output=y,
        rules=[(W, zeros()), (bias, zeros())],
    )
    return join(first, a, b, mean, mapped)


@titled("transition")
def transition(
    x: Tensor, hidden: Width | None = None, name: str = "", *, output: str = "y"
) -> Graph:
    """n_x = layer_norm(x);  u = n_x W1 + b1;  h = relu(u);  y = h W2 + b2.

    x, n_x and y (.., D), u and h (.., F); `hidden` is F, by itself 4 D. For pairs and alignments.
    Raises IndexMismatch if x has no axis.
    Source: Jumper et al. 2021, supplement, algorithms 9 and 15.
    """
    if not x.order:
        raise IndexMismatch(f"transition: {x.name} is a scalar, expected (.., D)")
    first = layer_norm(x, f"_x{name}", output="n")
    wide = 4 * x.indices[-1].extent if hidden is None else hidden
    body = feed_forward(first.output, wide, name, output=output)
    last = next(t for t in body.parameters if t.name == f"W2{name}")
    return join(first, body, _starts(body, last, zeros()))


def _attention(
    n: Tensor,
    lead: Index,
    place: Index,
    h: Index,
    width: Width,
    bias: Tensor | None,
    name: str,
    output: str,
) -> Graph:
    """Gated attention along `place`, for each `lead` by itself: n has both, in either order."""
    c = new_axis(width, (*n.indices, h))
    q, k, v = (_heads(n, (lead, h, place, c), letter, name) for letter in "qkv")
    before = _heads(n, (lead, h, place, c), "g", name, output="a_g", bias=True)
    g = activation(before.output, "sigmoid", name, output="g")
    core = attention(q.output, k.output, v.output, name, score_bias=bias)
    o = gate(g.output, core.output, name, output="o")
    d = n.indices[-1]
    W, b, y = Tensor(f"W_o{name}", h, c, d), Tensor(f"b_o{name}", d), n.indices
    value = total(Entry(o.output, lead, h, place, c) * W.at(), over=(h, c)) + b[d]
    made = Tensor(f"{output}{name}", *y)
    last = Graph(
        define(made.at(), value),
        inputs=[o.output],
        parameters=[W, b],
        output=made,
        rules=[(W, zeros()), (b, zeros())],
    )
    return join(q, k, v, before, g, core, o, last)


def _heads(
    n: Tensor,
    axes: tuple[Index, Index, Index, Index],
    letter: str,
    name: str,
    *,
    output: str = "",
    bias: bool = False,
) -> Graph:
    """q[lead,h,place,c] = sum_d n[..,d] W_q[d,h,c]; a gate's has a bias, weights 0 and bias 1."""
    _, h, _, c = axes
    d = n.indices[-1]
    W, b = Tensor(f"W_{letter}{name}", d, h, c), Tensor(f"b_{letter}{name}", h, c)
    q = Tensor(f"{output or letter}{name}", *axes)
    value = total(n.at() * W.at(), over=d) + (b.at() if bias else 0)
    return Graph(
        define(q.at(), value),
        inputs=[n],
        parameters=[W, b] if bias else [W],
        output=q,
        rules=[(W, zeros()), (b, constant(1))] if bias else [],
    )


def _pair_bias(n: Tensor, h: Index, axes: tuple[Index, Index], name: str) -> Graph:
    """b[h,i,j] = sum_d n[i,j,d] W_b[d,h], or b[h,j,i], as `axes` say."""
    d = n.indices[-1]
    W, b = Tensor(f"W_b{name}", d, h), Tensor(f"b{name}", h, *axes)
    value = total(n.at() * W.at(), over=d)
    return Graph(define(b.at(), value), inputs=[n], parameters=[W], output=b)


def _gated(n: Tensor, c: Index, letter: str, name: str) -> Graph:
    """g_a = sigmoid(n V_a + c_a);  p_a = n W_a + b_a;  a = g_a p_a."""
    p = _dense(n, c, letter, name, output=f"p_{letter}")
    V, bias = Tensor(f"V_{letter}{name}", n.indices[-1], c), Tensor(f"c_{letter}{name}", c)
    before = dense(n, c, name, weight=V, bias=bias, output=f"a_{letter}")
    g = activation(before.output, "sigmoid", name, output=f"g_{letter}")
    started = _starts(_starts(before, V, zeros()), bias, constant(1))
    return join(p, started, g, gate(g.output, p.output, name, output=letter))


def _gate(n: Tensor, d: Index, letter: str, name: str) -> Graph:
    """g = sigmoid(n W_g + b_g), with weights that start at 0 and a bias that starts at 1."""
    width = d.fresh() if d in n.indices else d
    before = _dense(n, width, letter, name, output=f"a_{letter}")
    W, b = before.parameters
    g = activation(before.output, "sigmoid", name, output=letter)
    return join(_starts(_starts(before, W, zeros()), b, constant(1)), g)


def _last(n: Tensor, d: Index, name: str) -> Graph:
    """o = n W_o + b_o, which starts at 0."""
    made = _dense(n, d, "o", name, output="o")
    return _starts(made, made.parameters[0], zeros())


def _dense(n: Tensor, c: Index, letter: str, name: str, output: str = "") -> Graph:
    W, b = Tensor(f"W_{letter}{name}", n.indices[-1], c), Tensor(f"b_{letter}{name}", c)
    return dense(n, c, name, weight=W, bias=b, output=output or letter)


def _starts(graph: Graph, t: Tensor, rule: Rule) -> Graph:
    """The graph with a rule for the start of one of its parameters."""
    return join(graph, Graph(parameters=[t], outputs=[], rules=[(t, rule)]), outputs=graph.outputs)


def _head_axes(n: Tensor, heads: Width, width: Width) -> tuple[Index, Index]:
    h = new_axis(heads, n.indices)
    return h, new_axis(width, (*n.indices, h))


def _pairs(z: Tensor, who: str) -> tuple[Index, Index, Index]:
    if z.order != 3:
        raise IndexMismatch(f"{who}: {z.name} has {z.order} axes, expected (I, I, D)")
    i, j, d = z.indices
    if i.extent != j.extent:
        raise ExtentMismatch(
            f"{who}: {z.name} has pairs of {i.extent} and {j.extent}, expected one extent"
        )
    return i, j, d


def _alignment(m: Tensor, who: str) -> tuple[Index, Index, Index]:
    if m.order != 3:
        raise IndexMismatch(f"{who}: {m.name} has {m.order} axes, expected (N, I, M)")
    s, i, a = m.indices
    return s, i, a
