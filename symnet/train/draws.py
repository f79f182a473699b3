"""What is drawn anew at each step: masks of a dropout, noise.

    array of tensor x at step t of seed s   <-   generator (s, t, name of x)

So a step's draws depend on nothing but seed, step and name: a resumed run draws the same ones, and
a layer that is added does not change what the others draw.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import Graph, Rule, Tensor
from symnet.notation.sizes import Sizes, size_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Draws:
    """The drawn inputs of a graph, of one seed, in one type of numbers."""

    graph: Graph
    seed: int
    dtype: type[np.floating[Any]] = np.float64

    def at(self, step: int, sizes: Sizes) -> dict[str, Array]:
        """An array for each drawn input. Raises ShapeMismatch if an extent has no size."""
        return {t.name: self._one(t, rule, step, sizes) for t, rule in self.graph.drawn}

    def _one(self, t: Tensor, rule: Rule, step: int, sizes: Sizes) -> Array:
        shape = tuple(size_of(e, sizes) for e in t.shape)
        generator = np.random.default_rng([self.seed, step, zlib.crc32(t.name.encode())])
        return drawn(rule, shape, generator).astype(self.dtype)


def drawn(rule: Rule, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Independent entries of a rule that mentions no fan."""
    mean, deviation = float(rule.mean), float(rule.deviation)
    if rule.kind == "bernoulli":
        return np.asarray(generator.random(shape) < mean, np.float64)
    if rule.kind == "normal":
        return np.asarray(mean + deviation * generator.standard_normal(shape))
    if rule.kind == "uniform":
        return np.asarray(mean + deviation * 3**0.5 * generator.uniform(-1.0, 1.0, shape))
    return np.full(shape, mean)
