"""Recurrent layers along a sequential index: plain, LSTM, GRU; stacked, in both directions."""

from symnet.layers.recurrent.gru import CONVENTIONS, gru
from symnet.layers.recurrent.lstm import lstm
from symnet.layers.recurrent.rnn import rnn
from symnet.layers.recurrent.stack import (
    bidirectional,
    last_state,
    length_mask,
    masked,
    readout,
    sequence_lengths,
    stack,
)

__all__ = [
    "CONVENTIONS",
    "bidirectional",
    "gru",
    "last_state",
    "length_mask",
    "lstm",
    "masked",
    "readout",
    "rnn",
    "sequence_lengths",
    "stack",
]
