"""BERT: an encoder that sees both sides, and the two heads it is trained with.

    encoder     y = encoder blocks(layer norm(E[ids] + G[segments] + U))
    masked language model    g = gelu(y W + b);  e = LN(g);  z[n,t,v] = sum_d e[n,t,d] E[v,d] + c[v]
    next sentence            c[n] = tanh(y[n,0] W + b);  z[n,k] = sum_d c[n,d] W[d,k] + b[k]

E stands in front and behind: its gradient has both contributions. The losses are in loss.py.
Source: Devlin et al. 2019, sec. 3.1 and app. A; gelu, layer norm and tanh in the heads as in its
published code.
"""

from __future__ import annotations

from typing import Any

from symnet.layers.activation import activation
from symnet.layers.axes import Width, new_axis
from symnet.layers.dense import dense
from symnet.layers.embedding import bert_input, tied_logits
from symnet.layers.model import join
from symnet.layers.normalisation import layer_norm
from symnet.layers.titled import titled
from symnet.layers.transformer import Block, encoder
from symnet.notation import Entry, Graph, IndexMismatch, Tensor, define, tanh, total


@titled("BERT")
def bert(
    ids: Tensor,
    segments: Tensor,
    width: Width,
    block: Block,
    count: int,
    name: str = "",
    **options: Any,
) -> Graph:
    """The sum of three embeddings, its layer norm y, then `count` encoder blocks.

    ids and segments (N, T), y and the output (N, T, D), `width` is D. Options are those of
    encoder_block: padding (N, T) of 0 and 1, or lengths (N,). The table is the parameter E.
    Source: Devlin et al. 2019, sec. 3; its blocks are post-LN with activation="gelu".
    """
    first = bert_input(ids, segments, width, name)
    return join(first, encoder(first.output, block, count, name, **options))


@titled("masked-language head")
def masked_language_head(h: Tensor, table: Tensor, name: str = "_m", *, output: str = "z") -> Graph:
    """u = h W + b;  g = gelu(u);  e = LN(g);  z[n,t,v] = sum_d e[n,t,d] E[v,d] + c[v].

    h, u, g and e (.., T, D), W (D, D), b (D,), `table` E (V, D), c (V,), z (.., T, V): logits.
    Raises as tied_logits does. Source: Devlin et al. 2019, sec. 3.1, and its published code.
    """
    u = dense(h, new_axis(h.shape[-1], h.indices), name, output="u")
    g = activation(u.output, "gelu", name, output="g")
    e = layer_norm(g.output, name, output="e")
    return join(u, g, e, tied_logits(e.output, table, name, output=output))


@titled("next-sentence head")
def next_sentence_head(
    h: Tensor, classes: Width = 2, name: str = "_s", *, output: str = "z"
) -> Graph:
    """c[n,e] = tanh(sum_d h[n,0,d] W_c[d,e] + b_c[e]);  z[n,k] = sum_e c[n,e] W[e,k] + b[k].

    h (.., T, D), W_c (D, D), b_c (D,), c (.., D), W (D, K), b (K,), z (.., K): logits. Place 0 is
    that of [CLS]. Raises IndexMismatch if h has fewer than two axes.
    Source: Devlin et al. 2019, sec. 3.1 and 4; tanh as in its published code.
    """
    if h.order < 2:
        raise IndexMismatch(f"next_sentence_head: {h.name} has {h.order} axes, expected (.., T, D)")
    *batch, _, d = h.indices
    e = new_axis(d.extent, h.indices)
    W, b = Tensor(f"W_c{name}", d, e), Tensor(f"b_c{name}", e)
    c = Tensor(f"c{name}", *batch, e)
    first = Graph(
        define(c.at(), tanh(total(Entry(h, *batch, 0, d) * W[d, e], over=d) + b[e])),
        inputs=[h],
        parameters=[W, b],
        output=c,
    )
    return join(first, dense(c, classes, name, output=output))
