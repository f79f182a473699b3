"""Brackets over indices, in the form in which they are read beside the entry that they guard.

    [2u <= a+1] [a+1 < K+2u] W[a-2u+1]  =>  [0 <= a-2u+1 < K] W[a-2u+1]
    [t+1 < T] c_bar[t+1]                =>  c_bar[t+1]        cotangents are 0 from T on

The first is an equality of integers, the second the convention that a printed graph states.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from symnet.render.formulas.tree import (
    ONE,
    Bracket,
    Cases,
    Factors,
    Items,
    Letter,
    Name,
    Number,
    Reduction,
    Terms,
    Tree,
    signed,
    walk,
)

Read = tuple[Tree, Tree]  # a slot, and the extent of its axis
Affine = dict[Tree, Fraction]  # base -> coefficient; the constant stands at UNIT
UNIT = Number(ONE)


def settled(items: Items, reads: Collection[Read]) -> Items:
    """The product with every bracket written as the guard of one of the reads, where it is one."""
    out: Items = {}
    for base, exponent in items.items():
        if isinstance(base, Bracket) and base.on_indices and exponent > 0:
            out[_as_guard(base, reads)] = ONE
        else:
            out[base] = exponent
    return _chained(out)


def unguarded(items: Items, beyond: Collection[Read], cotangents: Collection[str]) -> Items:
    """The product without [t+1 < T] where it is 0 at T anyway, since cotangents are 0 there.

    `beyond` are the reads of cotangents along sequential axes.
    """
    idle = set()
    for slot, extent in beyond:
        if any(x > 0 and _vanishes(b, slot, cotangents) for b, x in items.items()):
            idle.add(Bracket((slot, extent), ("<",), True))
            if _is_ahead(slot):
                idle.add(Bracket((Number(Fraction(0)), slot, extent), ("<=", "<"), True))
    return {b: x for b, x in items.items() if b not in idle}


def _is_ahead(slot: Tree) -> bool:
    """t+1, which is not below 0."""
    return isinstance(slot, Terms) and all(
        not negative and (isinstance(x, Letter) or (isinstance(x, Number) and x.value > 0))
        for negative, x in slot.terms
    )


def _vanishes(tree: Tree, slot: Tree, cotangents: Collection[str]) -> bool:
    """Whether the value is 0 where the cotangents at this slot of a sequential axis are 0."""
    match tree:
        case Name(tensor=tensor, slots=slots):
            axes = zip(slots, tensor.indices, strict=True)
            return tensor.name in cotangents and any(s == slot and i.sequential for s, i in axes)
        case Number(value=value):
            return value == 0
        case Terms(terms=terms):
            return all(_vanishes(t, slot, cotangents) for _, t in terms)
        case Factors(items=items):
            return any(x > 0 and _vanishes(b, slot, cotangents) for b, x in items)
        case Reduction(kind="sum", body=body):
            return _vanishes(body, slot, cotangents)
        case Cases(condition=condition, value=value, other=other):
            if any(isinstance(n, Name) for n in walk(condition)):
                return False  # it is read there
            return _vanishes(value, slot, cotangents) and _vanishes(other, slot, cotangents)
    return False


def _as_guard(b: Bracket, reads: Collection[Read]) -> Bracket:
    if len(b.relations) != 1 or b.relations[0] not in ("<", "<="):
        return b
    room = _plus(_affine(b.sides[1]), _affine(b.sides[0]), -1)  # the bracket says 0 <= room
    if b.relations == ("<",):
        room = _plus(room, {UNIT: ONE}, -1)
    upper = []
    for slot, extent in reads:
        if room == _affine(slot):
            return Bracket((Number(Fraction(0)), slot), ("<=",), True)
        above = _plus(_plus(_affine(extent), _affine(slot), -1), {UNIT: ONE}, -1)
        if room == above:
            upper.append((_affine(slot).get(UNIT, Fraction(0)), slot, extent))
    if not upper:
        return b
    _, slot, extent = min(upper, key=lambda found: found[0])
    return Bracket((slot, extent), ("<",), True)


def _affine(tree: Tree) -> Affine:
    if isinstance(tree, Number):
        return {UNIT: tree.value} if tree.value else {}
    negative, inner = signed(tree)
    if negative:
        return _plus({}, _affine(inner), -1)
    if isinstance(tree, Terms):
        out: Affine = {}
        for negative, term in tree.terms:
            out = _plus(out, _affine(term), -1 if negative else 1)
        return out
    if isinstance(tree, Factors) and len(tree.items) == 1 and tree.items[0][1] == 1:
        return {tree.items[0][0]: tree.coefficient}
    return {tree: ONE}


def _plus(a: Affine, b: Affine, times: int) -> Affine:
    total = {k: a.get(k, Fraction(0)) + times * b.get(k, Fraction(0)) for k in (*a, *b)}
    return {k: v for k, v in total.items() if v}


def _chained(items: Items) -> Items:
    """[0 <= e] [e < K]  =>  [0 <= e < K]."""
    out = dict(items)
    single = [
        b
        for b, x in items.items()
        if isinstance(b, Bracket) and b.on_indices and x > 0 and b.relations in (("<",), ("<=",))
    ]
    for low in single:
        for high in single:
            if low in out and high in out and low is not high and low.sides[1] == high.sides[0]:
                del out[low], out[high]
                sides = (*low.sides, high.sides[1])
                out[Bracket(sides, (*low.relations, *high.relations), True)] = ONE
    return out
