"""The catalogue of layers on pair representations."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder
from symnet.layers.pair import (
    column_attention,
    outer_product_mean,
    row_attention,
    transition,
    triangle_attention,
    triangle_multiplication,
)
from symnet.notation import Index, Tensor


def _pairs() -> Tensor:
    return Tensor("z", Index("i", "I"), Index("j", "I"), Index("d", "D"))


def _alignment() -> Tensor:
    return Tensor("m", Index("s", "N"), Index("i", "I"), Index("a", "M"))


def _c() -> Index:
    return Index("c", "C")


def _h() -> Index:
    return Index("h", "H")


def pair() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "triangle_outgoing": lambda: triangle_multiplication(_pairs(), _c()),
        "triangle_incoming": lambda: triangle_multiplication(_pairs(), _c(), outgoing=False),
        "triangle_starting": lambda: triangle_attention(_pairs(), _h(), _c()),
        "triangle_ending": lambda: triangle_attention(_pairs(), _h(), _c(), starting=False),
        "row_attention": lambda: row_attention(_alignment(), _pairs(), _h(), _c()),
        "column_attention": lambda: column_attention(_alignment(), _h(), _c()),
        "outer_product_mean": lambda: outer_product_mean(_alignment(), _c(), Index("e", "D")),
        "transition": lambda: transition(_pairs(), Index("f", "F")),
    }
