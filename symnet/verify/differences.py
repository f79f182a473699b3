"""Derivatives by central differences of fourth order, in float64.

    D f(x)[v]  =  (8 (f(x+hv) - f(x-hv)) - (f(x+2hv) - f(x-2hv))) / (12 h)  +  O(h^4)

With h = 1e-3 and values near 1 the truncation is about 1e-12 times the fifth derivative, and the
rounding about 1e-13: ten digits, without a formula of our own that could be wrong twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Arrays = Mapping[str, np.ndarray]
Evaluate = Callable[[Arrays], Arrays]

STEP = 1e-3


@dataclass(frozen=True)
class Slope:
    """The derivative of every value along a direction, and how far half the step moves it.

    Where all is smooth the spread is rounding and truncation (below 1e-9 for tame values); a kink
    within 2h of the point shows as a spread of the size of the derivative's jump.
    """

    values: dict[str, np.ndarray]
    spread: float

    @property
    def is_smooth(self) -> bool:
        return self.spread < 1e-7


def derivative_along(
    evaluate: Evaluate, arrays: Arrays, direction: Arrays, step: float = STEP
) -> Slope:
    """D evaluate(arrays)[direction], for every value that evaluate returns.

    `direction` holds an array for each of the arrays that move; the others stay.
    """
    at = _along(evaluate, arrays, direction)
    wide, middle, narrow = ((at(s), at(-s)) for s in (2 * step, step, step / 2))
    coarse, fine = _central(middle, wide, step), _central(narrow, middle, step / 2)
    spread = max((gap(coarse[name], fine[name]) for name in fine), default=0.0)
    return Slope(fine, spread)


def gradient_by_entries(
    evaluate: Evaluate,
    arrays: Arrays,
    name: str,
    weights: Arrays,
    step: float = STEP,
) -> np.ndarray:
    """The gradient of sum_y <weights[y], y> with respect to one array, entry by entry."""
    out = np.zeros(np.shape(arrays[name]))
    for at in np.ndindex(out.shape):
        unit = np.zeros(out.shape)
        unit[at] = 1
        value = _along(evaluate, arrays, {name: unit})
        near, far = ((value(s), value(-s)) for s in (step, 2 * step))
        out[at] = inner(weights, _central(near, far, step))
    return out


def inner(a: Arrays, b: Arrays) -> float:
    """sum over names and entries of a * b, over the names of a."""
    return float(sum(np.sum(a[name] * b[name]) for name in a))


def gap(found: np.ndarray | float, reference: np.ndarray | float) -> float:
    """max |found - reference| / max(1, max |reference|); inf where one of them is not finite."""
    f, r = np.asarray(found, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    if f.shape != r.shape or not (np.isfinite(f).all() and np.isfinite(r).all()):
        return float("inf")
    return float(np.max(np.abs(f - r), initial=0.0) / max(1.0, np.max(np.abs(r), initial=0.0)))


def _along(evaluate: Evaluate, arrays: Arrays, direction: Arrays) -> Callable[[float], Arrays]:
    """The values so far along a direction."""

    def at(step: float) -> Arrays:
        moved = {name: arrays[name] + step * v for name, v in direction.items()}
        return evaluate({**arrays, **moved})

    return at


def _central(
    near: tuple[Arrays, Arrays], far: tuple[Arrays, Arrays], h: float
) -> dict[str, np.ndarray]:
    """The difference of fourth order, from the values at h and -h, and at 2h and -2h."""
    return {
        name: (8 * _minus(near[0][name], near[1][name]) - _minus(far[0][name], far[1][name]))
        / (12 * h)
        for name in near[0]
    }


def _minus(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a - b, and 0 where both are the same infinity (a masked value that does not move)."""
    return np.subtract(a, b, out=np.zeros(np.shape(a)), where=np.asarray(a != b))
