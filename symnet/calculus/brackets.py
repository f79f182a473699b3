"""Iverson brackets of affine index expressions, and of values: settled where ranges decide.

[e >= 0] => 1 if e cannot be negative, 0 if it must be, [i = 0] if only 0 is left
"""

from __future__ import annotations

from symnet.calculus.affine import Affine, largest, smallest
from symnet.calculus.nodes import (
    ONE,
    UNITY,
    ZERO,
    Bracket,
    Cmp,
    Node,
    Poly,
    bracket,
    intern,
    mono,
    poly,
)


def at_least_zero(e: Affine) -> Poly:
    """[e >= 0], settled where the ranges decide; [0 >= i] => [i = 0]."""
    low, high = smallest(e), largest(e)
    if low is not None and low >= 0:
        return UNITY
    if high is not None and high < 0:
        return ZERO
    if high == 0:
        return equals_zero(e)
    return poly(((ONE, mono((), ((bracket("ge", e), ONE),))),))


def equals_zero(e: Affine) -> Poly:
    """[e = 0], settled where the ranges decide; the sign is canonical."""
    node = _equality("eq", e)
    if isinstance(node, bool):
        return UNITY if node else ZERO
    return poly(((ONE, mono((), ((node, ONE),))),))


def differs_from_zero(e: Affine) -> Poly:
    """[e != 0]."""
    node = _equality("ne", e)
    if isinstance(node, bool):
        return UNITY if node else ZERO
    return poly(((ONE, mono((), ((node, ONE),))),))


def _equality(kind: str, e: Affine) -> Bracket | bool:
    low, high = smallest(e), largest(e)
    if (low is not None and low > 0) or (high is not None and high < 0):
        return kind == "ne"
    if low == high == 0:
        return kind == "eq"
    if e.parts[0][1] < 0:
        e = e.times(-1)
    return bracket(kind, e)


def negation(node: Node) -> Poly | None:
    """1 - bracket as a bracket, or None if the node is no bracket."""
    if isinstance(node, Bracket):
        if node.kind == "ge":
            return at_least_zero(node.at.times(-1).plus(-1))
        return differs_from_zero(node.at) if node.kind == "eq" else equals_zero(node.at)
    if isinstance(node, Cmp):
        if node.relation == "<":
            return compared("<=", node.right, node.left)
        if node.relation == "<=":
            return compared("<", node.right, node.left)
        return compared("!=" if node.relation == "==" else "==", node.left, node.right)
    return None


def compared(relation: str, left: Poly, right: Poly) -> Poly:
    """[left relation right] of values; relation is one of < <= == !=."""
    a, b = left.number, right.number
    if a is not None and b is not None:
        truth = {"<": a < b, "<=": a <= b, "==": a == b, "!=": a != b}[relation]
        return UNITY if truth else ZERO
    if left is right:
        return UNITY if relation in ("<=", "==") else ZERO
    key = ("cmp", relation, left, right)
    fields = {"relation": relation, "left": left, "right": right}
    out: Cmp = intern(Cmp, key, fields, (left, right))
    out.cost = 2 + left.cost + right.cost
    return poly(((ONE, mono((), ((out, ONE),))),))
