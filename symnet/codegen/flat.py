"""Several arrays end to end in one vector, each of them also a view of its piece.

    vector, views = flat({"W": (3, 2), "b": (2,)}, np.float32)      vector (8,), views["W"] (3, 2)

One optimiser step then moves all parameters at once, and generated code writes each gradient into
its piece.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def flat(
    shapes: Mapping[str, tuple[int, ...]], dtype: type[np.floating[Any]]
) -> tuple[Array, dict[str, Array]]:
    """A vector of zeros for all of the shapes, and its pieces by name, in the given order."""
    vector = np.zeros(sum(math.prod(s) for s in shapes.values()), dtype)
    views: dict[str, Array] = {}
    at = 0
    for name, shape in shapes.items():
        size = math.prod(shape)
        views[name] = vector[at : at + size].reshape(shape)
        at += size
    return vector, views
