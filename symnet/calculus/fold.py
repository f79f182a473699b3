"""Folding: sub-expressions that are instances of a definition become that definition again.

    exp(x[n,k]) / sum_j exp(x[n,j]) => p[n,k]        1 - tanh(u)^2 => 1 - t^2

A body of several factors is matched as a sub-multiset of the factors of a product, the largest body
first. A match is refused if one of the definition's bound indices occurs outside of it.
A bracket in the body is left beside what it still guards (it is its own square), and goes where it
guards nothing more: p[i,j] [j <= i] => p[i,j].
Side conditions: numbers and extents of the body are divided out (they are not 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any
from weakref import WeakKeyDictionary

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, of_index, spelled
from symnet.calculus.convert import read
from symnet.calculus.kinks import apply_kink
from symnet.calculus.matrix import Symmetry, Unit, contract_unit
from symnet.calculus.ranges import brackets_of, is_guarded_by
from symnet.notation import Definition, Graph, Index, MatrixHead, Tensor

Binding = dict[Index, Affine]
MOST_LOOSE = 3  # symmetric entries of which both orders are tried


@dataclass(frozen=True)
class Pattern:
    """tensor[free] = scale * sum over bound of the product of factors."""

    tensor: Tensor
    free: tuple[Index, ...]
    bound: tuple[Index, ...]
    factors: tuple[tuple[t.Node, Fraction], ...]
    scale: t.Poly
    size: int
    anchored: frozenset[Index]
    names: frozenset[str]


@dataclass(frozen=True)
class Fact:
    """sum over the axes of tensor = value, a Poly in the tensor's other free indices.

    With `beside` only where another entry of the same row is a factor: a row without terms is 0,
    so (sum_k p[n,k]) p[n,j] = p[n,j] although sum_k p[n,k] is 0 or 1.
    """

    tensor: Tensor
    axes: tuple[int, ...]
    free: tuple[Index, ...]
    value: t.Poly
    beside: bool = False


@dataclass(frozen=True)
class Quotient:
    """tensor[free] * denominator = numerator, with a denominator of two terms."""

    tensor: Tensor
    free: tuple[Index, ...]
    numerator: t.Poly
    denominator: t.Poly


def pattern_of(d: Definition, with_base: frozenset[str] = frozenset()) -> Pattern | None:
    """The pattern of a definition; None where there is nothing to recognise (a copy, a constant).

    `with_base` names the tensors that may be read before their sequential index starts.
    """
    if isinstance(d.expression, MatrixHead):
        return None
    return pattern_of_body(d.tensor, d.free, read(d.expression), with_base)


def pattern_of_body(
    tensor: Tensor,
    free: tuple[Index, ...],
    body: t.Poly,
    with_base: frozenset[str] = frozenset(),
) -> Pattern | None:
    """The pattern of tensor[free] = body."""
    if not body.terms:
        return None
    scale = t.UNITY
    bound: list[Index] = []
    factors: list[tuple[t.Node, Fraction]]
    if len(body.terms) > 1:
        factors = [(body, Fraction(1))]
    else:
        c, m = body.terms[0]
        bound, opened = t.open_mono(m)
        scale = t.number(c)
        factors = []
        for f, e in opened:
            if isinstance(f, t.Sym | t.Num):
                scale = t.multiply(scale, t.single(f, e))
            else:
                factors.append((f, e))
    if not factors or (not bound and len(factors) == 1 and _is_copy(*factors[0])):
        return None
    covered: frozenset[Index] = frozenset().union(*(f.free for f, _ in factors))
    if not set(free) <= covered:
        return None
    factors.sort(key=lambda fe: -fe[0].cost)
    anchored = frozenset(_anchored(body, with_base)) & frozenset(free)
    names = names_in(f for f, _ in factors)
    return Pattern(tensor, free, tuple(bound), tuple(factors), scale, body.cost, anchored, names)


def _anchored(node: t.Node, with_base: frozenset[str]) -> Iterator[Index]:
    """Indices that stand as a slot of their own in a read that always takes place, in range."""
    if isinstance(node, t.Ref):
        for axis, s in zip(node.tensor.indices, node.slots, strict=True):
            free_to_start = axis.sequential and node.tensor.name in with_base
            if s.index is not None and s.index.extent == axis.extent and not free_to_start:
                yield s.index
    elif isinstance(node, t.Fn) and node.name != "where":
        for a in node.args:
            yield from _anchored(a, with_base)
    elif isinstance(node, t.Red):
        yield from _anchored(node.body, with_base)
    elif isinstance(node, t.Poly):
        for _, m in node.terms:
            if not any(isinstance(f, t.Bracket | t.Cmp) for f, _ in m.factors):
                for f, _ in m.factors:
                    yield from _anchored(f, with_base)


def _is_copy(f: t.Node, e: Fraction) -> bool:
    return isinstance(f, t.Ref) and e == 1


def quotient_of(d: Definition) -> Quotient | None:
    """A definition whose right side is a product with 1/(a + b); None for a recurrence's base."""
    if d.base is not None or isinstance(d.expression, MatrixHead):
        return None
    body = read(d.expression)
    if len(body.terms) != 1:
        return None
    c, m = body.terms[0]
    for f, e in m.factors:
        if isinstance(f, t.Poly) and len(f.terms) == 2 and e == -1 and not m.bound:
            rest = t.Builder(c)
            for g, x in m.factors:
                if g is not f:
                    rest.times(g, x)
            return Quotient(d.tensor, d.free, rest.close(), f)
    return None


_NAMES: WeakKeyDictionary[t.Node, frozenset[str]] = WeakKeyDictionary()


def names_in(nodes: Iterable[t.Node]) -> frozenset[str]:
    """The names of the tensors whose values occur in the nodes; slots are not looked into."""
    return frozenset().union(*(_names_of(f) for f in nodes))


def _names_of(node: t.Node) -> frozenset[str]:
    found = _NAMES.get(node)
    if found is None:
        found = _NAMES[node] = _read_names(node)
    return found


def _read_names(node: t.Node) -> frozenset[str]:
    if isinstance(node, t.Ref):
        return frozenset({node.tensor.name})
    if isinstance(node, t.Fn):
        return names_in(node.args)
    if isinstance(node, t.Cmp):
        return names_in((node.left, node.right))
    if isinstance(node, t.Red):
        return _names_of(node.body)
    if isinstance(node, t.Poly):
        return names_in(f for _, m in node.terms for f, _ in m.factors)
    return frozenset()


# -- alignment: bindings of a pattern's indices under which it equals a target -------------------


def align(p: Any, g: Any, vary: frozenset[Index], b: Binding) -> Iterator[Binding]:
    """All bindings extending b under which the pattern node p is the target node g."""
    if p.free.isdisjoint(vary):
        if p is g:
            yield b
        return
    if type(p) is not type(g) or p.cost != g.cost:
        return
    if isinstance(p, t.Ref):
        if p.tensor.name == g.tensor.name:
            yield from _align_slots(p.slots, g.slots, vary, b)
    elif isinstance(p, t.Val):
        yield from _align_slots((p.at,), (g.at,), vary, b)
    elif isinstance(p, t.Bracket):
        if p.kind == g.kind:
            yield from _align_slots((p.at,), (g.at,), vary, b)
    elif isinstance(p, t.Fn):
        if p.name == g.name:
            yield from _align_all(p.args, g.args, vary, b)
    elif isinstance(p, t.Cmp):
        if p.relation == g.relation:
            yield from _align_all((p.left, p.right), (g.left, g.right), vary, b)
    elif isinstance(p, t.Red):
        if p.kind == g.kind and p.bound.extent == g.bound.extent:
            i, body = t.open_reduction(p)
            j, other = t.open_reduction(g)
            for found in align(body, other, vary | {i}, {**b, i: of_index(j)}):
                yield from _closed(found, {i}, {j})
    elif isinstance(p, t.Poly) and len(p.terms) == len(g.terms):
        yield from _align_terms(list(p.terms), list(g.terms), vary, b)


def _closed(found: Binding, own: set[Index], others: set[Index]) -> Iterator[Binding]:
    """The binding without the inner indices, unless an outer one was bound to an inner one."""
    outer = {k: v for k, v in found.items() if k not in own}
    if all(v.free.isdisjoint(others) for v in outer.values()):
        yield outer


def _align_slots(
    p: Sequence[Affine], g: Sequence[Affine], vary: frozenset[Index], b: Binding
) -> Iterator[Binding]:
    out = dict(b)
    for s, target in zip(p, g, strict=True):
        open_indices = [i for i in s.free if i in vary and i not in out]
        if not open_indices:
            if _renamed_affine(s, out) is not target:
                return
            continue
        if len(open_indices) > 1:
            return
        (i,) = open_indices
        if s.index is i:
            out[i] = target
            continue
        c = s.coefficient(i)
        if c not in (1, -1):
            return
        rest = s - of_index(i).times(c)
        out[i] = (target - _renamed_affine(rest, out)).times(c)
    yield out


def _renamed_affine(s: Affine, b: Mapping[Index, Affine]) -> Affine:
    return t.rename_affine(s, b, {})


def _align_all(
    p: Sequence[Any], g: Sequence[Any], vary: frozenset[Index], b: Binding
) -> Iterator[Binding]:
    if not p:
        yield b
        return
    for found in align(p[0], g[0], vary, b):
        yield from _align_all(p[1:], g[1:], vary, found)


def _align_terms(
    p: list[tuple[Fraction, t.Mono]],
    g: list[tuple[Fraction, t.Mono]],
    vary: frozenset[Index],
    b: Binding,
) -> Iterator[Binding]:
    if not p:
        yield b
        return
    (c, m), rest = p[0], p[1:]
    for k, (c2, m2) in enumerate(g):
        if c == c2:
            for found in _align_monos(m, m2, vary, b):
                yield from _align_terms(rest, g[:k] + g[k + 1 :], vary, found)


def _align_monos(p: t.Mono, g: t.Mono, vary: frozenset[Index], b: Binding) -> Iterator[Binding]:
    if p.free.isdisjoint(vary):
        if p is g:
            yield b
        return
    if len(p.factors) != len(g.factors) or _extents(p.bound) != _extents(g.bound):
        return
    own, factors = t.open_mono(p)
    factors = sorted(factors, key=lambda fe: isinstance(fe[0], t.Bracket | t.Val))
    others, targets = t.open_mono(g)
    inner = vary | frozenset(own)
    for found in _align_factors(factors, targets, inner, b):
        images = [found.get(i) for i in own]
        onto = {a.index for a in images if a is not None}
        if onto == set(others) and all(
            a is not None and a.index is not None and a.index.extent == i.extent
            for i, a in zip(own, images, strict=True)
        ):
            yield from _closed(found, set(own), set(others))


def _extents(bound: Sequence[Index]) -> list[str]:
    return sorted(spelled(i.extent) for i in bound)


def _align_factors(
    p: Sequence[tuple[t.Node, Fraction]],
    g: Sequence[tuple[t.Node, Fraction]],
    vary: frozenset[Index],
    b: Binding,
) -> Iterator[Binding]:
    if not p:
        yield b
        return
    (f, e), rest = p[0], p[1:]
    for k, (f2, e2) in enumerate(g):
        if e == e2:
            for found in align(f, f2, vary, b):
                yield from _align_factors(rest, [*g[:k], *g[k + 1 :]], vary, found)


# -- matching a pattern inside a product ---------------------------------------------------------


def _find(
    pattern: Pattern, factors: Mapping[t.Node, Fraction]
) -> Iterator[tuple[Binding, list[t.Node]]]:
    if len(pattern.factors) > len(factors):
        return
    vary = frozenset(pattern.free) | frozenset(pattern.bound)

    def extend(k: int, b: Binding, used: list[t.Node]) -> Iterator[tuple[Binding, list[t.Node]]]:
        if k == len(pattern.factors):
            yield b, used
            return
        f, e = pattern.factors[k]
        for g, x in factors.items():
            if g.cost != f.cost or type(g) is not type(f) or g in used or abs(x) < abs(e):
                continue  # an instance has the size of its pattern
            for found in align(f, g, vary, b):
                yield from extend(k + 1, found, [*used, g])

    yield from extend(0, {}, [])


def _multiplicity(
    pattern: Pattern, used: Sequence[t.Node], factors: Mapping[t.Node, Fraction]
) -> int:
    ratios = [factors[g] / e for g, (_, e) in zip(used, pattern.factors, strict=True)]
    root = pattern.factors[0][1].denominator
    if len(used) == 1 and isinstance(used[0], t.Ref) and root != factors[used[0]].denominator:
        return 0
    if all(r > 0 for r in ratios):
        m = min(r.numerator // r.denominator for r in ratios)
        return min(m, 1) if pattern.bound else m
    if len(ratios) == 1 and not pattern.bound:
        return -((-ratios[0]).numerator // ratios[0].denominator)
    return 0


def fold_product(builder: t.Builder, patterns: Sequence[Pattern]) -> str | None:
    """Fold one pattern once in an open product; what was done, or None if none matches."""
    mentioned = names_in(builder.factors)
    for pattern in patterns:
        if not pattern.names <= mentioned:
            continue
        for b, used in _find(pattern, builder.factors):
            m = _multiplicity(pattern, used, builder.factors)
            if m and _admissible(pattern, b, used, builder, m):
                _replace(pattern, b, used, builder, m)
                return f"definition of {pattern.tensor.name}"
    return None


def _admissible(
    pattern: Pattern, b: Binding, used: Sequence[t.Node], builder: t.Builder, m: int
) -> bool:
    for i in pattern.free:
        if i not in b:
            return False
        plain = b[i].index
        if i not in pattern.anchored and (plain is None or plain.extent != i.extent):
            return False
    images = [b[i].index if i in b else None for i in pattern.bound]
    if any(
        image is None or image not in builder.bound or image.extent != i.extent
        for i, image in zip(pattern.bound, images, strict=True)
    ):
        return False
    if len(set(images)) != len(images):
        return False
    if any(b[i].free & set(images) for i in pattern.free):
        return False
    left = dict(builder.factors)
    for g, (_, e) in zip(used, pattern.factors, strict=True):
        left[g] -= e * m
    if not all(f.free.isdisjoint(images) for f, x in left.items() if x):
        return False
    inner = [g for g in brackets_of(used) if not g.free.isdisjoint(images)]
    return not any(is_guarded_by(f, inner, x) for f, x in left.items() if x)


def _replace(
    pattern: Pattern, b: Binding, used: Sequence[t.Node], builder: t.Builder, m: int
) -> None:
    for g, (_, e) in zip(used, pattern.factors, strict=True):
        builder._put(g, -e * m)
    for guard in brackets_of(used):
        if t.is_idempotent(guard) and any(
            is_guarded_by(f, [guard], e) for f, e in builder.factors.items()
        ):
            builder._put(guard, Fraction(1))
    for image in (b[i].index for i in pattern.bound):
        assert image is not None
        builder.bound.remove(image)
    builder.times(t.ref(pattern.tensor, [b[i] for i in pattern.free]), Fraction(m))
    builder.times(pattern.scale, Fraction(-m))


def absorb(builder: t.Builder, patterns: Sequence[Pattern]) -> str | None:
    """Drop one bracket that is a factor of a tensor beside it; what was used, or None."""
    if not any(isinstance(f, t.Bracket | t.Cmp) for f in builder.factors):
        return None
    for p in patterns:
        guards = [g for g, e in p.factors if isinstance(g, t.Bracket | t.Cmp) and e == 1]
        if not guards or any(i.sequential for i in p.free):
            continue  # before its start, a recurrence is its base
        for f, e in builder.factors.items():
            if not isinstance(f, t.Ref) or e <= 0 or f.tensor.name != p.tensor.name:
                continue
            slots = dict(zip(p.free, f.slots, strict=True))
            for g in guards:
                if g.free.issubset(p.free) and _drop(t.rename(g, slots), builder):
                    return f"definition of {p.tensor.name}"
    return None


def _drop(bracket: t.Poly, builder: t.Builder) -> bool:
    """Take the bracket out of an open product where no other factor needs it as a guard."""
    for f, e in list(builder.factors.items()):
        if t.single(f) is bracket and e == 1:
            others = [(g, x) for g, x in builder.factors.items() if g is not f]
            if not any(is_guarded_by(g, [f], x) for g, x in others):
                del builder.factors[f]
                return True
    return False


def apply_facts(builder: t.Builder, facts: Sequence[Fact]) -> str | None:
    """Use one known sum (sum_k p[n,k] = 1) in an open product; what was used, or None."""
    for fact in facts:
        for f, e in builder.factors.items():
            if e != 1 or not isinstance(f, t.Ref) or f.tensor.name != fact.tensor.name:
                continue
            own = _summed_slots(f, fact, builder.bound)
            others = [s for k, s in enumerate(f.slots) if k not in fact.axes]
            if own is None or any(not s.free.isdisjoint(own) for s in others):
                continue
            if any(not g.free.isdisjoint(own) for g in builder.factors if g is not f):
                continue
            if fact.beside and not _has_another(f, fact.axes, builder):
                continue
            builder._put(f, Fraction(-1))
            for i in own:
                builder.bound.remove(i)
            builder.times(t.rename(fact.value, dict(zip(fact.free, others, strict=True))))
            letters = ", ".join(fact.tensor.indices[k].letter for k in fact.axes)
            return f"the sum of {fact.tensor.name} over {letters}"
    return None


def _has_another(f: t.Ref, axes: tuple[int, ...], builder: t.Builder) -> bool:
    """Whether another entry of the same row of the tensor, along the axes, is a factor."""
    row = [s for k, s in enumerate(f.slots) if k not in axes]
    return any(
        isinstance(g, t.Ref)
        and g is not f
        and e > 0
        and g.tensor.name == f.tensor.name
        and [s for k, s in enumerate(g.slots) if k not in axes] == row
        for g, e in builder.factors.items()
    )


def _summed_slots(f: t.Ref, fact: Fact, bound: Sequence[Index]) -> list[Index] | None:
    """The bound indices at the axes of the fact, if each has one of its own, of its extent."""
    found: set[Index] = set()
    for k in fact.axes:
        i = f.slots[k].index
        if i in bound and i is not None and i.extent == fact.tensor.indices[k].extent:
            found.add(i)
    return [i for i in bound if i in found] if len(found) == len(fact.axes) else None


class Folder:
    """Folds Polys by a fixed list of patterns and facts; results are remembered."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        facts: Sequence[Fact],
        units: Sequence[Unit] = (),
        symmetry: Symmetry | None = None,
    ) -> None:
        self.units = units
        self.symmetry = symmetry
        self.patterns = sorted(patterns, key=lambda p: (-p.size, p.tensor.name))
        self.facts = list(facts)
        self.summed = {  # tensors whose sum alone has a name
            f.tensor.name
            for p in patterns
            if p.bound and len(p.factors) == 1
            for f, e in p.factors
            if isinstance(f, t.Ref) and e == 1
        }
        self._done: dict[Any, Any] = {}
        self.used: list[str] = []

    def fold(self, p: t.Poly) -> t.Poly:
        """The Poly with every sub-expression folded, inner ones first."""
        found = self._done.get(p)
        if found is None:
            found = self._fold_poly(p)
            self._done[p] = found
        return found

    def explained(self, terms: Sequence[tuple[Fraction, t.Mono]]) -> str:
        """In words, which definitions and sums are used to fold the terms."""
        self._done.clear()
        self.used.clear()
        self.fold_terms(terms)
        return ", ".join(dict.fromkeys(self.used))

    def fold_terms(self, terms: Sequence[tuple[Fraction, t.Mono]]) -> t.Poly:
        """The sum of the terms, each folded before a common factor is taken out."""
        return self._fold_whole(t.add(*(self._fold_term(c, m) for c, m in terms)))

    def _fold_poly(self, p: t.Poly) -> t.Poly:
        return self.fold_terms(p.terms)

    def _fold_whole(self, out: t.Poly) -> t.Poly:
        if len(out.terms) > 1:
            whole = t.Builder()
            whole.times(out)
            done = fold_product(whole, [q for q in self.patterns if _is_sum(q)])
            if done is not None:
                self.used.append(done)
                return whole.close()
        return out

    def _fold_term(self, c: Fraction, m: t.Mono) -> t.Poly:
        source = t.Builder(c)
        out = t.Builder(c)
        for f, e in source.opened(m):
            folded = self._fold_node(f)
            out.times(folded, e)
        out.bound.extend(source.bound)
        while done := self._step(out):
            self.used.append(done)
        closed = self._closed(out)
        known = self.facts or self.summed
        return self._distributed(out, closed) if out.bound and known else closed

    def _closed(self, out: t.Builder) -> t.Poly:
        """The closed term; symmetric entries between bound indices in the order that comes first.

        The names of bound indices depend on that order, so every order is tried.
        """
        loose = [
            f
            for f in out.factors
            if self.symmetry is not None
            and isinstance(f, t.Ref)
            and self.symmetry.is_loose(f, out.bound)
        ]
        if not loose or len(loose) > MOST_LOOSE or self.symmetry is None:
            return out.close()
        tried: list[t.Poly] = []
        for turned in product((False, True), repeat=len(loose)):
            new: dict[t.Node, bool] = dict(zip(loose, turned, strict=True))
            builder = t.Builder(out.coefficient)
            builder.bound = list(out.bound)
            for f, e in out.factors.items():
                builder.times(self.symmetry.turned(f) if new.get(f) else f, e)
            tried.append(builder.close())
        out.close()
        return min(tried, key=lambda p: (p.cost, p.sort_key))

    def _step(self, out: t.Builder) -> str | None:
        return (
            fold_product(out, self.patterns)
            or absorb(out, self.patterns)
            or apply_facts(out, self.facts)
            or contract_unit(out, self.units)
            or apply_kink(out)
        )

    def _distributed(self, term: t.Builder, closed: t.Poly) -> t.Poly:
        """sum_k (a + b p[k]) => K a + b: a sum of sums, where a known sum makes it shorter."""
        for f, e in term.factors.items():
            if e != 1 or not isinstance(f, t.Poly) or len(f.terms) < 2:
                continue
            own = [b for b in term.bound if b in f.free]
            beside = [g for g in term.factors if g is not f and not g.free.isdisjoint(own)]
            if beside:
                alone = any(m.free.isdisjoint(own) for _, m in f.terms)
                if alone and len(beside) == 1 and self._is_known(beside[0], own):
                    new = self.fold_terms(t.expanded(closed))
                    if new.cost < closed.cost:
                        return new
                continue
            inside = [g for _, m in f.terms for g, _ in m.factors]
            if not own or not any(self._is_known(g, own) for g in inside):
                continue
            rest = t.Builder(term.coefficient)
            rest.bound = [b for b in term.bound if b not in own]
            rest.factors = {g: x for g, x in term.factors.items() if g is not f}
            sums = [self.fold(t.summed(t.add_terms([part]), own)) for part in f.terms]
            rest.times(t.add(*sums))
            new = rest.close()
            if new.cost < closed.cost:
                return self.fold(new)
        return closed

    def _is_known(self, g: t.Node, bound: Sequence[Index]) -> bool:
        if not isinstance(g, t.Ref):
            return False
        if g.tensor.name in self.summed and not g.free.isdisjoint(bound):
            return True
        return any(
            g.tensor.name == fact.tensor.name and all(g.slots[k].index in bound for k in fact.axes)
            for fact in self.facts
        )

    def _fold_node(self, f: t.Node) -> t.Node:
        if isinstance(f, t.Ref) and self.symmetry is not None:
            return self.symmetry.ordered(f)
        if isinstance(f, t.Fn):
            return t.fn(f.name, [self.fold(a) for a in f.args])
        if isinstance(f, t.Cmp):
            return t.compared(f.relation, self.fold(f.left), self.fold(f.right))
        if isinstance(f, t.Red):
            new, body = t.open_reduction(f)
            return t.reduction(f.kind, new, self.fold(body))
        if isinstance(f, t.Poly):
            return self.fold(f)
        return f


def _is_sum(q: Pattern) -> bool:
    """A pattern that is a sum to the power 1: a root or a quotient is matched with its exponent."""
    return len(q.factors) == 1 and isinstance(q.factors[0][0], t.Poly) and q.factors[0][1] == 1


def assumed_facts(graph: Graph) -> list[Fact]:
    """Row sums that are assumed: simplex and one-hot tensors sum to 1 along their last axis."""
    return [
        Fact(x, (x.order - 1,), x.indices[:-1], t.UNITY)
        for x in graph.tensors
        if x.order and not x.assume.isdisjoint({"simplex", "one_hot"})
    ]


def complements(p: t.Poly, quotients: Mapping[str, Quotient]) -> Iterator[t.Poly]:
    """d * (a + b) = M lets a term a*d become M - b*d: e^-x s => 1 - s for s = 1/(1 + e^-x)."""
    for k, (c, m) in enumerate(p.terms):
        for f, e in m.factors:
            if not isinstance(f, t.Ref) or e < 1 or f.tensor.name not in quotients:
                continue
            q = quotients[f.tensor.name]
            b = dict(zip(q.free, f.slots, strict=True))
            denominator = t.rename(q.denominator, b)
            if len(denominator.terms) != 2:
                continue
            for (c1, m1), (c2, m2) in (denominator.terms, denominator.terms[::-1]):
                rest = _without(c, m, f, m1)
                if rest is not None:
                    other = t.multiply(t.number(-c2), _as_poly(m2), t.single(f))
                    swapped = t.add(t.rename(q.numerator, b), other)
                    new = t.multiply(t.number(1 / c1), rest, swapped)
                    others = [_as_term(*x) for j, x in enumerate(p.terms) if j != k]
                    yield t.add(new, *others)


def _as_poly(m: t.Mono) -> t.Poly:
    return _as_term(Fraction(1), m)


def _as_term(c: Fraction, m: t.Mono) -> t.Poly:
    return t.add_terms([(c, m)])


def _without(c: Fraction, m: t.Mono, f: t.Node, part: t.Mono) -> t.Poly | None:
    """c m / (f part), if part is not 1 and its factors are all there."""
    if not part.factors or part.bound or m.bound:
        return None
    have = dict(m.factors)
    for g, e in part.factors:
        if have.get(g, Fraction(0)) < e:
            return None
    builder = t.Builder(c)
    for g, e in m.factors:
        builder.times(g, e)
    for g, e in part.factors:
        builder.times(g, -e)
    builder.times(f, Fraction(-1))
    return builder.close()
