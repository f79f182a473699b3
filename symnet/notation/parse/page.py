"""The page that a text is read onto: its tensors, its numbers, and the definitions made so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sympy

from symnet.notation.functions import ScalarFunction, exp, where
from symnet.notation.graph import Definition, Graph, entries
from symnet.notation.index import Binder, Extent, Index, rename, same_up_to_bound
from symnet.notation.intake import intake
from symnet.notation.parse.array import ONE, Array, axis_letter, of_tensor
from symnet.notation.parse.names import unused
from symnet.notation.parse.source import Source
from symnet.notation.tensor import Entry, Tensor


@dataclass
class Page:
    """What is known while a text is read.

    `given` are the tensors of the caller, `numbers` the extents that may stand as numbers, `taken`
    all names that a definition made here must not have, `own` the names of its making.
    """

    source: Source
    given: dict[str, Tensor]
    numbers: dict[str, sympy.Symbol]
    taken: set[str]
    definitions: list[Definition] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)
    inverses: dict[str, Array] = field(default_factory=dict)
    looked_up: dict[str, set[Extent]] = field(default_factory=dict)  # axes read at an integer

    def tensor(self, name: str) -> Array:
        """A given tensor, as a whole."""
        self.used.add(name)
        return of_tensor(self.given[name])

    def name(self, array: Array, wanted: str, exactly: bool = False, whole: bool = False) -> Array:
        """Give the array a definition; what is a tensor already keeps its name.

        With `exactly` that is the name, also of a copy; else the next free one like `wanted`.
        Axes of extent 1 are left out of the definition, unless it is `whole`.
        """
        if array.is_plain and not exactly:
            return array
        name = wanted if exactly else unused(wanted, self.taken)
        kept = self._lettered([i for i in array.indices if whole or i.extent != ONE])
        listed = iter(kept)
        slots = [next(listed) if whole or i.extent != ONE else sympy.S.Zero for i in array.indices]
        right = intake(array.at(slots))
        known = None if exactly else self._known(right, kept)
        if known is None:
            self.taken.add(name)
            if not exactly:
                self.own.add(name)
            known = Tensor(name, *kept)
            self.definitions.append(Definition(Entry(known, *kept), right))
        made = of_tensor(known)
        read = iter(made.indices)
        free = [next(read) if whole or i.extent != ONE else i.fresh() for i in array.indices]
        return Array(tuple(free), made.expression, array.truth)

    def _known(self, right: sympy.Expr, free: Sequence[Index]) -> Tensor | None:
        """The tensor that is defined by this right side already."""
        for d in self.definitions:
            if [i.extent for i in d.free] == [i.extent for i in free]:
                other = rename(d.expression, dict(zip(d.free, free, strict=True)))
                if same_up_to_bound(other, right):
                    return d.tensor
        return None

    def meaning(self, e: sympy.Expr) -> sympy.Expr:
        """The expression with exponentials that were named here written out."""
        if isinstance(e, Entry) and e.tensor.name in self.own:
            d = next(d for d in self.definitions if d.name == e.tensor.name)
            if isinstance(d.expression, exp):
                return d.instantiate(e.slots)
        return e.func(*(self.meaning(a) for a in e.args)) if e.args else e

    def rename_last(self, array: Array, name: str, whole: bool = False) -> Array | None:
        """The last definition under the author's name, if the array is it and it has none yet."""
        e = array.expression
        if not self.definitions or not array.is_plain:
            return None
        if e.slots != tuple(i for i in array.indices if whole or i.extent != ONE):
            return None
        last = self.definitions[-1]
        if e.tensor.name != last.name or last.name not in self.own:
            return None
        self.definitions.pop()
        self.own.discard(last.name)
        self.taken.discard(last.name)
        made = self.name(Array(last.free, last.expression), name, exactly=True, whole=True)
        read = iter(made.indices)
        ones = [i.extent == ONE and not whole for i in array.indices]
        free = [i if one else next(read) for i, one in zip(array.indices, ones, strict=True)]
        return Array(tuple(free), made.expression, array.truth)

    def graph(self, output: Tensor, inputs: list[Tensor]) -> Graph:
        """The finished page, without names made up on the way that nothing mentions."""
        needed = {output.name}
        kept: list[Definition] = []
        for d in reversed(self.definitions):
            if d.name in needed or d.name not in self.own:
                kept.insert(0, d)
                needed |= {e.tensor.name for e in entries(d.expression)}
        known = {d.name for d in kept} | {x.name for x in inputs}
        notes = [n for n in self.notes if n[0] in known]
        return Graph(*kept, inputs=inputs, output=output, notes=notes)

    def _lettered(self, indices: Sequence[Index]) -> tuple[Index, ...]:
        """Fresh indices with letters that differ from each other and from all names."""
        out: list[Index] = []
        letters: set[str] = set()
        for axis, i in enumerate(indices):
            options = [i.letter, axis_letter(i.extent, axis), *"ijklmnpqrstuv"]
            letter = next(x for x in options if x not in letters and x not in self.numbers)
            letters.add(letter)
            out.append(Index(letter, i.extent, i.sequential))
        return tuple(out)


def has_contraction(e: sympy.Expr) -> bool:
    """Whether a sum or another reduction stands in the expression."""
    return bool(e.has(Binder))


def is_compound(e: sympy.Expr) -> bool:
    """More than an entry with number factors and shifts: worth a name as an argument."""
    return has_contraction(e) or bool(e.atoms(ScalarFunction) - e.atoms(where))


__all__ = ["Page", "has_contraction", "is_compound"]
