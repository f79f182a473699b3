"""What the search for a slip is given: a refuted claim, its names' values, and the truth.

    Setting(text "X.T @ (X@w + y)", values {X, w, y}, truth X^T (X w - y))  ->  suggestions

Text is parsed and never evaluated; `read` is the project's parser and interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Values: TypeAlias = Mapping[str, Array | float]
Points: TypeAlias = tuple[Array, ...]  # one array for each sample point


@dataclass(frozen=True)
class Setting:
    """A refuted claim at a few sample points.

    `text` is the claim as it was written (several assignments: the last line is the claim), in
    `notation` "numpy" or "index". `values`, one mapping a point: every name that the claim may
    mention, extents as integers. `truth`: the true value at each point, axes in the claim's order.
    `function` and `derived` are text where there is any: of the function, in any notation, and of
    the true formula, in the author's. `others`: true gradients by other variables. `unassumed`:
    what would be true if the named assumption were granted. `read` evaluates a text at each point,
    or gives None if it cannot be read; it is slow.
    """

    text: str
    notation: str
    values: tuple[Values, ...]
    truth: Points
    read: Callable[[str], Points | None]
    function: str = ""
    derived: str = ""
    others: Mapping[str, Points] = field(default_factory=dict)
    unassumed: Mapping[str, Points] = field(default_factory=dict)
