"""The catalogue of convolution, pooling and residual blocks."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder, rows
from symnet.layers.convolution import convolution as convolved
from symnet.layers.convolution import (
    depthwise_convolution,
    pointwise_convolution,
    transposed_convolution,
)
from symnet.layers.dense import dense
from symnet.layers.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from symnet.layers.residual import dense_residual_block, residual, residual_block
from symnet.notation import Graph, Index, Tensor


def _planes(channels: int | str = "C") -> Tensor:
    of = (Index("n", "N"), Index("c", channels), Index("a", "A"), Index("b", "B"))
    return Tensor("x", *of)


def _sequences(letter: str = "a", places: str = "A") -> Tensor:
    return Tensor("x", Index("n", "N"), Index("c", "C"), Index(letter, places))


def _dense_branch() -> Graph:
    x = rows("x", "i", "I")
    return residual(x, dense(x, Index("j", "I"), output="F"))


def convolution() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "convolution": lambda: convolved(_planes(), "O", 3, stride=2, padding=1),
        "convolution_1d": lambda: convolved(_sequences(), "O", 3, axes=1, padding="same"),
        "grouped_convolution": lambda: convolved(_planes(6), 4, 2, groups=2),
        "depthwise_convolution": lambda: depthwise_convolution(_planes(), 3, padding=1),
        "pointwise_convolution": lambda: pointwise_convolution(_planes(), "O", stride=2),
        "transposed_convolution": lambda: transposed_convolution(
            _sequences("u", "U"), "O", 3, axes=1, stride=2, padding=1, output_padding=1
        ),
        "max_pool": lambda: max_pool(_planes(), 3, stride=2, padding=1),
        "average_pool": lambda: average_pool(_planes(), 2),
        "average_pool_inside": lambda: average_pool(
            _planes(), 3, stride=2, padding=1, count_padding=False
        ),
        "global_average_pool": lambda: global_average_pool(_planes()),
        "global_max_pool": lambda: global_max_pool(_planes()),
        "residual": _dense_branch,
        "residual_block": lambda: residual_block(_planes()),
        "residual_block_projection": lambda: residual_block(_sequences(), "O", stride=2),
        "residual_block_pre_activation": lambda: residual_block(_sequences(), pre_activation=True),
        "dense_residual_block": lambda: dense_residual_block(rows("x", "i", "I")),
    }
