"""The catalogue of attention, positions, embeddings and Transformer blocks."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder


def attention() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {}
