"""Columns of one size: mean 0 and deviation 1, by the figures of the data to learn from.

    z[n,d] = (x[n,d] - m[d]) / s[d]
    m[d] = mean_n x[n,d],   s[d] = sqrt(mean_n (x[n,d] - m[d])^2)

    scale = scaling(taught["x"]);   fit(.., {"x": scale(taught["x"]), ..});   predict(x=scale(new))

Test data and new samples are scaled by the same m and s: figures of their own would let them be
seen by what judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import ShapeMismatch, TrainingError

Array = np.ndarray[Any, Any]
BLOCK = 4096  # samples in memory at a time


@dataclass(frozen=True)
class Scaling:
    """z = (x - m)/s by `mean` and `deviation`, both of the shape of a sample."""

    mean: Array
    deviation: Array

    def __call__(self, x: Any) -> Array:
        """z of samples x (N, ..). Raises ShapeMismatch if they have another shape."""
        return np.asarray((self._checked(x) - self.mean) / self.deviation)

    def inverse(self, z: Any) -> Array:
        """x = m + s z: a prediction, in the unit of the data."""
        return np.asarray(self.mean + self.deviation * self._checked(z))

    def _checked(self, x: Any) -> Array:
        found = np.asarray(x, np.float64)
        if found.shape[1:] != self.mean.shape or not found.ndim:
            raise ShapeMismatch(
                f"scaling: samples of shape {found.shape[1:]}, expected {self.mean.shape}"
            )
        return found


def scaling(x: Any) -> Scaling:
    """m and s of samples x (N, ..), which may lie in a file. A column that is constant has s = 1.

    Raises TrainingError if there are no samples, or if a number is not finite.
    """
    found = np.asanyarray(x)
    if not found.ndim or not found.size or found.dtype.kind not in "fiub":
        raise TrainingError(
            f"scaling: shape {found.shape}, dtype {found.dtype}; expected samples of real numbers"
        )
    blocks = range(0, len(found), BLOCK)
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is checked
        mean = sum(np.sum(found[k : k + BLOCK], 0, np.float64) for k in blocks) / len(found)
        squares = sum(np.sum((found[k : k + BLOCK] - mean) ** 2, 0) for k in blocks)
    if not np.isfinite(squares).all():
        raise TrainingError("scaling: a number is not finite, or too large to be squared")
    is_constant = found.min(axis=0) == found.max(axis=0)
    deviation = np.sqrt(squares / len(found))
    return Scaling(np.where(is_constant, found[0], mean), np.where(is_constant, 1.0, deviation))
