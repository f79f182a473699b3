"""The values of one tensor while a graph is interpreted: computed when they are read first.

read(place) = the value there, computed once;   a value that needs itself is a cycle
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symnet.notation import GraphError, ShapeMismatch, Tensor
from symnet.verify.numbers import Number, Numbers

Place = Sequence[int]
Rule = Callable[[Place], Number]

_RUNNING = object()  # stands in a table while the entry is being computed


class Table:
    """Row-major values, None where an entry is not computed yet; `compute` is the definition.

    `before` is the base of a recurrence: it holds where the index of axis `start` is negative.
    """

    def __init__(self, tensor: Tensor, shape: tuple[int, ...]) -> None:
        self.tensor = tensor
        self.shape = shape
        self.strides = tuple(math.prod(shape[k + 1 :]) for k in range(len(shape)))
        self.values: list[Any] = []
        self.compute: Rule = self._missing
        self.before: Rule | None = None
        self.start = -1

    def _missing(self, place: Place) -> Number:
        raise ShapeMismatch(f"no array is given for {self.tensor.name}, which the graph reads")

    def empty(self) -> None:
        """Forget all values."""
        self.values = [None] * math.prod(self.shape)

    def read(self, place: Place) -> Number:
        """The value at a place inside the range. Raises GraphError if it is being computed."""
        offset = sum(map(operator.mul, place, self.strides))
        value = self.values[offset]
        if value is None:
            self.values[offset] = _RUNNING
            value = self.values[offset] = self.compute(place)
        elif value is _RUNNING:
            entry = f"{self.tensor.name}[{','.join(map(str, place))}]"
            raise GraphError(f"{entry} is defined by its own value (a cycle)")
        return value

    def fill(self, value: Any, below: int | None, numbers: Numbers) -> None:
        """Take the values of an array; raises ShapeMismatch for shape, kind or range of numbers."""
        name, array = self.tensor.name, np.asarray(value)
        if array.shape != self.shape:
            raise ShapeMismatch(f"{name} has shape {array.shape}, expected {self.shape}")
        whole = self.tensor.is_integer_valued
        kinds = "iu" if whole else "fiub" + ("O" if numbers.dtype is object else "")
        if array.dtype.kind not in kinds:
            expected = "integers" if whole else "real numbers"
            raise ShapeMismatch(f"{name} holds {array.dtype}, expected {expected}")
        flat: list[Any] = array.ravel().tolist()
        if whole:
            self._check_range(flat, below)
        self.values = flat if whole else [numbers.make(v) for v in flat]

    def _check_range(self, flat: list[int], below: int | None) -> None:
        for k, v in enumerate(flat):
            if v < 0 or (below is not None and v >= below):
                at = ",".join(str(int(i)) for i in np.unravel_index(k, self.shape))
                expected = "0 or more" if below is None else f"0 .. {below - 1}"
                raise ShapeMismatch(
                    f"{self.tensor.name}[{at}] is {v}, expected an integer {expected}"
                )
