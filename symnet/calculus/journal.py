"""The log of a derivation: the rules actually applied, each an equality that can be evaluated.

x_bar[n,k]  =  before  =  after      (rule: chain, contract, fold, expand, inline, assume ...)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from symnet.calculus import terms as t
from symnet.calculus.convert import Letters, write
from symnet.notation import Binder, Entry, Graph, Index, Tensor, rename


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
                written = (
                    write(before, letters, taken)
                    if isinstance(before, t.Poly)
                    else _lettered(before, letters, taken)
                )
                entry = Entry(bar, *free)
                out.append(Step(entry, rule, reason, written, write(after, letters, taken)))
        return tuple(out)


def _lettered(e: sympy.Expr, letters: Letters, taken: frozenset[str]) -> sympy.Expr:
    """The expression with letters for the bound indices that have none of their own."""
    if not e.args or not e.has(Binder):
        return e
    if not isinstance(e, Binder):
        return e.func(*(_lettered(a, letters, taken) for a in e.args))
    new: dict[Index, sympy.Expr] = {}
    for i in e.bound:
        known = sorted(letters.known.get(i.extent, ["k"]))
        free = [letter for letter in known if letter not in taken and letter != "_"]
        letter = i.letter if i.letter.strip("_0123456789") else (free or known)[0]
        taken = taken | {letter}
        new[i] = Index(letter, i.extent, i.sequential)
    return e.func(_lettered(rename(e.body, new), letters, taken), *new.values())


__all__ = ["Journal", "Step"]
