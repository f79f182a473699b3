"""Simplification: deterministic, idempotent, never longer; the cheapest of a few equal forms.

candidates: as it is | multiplied out | grouped by a common factor | complements;  all folded
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, affine, of_extent, of_index
from symnet.calculus.convert import read
from symnet.calculus.fold import (
    Fact,
    Folder,
    Pattern,
    Quotient,
    assumed_facts,
    complements,
    pattern_of,
    quotient_of,
)
from symnet.calculus.matrix import Symmetry, units
from symnet.calculus.ranges import brackets_of, is_guarded_by
from symnet.notation import Definition, Graph, Index, MatrixHead

LARGEST_EXPANSION = 48
LARGEST_COST = 300  # beyond it a formula is only folded: nobody reads it, and trials take seconds
ROUNDS = 6


Extents = tuple[Any, ...]
Terms = Sequence[tuple[Fraction, t.Mono]]


@dataclass(frozen=True)
class Form:
    """A step: `raw`, the sum of `terms`, is what the rule made; `folded` has definitions put in."""

    rule: str
    raw: t.Poly
    terms: Terms
    folded: t.Poly


class Simplifier:
    """Simplifies Polys by what one graph knows: definitions, assumptions, derived facts."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        patterns: list[Pattern] = []
        self.quotients: dict[str, Quotient] = {}
        with_base = frozenset(d.name for d in graph.definitions if d.base is not None)
        for d in graph.definitions:
            if (p := pattern_of(d, with_base)) is not None:
                patterns.append(p)
            if (q := quotient_of(d)) is not None:
                self.quotients[d.name] = q
        self.facts = assumed_facts(graph)
        self._sums: dict[str, set[Extents]] = {
            f.tensor.name: {extents(f.tensor.indices[k] for k in f.axes)} for f in self.facts
        }
        symmetry = Symmetry(graph)
        self.folder = Folder(patterns, self.facts, units(graph), symmetry)
        self._done: dict[t.Poly, t.Poly] = {}
        for d in graph.definitions:
            symmetry.note(d, Folder((), (), (), symmetry).fold)
            self._derive_facts(d)

    def learn(self, name: str, free: Sequence[Index], body: t.Poly) -> None:
        """Use a symmetry of `name[free] = body`, if it has one, from now on."""
        symmetry = self.folder.symmetry
        assert symmetry is not None
        symmetry.note_body(name, free, body, self.simplify)

    def summed_in(self, name: str) -> Collection[Extents]:
        """The extents over which the definition of a tensor sums, or those that it reads."""
        return self._sums.get(name, ())

    def simplify(self, p: t.Poly) -> t.Poly:
        """The cheapest equal form found."""
        found = self._done.get(p)
        if found is None:
            found = self._done[p] = self._simplify(p)
            self._done[found] = found
        return found

    def _simplify(self, p: t.Poly) -> t.Poly:
        forms = self.forms(p)
        return forms[-1].folded if forms else p

    def forms(self, p: t.Poly) -> list[Form]:
        """Each step from p to its simplest form; empty if p is simple."""
        out: list[Form] = []
        best = self.folder.fold(p)
        if best is not p:
            out.append(Form("fold", p, p.terms, best))
        for _ in range(ROUNDS):
            found = best
            for rule, terms in self._candidates(best):
                raw = t.add_terms(terms)
                for folded in (self.folder.fold(raw), self.folder.fold_terms(terms)):
                    if (folded.cost, folded.sort_key) < (found.cost, found.sort_key):
                        found, step = folded, Form(rule, raw, terms, folded)
            if found is best:
                break
            out.append(step)
            best = found
        return out

    def _candidates(self, p: t.Poly) -> Iterator[tuple[str, Terms]]:
        if p.cost > LARGEST_COST or not _has_choice(p, self.quotients):
            return
        if expansion_size(p) <= LARGEST_EXPANSION:
            yield "expand", t.expanded(p)
            yield "expand", t.expanded(p, cancelling=True)
        for grouped in groupings(p):
            yield "group", grouped.terms
            if expansion_size(grouped) <= LARGEST_EXPANSION:
                yield "group", t.expanded(grouped)
        for completed in complements(p, self.quotients):
            yield "complement", completed.terms
        if (inner := self._inside(p)) is not None:
            yield "expand", inner.terms

    def _inside(self, p: t.Poly) -> t.Poly | None:
        """p with the sums that stand as factors in its terms simplified by themselves."""
        changed = False
        terms: list[t.Poly] = []
        for c, m in p.terms:
            if len(p.terms) > 1 and any(_is_sum(f) and e == 1 for f, e in m.factors):
                part = t.add_terms([(c, m)])
                done = self.simplify(part)
                changed = changed or done is not part
                terms.append(done)
                continue
            sums = [f for f, e in m.factors if _is_sum(f) and e == 1 and not m.bound]
            if len(sums) != 1:
                terms.append(t.add_terms([(c, m)]))
                continue
            (f,) = sums
            assert isinstance(f, t.Poly)
            done = self.simplify(f)
            changed = changed or done is not f
            builder = t.Builder(c)
            for g, e in m.factors:
                builder.times(done if g is f else g, e)
            terms.append(builder.close())
        return t.add(*terms) if changed else None

    def _derive_facts(self, d: Definition) -> None:
        """Sums that follow from the definition: sum_k p[n,k] = 1, sum_{n,u} x_hat[n,k,u] = 0."""
        if d.base is not None or isinstance(d.expression, MatrixHead):
            return
        body = read(d.expression)
        empty = _may_be_empty(body)
        mentioned = set(tensors_of(body))
        sums = _summed_extents(body).union(*(self._sums[x] for x in mentioned if x in self._sums))
        self._sums[d.name] = sums
        alone = [(i,) for i in d.free if extents([i]) not in sums and _compares(body, i)]
        for own in (*indices_of(sums, d.free), *alone):
            if not any(i in f.free for i in own for _, m in body.terms for f, _ in m.factors):
                continue
            if empty and not all(_vanishes_where_empty(body, i) for i in own):
                continue
            others = Folder([p for p in self.folder.patterns if p.tensor != d.tensor], self.facts)
            whole = t.summed(body, own)
            for form in (whole, t.add_terms(t.expanded(whole))):
                value = others.fold(form)
                if _is_extent_only(value):
                    free = tuple(j for j in d.free if j not in own)
                    axes = tuple(d.free.index(i) for i in own)
                    self.facts.append(Fact(d.tensor, axes, free, value, empty))
                    break
        self.folder.facts = self.facts


def extents(indices: Iterable[Index]) -> Extents:
    """The extents of indices that are summed over together, in no order."""
    return tuple(sorted((i.extent for i in indices), key=str))


def indices_of(sums: set[Extents], free: Sequence[Index]) -> Iterator[tuple[Index, ...]]:
    """The free indices, one or several together, over whose extents there is a sum."""
    for count in sorted({len(s) for s in sums}):
        for own in combinations(free, count):
            if extents(own) in sums:
                yield own


def _is_sum(f: t.Node) -> bool:
    return isinstance(f, t.Poly) and len(f.terms) > 1


def tensors_of(p: t.Node) -> Iterator[str]:
    """The names of the tensors whose values occur in the node."""
    if isinstance(p, t.Ref):
        yield p.tensor.name
    elif isinstance(p, t.Fn):
        for a in p.args:
            yield from tensors_of(a)
    elif isinstance(p, t.Cmp):
        yield from tensors_of(p.left)
        yield from tensors_of(p.right)
    elif isinstance(p, t.Red):
        yield from tensors_of(p.body)
    elif isinstance(p, t.Poly):
        for _, m in p.terms:
            for f, _ in m.factors:
                yield from tensors_of(f)


def _may_be_empty(body: t.Poly) -> bool:
    """Whether a denominator is a sum that its brackets may leave without terms: 0, not Z/Z = 1."""
    below = (f for _, m in body.terms for f, e in m.factors if e < 0)
    sums = (f for f in below if isinstance(f, t.Poly))
    return any(all(not _has_a_term(m) for _, m in f.terms) for f in sums)


def _vanishes_where_empty(body: t.Poly, i: Index) -> bool:
    """Whether the brackets of each such denominator are factors, at i for its bound index."""
    if len(body.terms) != 1:
        return False
    factors = body.terms[0][1].factors
    own = {t.single(g) for g in brackets_of(f for f, e in factors if e == 1)}
    for f, e in factors:
        if e >= 0 or not isinstance(f, t.Poly) or all(_has_a_term(m) for _, m in f.terms):
            continue
        if len(f.terms) != 1 or len(f.terms[0][1].bound) != 1:
            return False
        (b,), inner = t.open_mono(f.terms[0][1])
        guards = brackets_of(g for g, _ in inner)
        if not all(t.single(t.rename(g, {b: of_index(i)})) in own for g in guards):
            return False
    return True


def _has_a_term(m: t.Mono) -> bool:
    """Whether there are no brackets, or they hold at the first or last value of each index."""
    guards = brackets_of(f for f, _ in m.factors)
    ends = [{b: affine(()) for b in m.bound}, {b: of_extent(b.extent).plus(-1) for b in m.bound}]
    return any(all(t.rename(g, at) is t.UNITY for g in guards) for at in ends)


def _is_extent_only(p: t.Poly) -> bool:
    return all(isinstance(f, t.Sym | t.Num) for _, m in p.terms for f, _ in m.factors)


def _compares(p: t.Poly, i: Index) -> bool:
    """Whether a term has a factor [i = s]: its sum over i takes one value."""
    return any(
        (isinstance(f, t.Bracket) and f.kind == "eq" and i in f.free)
        or (isinstance(f, t.Poly) and _compares(f, i))
        for _, m in p.terms
        for f, _ in m.factors
    )


def _summed_extents(p: t.Node) -> set[Extents]:
    """The extents of each index that is summed over, alone and with those summed with it."""
    found: set[Extents] = set()
    if isinstance(p, t.Poly):
        for _, m in p.terms:
            found.update(extents([b]) for b in m.bound)
            if len(m.bound) > 1:
                found.add(extents(m.bound))
            for f, _ in m.factors:
                found |= _summed_extents(f)
    elif isinstance(p, t.Fn):
        for a in p.args:
            found |= _summed_extents(a)
    return found


def _has_choice(p: t.Poly, quotients: dict[str, Quotient]) -> bool:
    if len(p.terms) > 1:
        return True
    return any(
        (isinstance(f, t.Poly) and len(f.terms) > 1)
        or (isinstance(f, t.Ref) and f.tensor.name in quotients)
        for _, m in p.terms
        for f, _ in m.factors
    )


def expansion_size(p: t.Poly) -> int:
    """The number of terms after multiplying out one level."""
    size = 0
    for _, m in p.terms:
        k = 1
        for f, e in m.factors:
            if isinstance(f, t.Poly) and len(f.terms) > 1 and e in (1, 2):
                k *= len(f.terms) ** int(e)
        size += k
    return size


def groupings(p: t.Poly) -> Iterator[t.Poly]:
    """a b + a c + d => a (b + c) + d, for each shared factor a; inside factors too."""
    if len(p.terms) > 1:
        yield from _grouped(p)
        yield from _in_one_sum(p)
        return
    for c, m in p.terms:
        for f, e in m.factors:
            if isinstance(f, t.Poly) and len(f.terms) > 2 and e == 1 and not m.bound:
                for inner in _grouped(f):
                    builder = t.Builder(c)
                    for g, x in m.factors:
                        builder.times(inner if g is f else g, x)
                    yield builder.close()


def _grouped(p: t.Poly) -> Iterator[t.Poly]:
    counts: dict[t.Node, int] = {}
    for _, m in p.terms:
        guards = brackets_of(f for f, _ in m.factors)
        for f, e in m.factors:
            if guards and is_guarded_by(f, [g for g in guards if g is not f], e):
                continue
            if e > 0 and not isinstance(f, t.Sym | t.Num) and f.free.isdisjoint(m.bound):
                counts[f] = counts.get(f, 0) + 1
    shared = [f for f, k in counts.items() if k > 1]
    shared.sort(key=lambda f: (-counts[f], f.sort_key))
    everything = p
    for f in shared[:4]:
        inside = [(c, m) for c, m in everything.terms if dict(m.factors).get(f, 0) > 0]
        outside = [(c, m) for c, m in everything.terms if dict(m.factors).get(f, 0) <= 0]
        yield t.add(_taken_out(f, inside), t.add_terms(outside))
    chain = p
    for f in shared[:4]:
        inside = [(c, m) for c, m in chain.terms if dict(m.factors).get(f, 0) > 0]
        if len(inside) < 2:
            continue
        outside = [(c, m) for c, m in chain.terms if dict(m.factors).get(f, 0) <= 0]
        chain = t.add(_taken_out(f, inside), t.add_terms(outside))
    if chain is not p:
        yield chain


def _in_one_sum(p: t.Poly) -> Iterator[t.Poly]:
    """sum_n x[n] a[n] - sum_n x[n] b[n] => sum_n x[n] (a[n] - b[n])."""
    alike: dict[tuple[Index, ...], list[tuple[Fraction, t.Mono]]] = {}
    for c, m in p.terms:
        if m.bound:
            alike.setdefault(m.bound, []).append((c, m))
    for bound, terms in alike.items():
        rest = [dict(m.factors) for _, m in terms[1:]]
        shared = [(f, e) for f, e in terms[0][1].factors if all(d.get(f) == e for d in rest)]
        if len(terms) < 2 or all(f.free.isdisjoint(bound) for f, _ in shared):
            continue
        if any(len(m.factors) == len(shared) for _, m in terms):
            continue  # sum_m g - x sum_m g x: a plain sum is read by itself
        if any(_is_crossed(bound, m, shared) for _, m in terms):
            continue
        guards = [b for _, m in terms for b in brackets_of(f for f, _ in m.factors)]
        outer = [b for b in guards if (b, Fraction(1)) not in shared]
        if any(is_guarded_by(f, outer, e) for f, e in shared):
            continue
        new = {b: Index("_", b.extent) for b in bound}
        mapping = {b: of_index(i) for b, i in new.items()}
        inside = [
            _product(c, [fe for fe in m.factors if fe not in shared], mapping) for c, m in terms
        ]
        body = t.multiply(_product(Fraction(1), shared, mapping), t.add(*inside))
        others = [u for u in p.terms if u not in terms]
        yield t.add(t.summed(body, new.values()), t.add_terms(others))


def _is_crossed(
    bound: tuple[Index, ...], m: t.Mono, shared: Sequence[tuple[t.Node, Fraction]]
) -> bool:
    """Whether the rest of a term has an outer index of the shared factors, and one of its own.

    sum_k s[n,k] (A[d,k] + b[n,k] B[d,k]) is no product of matrices; its two parts are.
    """
    outer = _outer(shared, bound)
    rest = _outer([fe for fe in m.factors if fe not in shared], bound)
    return bool(rest & outer) and bool(rest - outer)


def _outer(factors: Iterable[tuple[t.Node, Fraction]], bound: Sequence[Index]) -> frozenset[Index]:
    found: frozenset[Index] = frozenset().union(*(f.free for f, _ in factors))
    return found.difference(bound)


def _product(
    c: Fraction, factors: Iterable[tuple[t.Node, Fraction]], mapping: Mapping[Index, Affine]
) -> t.Poly:
    builder = t.Builder(c)
    for f, e in factors:
        builder.times(t.rename(f, mapping), e)
    return builder.close()


def _taken_out(f: t.Node, terms: list[tuple[Fraction, t.Mono]]) -> t.Poly:
    rest = [t.multiply(t.add_terms([(c, m)]), t.single(f, -1)) for c, m in terms]
    return t.multiply(t.single(f), t.add(*rest))


__all__ = [
    "Extents",
    "Simplifier",
    "expansion_size",
    "extents",
    "groupings",
    "indices_of",
    "tensors_of",
]
