"""The cases of recurrences: RNN, LSTM, GRU: sizes for each catalogue entry, and further graphs."""

from functools import partial

from symnet.layers import (
    bidirectional,
    catalogue,
    gru,
    join,
    last_state,
    length_mask,
    lstm,
    masked,
    readout,
    rnn,
    sequence_lengths,
    stack,
)
from symnet.notation import Graph, Index, Tensor
from tests.judges.case import Case

N, T = Index("n", "N"), Index("t", "T", sequential=True)
I, H, J = Index("i", "I"), Index("k", "H"), Index("j", "J")
X = Tensor("x", N, T, I)
MASK = Tensor("m", N, T, assume="mask")
LENGTHS = sequence_lengths(X)
VALID = length_mask(LENGTHS, T)

SIZES = ({"N": 2, "T": 4, "I": 1, "H": 3}, {"N": 1, "T": 3, "I": 2, "H": 1})
ONE_SIZE = SIZES[:1]
READ = ({"N": 1, "T": 4, "I": 2, "H": 3, "J": 5},)
MANY = ({"N": 6, "T": 4, "I": 1, "H": 3},)


def _on_two_axes() -> Graph:
    """Two leading axes, and a start that is learned."""
    x = Tensor("x", Index("m", "M"), *X.indices)
    return rnn(x, H, activation="relu", initial="learned")


def _both_ways() -> Graph:
    states = bidirectional(partial(gru, width=H, convention="reset_after"), X)
    return join(states, readout(states.outputs, J))


def _both_ways_of_two_layers() -> Graph:
    states = stack(
        X,
        lambda x: bidirectional(partial(rnn, width=H), x, "_1"),
        lambda x: bidirectional(partial(rnn, width=H), x, "_2"),
    )
    return join(states, readout(states.outputs, J))


def _two_layers() -> Graph:
    return stack(X, partial(lstm, width=H, name="_1"), partial(lstm, width=H, name="_2"))


def _with_lengths(reverse: bool = False) -> Graph:
    """Outputs that are 0 after the end of each sequence, as unpacked ones are."""
    cell = lstm(X, H, mask=VALID.output, initial="given", reverse=reverse)
    return join(VALID, cell, masked(cell.output, VALID.output))


def _last_of_lengths() -> Graph:
    cell = gru(X, H, convention="reset_after", mask=VALID.output)
    return join(VALID, cell, last_state(cell.output))


CASES: tuple[Case, ...] = (
    Case("rnn", catalogue()["rnn"], SIZES),
    Case("bidirectional_rnn", catalogue()["bidirectional_rnn"], READ),
    Case("lstm", catalogue()["lstm"], SIZES),
    Case("lstm_peepholes", catalogue()["lstm_peepholes"], ONE_SIZE),
    Case("gru_cho", catalogue()["gru_cho"], ONE_SIZE),
    Case("gru_chung", catalogue()["gru_chung"], ONE_SIZE),
    Case("gru_reset_after", catalogue()["gru_reset_after"], ONE_SIZE),
    Case("rnn_relu_learned", _on_two_axes, ({"M": 2, "N": 3, "T": 4, "I": 1, "H": 5},)),
    Case("rnn_backwards", lambda: rnn(X, H, reverse=True, initial="given"), SIZES),
    Case("lstm_two_layers", _two_layers, ONE_SIZE, second=False),
    Case("rnn_both_ways_of_two_layers", _both_ways_of_two_layers, READ, second=False),
    Case("gru_both_ways", _both_ways, READ, second=False),
    Case("lstm_lengths", _with_lengths, MANY, second=False),
    Case("lstm_lengths_backwards", partial(_with_lengths, True), MANY, second=False),
    Case("gru_lengths_last", _last_of_lengths, MANY),
    Case(
        "lstm_peepholes_mask",
        lambda: lstm(X, H, peepholes=True, mask=MASK, initial="learned"),
        ONE_SIZE,
        second=False,
    ),
    Case(
        "gru_cho_mask_backwards",
        lambda: gru(X, H, convention="cho", mask=MASK, initial="given", reverse=True),
        ONE_SIZE,
    ),
    Case(
        "gru_chung_mask",
        lambda: gru(X, H, convention="chung", mask=MASK, initial="given"),
        ONE_SIZE,
        second=False,
    ),
)
