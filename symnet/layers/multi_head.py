"""Multi-head attention: H attentions beside each other, without reshaping.

    q[n,h,t,c] = sum_d x[n,t,d] W_q[d,h,c] + b_q[h,c]        k, v likewise, of x or of a memory
    S, P, O    = attention(q, k, v)                          S[n,h,t,s], O[n,h,t,c]
    a[n,t,d]   = sum_h sum_c O[n,h,t,c] W_o[h,c,d] + b_o[d]

The head is an axis of its own, and the concatenation of Vaswani et al. is the sum over h.
Source: Vaswani et al. 2017, sec. 3.2.2. Ours: biases, as in the usual implementations; b_k has no
effect, and its gradient is 0.
"""

from __future__ import annotations

from typing import Any

import sympy

from symnet.layers.attention import attention
from symnet.layers.axes import Width, new_axis
from symnet.layers.initial import zeros
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    define,
    guard,
    replace,
    total,
    where,
)


@titled("projection to heads")
def split_heads(
    x: Tensor, heads: Width, width: Width, name: str = "", *, bias: bool = True, output: str = "q"
) -> Graph:
    """q[n,h,t,c] = sum_d x[n,t,d] W_q[d,h,c] + b_q[h,c].

    x (.., T, D), W_q (D, H, C), b_q (H, C), q (.., H, T, C); `output` also names W and b. `heads`
    is H and `width` is C; b starts at 0. Raises IndexMismatch if x has fewer than two axes.
    """
    if x.order < 2:
        raise IndexMismatch(f"split_heads: {x.name} has {x.order} axes, expected (.., T, D)")
    *batch, t, d = x.indices
    h = new_axis(heads, x.indices)
    c = new_axis(width, (*x.indices, h))
    W, b = Tensor(f"W_{output}{name}", d, h, c), Tensor(f"b_{output}{name}", h, c)
    q = Tensor(f"{output}{name}", *batch, h, t, c)
    value = total(x.at() * W[d, h, c], over=d) + (b[h, c] if bias else 0)
    return Graph(
        define(q.at(), value),
        inputs=[x],
        parameters=[W, b] if bias else [W],
        output=q,
        rules=[(b, zeros())] if bias else [],
    )


@titled("projection of heads")
def merge_heads(
    O: Tensor, width: Width, name: str = "", *, bias: bool = True, output: str = "a"
) -> Graph:
    """a[n,t,d] = sum_h sum_c O[n,h,t,c] W_o[h,c,d] + b_o[d].

    O (.., H, T, C), W_o (H, C, D), b_o (D,), a (.., T, D). `width` is D.
    Raises IndexMismatch if O has fewer than three axes.
    """
    if O.order < 3:
        raise IndexMismatch(f"merge_heads: {O.name} has {O.order} axes, expected (.., H, T, C)")
    *batch, h, t, c = O.indices
    d = new_axis(width, O.indices)
    W, b = Tensor(f"W_o{name}", h, c, d), Tensor(f"b_o{name}", d)
    a = Tensor(f"{output}{name}", *batch, t, d)
    value = total(O.at() * W[h, c, d], over=(h, c)) + (b[d] if bias else 0)
    parameters = [W, b] if bias else [W]
    return Graph(define(a.at(), value), inputs=[O], parameters=parameters, output=a)


@titled("multi-head attention")
def multi_head(
    x: Tensor,
    heads: Width,
    width: Width | None = None,
    name: str = "",
    *,
    memory: Tensor | None = None,
    value_width: Width | None = None,
    bias: bool = True,
    output: str = "a",
    **options: Any,
) -> Graph:
    """q, k, v = projections for each head;  S, P, O = attention(q, k, v);  a = sum_h O W_o + b_o.

    x (.., T, D), q and k (.., H, T, C), v and O (.., H, T, E), S and P (.., H, T, T), a (.., T, D).
    With `memory` (.., R, M), keys and values are those of the memory: k (.., H, R, C), S and P
    (.., H, T, R). `heads` is H; `width` is C, by itself D/H where both are numbers; `value_width`
    is E, by itself C. Without `bias` the projections have none. Further options are those of
    attention: scaled, causal, padding, mask, keep, and score_bias (.., T, R), whose dots are the
    last of the axes (.., H).
    Raises what attention raises, and UnsupportedExpression if the width is not known.
    """
    h, c = head_axes(x, heads, width)
    e = c if value_width is None else new_axis(value_width, (*x.indices, h, c))
    query = split_heads(x, h, c, name, bias=bias, output="q")
    key, value = keys_and_values(x if memory is None else memory, h, c, e, name, bias=bias)
    return join(
        query,
        key,
        value,
        attend(query.output, key.output, value.output, x, name, bias, output, **options),
    )


def keys_and_values(
    memory: Tensor, heads: Width, width: Width, value_width: Width, name: str, *, bias: bool
) -> tuple[Graph, Graph]:
    """k and v of the memory for each head: two graphs, which a decoder needs once."""
    key = split_heads(memory, heads, width, name, bias=bias, output="k")
    return key, split_heads(memory, heads, value_width, name, bias=bias, output="v")


def attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    x: Tensor,
    name: str = "",
    bias: bool = True,
    output: str = "a",
    *,
    score_bias: Tensor | None = None,
    **options: Any,
) -> Graph:
    """a = sum_h attention(q, k, v) W_o + b_o, with the width of x: keys and values are given.

    q (.., H, T, C), k (.., H, R, C), v (.., H, R, E), x and a (.., T, D).
    """
    core = attention(q, k, v, name, score_bias=score_bias, **options)
    return join(core, merge_heads(core.output, x.indices[-1], name, bias=bias, output=output))


@titled("multi-head attention")
def multi_head_step(
    x: Tensor,
    heads: Width,
    width: Width | None = None,
    name: str = "",
    *,
    start: Tensor,
    slots: Width | None = None,
    bias: bool = True,
    output: str = "a",
    **options: Any,
) -> Graph:
    """Causal self-attention for new positions: their keys and values join those that are cached.

        k[n,h,s,c] = k_new[n,h,s-start,c] if start <= s < start + T, else k_cache[n,h,s,c]
        a          = causal attention of q[n,h,t,c] to the keys s <= t + start

    x (.., T, D), the new positions (T may be 1); start () integer, the place of the first of them;
    k_cache, v_cache, k and v (.., H, R, C) with R = `slots` places, by itself the bound of start;
    a (.., T, D). Updates: k_cache <- k and v_cache <- v. Row t is row start + t of causal
    multi_head on all positions, whose parameters have the same names. New positions beyond the
    last slot are not kept. Source: the cache is folklore; the layer is that of multi_head.
    """
    h, c = head_axes(x, heads, width)
    *batch, t, _ = x.indices
    places = slots if slots is not None else start.below
    if places is None:
        raise UnsupportedExpression(f"{start.name} has no bound; expected below=, or slots=")
    s = places if isinstance(places, Index) else Index("s", places)
    query = split_heads(x, h, c, name, bias=bias, output="q")
    made: list[Graph] = [query]
    updates = []
    for letter in "kv":
        new = _with_weights_of(split_heads(x, h, c, name, bias=bias, output=letter), letter, name)
        cache, all_of = (
            Tensor(f"{letter}{suffix}{name}", *batch, h, s, c) for suffix in ("_cache", "")
        )
        place = s - Entry(start)
        value = where(
            guard(0, place, t.extent),
            Entry(new.output, *batch, h, place, c),
            Entry(cache, *batch, h, s, c),
        )
        made += [
            new,
            Graph(define(all_of.at(), value), inputs=[new.output, cache, start], output=all_of),
        ]
        updates.append((cache, all_of))
    k, v = (new for _, new in updates)
    core = attend(query.output, k, v, x, name, bias, output, causal=True, start=start, **options)
    return replace(join(*made, core), updates=tuple(updates))


def _with_weights_of(graph: Graph, letter: str, name: str) -> Graph:
    """The graph with its output called k_new in place of k."""
    (d,) = graph.definitions
    new = Tensor(f"{letter}_new{name}", *d.free)
    return replace(graph, definitions=(define(new.at(), d.expression),), outputs=(new,))


def head_axes(x: Tensor, heads: Width, width: Width | None) -> tuple[Index, Index]:
    """The axes of the heads and of the entries in a head, D/H where both are numbers."""
    h = new_axis(heads, x.indices)
    if width is not None:
        return h, new_axis(width, (*x.indices, h))
    share = x.shape[-1] / h.extent
    if not isinstance(share, sympy.Integer):
        raise UnsupportedExpression(
            f"the width of {x.name} is {x.shape[-1]} and there are {h.extent} heads; "
            "expected width="
        )
    return h, new_axis(int(share), (*x.indices, h))
