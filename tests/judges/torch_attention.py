"""What torch computes for the cases of attention, positions, embeddings and Transformer blocks."""

from collections.abc import Callable

from torch import Tensor

RUNS: dict[str, Callable[[dict[str, Tensor]], Tensor]] = {}
