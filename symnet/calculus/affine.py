"""Affine index expressions `2u + p - 1`, hash-consed: equal expressions are one object.

    Affine = const + sum coef * atom;   atoms are indices, extents, and integer data (`t[n]`)

`smallest` and `largest` bound an expression over the ranges of its indices, whatever the extents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

import sympy

from symnet.notation import Index


class BoundIndex(Index):
    """A canonical bound index: (height of its binder, number within it). Never seen outside."""

    __slots__ = ("height", "number")
    height: int
    number: int


_POOL: dict[tuple[int, int, sympy.Expr], BoundIndex] = {}


def bound_index(height: int, number: int, extent: sympy.Expr) -> BoundIndex:
    """The canonical bound index of a binder of that height; one object for each argument triple."""
    key = (height, number, extent)
    if key not in _POOL:
        made = BoundIndex("_", extent)
        made.height, made.number = height, number
        _POOL[key] = made
    return _POOL[key]


@cache
def spelled(atom: sympy.Basic) -> str:
    """An extent as text; SymPy takes a millisecond to write a floor."""
    return str(atom)


def atom_key(atom: Any) -> tuple[Any, ...]:
    """A sort key for atoms that does not depend on the machine."""
    if isinstance(atom, BoundIndex):
        return (2, "", atom.height, atom.number)
    if isinstance(atom, Index):
        return (1, atom.letter, atom.dummy_index, 0)
    if isinstance(atom, sympy.Symbol):
        return (3, atom.name, 0, 0)
    if isinstance(atom, sympy.Basic):
        return (3, spelled(atom), 0, 0)
    return (4, str(atom.sort_key), 0, 0)


class Affine:
    """const + sum coef * atom, atoms sorted; make with `affine`, never directly."""

    __slots__ = ("__weakref__", "const", "free", "height", "parts", "sort_key")
    parts: tuple[tuple[Any, int], ...]
    const: int
    free: frozenset[Index]
    height: int
    sort_key: tuple[Any, ...]

    def coefficient(self, atom: Any) -> int:
        for a, c in self.parts:
            if a is atom:
                return c
        return 0

    @property
    def index(self) -> Index | None:
        """The index, if the expression is exactly one index."""
        if self.const == 0 and len(self.parts) == 1:
            atom, c = self.parts[0]
            if c == 1 and isinstance(atom, Index):
                return atom
        return None

    @property
    def data(self) -> tuple[Any, ...]:
        """The atoms that are neither indices nor extents."""
        return tuple(a for a, _ in self.parts if not isinstance(a, sympy.Basic))

    def __add__(self, other: Affine) -> Affine:
        return affine([*self.parts, *other.parts], self.const + other.const)

    def __sub__(self, other: Affine) -> Affine:
        return self + other.times(-1)

    def plus(self, number: int) -> Affine:
        return affine(self.parts, self.const + number)

    def times(self, number: int) -> Affine:
        return affine([(a, c * number) for a, c in self.parts], self.const * number)


_TABLE: WeakValueDictionary[tuple[Any, ...], Affine] = WeakValueDictionary()


def affine(parts: Iterable[tuple[Any, int]], const: int = 0) -> Affine:
    """const + sum coef * atom, collected and hash-consed."""
    collected: dict[Any, int] = {}
    for atom, c in parts:
        collected[atom] = collected.get(atom, 0) + c
    kept = [(a, c) for a, c in collected.items() if c]
    if len(kept) > 1:
        kept.sort(key=lambda pair: atom_key(pair[0]))
    key = (tuple(kept), const)
    found = _TABLE.get(key)
    if found is None:
        found = Affine()
        found.parts, found.const = key[0], const
        free: set[Index] = set()
        height = 0
        for a, _ in kept:
            if isinstance(a, Index):
                free.add(a)
            elif not isinstance(a, sympy.Basic):
                free |= a.free
                height = max(height, a.height)
        found.free, found.height = frozenset(free), height
        found.sort_key = (tuple((atom_key(a), c) for a, c in kept), const)
        _TABLE[key] = found
    return found


def of_index(index: Index) -> Affine:
    """The expression that is one index."""
    found = _TABLE.get((((index, 1),), 0))
    return affine([(index, 1)]) if found is None else found


def of_extent(value: sympy.Expr) -> Affine:
    """An extent as an affine expression in its symbols; a non-linear part is one opaque atom."""
    if isinstance(value, sympy.Integer):
        return affine((), int(value))
    if isinstance(value, sympy.Symbol):
        return affine([(value, 1)])
    parts: list[tuple[Any, int]] = []
    const = 0
    for term in sympy.Add.make_args(sympy.expand(value)):
        number, rest = term.as_coeff_Mul()
        if rest is sympy.S.One:
            const += int(number)
        elif isinstance(number, sympy.Integer):
            parts.append((rest, int(number)))
        else:
            parts.append((term, 1))
    return affine(parts, const)


def smallest(e: Affine) -> int | None:
    """A lower bound for all index values and all extents >= 1; None if there is none."""
    return _bound(e, 1)


def largest(e: Affine) -> int | None:
    """An upper bound for all index values and all extents >= 1; None if there is none."""
    low = _bound(e.times(-1), 1)
    return None if low is None else -low


def _bound(e: Affine, sign: int) -> int | None:
    over_extents = affine([(a, c) for a, c in e.parts if _is_extent(a)], e.const)
    for a, c in e.parts:
        if isinstance(a, Index):
            if c < 0:
                over_extents = over_extents + of_extent(a.extent).plus(-1).times(c)
        elif not _is_extent(a):
            below = a.below
            if below is None:
                return None
            if c < 0:
                over_extents = over_extents + of_extent(below).plus(-1).times(c)
    total = over_extents.const
    for a, c in over_extents.parts:
        least = _least(a)
        if c < 0 or least is None:
            return None
        total += c * least
    return total


def _least(extent: sympy.Expr) -> int | None:
    """A lower bound of an extent's symbol or non-linear part: floor(N/2) may be 0."""
    if extent.is_integer and extent.is_positive:
        return 1
    return 0 if extent.is_nonnegative else None


def _is_extent(atom: Any) -> bool:
    return isinstance(atom, sympy.Basic) and not isinstance(atom, Index)


def renamed(e: Affine, mapping: Mapping[Index, Affine], data: Any) -> Affine:
    """The expression with indices replaced; `data(atom)` renames a data atom to an Affine."""
    if e.free.isdisjoint(mapping):
        return e
    parts: list[tuple[Any, int]] = []
    const = e.const
    for a, c in e.parts:
        new = mapping.get(a) if isinstance(a, Index) else None
        if new is None and not isinstance(a, sympy.Basic):
            new = data(a)
        if new is None:
            parts.append((a, c))
        else:
            parts.extend((b, c * k) for b, k in new.parts)
            const += c * new.const
    return affine(parts, const)
