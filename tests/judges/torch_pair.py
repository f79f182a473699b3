"""What torch computes for the cases of layers on pair representations."""

from collections.abc import Callable

from torch import Tensor

RUNS: dict[str, Callable[[dict[str, Tensor]], Tensor]] = {}
