"""A graph after lowering: definitions as `scalar` expressions; what the early passes share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symnet.codegen.algebra import of_axis
from symnet.codegen.scalar import Affine, Axis, Read, Reduce, Scalar, reads, walk
from symnet.codegen.size import Size
from symnet.codegen.substitution import refresh, substitute


@dataclass(frozen=True)
class Given:
    """A tensor that the caller passes."""

    name: str
    letters: tuple[str, ...]
    shape: tuple[Size, ...]
    integer: bool = False
    below: Size | None = None
    positive: bool = False


@dataclass(frozen=True)
class Def:
    """name[axes] = body; `base` is its value where the first sequential axis is negative."""

    name: str
    axes: tuple[Axis, ...]
    body: Scalar
    base: Scalar | None = None
    integer: bool = False
    formula: str = ""

    @property
    def sequential(self) -> int | None:
        """The position of the axis that `base` belongs to."""
        found = [k for k, a in enumerate(self.axes) if a.sequential]
        return found[0] if found else None

    def sides(self) -> tuple[Scalar, ...]:
        return (self.body,) if self.base is None else (self.body, self.base)

    def at(self, slots: tuple[Scalar, ...]) -> Scalar:
        """The body with its axes replaced by slots; bound axes fresh."""
        return substitute(refresh(self.body), dict(zip(self.axes, slots, strict=True)))

    def entry(self) -> Read:
        """The definition's left side as an expression."""
        return Read(self.name, tuple(of_axis(a) for a in self.axes))


@dataclass(frozen=True)
class Program:
    """Definitions in an order in which each mentions earlier ones, apart from recurrences."""

    given: tuple[Given, ...]
    defs: tuple[Def, ...]
    outputs: tuple[str, ...]
    updates: tuple[tuple[str, str], ...]

    def definition(self, name: str) -> Def | None:
        for d in self.defs:
            if d.name == name:
                return d
        return None

    def with_defs(self, defs: tuple[Def, ...]) -> Program:
        return replace(self, defs=defs)

    @property
    def wanted(self) -> frozenset[str]:
        """The names whose values leave the program."""
        return frozenset(self.outputs) | {new for _, new in self.updates}

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*(g.name for g in self.given), *(d.name for d in self.defs)))


def reads_of(d: Def) -> Iterator[Read]:
    """Every read in a definition, its base too."""
    for side in d.sides():
        yield from reads(side)


def extents_of(program: Program) -> tuple[str, ...]:
    """The names of the extents on which definitions depend, sorted."""
    found: set[str] = set()
    for d in program.defs:
        for a in d.axes:
            found |= a.size.names
        for side in d.sides():
            for node in walk(side):
                match node:
                    case Affine(terms, constant):
                        found.update(constant.names, *(c.names for _, c in terms))
                    case Reduce(_, _, bound):
                        found.update(*(a.size.names for a in bound))
    return tuple(sorted(found))


def without_dead(program: Program) -> Program:
    """Only the definitions that something wanted depends on."""
    needed = set(program.wanted)
    mentioned = {d.name: {r.name for r in reads_of(d)} for d in program.defs}
    frontier = list(needed)
    while frontier:
        for name in mentioned.get(frontier.pop(), set()) - needed:
            needed.add(name)
            frontier.append(name)
    return program.with_defs(tuple(d for d in program.defs if d.name in needed))


def unused_name(taken: frozenset[str] | set[str], stem: str) -> str:
    """The stem, or the stem with its number raised until it is new: b_bar, b_bar_1, b_bar_2 ..."""
    name = stem
    base, _, tail = stem.rpartition("_")
    k = int(tail) if base and tail.isdigit() else 0
    base = base if k else stem
    while name in taken:
        k += 1
        name = f"{base}_{k}"
    return name
