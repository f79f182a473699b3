"""What is computed from looked-up rows is computed once for each row of the table.

    e[n,t,d] = E[x[n,t],d];   a[n,t,k] = b[k] + sum[d](W[d,k]*e[n,t,d])
 => a_rows[v,k] = b[k] + sum[d](W[d,k]*E[v,d]);   a[n,t,k] = a_rows[x[n,t],k]

F(E[x]) = F(E)[x] for every F. It pays where the table has fewer rows than are looked up, so it is
done where the number of rows is known and the rows that are looked up are typically more. Rows
that are not looked up count too now, so F has to be finite for every finite table.
"""

from __future__ import annotations

from dataclasses import replace

from symnet.codegen.algebra import of_axis, rebuild
from symnet.codegen.facts import Facts
from symnet.codegen.program import Def, Given, Program, unused_name
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Axis, Read, Reduce, Scalar, children, reads, walk
from symnet.codegen.scalar_text import text
from symnet.codegen.size import Size, product_of, representative
from symnet.codegen.substitution import refresh, substitute

FEWER = 8  # how many times more rows are looked up than there are


class Lookups:
    """The indices and the looked-up rows of a program."""

    def __init__(self, program: Program) -> None:
        self.given: dict[str, Given] = {g.name: g for g in program.given if g.below is not None}
        self.plain = {g[0].name: g[0] for g in components(program.defs) if not is_recurrent(g)}
        self.facts = Facts(program)
        self.shapes = {g.name: g.shape for g in program.given}
        self.shapes |= {d.name: tuple(a.size for a in d.axes) for d in program.defs}
        self.rows = {n: d for n, d in self.plain.items() if self._is_lookup(d)}

    def _is_lookup(self, d: Def) -> bool:
        return isinstance(d.body, Read) and any(self.is_index(s) for s in d.body.slots)

    def is_index(self, e: Scalar) -> bool:
        """Whether e is an entry x[n,t] of a given tensor of integers with a bound."""
        return isinstance(e, Read) and e.name in self.given and e.plain is not None

    def below(self, index: Read) -> Size:
        """The number of rows that the index counts."""
        found = self.given[index.name].below
        assert found is not None
        return found

    def opened(self, e: Scalar) -> Scalar:
        """The expression with looked-up rows as reads of their tables: e[n,t,d] => E[x[n,t],d]."""
        if isinstance(e, Read) and e.name in self.rows and e.plain is not None:
            return self.rows[e.name].at(e.slots)
        return rebuild(e, (self.opened(c) for c in children(e)))

    def indices(self, e: Scalar) -> list[Read]:
        """The different indices x[n,t] at which e reads tables of as many rows as they count."""
        fits: dict[Read, bool] = {}
        for r in reads(e):
            for s, rows in zip(r.slots, self.shapes[r.name], strict=True):
                if isinstance(s, Read) and self.is_index(s):
                    fits[s] = fits.get(s, True) and rows == self.below(s)
        return [index for index, fine in fits.items() if fine]

    def is_short(self, index: Read) -> bool:
        """Whether there are surely few rows, and typically more are looked up."""
        assert index.plain is not None
        looked_up = representative(product_of([a.size for a in index.plain]))
        count = self.below(index).number
        return count is not None and FEWER * count <= looked_up


def with_tables(program: Program) -> Program:
    """The program with sums over looked-up rows computed for the rows of the table."""
    known = Lookups(program)
    defs: list[Def] = []
    taken = set(program.names)
    for d in program.defs:
        made = _table(known, d, taken) if d.name in known.plain and not d.integer else None
        if made is None:
            defs.append(d)
        else:
            defs.extend(made)
            known.rows[d.name] = made[1]
            known.shapes[made[0].name] = tuple(a.size for a in made[0].axes)
    return program.with_defs(tuple(defs))


def _table(known: Lookups, d: Def, taken: set[str]) -> tuple[Def, Def] | None:
    """A definition over the rows of the table, and d as a look-up in it."""
    body = known.opened(d.body)
    if not any(isinstance(e, Reduce) for e in walk(body)):
        return None
    for index in known.indices(body):
        v = Axis("v", known.below(index))
        inside = at_row(body, index, v)
        assert index.plain is not None
        rows = set(index.plain)
        fits = rows <= set(d.axes) and not inside.axes & rows and known.is_short(index)
        if not fits or not known.facts.finite(inside):
            continue
        others = [a for a in d.axes if a not in rows]
        table = defined(f"{d.name}_rows", (v, *others), inside, taken)
        read = Read(table.name, (index, *map(of_axis, others)))
        formula = f"{d.formula}\n{text(d.entry())} = {text(read)}"
        return table, replace(d, body=read, formula=formula)
    return None


def at_row(e: Scalar, index: Scalar, v: Axis) -> Scalar:
    """The expression with v for the index."""
    if e == index:
        return of_axis(v)
    return rebuild(e, (at_row(c, index, v) for c in children(e)))


def defined(stem: str, axes: tuple[Axis, ...], body: Scalar, taken: set[str]) -> Def:
    """A new definition, over axes of its own."""
    name = unused_name(taken, stem)
    taken.add(name)
    own = tuple(Axis(a.letter, a.size) for a in axes)
    new = substitute(refresh(body), dict(zip(axes, map(of_axis, own), strict=True)))
    made = Def(name, own, new)
    return replace(made, formula=f"{text(made.entry())} = {text(new)}")
