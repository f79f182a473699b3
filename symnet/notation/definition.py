"""One equation of a graph: an entry with free indices = a scalar expression.

y[n,j] = sum_i x[n,i] W[i,j] + b[j]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.core.cache import cacheit

from symnet.notation.errors import GraphError, IndexMismatch, UnsupportedExpression
from symnet.notation.index import Index, bound_indices, free_indices, fresh, refresh, rename
from symnet.notation.intake import INFINITE, intake
from symnet.notation.matrix import check_heads
from symnet.notation.tensor import Entry, Tensor, check_extent


@dataclass(frozen=True)
class Definition:
    """`entry = expression`; `base` is the value of a recurrence before its sequential index starts.

    The slots of `entry` are distinct indices: the free indices of the definition.
    """

    entry: Entry
    expression: sympy.Expr
    base: sympy.Expr | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.entry, Entry) or not self.entry.is_plain:
            raise IndexMismatch(f"{self.entry}: the left side needs a distinct index for each axis")
        for axis, i in enumerate(self.free):
            check_extent(self.tensor, axis, i)
        object.__setattr__(self, "expression", self._taken(self.expression))
        check_heads(self.expression, str(self.entry))
        if self.base is not None:
            object.__setattr__(self, "base", self._taken(self.base))
            check_heads(self.base, str(self.entry), whole=False)
            if self.sequential is None:
                raise GraphError(f"{self.entry}: base is given, but no index is sequential")

    def _taken(self, given: Any) -> sympy.Expr:
        """The side in our heads; a sum that stands twice (s + s^2) binds two indices."""
        side = intake(given)
        if given is self.expression and side in INFINITE:
            raise UnsupportedExpression(f"{self.entry}: the right side is infinite everywhere")
        for i in sorted(
            free_indices(side) - set(self.free), key=lambda i: (i.letter, i.dummy_index)
        ):
            raise IndexMismatch(
                f"{self.entry}: {i.letter} is free on the right but not on the left; "
                f"sum over it or give {self.tensor.name} an axis for it"
            )
        standing = (*self.free, *bound_indices(side))
        return side if len(set(standing)) == len(standing) else refresh(side)

    @property
    def tensor(self) -> Tensor:
        return self.entry.tensor

    @property
    def name(self) -> str:
        return self.tensor.name

    @property
    def free(self) -> tuple[Index, ...]:
        return self.entry.slots

    @property
    def sequential(self) -> Index | None:
        """The sequential free index, if there is one (at most one carries a recurrence)."""
        found = [i for i in self.free if i.sequential]
        return found[0] if found else None

    def instantiate(self, slots: Sequence[sympy.Expr] | None = None) -> Definition | sympy.Expr:
        """All indices fresh (no slots); or the right side with slots for its free indices."""
        if slots is not None:
            return rename(refresh(self.expression), dict(zip(self.free, slots, strict=True)))
        new = dict(zip(self.free, fresh(self.free), strict=True))
        base = None if self.base is None else rename(refresh(self.base), new)
        return Definition(
            Entry(self.tensor, *new.values()), rename(refresh(self.expression), new), base
        )

    def __str__(self) -> str:
        return f"{self.entry} = {self.expression}"


def define(
    entry: Entry | Tensor,
    expression: Any,
    *,
    base: Any = None,
    constant_along: Iterable[Index] = (),
) -> Definition:
    """A definition as a person writes it: every free index stands on both sides.

    `constant_along` names the free indices of which the right side is meant not to depend.
    Raises IndexMismatch for an index free on one side only.
    """
    left = entry[()] if isinstance(entry, Tensor) else entry
    made = Definition(left, expression, base)
    missing = [
        i for i in made.free if i not in free_indices(made.expression) and i not in constant_along
    ]
    if missing:
        raise IndexMismatch(
            f"{left}: {missing[0].letter} is free on the left but not on the right; "
            f"if {made.name} is meant to be constant along it, say "
            f"constant_along=[{missing[0].letter}]"
        )
    return made


@cacheit  # type: ignore[untyped-decorator]  # SymPy's cache has no types
def entries(expression: sympy.Basic) -> tuple[Entry, ...]:
    """Every entry in the expression, outermost first, those inside of slots too."""
    own = (expression,) if isinstance(expression, Entry) else ()
    return own + tuple(e for a in expression.args for e in entries(a))


def shift_of(slot: sympy.Expr) -> tuple[Index, int] | None:
    """(t, s) if the slot is t + s for one index and an integer, else None."""
    if isinstance(slot, Index):
        return slot, 0
    if isinstance(slot, sympy.Add):
        rest, found = slot.as_independent(Index, as_Add=True)
        if isinstance(found, Index) and isinstance(rest, sympy.Integer):
            return found, int(rest)
    return None
