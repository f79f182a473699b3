"""The catalogue of convolution, pooling and residual blocks."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder


def convolution() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {}
