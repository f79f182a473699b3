"""A long sequence in windows, for truncated backpropagation through time.

    ids cut into N pieces;  batch k:  x[n,t] = ids[n, k T + t],  y[n,t] = ids[n, k T + t + 1]

Row n of a batch goes on where row n of the batch before ended, so a state can be carried over.
Nothing is shuffled; an epoch starts at the beginning, with the states as they were at first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import ShapeMismatch, TrainingError
from symnet.train.source import Arrays

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Streams:
    """Windows of `steps` entries of a sequence of integers; `x` and `y` are the inputs' names."""

    ids: Array
    steps: int
    x: str = "x"
    y: str = "y"
    is_slow: bool = False

    def samples(self, size: int) -> int:
        return size * self.count(size)

    def count(self, size: int) -> int:
        found = (len(self.ids) // size - 1) // self.steps
        if found < 1:
            raise TrainingError(
                f"streams: {len(self.ids)} entries are too few for {size} streams of "
                f"{self.steps} steps; expected {size * (self.steps + 1)} at least"
            )
        return found

    def batch(self, seed: int, epoch: int, k: int, size: int) -> tuple[Arrays, int]:
        length = len(self.ids) // size
        rows = self.ids[: size * length].reshape(size, length)
        first = k * self.steps
        cut = rows[:, first : first + self.steps + 1]
        given, wanted = (np.asarray(a, np.intp, order="C") for a in (cut[:, :-1], cut[:, 1:]))
        return {self.x: given, self.y: wanted}, size

    def digest(self) -> str:
        found = hashlib.sha256(np.ascontiguousarray(self.ids).tobytes()).hexdigest()
        return f"streams of {self.steps}: {found}"


def streams(ids: Any, steps: int, x: str = "x", y: str = "y") -> Streams:
    """A source of windows for `fit`: y is x moved on by one.

    Raises ShapeMismatch if `ids` is no sequence of integers, TrainingError for less than one step.
    """
    found = np.asarray(ids)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise ShapeMismatch(
            f"streams: shape {found.shape}, dtype {found.dtype}; expected one axis of integers"
        )
    if steps < 1:
        raise TrainingError(f"streams: {steps} steps; expected 1 at least")
    return Streams(found, steps, x, y)
