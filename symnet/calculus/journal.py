"""The log of a derivation: the rules actually applied, each an equality that can be evaluated.

x_bar[n,k]  =  before  =  after      (rule: chain, contract, fold, expand, inline, assume ...)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from symnet.calculus import terms as t
from symnet.calculus.convert import Letters, write
from symnet.notation import Entry, Graph, Index, Tensor


@dataclass(frozen=True)
class Step:
    """One equality `entry = before = after` and the rule that gives it."""

    entry: Entry
    rule: str
    reason: str
    before: sympy.Expr
    after: sympy.Expr

    def __str__(self) -> str:
        return f"{self.entry} = {self.after}    ({self.rule}: {self.reason})"


@dataclass
class Journal:
    """Collects steps while a sweep runs; `steps` writes them in SymPy, by cotangent."""

    graph: Graph
    rows: list[tuple[Tensor, tuple[Index, ...], str, str, t.Poly | sympy.Expr, t.Poly]] = field(
        default_factory=list
    )

    def note(
        self,
        bar: Tensor,
        free: tuple[Index, ...],
        rule: str,
        reason: str,
        before: t.Poly | sympy.Expr,
        after: t.Poly,
    ) -> None:
        """Record bar[free] = before = after; what changes nothing is not recorded."""
        if before is not after:
            self.rows.append((bar, free, rule, reason, before, after))

    def steps(self) -> tuple[Step, ...]:
        """All steps, cotangent by cotangent, those inlined in the end among them."""
        letters = Letters(self.graph)
        out: list[Step] = []
        for name in dict.fromkeys(row[0].name for row in self.rows):
            for bar, free, rule, reason, before, after in self.rows:
                if bar.name != name:
                    continue
                taken = frozenset(i.letter for i in free)
                written = write(before, letters, taken) if isinstance(before, t.Poly) else before
                entry = Entry(bar, *free)
                out.append(Step(entry, rule, reason, written, write(after, letters, taken)))
        return tuple(out)


__all__ = ["Journal", "Step"]
