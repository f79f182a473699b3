"""SymPy expression -> tree: the shape in which a lecturer writes it, in no order yet.

    sum_j a[i] b[j] c[j,k]  =>  a[i] * sum_j b[j] c[j,k]      what is constant stands before a sum
    sum_ij a[i] b[j]        =>  sum_i a[i] * sum_j b[j]       independent sums are separate
    sum_u [0 <= e][e < K] f =>  sum over u with 0 <= e < K    brackets become the range of the sum
    2 a - 2 b  =>  2 (a - b);   -(y - p)/N  =>  (p - y)/N     one coefficient, few signs

Every step is an equality. SymPy's own order of Add and Mul does not come through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import sympy

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.functions import Compare, ScalarFunction, where
from symnet.notation.graph import Graph, shift_of
from symnet.notation.index import Binder, Index
from symnet.notation.reductions import Total
from symnet.notation.tensor import Entry
from symnet.render.tree import (
    Bracket,
    Call,
    Cases,
    Factors,
    Letter,
    Name,
    Number,
    Reduction,
    Symbol,
    Terms,
    Tree,
    free_in,
    negated,
    walk,
)

ONE = Fraction(1)
HALF = Fraction(1, 2)
Items = dict[Tree, Fraction]  # base -> exponent


@dataclass(frozen=True)
class Surroundings:
    """What the shape of one formula owes to its graph.

    `cotangents`: names whose value beyond the range of a sequential index is 0 by convention.
    `lengths`: integer extents that are summed over; 1/10 is a mean there, and 0.1 elsewhere.
    """

    cotangents: frozenset[str] = frozenset()
    lengths: frozenset[int] = frozenset()


NOWHERE = Surroundings()


def surroundings(graph: Graph) -> Surroundings:
    """The surroundings of every definition of the graph."""
    lengths = {
        int(i.extent)
        for d in graph.definitions
        for node in sympy.preorder_traversal(d.expression)
        if isinstance(node, Total)
        for i in node.bound
        if i.extent.is_Integer
    }
    return Surroundings(frozenset(bar for _, bar in graph.cotangents), frozenset(lengths))


def arrange(e: sympy.Expr, around: Surroundings) -> Tree:
    """The tree of a whole expression; raises UnsupportedExpression for a head it cannot print."""
    if isinstance(e, sympy.Add):
        return _sum(e, around)
    if isinstance(e, sympy.Mul | sympy.Pow | sympy.Rational | Total):
        coefficient, items = _collect(e, around)
        if coefficient < 0 and (flipped := _absorb_sign(items)):
            return _product(-coefficient, flipped, around)
        return _signed_product(coefficient, items, around)
    return _atom(e, around)


def _atom(e: sympy.Expr, around: Surroundings) -> Tree:
    if isinstance(e, Index):
        return Letter(e)
    if isinstance(e, Entry):
        return Name(e.tensor, tuple(slot_tree(s, around) for s in e.slots))
    if isinstance(e, Compare):
        return _bracket(e, around)
    if isinstance(e, where):
        condition, value, other = e.args
        return Cases(*(arrange(a, around) for a in (condition, value, other)))
    if isinstance(e, Binder):
        return _reduction(e, around)
    if isinstance(e, ScalarFunction):
        return Call(type(e).__name__, tuple(arrange(a, around) for a in e.args))
    if isinstance(e, sympy.Symbol):
        return Symbol(e.name)
    if e is sympy.pi:
        return Symbol("pi")
    if e is sympy.oo:
        return Symbol("inf")
    if e is -sympy.oo:
        return negated(Symbol("inf"))
    raise UnsupportedExpression(f"{type(e).__name__} cannot be printed: {e}")


# -- sums of terms ----------------------------------------------------------------------------


def _sum(e: sympy.Add, around: Surroundings) -> Tree:
    content, terms = _common(e, around)
    if abs(content) == 1:
        flip = content < 0
        return Terms(tuple((negative != flip, t) for negative, t in terms.terms))
    return _signed_product(content, {terms: ONE}, around)


def _common(e: sympy.Add, around: Surroundings) -> tuple[Fraction, Terms]:
    """(c, sum) with e = c * sum; |c| = 1 unless all coefficients are the same but for sign."""
    collected = [_collect(a, around) for a in e.args]
    sizes = {abs(c) for c, _ in collected}
    content = sizes.pop() if len(sizes) == 1 else ONE
    if all(c < 0 for c, _ in collected):
        content = -content
    terms = []
    for c, items in collected:
        c /= content
        terms.append((c < 0, _product(abs(c), items, around)))
    return content, Terms(tuple(sorted(terms, key=hash)))


def _absorb_sign(items: Items) -> Items | None:
    """-(y - p) => (p - y), for one difference of plain terms; None where a minus stays in front."""
    for base, exponent in items.items():
        if exponent != 1 or not isinstance(base, Terms) or base.tight:
            continue
        if all(negative for negative, _ in base.terms) or not any(n for n, _ in base.terms):
            continue
        if any(
            isinstance(t, Number) or isinstance(s, Reduction)
            for _, t in base.terms
            for s in walk(t)
        ):
            continue
        flipped = Terms(tuple(sorted(((not n, t) for n, t in base.terms), key=hash)))
        return {flipped if b is base else b: x for b, x in items.items()}
    return None


# -- products ---------------------------------------------------------------------------------


def _collect(e: sympy.Expr, around: Surroundings) -> tuple[Fraction, Items]:
    """e as coefficient * product of base^exponent, sums taken apart."""
    if isinstance(e, sympy.Rational):
        return Fraction(int(e.p), int(e.q)), {}
    if isinstance(e, sympy.Mul):
        coefficient, items = ONE, Items()
        for a in e.args:
            c, found = _collect(a, around)
            coefficient *= c
            _multiply(items, found.items())
        return coefficient, items
    if isinstance(e, sympy.Pow):
        return _power(e, around)
    if isinstance(e, Total):
        return _total(e, around)
    if isinstance(e, sympy.Add):
        content, terms = _common(e, around)
        return content, {terms: ONE}
    return ONE, {_atom(e, around): ONE}


def _multiply(into: Items, more: Iterable[tuple[Tree, Fraction]]) -> None:
    for base, exponent in more:
        into[base] = into.get(base, Fraction(0)) + exponent
        if isinstance(base, Bracket):
            into[base] = ONE
        if into[base] == 0:
            del into[base]


def _power(e: sympy.Pow, around: Surroundings) -> tuple[Fraction, Items]:
    if not isinstance(e.exp, sympy.Rational):
        raise UnsupportedExpression(f"a power needs a rational exponent: {e}")
    exponent = Fraction(int(e.exp.p), int(e.exp.q))
    if exponent.denominator != 1:
        return ONE, {arrange(e.base, around): exponent}
    coefficient, items = _collect(e.base, around)
    raised = {
        b: ONE if isinstance(b, Bracket) and exponent > 0 else x * exponent
        for b, x in items.items()
    }
    return coefficient ** int(exponent), raised


def _signed_product(coefficient: Fraction, items: Items, around: Surroundings) -> Tree:
    made = _product(abs(coefficient), items, around)
    return negated(made) if coefficient < 0 else made


def _product(coefficient: Fraction, items: Items, around: Surroundings) -> Tree:
    """The tree of coefficient * items, coefficient >= 0."""
    left = _chained(_unguarded(items, around))
    coefficient, left = _radicals(coefficient, left)
    if _is_decimal(coefficient, around):
        left = {Number(coefficient, decimal=True): ONE, **left}
        coefficient = ONE
    if not left or coefficient == 0:
        return Number(coefficient)
    if coefficient == 1 and len(left) == 1:
        (base, exponent), *_ = left.items()
        if exponent == 1:
            return base
    return Factors(coefficient, tuple(sorted(left.items(), key=hash)))


def _is_decimal(value: Fraction, around: Surroundings) -> bool:
    q = value.denominator
    if q % 10 or any(a * b % q == 0 for a in around.lengths for b in (1, *around.lengths)):
        return False
    for p in (2, 5):
        while q % p == 0:
            q //= p
    return q == 1


def _radicals(coefficient: Fraction, items: Items) -> tuple[Fraction, Items]:
    """sqrt(2)/2 => 1/sqrt(2);  sqrt(2)/sqrt(pi) => sqrt(2/pi)."""
    roots: Items = {
        b: x for b, x in items.items() if isinstance(b, Number | Symbol) and abs(x) == HALF
    }
    for b, x in roots.items():
        n = b.value if isinstance(b, Number) else Fraction(0)
        if x > 0 and n.denominator == 1 and n > 1 and coefficient.denominator % n.numerator == 0:
            coefficient, roots[b] = coefficient * n, -x
    numbers = {b for b in roots if isinstance(b, Number) or b == Symbol("pi")}
    if len(numbers) < 2:
        return coefficient, {b: roots.get(b, x) for b, x in items.items()}
    rest = {b: roots.get(b, x) for b, x in items.items() if b not in numbers}
    above = any(roots[b] > 0 for b in numbers)
    under = ONE
    symbols = Items()
    for b in numbers:
        up = (roots[b] > 0) == above
        if isinstance(b, Number):
            under = under * b.value if up else under / b.value
        else:
            symbols[b] = ONE if up else -ONE
    radicand = (
        Factors(under, tuple(sorted(symbols.items(), key=hash))) if symbols else Number(under)
    )
    return coefficient, {radicand: HALF if above else -HALF, **rest}


# -- brackets ---------------------------------------------------------------------------------


def _bracket(e: Compare, around: Surroundings) -> Bracket:
    on_indices = all(_is_integral(s) for s in e.sides)
    sides = tuple(slot_tree(s, around) if on_indices else arrange(s, around) for s in e.sides)
    relation = e.relation
    if on_indices and relation in (">", ">="):
        sides, relation = sides[::-1], {">": "<", ">=": "<="}[relation]
    return Bracket(sides, (relation,), on_indices)


def _is_integral(e: sympy.Expr) -> bool:
    """Made of indices, extents, integers and integer tensors."""
    if isinstance(e, Entry):
        return bool(e.tensor.is_integer_valued)
    if isinstance(e, sympy.Add | sympy.Mul):
        return all(_is_integral(a) for a in e.args)
    return isinstance(e, sympy.Integer | sympy.Symbol) or e.is_integer is True


def _chained(items: Items) -> Items:
    """[0 <= e] [e < K]  =>  [0 <= e < K]."""
    brackets = [b for b in items if isinstance(b, Bracket) and items[b] == 1]
    out = dict(items)
    for low in brackets:
        for high in brackets:
            if low is high or low not in out or high not in out or len(low.relations) > 1:
                continue
            joined = low.sides[-1] == high.sides[0] and {*low.relations, *high.relations} <= {
                "<",
                "<=",
            }
            if joined and low.on_indices and len(high.relations) == 1:
                del out[low], out[high]
                sides = (*low.sides, *high.sides[1:])
                out[Bracket(sides, (*low.relations, *high.relations), True)] = ONE
    return out


def _unguarded(items: Items, around: Surroundings) -> Items:
    """Without [t+1 < T] beside a cotangent at t+1, whose value at T is 0 by convention."""
    if not around.cotangents:
        return items
    beyond = {
        (slot, axis.extent)
        for base, exponent in items.items()
        if exponent > 0
        for node in walk(base)
        if isinstance(node, Name) and node.tensor.name in around.cotangents
        for slot, axis in zip(node.slots, node.tensor.indices, strict=True)
        if axis.sequential and isinstance(slot, Terms)
    }
    return {b: x for b, x in items.items() if not (isinstance(b, Bracket) and _is_guard(b, beyond))}


def _is_guard(b: Bracket, beyond: set[tuple[Terms, sympy.Expr]]) -> bool:
    if b.relations != ("<",):
        return False
    return any(b.sides == (slot, slot_tree(size)) for slot, size in beyond)


# -- reductions -------------------------------------------------------------------------------


def _reduction(e: Binder, around: Surroundings) -> Reduction:
    """Largest, Product, ArgLargest: the range of a maximum is a case with -inf elsewhere."""
    body, conditions = e.body, ()
    bound = tuple(map(Letter, e.bound))
    if e.symbol == "max" and isinstance(body, where) and body.args[2] is -sympy.oo:
        items = _chained(_collect(body.args[0], around)[1])
        found = [b for b in items if isinstance(b, Bracket) and b.on_indices]
        if len(found) == len(items) and all(free_in(b) & set(e.bound) for b in found):
            return Reduction("max", bound, tuple(found), arrange(body.args[1], around))
    return Reduction(e.symbol, bound, conditions, arrange(body, around))


def _total(e: Total, around: Surroundings) -> tuple[Fraction, Items]:
    """A sum of products as a product of sums, each over as few indices as it needs."""
    coefficient, items = _collect(e.body, around)
    bound = set(e.bound)
    brackets = {b for b in items if isinstance(b, Bracket) and b.on_indices and free_in(b) & bound}
    groups: list[tuple[set[Index], Items]] = []
    outside = Items()
    for base, exponent in items.items():
        over = set(free_in(base) & bound)
        if not over and not (brackets and not isinstance(base, Bracket) and _reads_elsewhere(base)):
            outside[base] = exponent
            continue
        if not over:  # a bracket of the sum may keep this read inside its range
            over = set().union(*map(free_in, brackets)) & bound
        touching = [g for g in groups if g[0] & over]
        groups = [g for g in groups if not g[0] & over]
        merged: Items = {base: exponent}
        for indices, others in touching:
            over |= indices
            merged = {**others, **merged}
        groups.append((over, merged))
    for i in bound - set().union(*(g[0] for g in groups)):  # sum_k 1 = K
        c, extent = _collect(i.extent, around)
        coefficient *= c
        _multiply(outside, extent.items())
    for indices, inside in groups:
        over_letters = tuple(Letter(i) for i in e.bound if i in indices)
        _multiply(outside, ((_sum_over(over_letters, inside, around), ONE),))
    return coefficient, outside


def _reads_elsewhere(tree: Tree) -> bool:
    return any(
        isinstance(n, Name) and any(not isinstance(s, Letter) for s in n.slots) for n in walk(tree)
    )


def _sum_over(bound: tuple[Letter, ...], inside: Items, around: Surroundings) -> Reduction:
    chained = _chained(inside)
    indices = {letter.index for letter in bound}
    conditions = [
        b for b in chained if isinstance(b, Bracket) and b.on_indices and free_in(b) & indices
    ]
    body = _product(ONE, {b: x for b, x in chained.items() if b not in conditions}, around)
    if isinstance(body, Reduction) and body.kind == "sum":
        bound, conditions, body = (*bound, *body.bound), [*conditions, *body.conditions], body.body
    return Reduction("sum", bound, tuple(sorted(conditions, key=hash)), body)


# -- slots ------------------------------------------------------------------------------------


def slot_tree(e: sympy.Expr, around: Surroundings = NOWHERE) -> Tree:
    """An index expression, to be set without spaces: 2*u+p-1."""
    if shift_of(e) == (e, 0):
        return Letter(e)
    if not isinstance(e, sympy.Add):
        return arrange(e, around)
    collected = [_collect(a, around) for a in e.args]
    terms = [(c < 0, _product(abs(c), items, around)) for c, items in collected]
    return Terms(tuple(sorted(terms, key=hash)), tight=True)
