"""Terms: flattened sums of products, hash-consed, equal modulo the names of bound indices.

    Poly = sum of coef * Mono;   Mono = sum over bound indices of a product of base^exponent

Equal expressions in this form are one object. Nothing is expanded: a sum that stands as a factor is
a Poly base. Laws kept by construction: like terms are collected, x^a x^b => x^(a+b), common factors
of a sum stand before it, sum_i delta(i,j) f(i) => f(j), brackets are idempotent, an unused bound
index becomes its extent. Bound indices carry canonical names; opening a Mono makes them fresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import permutations, product
from math import gcd, lcm
from typing import Any

import sympy

from symnet.calculus.affine import (
    Affine,
    affine,
    bound_index,
    of_extent,
    of_index,
    renamed,
    spelled,
)
from symnet.calculus.brackets import (
    at_least_zero,
    compared,
    differs_from_zero,
    equals_zero,
    negation,
)
from symnet.calculus.nodes import (
    ONE,
    UNITY,
    ZERO,
    Bracket,
    Cmp,
    Fn,
    Key,
    Mono,
    Node,
    Num,
    Poly,
    Red,
    Ref,
    Sym,
    Val,
    fn,
    mono,
    num,
    number,
    poly,
    red,
    ref,
    shape,
    sym,
    val,
)
from symnet.calculus.ranges import brackets_of, is_guarded_by, may_leave
from symnet.notation import DerivativeError, Index

__all__ = [
    "UNITY",
    "ZERO",
    "Bracket",
    "Builder",
    "Cmp",
    "Fn",
    "Mono",
    "Node",
    "Num",
    "Poly",
    "Red",
    "Ref",
    "Sym",
    "Val",
    "add",
    "add_terms",
    "at_least_zero",
    "compared",
    "differs_from_zero",
    "equals_zero",
    "expanded",
    "extent_poly",
    "fn",
    "is_idempotent",
    "is_positive_poly",
    "multiply",
    "negated",
    "negation",
    "number",
    "open_mono",
    "open_reduction",
    "power",
    "reduced",
    "reduction",
    "ref",
    "rename",
    "rename_affine",
    "single",
    "summed",
    "sym",
    "value_of",
]

# -- products ----------------------------------------------------------------------------------


def single(node: Node, exponent: Fraction | int = 1) -> Poly:
    """node^exponent."""
    builder = Builder()
    builder.times(node, Fraction(exponent))
    return builder.close()


_POSITIVE = frozenset({"exp", "sigmoid", "softplus"})


def is_positive(node: Node) -> bool:
    """Whether the node is known to be positive."""
    if isinstance(node, Ref):
        return not node.tensor.assume.isdisjoint({"positive"})
    return isinstance(node, Sym | Num) or (isinstance(node, Fn) and node.name in _POSITIVE)


def is_positive_poly(p: Poly) -> bool:
    """Whether every term is known to be positive."""
    return bool(p.terms) and all(
        c > 0 and all(is_positive(f) for f, _ in m.factors) for c, m in p.terms
    )


def is_idempotent(node: Node) -> bool:
    """Whether the node is 0 or 1."""
    if isinstance(node, Ref):
        return not node.tensor.assume.isdisjoint({"mask", "one_hot"})
    return isinstance(node, Bracket | Cmp)


class Builder:
    """Multiplies factors into one term and closes it into a Poly (zero or one term)."""

    __slots__ = ("bound", "coefficient", "factors")

    def __init__(self, coefficient: Fraction = ONE) -> None:
        self.coefficient = coefficient
        self.bound: list[Index] = []
        self.factors: dict[Node, Fraction] = {}

    def times(self, node: Node, exponent: Fraction = ONE) -> None:
        """Multiply by node^exponent."""
        if isinstance(node, Poly):
            self._times_poly(node, exponent)
        elif isinstance(node, Num):
            self._times_number(node.value, exponent)
        else:
            self._put(node, exponent)

    def _put(self, node: Node, exponent: Fraction) -> None:
        old = self.factors.get(node)
        e = exponent if old is None else old + exponent
        if e != 1 and e > 0 and is_idempotent(node):
            e = ONE
        if e:
            self.factors[node] = e
        else:
            self.factors.pop(node, None)

    def _times_number(self, base: int, exponent: Fraction) -> None:
        e = self.factors.pop(num(base), Fraction(0)) + exponent
        whole = e.numerator // e.denominator
        self.coefficient *= Fraction(base) ** whole
        if rest := e - whole:
            self.factors[num(base)] = rest

    def _times_rational(self, value: Fraction, exponent: Fraction) -> None:
        if exponent.denominator == 1:
            self.coefficient *= value**exponent.numerator
            return
        for part, sign in ((value.numerator, 1), (value.denominator, -1)):
            for prime, power in sympy.factorint(part).items():
                self._times_number(int(prime), exponent * int(power) * sign)

    def _times_poly(self, node: Poly, exponent: Fraction) -> None:
        if not node.terms:
            if exponent < 0:
                raise DerivativeError("division by an expression that is identically 0")
            self.coefficient = Fraction(0)
            return
        if len(node.terms) > 1:
            self._put(node, exponent)
            return
        c, m = node.terms[0]
        if exponent == 1 or (exponent.denominator == 1 and not m.bound):
            self.coefficient *= c**exponent.numerator
            for f, e in self.opened(m):
                self.times(f, e * exponent)
        elif exponent.denominator == 1:
            self.coefficient *= c**exponent.numerator
            self._put(poly(((ONE, m),)), exponent)
        else:
            self._times_root(c, m, exponent)

    def _times_root(self, c: Fraction, m: Mono, exponent: Fraction) -> None:
        """(c m)^exponent for a fractional exponent: only what is positive may leave the root."""
        if c > 0:
            self._times_rational(c, exponent)
            c = ONE
        if m.bound:
            self._put(poly(((c, m),)), exponent)
            return
        inside = [(f, e) for f, e in m.factors if not is_positive(f)]
        for f, e in m.factors:
            if is_positive(f):
                self.times(f, e * exponent)
        if not inside:
            if c != 1:
                raise DerivativeError("a fractional power of a negative number")
            return
        if c == 1 and len(inside) == 1 and inside[0][1].denominator == 1 and inside[0][1] % 2:
            self._put(inside[0][0], inside[0][1] * exponent)
        else:
            self._put(poly(((c, mono((), tuple(inside))),)), exponent)

    def equate(self, indices: Sequence[Index], slots: Sequence[Affine]) -> None:
        """Multiply by [i = s], pair by pair."""
        for i, s in zip(indices, slots, strict=True):
            self.times(equals_zero(of_index(i) - s))

    def opened(self, m: Mono) -> Iterable[tuple[Node, Fraction]]:
        """The factors of m, with its bound indices made fresh and bound here."""
        if not m.bound:
            return m.factors
        new, factors = open_mono(m)
        self.bound.extend(new)
        return factors

    # close

    def close(self) -> Poly:
        """The term as a Poly in canonical form."""
        while self.coefficient:
            if self._flatten() or self._contract() or self._merge_sums():
                continue
            break
        if not self.coefficient:
            return ZERO
        self._drop_implied()
        self._drop_unused()
        mono = self._named()
        if self.coefficient == 1 and not mono.bound and len(mono.factors) == 1:
            ((only, exponent),) = mono.factors
            if isinstance(only, Poly) and exponent == 1:
                return only
        return poly(((self.coefficient, mono),)) if self.coefficient else ZERO

    def _flatten(self) -> bool:
        """A factor (single term)^1 joins the product; settled or doubled brackets go."""
        for f, e in self.factors.items():
            if isinstance(f, Poly) and len(f.terms) == 1 and e == 1:
                del self.factors[f]
                self._times_poly(f, e)
                return True
        return False

    def _contract(self) -> bool:
        """sum_b [b = s] f(b) => f(s), guarded where s may leave the range of b."""
        best: tuple[int, Bracket, Index, Affine] | None = None
        for f in self.factors:
            if isinstance(f, Bracket) and f.kind == "eq":
                for rank, b, solution in self._solutions(f):
                    if best is None or rank < best[0]:
                        best = (rank, f, b, solution)
        if best is not None:
            _, bracket, b, solution = best
            del self.factors[bracket]
            self.bound.remove(b)
            self._replace({b: solution})
            for inside in (solution, of_extent(b.extent).plus(-1) - solution):
                self._times_poly(at_least_zero(inside), ONE)
            return True
        return self._unify()

    def _solutions(self, bracket: Bracket) -> Iterable[tuple[int, Index, Affine]]:
        """(rank, b, s): a shift of a sequential index, an index, a label, the last, a constant."""
        for position, b in enumerate(self.bound):
            c = bracket.at.coefficient(b)
            if c not in (1, -1) or any(b in a.free for a in bracket.at.data):
                continue
            solution = (affine([(b, c)]) - bracket.at).times(c)
            other = solution.index
            if b.sequential and _is_shift(solution):
                rank = -1
            elif other is not None and other.extent == b.extent:
                rank = 0
            elif solution.data:
                if len(solution.parts) > 1 or solution.const or solution.parts[0][1] != 1:
                    continue
                if solution.parts[0][0].below != b.extent:
                    continue
                rank = 1
            elif not solution.parts:
                rank = 2000
            else:
                rank = 1000 - position
            yield rank, b, solution

    def _unify(self) -> bool:
        """In the presence of [k = s] other factors may write k for s; the simpler one stays."""
        for f in list(self.factors):
            if not isinstance(f, Bracket) or f.kind != "eq" or len(f.at.parts) != 2:
                continue
            (a, c), (b, d) = f.at.parts
            if f.at.const or c + d or abs(c) != 1:
                continue
            if isinstance(a, Index) and isinstance(b, Index):
                kept, gone = (b, a) if b.sequential and not a.sequential else (a, b)
                if a.extent == b.extent and self._replace({gone: of_index(kept)}, keep=f):
                    return True
            elif (
                isinstance(a, Index)
                and isinstance(b, Node)
                and b.below == a.extent
                and self._replace_data(b, of_index(a), keep=f)
            ):
                return True
        return False

    def _replace(self, mapping: Mapping[Index, Affine], keep: Node | None = None) -> bool:
        changed = False
        memo: dict[Any, Any] = {}
        for f, e in list(self.factors.items()):
            if f is keep or f.free.isdisjoint(mapping):
                continue
            if f in self.factors:
                e = self.factors.pop(f)
                self.times(rename(f, mapping, memo), e)
                changed = True
        return changed

    def _replace_data(self, atom: Node, by: Affine, keep: Node) -> bool:
        changed = False
        for f, e in list(self.factors.items()):
            if f is keep or f not in self.factors or not mentions(f, atom):
                continue
            del self.factors[f]
            self.times(replace_data(f, atom, by), e)
            changed = True
        return changed

    def _merge_sums(self) -> bool:
        """sum_k f(k) * (sum_j f(j))^e => (sum_j f(j))^(e+1), also for e = 1."""
        if not self.bound:
            return False
        sums = [f for f in self.factors if isinstance(f, Poly) and len(f.terms) == 1]
        parts = self.components()
        seen: dict[Poly, tuple[list[Index], list[Node], Fraction]] = {}
        for bound, members in parts:
            alike = [m for b, m in parts if m is not members and _look_alike(m, members)]
            if not alike and all(f in members for f in sums):
                continue
            part = Builder()
            part.bound = list(bound)
            part.factors = {f: self.factors[f] for f in members}
            node = part.close()
            if len(node.terms) != 1:
                continue
            c, summed_part = node.terms[0]
            base = poly(((ONE, summed_part),))
            if base in self.factors:
                self._take_out(bound, members, c)
                self._put(base, ONE)
                return True
            if base in seen:
                self._take_out(bound, members, c)
                self._take_out(*seen[base])
                self._put(base, Fraction(2))
                return True
            seen[base] = (bound, members, c)
        return False

    def _take_out(self, bound: list[Index], members: list[Node], c: Fraction) -> None:
        for f in members:
            del self.factors[f]
        for b in bound:
            self.bound.remove(b)
        self.coefficient *= c

    def components(self) -> list[tuple[list[Index], list[Node]]]:
        """Sets of bound indices joined by factors, each with those factors."""
        groups: list[tuple[set[Index], list[Node]]] = []
        for f in self.factors:
            touched = {b for b in self.bound if b in f.free}
            if not touched:
                continue
            joined, rest = [f], []
            for indices, members in groups:
                if indices & touched:
                    touched |= indices
                    joined = members + joined
                else:
                    rest.append((indices, members))
            groups = [*rest, (touched, joined)]
        return [([b for b in self.bound if b in g], members) for g, members in groups]

    def _drop_implied(self) -> None:
        """[a = e] [0 <= e < A] => [a = e] for a < A, if no other factor needs the range.

        Only where e has an index: a condition without one guards everything beside it, [a = e] what
        depends on a or on an index of e (ranges.is_guarded_by).
        """
        brackets = [f for f in self.factors if isinstance(f, Bracket)]
        equal = [f for f in brackets if f.kind == "eq"]
        ranges = [f for f in brackets if f.kind == "ge" and f.free]
        if not equal or not ranges:
            return
        if any(may_leave(f) for f in self.factors):
            return
        for f in ranges:
            sides = (f.at + e.at.times(sign) for e in equal if f.free <= e.free for sign in (1, -1))
            if any(at_least_zero(side) is UNITY for side in sides):
                del self.factors[f]

    def _drop_unused(self) -> None:
        for b in list(self.bound):
            if not any(b in f.free for f in self.factors):
                self.bound.remove(b)
                self.times(extent_poly(b.extent), ONE)
            elif (bracket := self._all_but_one(b)) is not None:
                self.bound.remove(b)
                del self.factors[bracket]
                self.times(add(extent_poly(b.extent), number(-1)), ONE)

    def _all_but_one(self, b: Index) -> Bracket | None:
        """The bracket of sum_b [b != a] = B - 1 for a < B, if nothing else depends on b."""
        touching = [f for f in self.factors if b in f.free]
        if len(touching) != 1 or not isinstance(touching[0], Bracket) or touching[0].kind != "ne":
            return None
        c = touching[0].at.coefficient(b)
        if c not in (1, -1):
            return None
        value = (affine([(b, c)]) - touching[0].at).times(c)
        if value.index is not None:
            below = value.index.extent
        elif value.data and len(value.parts) == 1 and value.parts[0][1] == 1 and not value.const:
            below = value.parts[0][0].below
        else:
            return None
        return touching[0] if below == b.extent else None

    def _named(self) -> Mono:
        if not self.bound:
            return mono((), _sorted(self.factors))
        inner = [f for f in self.factors if not f.free.isdisjoint(self.bound)]
        height = 1 + max(f.height for f in inner)
        order = _canonical_order(self.bound, [(f, self.factors[f]) for f in inner])
        new = [bound_index(height, k, b.extent) for k, b in enumerate(order)]
        mapping = {b: of_index(c) for b, c in zip(order, new, strict=True)}
        memo: dict[Any, Any] = {}
        named = Builder(self.coefficient)
        for f, e in self.factors.items():
            named.times(rename(f, mapping, memo), e)
        self.coefficient = named.coefficient
        return mono(tuple(new), _sorted(named.factors))


def _look_alike(a: list[Node], b: list[Node]) -> bool:
    """A quick test that two sets of factors may be equal up to the names of bound indices."""
    return len(a) == len(b) and sorted(_look(f) for f in a) == sorted(_look(f) for f in b)


def _look(f: Node) -> tuple[str, int, str]:
    name = f.tensor.name if isinstance(f, Ref) else ""
    return (type(f).__name__, f.cost, name)


def _is_shift(s: Affine) -> bool:
    """t + c for a sequential index t: so a recurrence stays one."""
    if len(s.parts) != 1:
        return False
    atom, c = s.parts[0]
    return c == 1 and isinstance(atom, Index) and atom.sequential


def _sorted(factors: Mapping[Node, Fraction]) -> tuple[tuple[Node, Fraction], ...]:
    if len(factors) < 2:
        return tuple(factors.items())
    return tuple(sorted(factors.items(), key=lambda fe: (fe[0].sort_key, fe[1])))


def _canonical_order(
    bound: Sequence[Index], factors: Sequence[tuple[Node, Fraction]]
) -> list[Index]:
    if len(bound) == 1:
        return list(bound)
    signature: dict[Index, Any] = {}
    for b in bound:
        env: dict[Index, Key] = {o: (0, "other", 0, 0) for o in bound}
        env[b] = (0, "this", 0, 0)
        own = sorted((shape(f, env), e) for f, e in factors if b in f.free)
        signature[b] = (spelled(b.extent), own)
    groups: dict[int, list[Index]] = {}
    ranked = sorted(bound, key=lambda b: signature[b])
    for k, b in enumerate(ranked):
        same = k > 0 and signature[b] == signature[ranked[k - 1]]
        groups.setdefault(max(groups) if same else len(groups), []).append(b)
    choices = [
        list(permutations(g)) if len(g) <= 3 else [tuple(g)] for _, g in sorted(groups.items())
    ]
    best: tuple[Any, list[Index]] | None = None
    for pick in product(*choices):
        order = [b for g in pick for b in g]
        if all(len(c) == 1 for c in choices):
            return order
        labels: dict[Index, Key] = {b: (0, "bound", k, 0) for k, b in enumerate(order)}
        key = sorted((shape(f, labels), e) for f, e in factors)
        if best is None or key < best[0]:
            best = (key, order)
    assert best is not None
    return best[1]


def extent_poly(value: sympy.Expr) -> Poly:
    """An extent as a Poly in its symbols."""
    if isinstance(value, sympy.Integer):
        return number(int(value))
    if isinstance(value, sympy.Symbol):
        return single(sym(value))
    if isinstance(value, sympy.Add):
        return add(*(extent_poly(a) for a in value.args))
    if isinstance(value, sympy.Mul):
        return multiply(*(extent_poly(a) for a in value.args))
    if isinstance(value, sympy.Rational):
        return number(Fraction(int(value.p), int(value.q)))
    if isinstance(value, sympy.Pow) and isinstance(value.exp, sympy.Integer):
        return power(extent_poly(value.base), int(value.exp))
    return single(sym(value))


def multiply(*polys: Poly) -> Poly:
    """The product; sums stay factors."""
    builder = Builder()
    for p in polys:
        builder.times(p, ONE)
    return builder.close()


def power(p: Poly, exponent: Fraction | int) -> Poly:
    """p^exponent."""
    builder = Builder()
    builder.times(p, Fraction(exponent))
    return builder.close()


def summed(p: Poly, bound: Iterable[Index]) -> Poly:
    """sum over the indices of p; their names are given up."""
    builder = Builder()
    builder.bound = list(bound)
    builder.times(p, ONE)
    return builder.close()


def reduced(kind: str, bound: Index, body: Poly) -> Poly:
    """max, prod or argmax of body over the index; without dependence: body, body^extent, 0."""
    if bound not in body.free and kind != "prod":
        return ZERO if kind == "argmax" else body
    return single(reduction(kind, bound, body))


def reduction(kind: str, bound: Index, body: Poly) -> Red:
    """The node for max, prod or argmax, with its index named canonically."""
    name = bound_index(body.height + 1, 0, bound.extent)
    return red(kind, name, rename(body, {bound: of_index(name)}))


def open_mono(m: Mono) -> tuple[list[Index], list[tuple[Node, Fraction]]]:
    """Fresh bound indices, and the factors in terms of them."""
    if not m.bound:
        return [], list(m.factors)
    new = [Index("_", b.extent) for b in m.bound]
    mapping = {b: of_index(i) for b, i in zip(m.bound, new, strict=True)}
    memo: dict[Any, Any] = {}
    return new, [(unwrapped(rename(f, mapping, memo)), e) for f, e in m.factors]


def unwrapped(node: Any) -> Any:
    """The only factor of a Poly that is nothing but one factor; any other node as it is."""
    if isinstance(node, Poly) and len(node.terms) == 1:
        c, m = node.terms[0]
        if c == 1 and not m.bound and len(m.factors) == 1 and m.factors[0][1] == 1:
            return m.factors[0][0]
    return node


def open_reduction(r: Red) -> tuple[Index, Poly]:
    """A fresh index, and the body in terms of it."""
    new = Index("_", r.bound.extent)
    return new, rename(r.body, {r.bound: of_index(new)})


# -- sums --------------------------------------------------------------------------------------


def add(*polys: Poly) -> Poly:
    """The sum: like terms collected, common factors before it."""
    return add_terms([t for p in polys for t in p.terms])


def add_terms(terms: Iterable[tuple[Fraction, Mono]]) -> Poly:
    given = list(terms)
    collected: dict[Mono, Fraction] = {}
    queue = given if len(given) == 1 else [t for c, m in given for t in _flat(c, m)]
    for c, m in queue:
        collected[m] = collected.get(m, Fraction(0)) + c
    kept = [(c, m) for m, c in collected.items() if c]
    if not kept:
        return ZERO
    if len(kept) == 1:
        return poly((kept[0],))
    content, common = _content(kept)
    if common:
        inner = add_terms([u for c, m in kept for u in _divided(c / content, m, common)])
    else:
        if content != 1:
            kept = [(c / content, m) for c, m in kept]
        kept.sort(key=lambda t: t[1].sort_key)
        inner = poly(tuple(kept))
    builder = Builder(content)
    for f, e in common:
        builder.times(f, e)
    if content == 1 and not common:
        return inner
    builder.times(inner, ONE)
    return builder.close()


def _flat(c: Fraction, m: Mono) -> list[tuple[Fraction, Mono]]:
    """number * (a + b) as terms number*a, number*b; other terms as they are."""
    if m.bound:
        return [(c, m)]
    inner = [f for f, e in m.factors if isinstance(f, Poly) and e == 1 and len(f.terms) > 1]
    if len(inner) != 1 or not all(f is inner[0] or isinstance(f, Sym | Num) for f, _ in m.factors):
        return [(c, m)]
    out: list[tuple[Fraction, Mono]] = []
    for c2, m2 in inner[0].terms:
        builder = Builder(c * c2)
        for f, e in m.factors:
            if f is not inner[0]:
                builder.times(f, e)
        for f, e in builder.opened(m2):
            builder.times(f, e)
        for t in builder.close().terms:
            out.extend(_flat(*t))
    return out


def _content(
    terms: Sequence[tuple[Fraction, Mono]],
) -> tuple[Fraction, list[tuple[Node, Fraction]]]:
    numbers = [c for c, _ in terms]
    content = Fraction(
        reduce(gcd, (abs(c.numerator) for c in numbers)),
        reduce(lcm, (c.denominator for c in numbers)),
    )
    largest = max(abs(c) for c in numbers)
    most = 2 if largest == 1 else 64  # a - b/5 stays: a mean over 5 is taken off
    if content.denominator != 1 and largest / content > most:
        content = largest
    lead = min(terms, key=lambda t: t[1].sort_key)
    positive = sum(c > 0 for c in numbers)
    negative = len(numbers) - positive
    if negative > positive or (negative == positive and lead[0] < 0):
        content = -content
    common: list[tuple[Node, Fraction]] = []
    first = min((m for _, m in terms), key=lambda m: len(m.factors))
    rest = [dict(m.factors) for _, m in terms if m is not first]
    for f, e in first.factors:
        if not f.free.isdisjoint(first.bound):
            continue
        exponents = [e, *(d.get(f, Fraction(0)) for d in rest)]
        if all(x > 0 for x in exponents) or all(x < 0 for x in exponents):
            common.append((f, min(exponents)))
    shared = {f for f, _ in common}
    left = [b for _, m in terms for b in brackets_of(f for f, _ in m.factors) if b not in shared]
    return content, [(f, e) for f, e in common if not (left and is_guarded_by(f, left, e))]


def _divided(
    c: Fraction, m: Mono, common: Sequence[tuple[Node, Fraction]]
) -> tuple[tuple[Fraction, Mono], ...]:
    """The term without the common factors; each is a factor of it, and is cancelled as one.

    Multiplying by its inverse would open (K sum_k f)^-1 again, and cancel nothing.
    """
    builder, taken = Builder(c), dict(common)
    for f, e in builder.opened(m):
        if left := e - taken.get(f, 0):
            builder.times(f, left)
    return builder.close().terms


def negated(p: Poly) -> Poly:
    """-p."""
    return multiply(number(-1), p)


def expanded(p: Poly, cancelling: bool = False) -> list[tuple[Fraction, Mono]]:
    """The terms of p with one level of sums multiplied out (positive whole powers up to 2).

    With `cancelling`, in each term only the first sum that has a divisor among the other factors:
    s (1 - s) ((1 - y)/(1 - s) - y/s) => s (1 - y) - y (1 - s).
    """
    out: list[tuple[Fraction, Mono]] = []
    for c, m in p.terms:
        start = Builder(c)
        for f, e in list(start.opened(m)):
            start.times(f, e)  # a sum whose sign changed with its names is -1 times a sum
        factors, start.factors = list(start.factors.items()), {}
        sums = [f for f, e in factors if isinstance(f, Poly) and len(f.terms) > 1 and e in (1, 2)]
        if cancelling:
            sums = [f for f in sums if _cancels(f, factors)][:1]
        choices: list[Sequence[tuple[Fraction, Mono]]] = []
        for f, e in factors:
            if isinstance(f, Poly) and f in sums:
                choices.extend([f.terms] * int(e))
            else:
                start.times(f, e)
        for pick in product(*choices):
            b = Builder(start.coefficient)
            b.bound, b.factors = list(start.bound), dict(start.factors)
            for c2, m2 in pick:
                b.coefficient *= c2
                for f, e in b.opened(m2):
                    b.times(f, e)
            out.extend(b.close().terms)
    return out


def _cancels(p: Poly, factors: Iterable[tuple[Node, Fraction]]) -> bool:
    beside = {f: e for f, e in factors if f is not p}
    return any(beside.get(f, ONE) * e < 0 for _, m in p.terms for f, e in m.factors if f in beside)


# -- renaming ----------------------------------------------------------------------------------


def rename(node: Any, mapping: Mapping[Index, Affine], memo: dict[Any, Any] | None = None) -> Any:
    """The node with free indices replaced; canonical bound names cannot be captured."""
    if node.free.isdisjoint(mapping):
        return node
    if memo is None:
        memo = {}
    found = memo.get(node)
    if found is None:
        found = memo[node] = _renamed(node, mapping, memo)
    return found


def rename_affine(e: Affine, mapping: Mapping[Index, Affine], memo: dict[Any, Any]) -> Affine:
    def data(atom: Any) -> Affine | None:
        if atom.free.isdisjoint(mapping):
            return None
        new = rename(atom, mapping, memo)
        return affine([(new, 1)])

    return renamed(e, mapping, data)


def _renamed(node: Any, mapping: Mapping[Index, Affine], memo: dict[Any, Any]) -> Any:
    if isinstance(node, Ref):
        return ref(node.tensor, [rename_affine(s, mapping, memo) for s in node.slots])
    if isinstance(node, Val):
        return value_of(rename_affine(node.at, mapping, memo))
    if isinstance(node, Bracket):
        at = rename_affine(node.at, mapping, memo)
        if node.kind == "ge":
            return at_least_zero(at)
        return equals_zero(at) if node.kind == "eq" else differs_from_zero(at)
    if isinstance(node, Cmp):
        left, right = (rename(p, mapping, memo) for p in (node.left, node.right))
        return compared(node.relation, left, right)
    if isinstance(node, Fn):
        return fn(node.name, [rename(a, mapping, memo) for a in node.args])
    if isinstance(node, Red):
        new, body = open_reduction(node)
        return reduction(node.kind, new, rename(body, mapping))
    if isinstance(node, Poly):
        out: list[tuple[Fraction, Mono]] = []
        for c, m in node.terms:
            builder = Builder(c)
            for f, e in builder.opened(m):
                builder.times(rename(f, mapping, memo), e)
            out.extend(builder.close().terms)
        return add_terms(out)
    raise TypeError(f"cannot rename {type(node).__name__}")


def value_of(at: Affine) -> Poly:
    """The number that an affine expression is, as a Poly of single atoms."""
    out = number(at.const)
    for a, c in at.parts:
        if isinstance(a, Index):
            one = poly(((ONE, mono((), ((val(of_index(a)), ONE),))),))
        elif isinstance(a, Node):
            one = single(a)
        else:
            one = extent_poly(a)
        out = add(out, multiply(number(c), one))
    return out


def mentions(node: Any, atom: Node) -> bool:
    """Whether the data atom occurs in an index expression inside the node."""
    if not atom.free <= node.free:
        return False
    if isinstance(node, Ref):
        return node is not atom and any(atom in s.data for s in node.slots)
    if isinstance(node, Bracket):
        return atom in node.at.data
    if isinstance(node, Cmp):
        return mentions(node.left, atom) or mentions(node.right, atom)
    if isinstance(node, Fn):
        return any(mentions(a, atom) for a in node.args)
    if isinstance(node, Red):
        return mentions(node.body, atom)
    if isinstance(node, Poly):
        return any(mentions(f, atom) for _, m in node.terms for f, _ in m.factors)
    return False


def replace_data(node: Any, atom: Node, by: Affine) -> Any:
    """The node with a data atom in its index expressions replaced."""
    if not mentions(node, atom):
        return node
    if isinstance(node, Ref):
        return ref(node.tensor, [_replace_atom(s, atom, by) for s in node.slots])
    if isinstance(node, Bracket):
        at = _replace_atom(node.at, atom, by)
        if node.kind == "ge":
            return at_least_zero(at)
        return equals_zero(at) if node.kind == "eq" else differs_from_zero(at)
    if isinstance(node, Cmp):
        left, right = (replace_data(p, atom, by) for p in (node.left, node.right))
        return compared(node.relation, left, right)
    if isinstance(node, Fn):
        return fn(node.name, [replace_data(a, atom, by) for a in node.args])
    if isinstance(node, Red):
        new, body = open_reduction(node)
        return reduction(node.kind, new, replace_data(body, atom, by))
    out: list[tuple[Fraction, Mono]] = []
    for c, m in node.terms:
        builder = Builder(c)
        for f, e in builder.opened(m):
            builder.times(replace_data(f, atom, by), e)
        out.extend(builder.close().terms)
    return add_terms(out)


def _replace_atom(e: Affine, atom: Node, by: Affine) -> Affine:
    c = e.coefficient(atom)
    return e if not c else e - affine([(atom, c)]) + by.times(c)
