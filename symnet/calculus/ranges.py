"""Which reads may leave the range of their axis, and so need the bracket that guards them.

    [t >= 1] x[t-1] a + [t >= 2] x[t-1] b  =/=>  x[t-1] ([t >= 1] a + [t >= 2] b)

A factor that may leave its range must not be moved away from its guard.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from weakref import WeakKeyDictionary

from symnet.calculus.affine import Affine, of_extent, smallest
from symnet.calculus.nodes import ONE, Bracket, Cmp, Fn, Node, Num, Poly, Red, Ref, Sym

_KNOWN: WeakKeyDictionary[Node, bool] = WeakKeyDictionary()


def may_leave(node: Node) -> bool:
    """Whether a read in the node, outside of its own guards, may be out of range."""
    found = _KNOWN.get(node)
    if found is None:
        found = _KNOWN[node] = _may_leave(node)
    return found


def _may_leave(node: Node) -> bool:
    if isinstance(node, Ref):
        axes = zip(node.tensor.shape, node.slots, strict=True)
        return any(s.index is None and not _inside(s, of_extent(e)) for e, s in axes)
    if isinstance(node, Fn):
        args = node.args[:1] if node.name == "where" else node.args
        return any(may_leave(a) for a in args)
    if isinstance(node, Cmp):
        return may_leave(node.left) or may_leave(node.right)
    if isinstance(node, Red):
        return may_leave(node.body)
    if isinstance(node, Poly):
        return any(
            may_leave(f)
            for _, m in node.terms
            if not any(isinstance(g, Bracket) for g, _ in m.factors)
            for f, _ in m.factors
        )
    return False


def _inside(slot: Affine, extent: Affine) -> bool:
    low, room = smallest(slot), smallest(extent.plus(-1) - slot)
    return low is not None and low >= 0 and room is not None and room >= 0


def may_be_undefined(node: Node, exponent: Fraction) -> bool:
    """Whether node^exponent may be undefined, infinite or out of range somewhere."""
    if isinstance(node, Sym | Num):
        return False
    if exponent < 0 or exponent.denominator != 1 or may_leave(node):
        return True
    if isinstance(node, Fn):
        return node.name in ("log", "exp") or any(_undefined_inside(a) for a in node.args)
    return isinstance(node, Poly) and _undefined_inside(node)


def _undefined_inside(p: Poly) -> bool:
    return any(may_be_undefined(f, e) for _, m in p.terms for f, e in m.factors)


def is_guarded_by(node: Node, brackets: Iterable[Node], exponent: Fraction = ONE) -> bool:
    """Whether the node needs a guard, and one of the brackets speaks of its indices.

    Brackets of indices guard reads; brackets of values, and cases, guard what may be undefined.
    """
    leaves = may_leave(node)
    if not leaves and not may_be_undefined(node, exponent):
        return False
    return any(
        (leaves or not isinstance(b, Bracket)) and not b.free.isdisjoint(node.free)
        for b in brackets
    )


def brackets_of(factors: Iterable[Node]) -> list[Node]:
    """The brackets and cases among the factors."""
    return [
        f
        for f in factors
        if isinstance(f, Bracket | Cmp) or (isinstance(f, Fn) and f.name == "where")
    ]
