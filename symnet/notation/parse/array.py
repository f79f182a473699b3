"""The value of a NumPy expression: a scalar expression over one index for each axis.

    X @ W  =>  Array((n, k), sum_d X[n,d] W[d,k])

Broadcasting is NumPy's: axes are aligned at the right, and an axis of extent 1 is stretched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symnet.notation.errors import ExtentMismatch
from symnet.notation.functions import Compare, compare
from symnet.notation.index import Extent, Index, rename
from symnet.notation.reductions import total
from symnet.notation.tensor import Entry, Tensor

ONE = sympy.Integer(1)


@dataclass(frozen=True)
class Array:
    """value[indices] = expression. The indices are free in the expression, or do not occur.

    `truth` says that the entries are NumPy's True and False, which & | ~ join and + does not add.
    """

    indices: tuple[Index, ...]
    expression: sympy.Expr
    truth: bool = False

    @property
    def shape(self) -> tuple[Extent, ...]:
        return tuple(i.extent for i in self.indices)

    @property
    def order(self) -> int:
        return len(self.indices)

    @property
    def constant(self) -> int | None:
        """The integer that this is, if it is one."""
        e = self.expression
        return int(e) if not self.indices and isinstance(e, sympy.Integer) else None

    @property
    def is_plain(self) -> bool:
        """The entry of a whole tensor over these indices, in any order: a name adds nothing."""
        e = self.expression
        if not isinstance(e, Entry) or not e.is_plain:
            return False
        if any(i.extent != own.extent for i, own in zip(e.slots, e.tensor.indices, strict=True)):
            return False  # x[:-1], a part of it
        return set(e.slots) in ({i for i in self.indices if i.extent != ONE}, set(self.indices))

    def at(self, slots: Sequence[Any]) -> sympy.Expr:
        """The entry at index expressions."""
        return rename(self.expression, dict(zip(self.indices, slots, strict=True)))

    def fresh(self) -> Array:
        """The same value over indices of its own."""
        new = tuple(i.fresh() for i in self.indices)
        return replace(self, indices=new, expression=self.at(new))

    def reordered(self, order: Sequence[int]) -> Array:
        """The axes in another order."""
        return replace(self, indices=tuple(self.indices[k] for k in order))

    def mapped(self, function: Callable[[sympy.Expr], sympy.Expr]) -> Array:
        """The function entry by entry."""
        return Array(self.indices, function(self.expression))


def number(value: Any) -> Array:
    """A scalar without axes: a number, or an extent."""
    return Array((), sympy.Integer(value) if isinstance(value, int) else value)


def of_tensor(tensor: Tensor) -> Array:
    """The whole tensor."""
    new = tuple(i.fresh() for i in tensor.indices)
    return Array(new, Entry(tensor, *new))


def same_extent(a: Extent, b: Extent) -> bool:
    """Whether two extents are equal whatever the sizes."""
    return bool(a == b or sympy.expand(a - b) == 0)


def shown(array: Array) -> str:
    """The shape, for errors: (N, D), and (N,) of a vector as in Python."""
    return f"({', '.join(str(e) for e in array.shape)}{',' if array.order == 1 else ''})"


def axis_letter(extent: Extent, axis: int) -> str:
    """A letter for an axis: the lower case of its extent's name, else i, j, k, ..."""
    if isinstance(extent, sympy.Symbol) and extent.name[0].isupper():
        return str(extent.name[0].lower())
    return "ijklmpqrst"[axis % 10]


def stretched(shapes: Sequence[tuple[Index, ...]]) -> tuple[Index, ...]:
    """Fresh indices for the shape that the shapes broadcast to.

    Raises ExtentMismatch naming both extents.
    """
    out: list[Index] = []
    for back in range(1, max((len(s) for s in shapes), default=0) + 1):
        here = [s[-back] for s in shapes if len(s) >= back]
        wide = [i for i in here if i.extent != ONE]
        for i in wide[1:]:
            if not same_extent(i.extent, wide[0].extent):
                listed = " and ".join(shown(Array(s, ONE)) for s in shapes if s)
                raise ExtentMismatch(
                    f"shapes {listed} do not fit: axis -{back} is {wide[0].extent} in one and "
                    f"{i.extent} in another; expected equal extents, or 1"
                )
        out.append((wide or here)[0].fresh())
    return tuple(reversed(out))


def slots_in(array: Array, indices: Sequence[Index]) -> list[Any]:
    """The slots at which an array is read to be stretched over the indices."""
    own = indices[len(indices) - array.order :]
    return [
        sympy.S.Zero if a.extent == ONE and i.extent != ONE else i
        for a, i in zip(array.indices, own, strict=True)
    ]


def stacked(items: Sequence[Array], axis: int) -> Array:
    """The arrays along a new axis; raises ExtentMismatch where their shapes differ."""
    for x in items[1:]:
        if x.order != items[0].order or not all(map(same_extent, x.shape, items[0].shape)):
            raise ExtentMismatch(f"shapes {shown(items[0])} and {shown(x)} differ, expected one")
    free = [i.fresh() for i in items[0].indices]
    if len(items) == 1:
        s = Index("s", 1)
        return Array((*free[:axis], s, *free[axis:]), items[0].at(free), items[0].truth)
    s = Index("s", len(items))
    body = sympy.Add(*(compare("==", s, k) * x.at(free) for k, x in enumerate(items)))
    return Array((*free[:axis], s, *free[axis:]), body, all(x.truth for x in items))


def elementwise(function: Callable[..., Any], *arrays: Array) -> Array:
    """The function of arrays, entry by entry, with broadcasting."""
    indices = stretched([a.indices for a in arrays])
    made = function(*(a.at(slots_in(a, indices)) for a in arrays))
    return Array(indices, made)


def summed(body: sympy.Expr, over: Sequence[Index]) -> sympy.Expr:
    """The sum over indices; sum_k [k = i] f(k) is f(i), where k runs as far as i."""
    left = list(over)
    while (found := _delta(body, left)) is not None:
        bracket, k, i = found
        rest = sympy.Mul(*(a for a in sympy.Mul.make_args(body) if a is not bracket))
        body = rename(rest, {k: i})
        left.remove(k)
    return total(body, left) if left else body


def _delta(body: sympy.Expr, over: Sequence[Index]) -> tuple[Compare, Index, Index] | None:
    """A factor [k = i] with k among the indices summed over: (factor, k, i)."""
    for a in sympy.Mul.make_args(body):
        if not isinstance(a, Compare) or a.relation != "==":
            continue
        for k, i in (a.sides, a.sides[::-1]):
            is_index = k in over and isinstance(i, Index) and k is not i
            if is_index and same_extent(k.extent, i.extent):
                return a, k, i
    return None
