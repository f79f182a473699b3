"""From ids to ids: a Transformer's encoder and decoder, two graphs that may be joined.

    encoder    x = sqrt(D) E[source] + p;  memory = encoder blocks(x)
    decoder    x = sqrt(D) E[target] + p;  h = decoder blocks(x, memory);  z = h E^T

One table E stands in all three places if it is shared; p are positions. A decoder for some new
positions only (`start`) takes the cached keys and values as states, and those of the memory as
inputs: the encoder runs once, and each step costs one row.
Source: Vaswani et al. 2017, sec. 3.1, 3.4 and 3.5.
"""

from __future__ import annotations

from typing import Any

from symnet.layers.axes import Width
from symnet.layers.dropout import dropout
from symnet.layers.embedding import embedding, tied_logits
from symnet.layers.model import join
from symnet.layers.position import learned_position, sinusoidal_position
from symnet.layers.titled import titled
from symnet.layers.transformer import Block, decoder, encoder
from symnet.notation import Graph, Tensor, UnsupportedExpression

POSITIONS = ("sinusoidal", "learned", "none")


@titled("encoder")
def sequence_encoder(
    source: Tensor,
    width: Width,
    block: Block,
    count: int,
    name: str = "",
    *,
    positions: str = "sinusoidal",
    table: Tensor | None = None,
    **options: Any,
) -> Graph:
    """x = sqrt(D) E[source] + p, then `count` encoder blocks: the memory.

    source (N, R) ids below V, E (V, D), the output (N, R, D); `width` is D, `positions` one of
    sinusoidal, learned, none; `table` is an E to share. Options are those of encoder_block.
    Raises UnsupportedExpression for another word, and what embedding raises.
    """
    first = _placed(source, width, block, name, positions, table, None)
    return join(first, encoder(first.output, block, count, name, **options))


@titled("decoder")
def sequence_decoder(
    target: Tensor,
    memory: Tensor,
    width: Width,
    block: Block,
    count: int,
    name: str = "_d",
    *,
    positions: str = "sinusoidal",
    table: Tensor | None = None,
    start: Tensor | None = None,
    bias: bool = False,
    output: str = "z",
    **options: Any,
) -> Graph:
    """x = sqrt(D) E[target] + p;  h = `count` decoder blocks(x, memory);  z = h E^T.

    target (N, T) ids below V, memory (N, R, M), E (V, D), z (N, T, V): logits of what comes next,
    with `bias` plus c[v]. `table` is an E to share, such as the encoder's. Options are those of
    decoder_block; with `start` as there, target holds the ids from place start on.
    Raises as sequence_encoder does.
    """
    first = _placed(target, width, block, name, positions, table, start)
    blocks = decoder(first.output, memory, block, count, name, start=start, **options)
    E = next(t for t in first.parameters if t.order == 2)
    return join(first, blocks, tied_logits(blocks.output, E, name, bias=bias, output=output))


def _placed(
    ids: Tensor,
    width: Width,
    block: Block,
    name: str,
    positions: str,
    table: Tensor | None,
    start: Tensor | None,
) -> Graph:
    """sqrt(D) E[ids] + p, and dropout as in the blocks (Vaswani et al. 2017, sec. 5.4)."""
    if positions not in POSITIONS:
        raise UnsupportedExpression(
            f"positions {positions!r}: expected one of {', '.join(POSITIONS)}"
        )
    rows = embedding(ids, width, name, table=table, scaled=True, output="e")
    made = [rows]
    if positions != "none":
        place = sinusoidal_position if positions == "sinusoidal" else learned_position
        made.append(place(rows.output, name, start=start, output="x"))
    if block.keep != 1:
        made.append(dropout(made[-1].output, block.keep, f"0{name}", output="d"))
    return join(*made)
