"""Associative recall: pairs of key and value, then one of the keys, whose value is asked for.

    (7, 2) (0, 5) (12, 2) ..   0?   5

The keys of a sample are distinct and drawn uniformly, and so is the pair that is asked for; values
are drawn uniformly and independently:

    asked[n] = keys[n,place[n]],  answer[n] = values[n,place[n]]

Source: the task of Ba, Hinton, Mnih, Leibo & Ionescu 2016, sec. 4.1. Ours: its sizes, and pairs as
single steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import TrainingError

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Associations:
    """N samples of J pairs: keys and values (N, J), place (N,) of the pair that is asked for."""

    keys: Array
    values: Array
    place: Array

    @property
    def asked(self) -> Array:
        """The key (N,) that is asked for."""
        return np.asarray(self.keys[np.arange(len(self.place)), self.place])

    @property
    def answer(self) -> Array:
        """Its value (N,)."""
        return np.asarray(self.values[np.arange(len(self.place)), self.place])


def associations(
    generator: np.random.Generator, count: int, pairs: int = 8, keys: int = 16, values: int = 8
) -> Associations:
    """So many samples, drawn from the generator. Raises TrainingError for more pairs than keys."""
    if pairs > keys:
        raise TrainingError(f"associations: {pairs} pairs have distinct keys; there are {keys}")
    chosen = generator.random((count, keys)).argsort(axis=1)[:, :pairs]
    named = generator.integers(values, size=(count, pairs))
    return Associations(chosen, named, generator.integers(pairs, size=count))
