"""The catalogue of recurrences: RNN, LSTM, GRU."""

from __future__ import annotations

from functools import partial

from symnet.layers.catalogue.entry import Builder
from symnet.layers.model import join
from symnet.layers.recurrent import bidirectional, gru, lstm, readout, rnn
from symnet.notation import Graph, Index, Tensor


def sequences(name: str, letter: str, over: str) -> Tensor:
    """name[n, t, letter] with n < N and t < T, along which a recurrence may run."""
    return Tensor(name, Index("n", "N"), Index("t", "T", sequential=True), Index(letter, over))


def _x() -> Tensor:
    return sequences("x", "i", "I")


def _k() -> Index:
    return Index("k", "H")


def _both_ways() -> Graph:
    states = bidirectional(partial(rnn, width=_k()), _x())
    return join(states, readout(states.outputs, Index("j", "J")))


def recurrent() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "rnn": lambda: rnn(_x(), _k()),
        "bidirectional_rnn": _both_ways,
        "lstm": lambda: lstm(_x(), _k(), initial="given"),
        "lstm_peepholes": lambda: lstm(_x(), _k(), peepholes=True),
        "gru_cho": lambda: gru(_x(), _k(), convention="cho"),
        "gru_chung": lambda: gru(_x(), _k(), convention="chung"),
        "gru_reset_after": lambda: gru(_x(), _k(), convention="reset_after"),
    }
