"""The five graphs that a drawing is held to, forward and backward, and the layers in them."""

from functools import cache

from symnet.calculus import gradient
from symnet.layers import (
    attention,
    encoder_block,
    join,
    lstm,
    mlp,
    residual_block,
    softmax_cross_entropy,
)
from symnet.layers.loss import labels
from symnet.layers.transformer import Block
from symnet.notation import Graph, Index, Tensor

NAMES = ("classifier", "lstm", "attention", "encoder_block", "residual_block")


def classifier() -> Graph:
    """Two layers and softmax cross-entropy."""
    x = Tensor("x", Index("n", "N"), Index("i", "D"))
    net = mlp(x, [Index("j", "H"), Index("k", "K")])
    return join(net, softmax_cross_entropy(net.output, labels(net.output)))


def lstm_cell() -> Graph:
    t = Index("t", "T", sequential=True)
    return lstm(Tensor("x", Index("n", "N"), t, Index("i", "D")), Index("k", "H"))


def self_attention() -> Graph:
    i, j, k, e = Index("i", "n"), Index("j", "m"), Index("k", "d"), Index("e", "e")
    return attention(Tensor("Q", i, k), Tensor("K", j, k), Tensor("V", j, e))


def block() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", "T"), Index("d", "D"))
    return encoder_block(x, Block("H", "C", "F"))


def residual() -> Graph:
    axes = Index("n", "N"), Index("c", "C"), Index("u", "A"), Index("v", "B")
    return residual_block(Tensor("x", *axes))


MAKERS = dict(zip(NAMES, (classifier, lstm_cell, self_attention, block, residual), strict=True))


@cache
def both_ways(name: str) -> Graph:
    """With the gradient by its parameters, or by its inputs where there are none."""
    forward = MAKERS[name]()
    wrt = [t.name for t in forward.parameters or forward.inputs]
    cotangent = f"{forward.output.name}_bar" if forward.output.order else None
    return gradient(forward, wrt, cotangent=cotangent, with_value=True)
