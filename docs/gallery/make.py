"""Make the pictures of this folder: python docs/gallery/make.py [NAME ...]"""

import sys
from collections.abc import Callable
from pathlib import Path

from symnet.calculus import gradient
from symnet.layers import (
    dense,
    encoder_block,
    join,
    lstm,
    mlp,
    residual_block,
    softmax_cross_entropy,
)
from symnet.layers.transformer import Block
from symnet.notation import Definition, Graph, Index, Tensor, tanh, total
from symnet.render import Drawing, draw

HERE = Path(__file__).parent


def dense_layer() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", "D"))
    forward = dense(x, Index("j", "K"), output="y")
    return gradient(forward, ["x", "W", "b"], cotangent="y_bar", with_value=True)


def classifier() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", "D"))
    network = mlp(x, [Index("j", "H"), Index("k", "K")])
    y = Tensor("y", *network.output.indices, assume="one_hot")
    forward = join(network, softmax_cross_entropy(network.output, y))
    return gradient(forward, [t.name for t in forward.parameters], with_value=True)


def recurrent_cell() -> Graph:
    n, t = Index("n", "N"), Index("t", "T", sequential=True)
    d, k = Index("d", "D"), Index("k", "H")
    j = k.fresh()
    x, W, U, b = Tensor("x", n, t, d), Tensor("W", d, k), Tensor("U", j, k), Tensor("b", k)
    h = Tensor("h", n, t, k)
    inside = total(x[n, t, d] * W[d, k], d) + total(h[n, t - 1, j] * U[j, k], j) + b[k]
    forward = Graph(Definition(h[n, t, k], tanh(inside), base=0), inputs=[x], parameters=[W, U, b])
    return gradient(forward, ["x", "W", "U", "b"], cotangent="y_bar", with_value=True)


def lstm_cell() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", "T", sequential=True), Index("i", "D"))
    forward = lstm(x, Index("k", "H"))
    return gradient(forward, [t.name for t in forward.parameters], "h_bar", with_value=True)


def block() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", "T"), Index("d", "D"))
    forward = encoder_block(x, Block("H", "C", "F"))
    return gradient(forward, [t.name for t in forward.parameters], "y2_bar", with_value=True)


def residual() -> Graph:
    axes = Index("n", "N"), Index("c", "C"), Index("u", "A"), Index("v", "B")
    forward = residual_block(Tensor("x", *axes))
    return gradient(forward, [t.name for t in forward.parameters], "y_bar", with_value=True)


PICTURES: dict[str, Callable[[], Drawing]] = {
    "dense": lambda: draw(dense_layer()),
    "classifier": lambda: draw(classifier()),
    "classifier_backward": lambda: draw(classifier(), show="backward"),
    "recurrent_cell": lambda: draw(recurrent_cell()),
    "lstm": lambda: draw(lstm_cell()),
    "lstm_steps": lambda: draw(lstm_cell(), unrolled=3, view="overview"),
    "encoder_block": lambda: draw(block(), view="overview"),
    "encoder_block_attention": lambda: draw(block(), layer="multi-head attention"),
    "encoder_block_norm": lambda: draw(block(), layer="layer norm y1"),
    "residual_block": lambda: draw(residual(), view="overview"),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        print(PICTURES[name]().save(HERE / f"{name}.svg"))
