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

from symnet.notation import TrainingError

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Source(Protocol):
    """A source of minibatches of `size` samples each.

    The last of an epoch may be smaller, unless it is left out (`counted`).
    """

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


def counted(total: int, size: int, drop_last: bool) -> int:
    """How many batches `total` samples make: ceil(total/size), or floor(total/size) without the
    last one, if it is smaller.

    Raises TrainingError if no batch is left.
    """
    if not drop_last:
        return -(-total // size)
    if total < size:
        raise TrainingError(
            f"drop_last leaves no batch: there are {total} samples, and a batch has {size}; "
            f"expected a batch of at most {total}"
        )
    return total // size


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
