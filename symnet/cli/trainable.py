"""What a page that trains a model offers to `symnet train`.

TRAINING = Training(fit, score, accept, epochs, short=.., variants=(..), report=..)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from symnet.train.loop import Fitted


@dataclass(frozen=True)
class Figure:
    """One measured figure with the bound that it must reach: at least, or at most."""

    name: str
    measured: float
    target: float
    at_most: bool = False
    unit: str = ""

    @property
    def reached(self) -> bool:
        """Whether the bound holds; False if the figure is not a number."""
        return self.measured <= self.target if self.at_most else self.measured >= self.target

    @property
    def bound(self) -> str:
        """The bound in words."""
        return f"{'<=' if self.at_most else '>='} {self.target:.4g}{self.unit}"


@dataclass(frozen=True)
class Training:
    """`fit(seed=, epochs=, progress=, checkpoint=, resume=)`, `score(fitted, seed)` -> figures by
    name, `accept(progress)` -> the figures that the page promises; `epochs` is the usual number,
    or that of each variant.

    `short()` gives figures of a run of seconds, with bounds that an untrained model cannot reach.
    With `variants`, the names of models that are trained in turn, `fit` takes `variant=` too, and
    the first one is the usual one. `report(fitted, seed, folder)` draws what was learnt.
    """

    fit: Callable[..., Fitted]
    score: Callable[[Fitted, int], dict[str, float]]
    accept: Callable[[bool], list[Figure]]
    epochs: int | Mapping[str, int]
    short: Callable[[], list[Figure]] | None = None
    variants: tuple[str, ...] = ()
    report: Callable[[Fitted, int, Path], None] | None = None

    def usual_epochs(self, variant: str | None) -> int:
        """The usual number of epochs of a variant, or of the page's one model (None)."""
        if isinstance(self.epochs, int):
            return self.epochs
        return self.epochs[variant or self.variants[0]]
