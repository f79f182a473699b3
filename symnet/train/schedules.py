"""Learning-rate schedules: eta as a function of the step t = 1, 2, ...

    constant    eta(t) = peak
    step        eta(t) = peak factor^floor((t-1)/every)
    cosine      eta(t) = end + (peak - end) (1 + cos(pi (t-1)/steps)) / 2
    Vaswani     eta(t) = scale d^(-1/2) min(t^(-1/2), t warmup^(-3/2))
    warm-up     eta(t) = peak t/warmup while t <= warmup, then another schedule

A schedule is a plain function of t, so any function int -> float serves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def constant(peak: float) -> Schedule:
    """eta(t) = peak."""
    return lambda t: peak


def step(peak: float, every: int, factor: float = 0.1) -> Schedule:
    """eta(t) = peak factor^floor((t-1)/every)."""
    return lambda t: peak * factor ** ((t - 1) // every)


def cosine(peak: float, steps: int, end: float = 0.0) -> Schedule:
    """From peak at t = 1 down to `end` at t = steps + 1, along half a cosine; `end` afterwards.

    Source: Loshchilov & Hutter 2017 (SGDR), eq. (5), without restarts.
    """

    def eta(t: int) -> float:
        part = min((t - 1) / steps, 1.0)
        return end + (peak - end) * (1 + math.cos(math.pi * part)) / 2

    return eta


def warmup(peak: float, steps: int, then: Schedule) -> Schedule:
    """eta(t) = peak t/steps while t <= steps, then `then`, which counts its own steps from 1."""
    return lambda t: peak * t / steps if t <= steps else then(t - steps)


def warmup_cosine(peak: float, warm: int, steps: int, end: float = 0.0) -> Schedule:
    """Linear to `peak` over `warm` steps, then half a cosine down to `end` at t = steps."""
    return warmup(peak, warm, cosine(peak, max(steps - warm, 1), end))


def inverse_sqrt(width: int, warm: int, scale: float = 1.0) -> Schedule:
    """eta(t) = scale width^(-1/2) min(t^(-1/2), t warm^(-3/2)). Vaswani et al. 2017, eq. (3)."""
    return lambda t: scale * width**-0.5 * min(t**-0.5, t * warm**-1.5)
