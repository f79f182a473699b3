"""A value that is 0 unless brackets hold, by the convention for cotangents beyond the end.

    c_bar[n,T,k] = 0  makes  c_bar[n,t+1,k] f[n,t+1,k]  mean  [t+1 < T] c_bar[n,t+1,k] f[n,t+1,k]

The bracket settles the whole product, of which other factors may have no value at T either. A sum
keeps the brackets that all of its terms have; the rest go to the terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symnet.notation.functions import Compare
from symnet.notation.index import Index, free_indices

Expr = Any  # SymPy expressions, whose arithmetic is not typed
NONE: frozenset[Compare] = frozenset()


@dataclass(frozen=True)
class Guarded:
    """The product of the guards and the expression."""

    inside: Expr
    guards: frozenset[Compare] = NONE

    @property
    def whole(self) -> Expr:
        """The expression with its guards."""
        return self.without(self.guards)

    def without(self, some: frozenset[Compare]) -> Expr:
        """The expression with these of its guards written."""
        return sympy.Mul(*sorted(some, key=str), self.inside) if some else self.inside


def product(a: Guarded, b: Guarded) -> Guarded:
    return Guarded(a.inside * b.inside, a.guards | b.guards)


def addition(terms: Sequence[Guarded]) -> Guarded:
    common = shared(terms)
    return Guarded(sympy.Add(*(t.without(t.guards - common) for t in terms)), common)


def shared(terms: Sequence[Guarded]) -> frozenset[Compare]:
    """The guards that all terms have; a term that is 0 has every guard."""
    live = [t.guards for t in terms if t.inside != 0]
    return frozenset.intersection(*live) if live else NONE


def below(value: Guarded, bound: Sequence[Index]) -> tuple[Expr, frozenset[Compare]]:
    """What stands inside of a sum over the indices, and the guards that stay outside."""
    inner = frozenset(g for g in value.guards if free_indices(g) & set(bound))
    return value.without(inner), value.guards - inner
