"""A long sequence in windows, for truncated backpropagation through time.

    ids cut into N pieces;  batch k:  x[n,t] = ids[n, k T + t],  y[n,t] = ids[n, k T + t + 1]

Row n of a batch goes on where row n of the batch before ended, so a state can be carried over.
Nothing is shuffled; an epoch starts at the beginning, with the states as they were at first. Of a
sequence in a file (np.memmap, TextFile), the windows of a batch are read when they are needed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symnet.notation import ShapeMismatch, TrainingError
from symnet.train.source import Arrays
from symnet.train.text_file import TextFile

Array = np.ndarray[Any, Any]
BLOCK = 4096  # entries of a block that is hashed


@dataclass(frozen=True)
class Streams:
    """Windows of `steps` entries of a sequence of integers; `x` and `y` are the inputs' names.

    With `numbers`, the entries are places in it: what a window holds is numbers[ids].
    """

    ids: Array
    steps: int
    x: str = "x"
    y: str = "y"
    numbers: Array | None = None

    @property
    def is_slow(self) -> bool:
        return isinstance(self.ids, np.memmap)

    @cached_property
    def ends(self) -> Array:
        """The smallest and the largest entry, (2,)."""
        held = self.ids if self.numbers is None else self.numbers[self.numbers >= 0]
        return np.array([held.min(), held.max()])

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
        cut = np.asarray(rows[:, first : first + self.steps + 1])
        if self.numbers is not None:
            cut = self.numbers[cut]
        given, wanted = (np.asarray(a, np.intp, order="C") for a in (cut[:, :-1], cut[:, 1:]))
        return {self.x: given, self.y: wanted}, size

    def digest(self) -> str:
        """A hash of all entries; of those in a file, of their number and of 64 of its blocks."""
        found = hashlib.sha256()
        if self.is_slow:
            found.update(f"{self.ids.dtype.str} {self.ids.shape}".encode())
            for k in np.linspace(0, max(len(self.ids) - BLOCK, 0), 64).astype(int):
                found.update(self.ids[k : k + BLOCK].tobytes())
        else:
            found.update(np.ascontiguousarray(self.ids).tobytes())
        if self.numbers is not None:
            found.update(self.numbers.tobytes())
        return f"streams of {self.steps}: {found.hexdigest()}"


def streams(ids: Any, steps: int, x: str = "x", y: str = "y") -> Streams:
    """A source of windows for `fit`: y is x moved on by one.

    ids: a sequence of integers, in memory or in a file (np.load(.., mmap_mode="r")), or a text in a
    file (`open_text`), whose symbols are looked up for each batch.
    Raises ShapeMismatch if `ids` is no sequence of integers, TrainingError for less than one step.
    """
    is_text = isinstance(ids, TextFile)
    found = np.asanyarray(ids.content if is_text else ids)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise ShapeMismatch(
            f"streams: shape {found.shape}, dtype {found.dtype}; expected one axis of integers"
        )
    if steps < 1:
        raise TrainingError(f"streams: {steps} steps; expected 1 at least")
    return Streams(found, steps, x, y, ids.numbers if is_text else None)
