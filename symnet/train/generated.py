"""Data that a function draws: fresh samples at every step, none of them kept.

generated(draw, 6400)                   draw(generator, 64) -> {"x": (64, ..), "y": (64, ..)}
generated(draw, 6400, by_epoch=True)    draw(generator, 64, epoch), epochs from 0: a curriculum
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import Tensor, TrainingError
from symnet.notation.index import Extent
from symnet.train.data import check_data
from symnet.train.source import Arrays, counted

Draw = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Generated:
    """`draw(generator, count)` gives the arrays of so many samples; an epoch has `total`.

    The generator is made from seed, epoch and batch, so equal runs draw equal data. `name` says
    what is drawn: a checkpoint cannot look into a function. `fit` sets the other fields.
    """

    draw: Draw
    total: int
    name: str
    inputs: tuple[Tensor, ...] = ()
    dtype: type[np.floating[Any]] = np.float64
    extent: Extent | None = None
    is_slow: bool = True
    by_epoch: bool = False
    drop_last: bool = False

    def samples(self, size: int) -> int:
        return min(self.total, size * self.count(size))

    def count(self, size: int) -> int:
        return counted(self.total, size, self.drop_last)

    def batch(self, seed: int, epoch: int, k: int, size: int) -> tuple[Arrays, int]:
        wanted = min(size, self.total - k * size)
        place = (epoch,) if self.by_epoch else ()
        drawn = self.draw(np.random.default_rng([seed, epoch, k]), wanted, *place)
        found = check_data(self.inputs, drawn, self.dtype, self.extent, training=False)
        if self.extent is not None and found.total != wanted:
            raise TrainingError(
                f"{self.name}: {wanted} samples were asked for, {found.total} were drawn"
            )
        return dict(found.arrays), wanted

    def digest(self) -> str:
        return f"generated: {self.name}, {self.total}"


def generated(draw: Draw, samples: int, name: str = "", *, by_epoch: bool = False) -> Generated:
    """A source of fresh samples for `fit`: draw(generator, count) gives an array by input's name.

    With `by_epoch` it is draw(generator, count, epoch), for data that change as training goes on.
    Raises TrainingError if an epoch would have no samples.
    """
    if samples < 1:
        raise TrainingError(f"generated: an epoch has {samples} samples; expected 1 at least")
    return Generated(
        draw, samples, name or getattr(draw, "__qualname__", "samples"), by_epoch=by_epoch
    )
