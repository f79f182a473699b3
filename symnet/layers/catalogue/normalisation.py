"""The catalogue of normalisation and dropout."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder


def normalisation() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {}
