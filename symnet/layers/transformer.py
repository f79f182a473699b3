"""Transformer blocks: attention and a feed-forward layer, each with a sum and a layer norm.

    post-LN     y1 = LN(x + attention(x));     y2 = LN(y1 + feed_forward(y1))
    pre-LN      z1 = x + attention(LN(x));     z2 = z1 + feed_forward(LN(z1))

    decoder     causal self-attention, attention to a memory, feed-forward: three such steps

Names: k in z<k>, mu<k>, x_hat<k>, y<k> counts the steps; what attends to the memory has `_c`; the
blocks of a stack are numbered from 1: W_q_1, W_q_2.
Sources: Vaswani et al. 2017, sec. 3.1 to 3.3; pre-LN: Xiong et al. 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from symnet.layers.activation import entrywise
from symnet.layers.axes import Width
from symnet.layers.dropout import dropout
from symnet.layers.feed_forward import feed_forward
from symnet.layers.model import join
from symnet.layers.multi_head import (
    attend,
    head_axes,
    keys_and_values,
    multi_head,
    multi_head_step,
    split_heads,
)
from symnet.layers.normalisation import layer_norm
from symnet.layers.titled import titled
from symnet.notation import Graph, Tensor


@dataclass(frozen=True)
class Block:
    """What all blocks of a stack have in common.

    `heads` H heads of `width` C (by itself D/H, where both are numbers), a feed-forward layer of
    `hidden` F units with `activation`, `gated` or not; `pre_norm` says where the layer norms stand.
    Dropout keeps an entry with probability `keep` at the output of each step, before the sum, and
    with `keep_weights` in P. Source of the former: Vaswani et al. 2017, sec. 5.4.
    """

    heads: Width
    width: Width | None
    hidden: Width
    activation: str = "relu"
    gated: bool = False
    pre_norm: bool = False
    bias: bool = True
    eps: float | sympy.Expr = 1e-5
    keep: float | sympy.Expr = 1
    keep_weights: float | sympy.Expr = 1


@titled("encoder block")
def encoder_block(x: Tensor, block: Block, name: str = "", **options: Any) -> Graph:
    """Self-attention, then a feed-forward layer; post-LN: y2 = LN(y1 + FF(y1)), else z2.

    x, a, z1, y1, f, z2, y2 (.., T, D). Options are those of attention: causal, padding (.., T),
    mask (.., T, T), score_bias. The output is y2 (post-LN) or z2 (pre-LN).
    Source: Vaswani et al. 2017, sec. 3.1, "Encoder".
    """
    first = _step(x, 1, block, name, _self_attention(block, name, options))
    return join(first, _step(first.output, 2, block, name, _feed_forward(block, name)))


@titled("decoder block")
def decoder_block(
    x: Tensor,
    memory: Tensor,
    block: Block,
    name: str = "",
    *,
    memory_padding: Tensor | None = None,
    start: Tensor | None = None,
    **options: Any,
) -> Graph:
    """Causal self-attention, attention to the memory, then a feed-forward layer.

    x, .., y3 (.., T, D), memory (.., R, M), memory_padding (.., R) or lengths (..). The output is
    y3 (post-LN) or z3 (pre-LN). Options are those of attention, for the self-attention.

    With `start`, an integer scalar, x holds the positions start .. start + T - 1 only. Then the
    keys and values of those before are states (see multi_head_step), and those of the memory are
    inputs k_c and v_c (.., H, R, C), which decoder_memory computes once.
    Source: Vaswani et al. 2017, sec. 3.1, "Decoder".
    """
    if start is None:
        inner = _self_attention(block, name, {"causal": True, **options})
    else:
        inner = _cached_attention(block, name, start, options)
    first = _step(x, 1, block, name, inner)
    cross = _cross_attention(block, name, memory, start is not None, memory_padding)
    second = _step(first.output, 2, block, name, cross)
    return join(first, second, _step(second.output, 3, block, name, _feed_forward(block, name)))


@titled("encoder")
def encoder(x: Tensor, block: Block, count: int, name: str = "", **options: Any) -> Graph:
    """`count` encoder blocks, named _1, _2, ..; with pre-LN a last layer norm, _end.

    x and the output (.., T, D). Options are those of encoder_block.
    """
    return _stack(x, block, count, name, lambda h, at: encoder_block(h, block, at, **options))


@titled("decoder")
def decoder(
    x: Tensor, memory: Tensor, block: Block, count: int, name: str = "", **options: Any
) -> Graph:
    """`count` decoder blocks, named _1, _2, ..; with pre-LN a last layer norm, _end.

    x and the output (.., T, D), memory (.., R, M). Options are those of decoder_block.
    """

    def one(h: Tensor, at: str) -> Graph:
        return decoder_block(h, memory, block, at, **options)

    return _stack(x, block, count, name, one)


def decoder_memory(memory: Tensor, block: Block, count: int, name: str = "") -> Graph:
    """k_c_1, v_c_1, k_c_2, ..: the memory's keys and values for each block, all outputs.

    memory (.., R, M), k_c and v_c (.., H, R, C): inputs of `decoder` with `start`.
    """
    graphs: list[Graph] = []
    h, c = head_axes(memory, block.heads, block.width)
    for k in range(1, count + 1):
        graphs += keys_and_values(memory, h, c, c, f"_c{name}_{k}", bias=block.bias)
    return join(*graphs, outputs=[g.output for g in graphs])


# -- steps --------------------------------------------------------------------------------------

Inner = Callable[[Tensor], Graph]


def _step(x: Tensor, k: int, block: Block, name: str, inner: Inner) -> Graph:
    """y = LN(x + inner(x)), or x + inner(LN(x))."""
    if block.pre_norm:
        normed = _norm(x, f"{k}{name}", block)
        made = [normed, inner(normed.output)]
    else:
        made = [inner(x)]
    if block.keep != 1:
        made.append(dropout(made[-1].output, block.keep, f"{k}{name}", output="d"))
    added = entrywise(lambda a, b: a + b, x, made[-1].output, name=f"{k}{name}", output="z")
    made.append(added)
    if not block.pre_norm:
        made.append(_norm(added.output, f"{k}{name}", block))
    return join(*made)


def _norm(x: Tensor, name: str, block: Block) -> Graph:
    return layer_norm(x, name, eps=block.eps)


def _stack(
    x: Tensor, block: Block, count: int, name: str, one: Callable[[Tensor, str], Graph]
) -> Graph:
    graphs: list[Graph] = []
    for k in range(1, count + 1):
        graphs.append(one(graphs[-1].output if graphs else x, f"{name}_{k}"))
    if block.pre_norm:
        graphs.append(_norm(graphs[-1].output, f"{name}_end", block))
    return join(*graphs)


def _self_attention(block: Block, name: str, options: dict[str, Any]) -> Inner:
    own = {"bias": block.bias, "keep": block.keep_weights, **options}
    return lambda h: multi_head(h, block.heads, block.width, name, **own)


def _cached_attention(block: Block, name: str, start: Tensor, options: dict[str, Any]) -> Inner:
    own = {"bias": block.bias, "keep": block.keep_weights, **options}
    return lambda h: multi_head_step(h, block.heads, block.width, name, start=start, **own)


def _cross_attention(
    block: Block, name: str, memory: Tensor, is_given: bool, padding: Tensor | None
) -> Inner:
    """Attention of h to the memory; where its keys and values are given, they are inputs."""

    def make(h: Tensor) -> Graph:
        at = f"_c{name}"
        own: dict[str, Any] = {"bias": block.bias, "keep": block.keep_weights, "padding": padding}
        if not is_given:
            return multi_head(h, block.heads, block.width, at, memory=memory, **own)
        head, c = head_axes(memory, block.heads, block.width)
        *batch, r, _ = memory.indices
        k, v = (Tensor(f"{letter}{at}", *batch, head, r, c) for letter in "kv")
        query = split_heads(h, head, c, at, bias=block.bias)
        return join(query, attend(query.output, k, v, h, at, **own))

    return make


def _feed_forward(block: Block, name: str) -> Inner:
    return lambda h: feed_forward(
        h, block.hidden, name, activation=block.activation, gated=block.gated, output="f"
    )
