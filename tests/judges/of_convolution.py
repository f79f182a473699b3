"""The cases of convolution, pooling and residual blocks: sizes and further graphs."""

from tests.judges.case import Case

CASES: tuple[Case, ...] = ()
