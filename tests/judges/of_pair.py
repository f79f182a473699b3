"""The cases of layers on pair representations: sizes and further graphs."""

from tests.judges.case import Case

CASES: tuple[Case, ...] = ()
