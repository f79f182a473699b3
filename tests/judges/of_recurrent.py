"""The cases of recurrences: RNN, LSTM, GRU: sizes for each catalogue entry, and further graphs."""

from tests.judges.case import Case

CASES: tuple[Case, ...] = ()
