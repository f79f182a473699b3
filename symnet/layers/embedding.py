"""Embeddings: rows of a table, looked up by ids; and the same table as output weights.

    y[n,t,d] = E[ids[n,t],d]                                    with `scaled`, times sqrt(D)
    z[n,t,v] = sum_d h[n,t,d] E[v,d] + c[v]                     tied logits

    BERT's input: x = E[ids] + G[segments] + U,  then layer norm

An id that occurs several times collects all of its cotangents. A tied table gets both: those of
the rows that are looked up, and those of the logits.
Sources: Bengio et al. 2003, sec. 2; Press & Wolf 2017; Vaswani et al. 2017, sec. 3.4; Devlin et
al. 2019, fig. 2.
"""

from __future__ import annotations

from symnet.layers.axes import Width, new_axis
from symnet.layers.initial import unit_rows
from symnet.layers.model import join
from symnet.layers.normalisation import layer_norm
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    define,
    sqrt,
    total,
)


@titled("embedding")
def embedding(
    ids: Tensor,
    width: Width | None = None,
    name: str = "",
    *,
    table: Tensor | None = None,
    scaled: bool = False,
    output: str = "y",
) -> Graph:
    """y[n,t,d] = E[ids[n,t],d], with `scaled` times sqrt(D).

    ids (any shape), integers below V; E (V, D), y (.., D). `width` is D; `table` is a tensor to
    share instead of a new E, whose rows start with length about 1. Raises UnsupportedExpression if
    ids are not integers with a bound, or if neither width nor table is given.
    Source: Vaswani et al. 2017, sec. 3.4, for the scale.
    """
    if not ids.is_integer_valued or ids.below is None:
        raise UnsupportedExpression(f"embedding: {ids.name} is expected to be integer, with below=")
    if table is not None:
        d = table.indices[-1]
    elif width is not None:
        d = new_axis(width, ids.indices)
    else:
        raise UnsupportedExpression("embedding: expected a width or a table")
    E = table if table is not None else Tensor(f"E{name}", _vocabulary(ids, d), d)
    y = Tensor(f"{output}{name}", *ids.indices, d)
    row = Entry(E, ids.at(), d)
    value = row * sqrt(d.extent) if scaled else row
    start = [] if table is not None else [(E, unit_rows())]
    return Graph(define(y.at(), value), inputs=[ids], parameters=[E], output=y, rules=start)


@titled("tied logits")
def tied_logits(
    h: Tensor, table: Tensor, name: str = "", *, bias: bool = True, output: str = "z"
) -> Graph:
    """z[n,t,v] = sum_d h[n,t,d] E[v,d] + c[v]: the table of an embedding as output weights.

    h (.., D), `table` E (V, D), c (V,), z (.., V). Raises IndexMismatch if h has no axis or E has
    not two, ExtentMismatch if E does not fit. Source: Press & Wolf 2017, sec. 3.
    """
    if not h.order or table.order != 2:
        raise IndexMismatch(
            f"tied_logits: {h.name} has {h.order} axes and {table.name} {table.order}; "
            "expected (.., D) and (V, D)"
        )
    *batch, d = h.indices
    taken = {i.letter for i in h.indices}
    own = table.indices[0]
    v = own if own.letter not in taken else new_axis(own.extent, h.indices)
    c, z = Tensor(f"c{name}", v), Tensor(f"{output}{name}", *batch, v)
    value = total(h.at() * table[v, d], over=d) + (c[v] if bias else 0)
    parameters = [table, c] if bias else [table]
    return Graph(define(z.at(), value), inputs=[h], parameters=parameters, output=z)


@titled("BERT input")
def bert_input(
    ids: Tensor, segments: Tensor, width: Width, name: str = "", *, output: str = "y"
) -> Graph:
    """x[n,t,d] = E[ids[n,t],d] + G[segments[n,t],d] + U[t,d];  y = layer norm of x.

    ids (.., T) below V, segments (.., T) below B (2: first or second sentence), E (V, D), G (B, D),
    U (T, D), x and y (.., T, D), gamma and beta (D,).
    Raises as embedding does, and IndexMismatch if ids have no axis or segments another shape.
    Source: Devlin et al. 2019, sec. 3 and fig. 2; the layer norm as in its published code.
    """
    if not ids.order or segments.shape != ids.shape:
        raise IndexMismatch(
            f"bert_input: {ids.name} has extents {ids.shape}, {segments.name} {segments.shape}; "
            "expected the same, with an axis of places"
        )
    words = embedding(ids, width, name)
    (E,) = words.parameters
    d = E.indices[1]
    G, U = Tensor(f"G{name}", _vocabulary(segments, d), d), Tensor(f"U{name}", ids.indices[-1], d)
    x = Tensor(f"x{name}", *ids.indices, d)
    which = Entry(segments, *ids.indices)
    value = Entry(E, ids.at(), d) + Entry(G, which, d) + U.at()
    added = Graph(
        define(x.at(), value),
        inputs=[ids, segments],
        parameters=[E, G, U],
        output=x,
        rules=[(table, unit_rows()) for table in (E, G, U)],
    )
    return join(added, layer_norm(x, name, output=output))


def _vocabulary(ids: Tensor, d: Index) -> Index:
    if ids.below is None:
        raise UnsupportedExpression(f"embedding: {ids.name} is expected to be integer, with below=")
    return new_axis(ids.below, (*ids.indices, d))
