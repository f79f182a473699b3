"""The cases of attention and Transformer blocks: sizes and further graphs."""

from tests.judges.case import Case

CASES: tuple[Case, ...] = ()
