"""The cases of further losses: sizes for each catalogue entry, and further graphs."""

from tests.judges.case import Case

CASES: tuple[Case, ...] = ()
