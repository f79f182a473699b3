"""The catalogue of recurrences: RNN, LSTM, GRU."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder


def recurrent() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {}
