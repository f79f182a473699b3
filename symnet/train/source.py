"""Where minibatches come from: arrays, files, a function that draws them, streams of text.

    batch k of epoch e   =   a function of (seed, e, k) alone

So a run that is resumed in the middle of an epoch sees the batches that it would have seen, and the
next batch can be prepared while a step runs.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Source(Protocol):
    """A source of minibatches of `size` samples each; the last of an epoch may be smaller."""

    @property
    def is_slow(self) -> bool:
        """Whether a batch takes so long to make that a thread makes it ahead."""

    def samples(self, size: int) -> int:
        """How many samples an epoch has."""

    def count(self, size: int) -> int:
        """How many batches an epoch has."""

    def batch(self, seed: int, epoch: int, k: int, size: int) -> tuple[Arrays, int]:
        """The k-th batch of an epoch, and its number of samples."""

    def digest(self) -> str:
        """What identifies the data."""


def batches(
    source: Source, seed: int, epoch: int, first: int, size: int
) -> Generator[tuple[Arrays, int], None, None]:
    """The batches from the `first` to the end of an epoch; of a slow source one is made ahead."""
    places = range(first, source.count(size))
    if not source.is_slow:
        yield from (source.batch(seed, epoch, k, size) for k in places)
        return
    with ThreadPoolExecutor(1) as worker:
        coming = [worker.submit(source.batch, seed, epoch, k, size) for k in places[:1]]
        for k in places:
            found = coming.pop().result()
            if k + 1 in places:
                coming.append(worker.submit(source.batch, seed, epoch, k + 1, size))
            yield found
