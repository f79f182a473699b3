"""Claims that are true in one case only, and those that forget what a normaliser couples.

a*G for G*where(x > 0, 1, a)          right where x <= 0
p*(1 - p)*V for p*(V - sum(p*V))      the diagonal of softmax' Jacobian
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from symnet.verify.slips.node import Node
from symnet.verify.slips.pool import Pool
from symnet.verify.slips.setting import Array, Points

NEAR = 1e-9


def half_true(pool: Pool, claimed: Points, truth: Points, axes: bool) -> Iterator[Node]:
    """The conditions that decide where the claim is right: nowhere else, and there everywhere.

    With `axes` values have an axis for each letter, and are not compared.
    """
    if axes or any(a.shape != np.shape(b) for a, b in zip(claimed, truth, strict=True)):
        return
    for node in pool.conditions:
        if all(
            _decides(pool, node, k, a, b)
            for k, (a, b) in enumerate(zip(claimed, truth, strict=True))
        ):
            yield node


def _decides(pool: Pool, node: Node, k: int, claimed: Array, truth: Array) -> bool:
    value = pool.evaluator.raw(node, k)
    if value is None or value.shape != truth.shape:
        return False
    right = np.abs(claimed - truth) <= NEAR * max(1e-6, float(np.abs(truth).max(initial=0.0)))
    holds = value != 0
    if right.all() or not right.any():
        return False
    return bool((right == holds).all() or (right == ~holds).all())


def uncoupled(pool: Pool, claimed: Points, truth: Points) -> str:
    """What was forgotten of a softmax p on the way: its normaliser, or all but the diagonal."""
    for p in pool.softmaxes:
        for axis in range(p[0].ndim):
            for name, rule in RULES.items():
                if all(
                    c.shape == q.shape == t.shape and _is_coupled(rule(c, q), q, t, axis)
                    for c, q, t in zip(claimed, p, truth, strict=True)
                ):
                    return name
    return ""


DIAGONAL = "only the diagonal of the softmax' Jacobian is here"
NONE = "the normaliser of the softmax is taken for a constant"
BY = "this is the derivative by the softmax: its own derivative is missing"
RULES: dict[str, Callable[[Array, Array], Array]] = {
    DIAGONAL: lambda claim, p: claim / (p * (1 - p)),
    NONE: lambda claim, p: claim / p,
    BY: lambda claim, p: claim,
}


def _is_coupled(v: Array, p: Array, truth: Array, axis: int) -> bool:
    """Whether the truth is v pulled back through the softmax p."""
    expected = p * (v - (p * v).sum(axis=axis, keepdims=True))
    gap = np.abs(expected - truth).max(initial=0.0)
    return bool(gap <= NEAR * max(1e-6, float(np.abs(truth).max(initial=0.0))))
