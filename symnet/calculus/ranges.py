"""Which reads may leave the range of their axis, and so need the bracket that guards them.

    [t >= 1] x[t-1] a + [t >= 2] x[t-1] b  =/=>  x[t-1] ([t >= 1] a + [t >= 2] b)

A factor that may leave its range must not be moved away from its guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from weakref import WeakKeyDictionary

import sympy

from symnet.calculus.affine import Affine, affine, of_extent, smallest
from symnet.calculus.brackets import negation
from symnet.calculus.nodes import ONE, Bracket, Cmp, Fn, Node, Num, Poly, Red, Ref, Sym

_KNOWN: WeakKeyDictionary[Node, bool] = WeakKeyDictionary()


def may_leave(node: Node) -> bool:
    """Whether a read in the node, outside of its own guards, may be out of range."""
    found = _KNOWN.get(node)
    if found is None:
        found = _KNOWN[node] = _some_read_leaves(node, ())
    return found


def _leaves(node: Node, held: tuple[Bracket, ...]) -> bool:
    """Whether a read in the node may be out of range where all brackets in `held` hold."""
    return may_leave(node) and (not held or _some_read_leaves(node, held))


def _some_read_leaves(node: Node, held: tuple[Bracket, ...]) -> bool:
    if isinstance(node, Ref):
        axes = zip(node.tensor.shape, node.slots, strict=True)
        return any(_data_leaves(s, held) or not _is_inside(s, e, held) for e, s in axes)
    if isinstance(node, Bracket):
        return _data_leaves(node.at, held)
    if isinstance(node, Fn) and node.name == "where":
        condition, then, otherwise = node.args
        return (
            _leaves(condition, held)
            or _leaves(then, (*held, *_brackets_in(condition)))
            or _leaves(otherwise, (*held, *_negated(condition)))
        )
    if isinstance(node, Fn):
        return any(_leaves(a, held) for a in node.args)
    if isinstance(node, Cmp):
        return _leaves(node.left, held) or _leaves(node.right, held)
    if isinstance(node, Red):
        return _leaves(node.body, held)
    return isinstance(node, Poly) and any(
        _leaves(f, (*held, *_without_reads(g for g, _ in m.factors if g is not f)))
        for _, m in node.terms
        for f, _ in m.factors
    )


def _data_leaves(slot: Affine, held: tuple[Bracket, ...]) -> bool:
    return any(_leaves(a, held) for a in slot.data)


def _is_inside(slot: Affine, extent: sympy.Expr, held: tuple[Bracket, ...]) -> bool:
    if slot.index is not None and slot.index.extent == extent:
        return True
    room = of_extent(extent).plus(-1) - slot
    return _is_at_least_zero(slot, held) and _is_at_least_zero(room, held)


def _is_at_least_zero(e: Affine, held: tuple[Bracket, ...]) -> bool:
    """Whether the ranges alone, or with one of the brackets, show that e >= 0."""
    shown = [affine(()), *(a for b in held for a in _not_negative(b))]
    return any((low := smallest(e - a)) is not None and low >= 0 for a in shown)


def _not_negative(b: Bracket) -> Iterator[Affine]:
    """What is >= 0 where the bracket holds."""
    if b.kind == "ge":
        yield b.at
    elif b.kind == "eq":
        yield from (b.at, b.at.times(-1))
    elif smallest(b.at) == 0:
        yield b.at.plus(-1)


def _without_reads(nodes: Iterable[Node]) -> Iterator[Bracket]:
    return (f for f in nodes if isinstance(f, Bracket) and not f.at.data)


def _brackets_in(condition: Poly) -> list[Bracket]:
    """The brackets that hold where the condition is not 0."""
    if len(condition.terms) != 1:
        return []
    return list(_without_reads(f for f, _ in condition.terms[0][1].factors))


def _negated(condition: Poly) -> list[Bracket]:
    """The bracket that holds where the condition is 0, if the condition is one bracket."""
    factors = condition.terms[0][1].factors if len(condition.terms) == 1 else ()
    opposite = negation(factors[0][0]) if len(factors) == 1 else None
    return [] if opposite is None else _brackets_in(opposite)


def may_be_undefined(node: Node, exponent: Fraction) -> bool:
    """Whether node^exponent may be undefined, infinite or out of range somewhere."""
    if isinstance(node, Sym | Num):
        return False
    if exponent < 0 or exponent.denominator != 1 or may_leave(node):
        return True
    if isinstance(node, Fn):
        return node.name in ("log", "exp") or any(_undefined_inside(a) for a in node.args)
    if isinstance(node, Red):
        return _undefined_inside(node.body)
    return isinstance(node, Poly) and _undefined_inside(node)


def _undefined_inside(p: Poly) -> bool:
    return any(may_be_undefined(f, e) for _, m in p.terms for f, e in m.factors)


def is_guarded_by(node: Node, brackets: Iterable[Node], exponent: Fraction = ONE) -> bool:
    """Whether the node needs a guard, and one of the brackets speaks of its indices, or of none.

    Brackets of indices guard reads; brackets of values, and cases, guard what may be undefined.
    A scalar condition guards everything beside it.
    """
    leaves = may_leave(node)
    if not leaves and not may_be_undefined(node, exponent):
        return False
    return any(
        (leaves or not isinstance(b, Bracket)) and (not b.free or not b.free.isdisjoint(node.free))
        for b in brackets
    )


def brackets_of(factors: Iterable[Node]) -> list[Node]:
    """The brackets and cases among the factors."""
    return [
        f
        for f in factors
        if isinstance(f, Bracket | Cmp) or (isinstance(f, Fn) and f.name == "where")
    ]
