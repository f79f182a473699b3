"""Rows of one index are added up before they are multiplied: fewer, and only once for all uses.

    W_bar[d,k] = sum[n,t](g[n,t,k]*E[x[n,t],d])
    E_bar[v,d] = sum[n,t]([v = x[n,t]]*e_bar[n,t,d]),   e_bar[n,t,d] = sum[k](W[d,k]*g[n,t,k])
    b_bar[k]   = sum[n,t](g[n,t,k])
 => g_bins[v,k] = sum[n,t]([v = x[n,t]]*g[n,t,k])
    W_bar[d,k] = sum[v](g_bins[v,k]*E[v,d]);   E_bar[v,d] = sum[k](W[d,k]*g_bins[v,k])
    b_bar[k]   = sum[v](g_bins[v,k])

It pays where the table has few rows (see tables.py), and rows long enough for a product to cost
more than the addition of rows. The bins of rows that do not occur are 0, which counts only if what
they are multiplied by is finite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import permutations

from symnet.codegen.algebra import add, factors, mul, of_axis, terms
from symnet.codegen.onehot import solutions
from symnet.codegen.program import Def, Program, reads_of
from symnet.codegen.recurrence import components
from symnet.codegen.scalar import Axis, Compare, Read, Reduce, Scalar, reads, walk
from symnet.codegen.scalar_text import text
from symnet.codegen.size import product_of, representative
from symnet.codegen.substitution import same
from symnet.codegen.tables import Lookups, at_row, defined

LONG = 16  # entries of a row, from which on a product costs more than an addition of rows

Axes = tuple[Axis, ...]


def with_bins(program: Program) -> Program:
    """The program with sums over looked-up rows taken in two steps."""
    work = _Bins(program, Lookups(program), set(program.names))
    split = [work.definition(d) for d in program.defs]
    if not work.made:
        return program
    defs = [work.counted(d) for d in split]
    return program.with_defs(
        tuple(d for g in components([*(s for _, s in work.made), *defs]) for d in g)
    )


@dataclass
class _Bins:
    """The work on one program; `made` are the sums of rows, each with its index."""

    program: Program
    known: Lookups
    taken: set[str]
    made: list[tuple[str, Def]] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = Counter(r.name for d in self.program.defs for r in reads_of(d))
        self.single = {
            n: d
            for n, d in self.known.plain.items()
            if count[n] == 1 and n not in self.program.wanted
        }

    def definition(self, d: Def) -> Def:
        """The definition with its sums over products of looked-up rows taken over the table."""
        if d.name not in self.known.plain or d.integer:
            return d
        used: list[Def] = []
        body = _each_sum(d.body, lambda s: self._scattered(s, used) or self._looked_up(s))
        return self._with(d, body, used)

    def counted(self, d: Def) -> Def:
        """The definition with sums over all rows taken over the bins that there are."""
        if d.name not in self.known.plain or d.integer:
            return d
        return self._with(d, _each_sum(d.body, self._all_bins), [])

    def _with(self, d: Def, body: Scalar, used: list[Def]) -> Def:
        if body == d.body:
            return d
        formulas = (*(x.formula for x in used), d.formula, f"{text(d.entry())} = {text(body)}")
        return replace(d, body=body, formula="\n".join(formulas))

    # -- two steps

    def _looked_up(self, t: Reduce) -> Scalar | None:
        """sum[n,t](g*E[x[n,t],d]) => sum[v](g_bins[v]*E[v,d])."""
        body = self.known.opened(t.body)
        for index in self.known.indices(body):
            if not self._fits(index, t.bound):
                continue
            v = Axis("v", self.known.below(index))
            rows = set(index.plain or ())
            found = [(f, at_row(f, index, v)) for f in factors(body)]
            moving = [f for f, g in found if g.axes & rows]
            still = [g for f, g in found if not g.axes & rows]
            length = {a for g in still if v in g.axes for a in g.axes} - {v}
            if not moving or any(index in walk(f) for f in moving) or not _is_long(length):
                continue
            if not all(map(self.known.facts.finite, still)):
                continue
            others = tuple(a for a in t.bound if a not in rows)
            return Reduce("sum", mul(*still, self._bins(index, v, mul(*moving))), (v, *others))
        return None

    def _scattered(self, t: Reduce, used: list[Def]) -> Scalar | None:
        """sum[n,t]([v = x[n,t]]*sum[k](W[d,k]*g)) => sum[k](W[d,k]*g_bins[v,k])."""
        if len(factors(t.body)) != 2:
            return None
        c, inner = sorted(factors(t.body), key=lambda f: not isinstance(f, Compare))
        d = self.single.get(inner.name) if isinstance(inner, Read) else None
        if not isinstance(c, Compare) or d is None or not isinstance(inner, Read):
            return None
        for v, index in solutions(c):
            if not isinstance(index, Read) or not self.known.is_index(index):
                continue
            fits = self._fits(index, t.bound) and set(index.plain or ()) == set(t.bound)
            if not fits or v.size != self.known.below(index) or not _is_long(t.axes - {v}):
                continue
            parts = [self._product(p, index, v) for p in terms(d.at(inner.slots))]
            if all(p is not None for p in parts):
                used.append(d)
                return add(*(self._put(p, index, v) for p in parts if p is not None))
        return None

    def _product(
        self, t: Scalar, index: Read, v: Axis
    ) -> tuple[list[Scalar], list[Scalar], Axes] | None:
        """The factors of a sum without rows, those with rows, and what it sums over."""
        if not isinstance(t, Reduce) or t.kind != "sum":
            return None
        rows = set(index.plain or ())
        moving = [f for f in factors(t.body) if f.axes & rows]
        still = [f for f in factors(t.body) if not f.axes & rows]
        if not still or not moving or any(v in f.axes for f in moving):
            return None
        if not all(map(self.known.facts.finite, still)):
            return None
        return still, moving, t.bound

    def _put(self, p: tuple[list[Scalar], list[Scalar], Axes], index: Read, v: Axis) -> Scalar:
        still, moving, bound = p
        return Reduce("sum", mul(*still, self._bins(index, v, mul(*moving))), bound)

    def _fits(self, index: Read, bound: Axes) -> bool:
        return set(index.plain or ()) <= set(bound) and self.known.is_short(index)

    # -- bins

    def _bins(self, index: Read, v: Axis, rows: Scalar) -> Read:
        """The sum of rows for each value of the index, by a definition of its own."""
        gone = index.plain or ()
        found = (a for r in reads(rows) for s in r.slots for a in _ordered(s))
        others = tuple(a for a in dict.fromkeys(found) if a in rows.axes and a not in gone)
        body = _binned(index, v, rows, gone)
        slots = tuple(map(of_axis, (v, *others)))
        for name, d in self.made:
            fits = name == index.name and _sizes(d.axes) == _sizes((v, *others))
            if fits and same(d.at(slots), body):
                return Read(d.name, slots)
        stem = next(r.name for r in reads(rows))
        made = defined(f"{stem}_bins", (v, *others), body, self.taken)
        self.made.append((index.name, made))
        return Read(made.name, slots)

    def _all_bins(self, t: Reduce) -> Scalar | None:
        """sum[n,t](g[n,t,k]) => sum[v](g_bins[v,k])."""
        for name, d in self.made:
            v = Axis("v", d.axes[0].size)
            for gone in permutations(t.bound):
                for others in permutations(sorted(t.axes, key=lambda a: a.letter)):
                    slots = tuple(map(of_axis, (v, *others)))
                    if _sizes(d.axes) != _sizes((v, *others)):
                        continue
                    body = _binned(Read(name, tuple(map(of_axis, gone))), v, t.body, gone)
                    if same(d.at(slots), body):
                        return Reduce("sum", Read(d.name, slots), (v,))
        return None


def _each_sum(e: Scalar, rule: Callable[[Reduce], Scalar | None]) -> Scalar:
    """The rule applied to the sums among the terms, which may have other factors."""
    out: list[Scalar] = []
    for t in terms(e):
        below = list(factors(t))
        for k, f in enumerate(below):
            if isinstance(f, Reduce) and f.kind == "sum":
                below[k] = rule(f) or f
        out.append(mul(*below))
    return add(*out)


def _binned(index: Read, v: Axis, rows: Scalar, gone: Axes) -> Scalar:
    return Reduce("sum", mul(Compare("==", of_axis(v), index), rows), gone)


def _ordered(slot: Scalar) -> Axes:
    return tuple(sorted(slot.axes, key=lambda a: a.letter))


def _sizes(axes: Axes) -> list[object]:
    return [a.size for a in axes]


def _is_long(axes: set[Axis] | frozenset[Axis]) -> bool:
    return representative(product_of([a.size for a in axes])) >= LONG
