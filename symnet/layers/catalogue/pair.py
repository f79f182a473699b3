"""The catalogue of layers on pair representations."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder


def pair() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {}
