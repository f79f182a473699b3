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
from symnet.notation.graph import Graph
from symnet.notation.index import Binder, Index
from symnet.notation.matrix import Cell as CellOf
from symnet.notation.reductions import Total
from symnet.notation.tensor import Entry
from symnet.render.formulas.coefficients import is_decimal, radicals
from symnet.render.formulas.ranges import Read, settled, unguarded
from symnet.render.formulas.tree import (
    ONE,
    Bracket,
    Call,
    Cases,
    Cell,
    Factors,
    Items,
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

MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


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


def slot_tree(e: sympy.Expr, around: Surroundings = NOWHERE) -> Tree:
    """The tree of an index expression, to be set without spaces: 2*u+p-1."""
    if not isinstance(e, sympy.Add):
        return arrange(e, around)
    collected = [_collect(a, around) for a in e.args]
    return _terms(((c < 0, _product(abs(c), items, around)) for c, items in collected), tight=True)


def _atom(e: sympy.Expr, around: Surroundings) -> Tree:
    if isinstance(e, Index):
        return Letter(e)
    if isinstance(e, Entry):
        return Name(e.tensor, tuple(slot_tree(s, around) for s in e.slots))
    if isinstance(e, Compare):
        return _bracket(e, around)
    if isinstance(e, CellOf):
        row, column = (slot_tree(s, around) for s in e.args[1:])
        return Cell(arrange(e.args[0], around), (row, column))
    if isinstance(e, where):
        return _cases(e, around)
    if isinstance(e, Binder):
        return _reduction(e, around)
    if isinstance(e, ScalarFunction):
        return Call(type(e).__name__, tuple(arrange(a, around) for a in e.args))
    if isinstance(e, sympy.Symbol):
        return Symbol(e.name)
    if isinstance(e, sympy.floor | sympy.ceiling):
        return Call(type(e).__name__, (arrange(e.args[0], around),))
    if e is sympy.pi:
        return Symbol("pi")
    if e is sympy.oo:
        return Symbol("inf")
    if e is -sympy.oo:
        return negated(Symbol("inf"))
    raise UnsupportedExpression(f"{type(e).__name__} cannot be printed: {e}")


# -- sums of terms ----------------------------------------------------------------------------


def _terms(terms: Iterable[tuple[bool, Tree]], tight: bool = False) -> Terms:
    """Ordered by hash, so that equal sums are equal trees; order.py makes the order for reading."""
    return Terms(tuple(sorted(terms, key=hash)), tight)


def _sum(e: sympy.Add, around: Surroundings) -> Tree:
    content, terms = _common(e, around)
    if abs(content) == 1:
        return _terms((negative != (content < 0), t) for negative, t in terms.terms)
    return _signed_product(content, {terms: ONE}, around)


def _common(e: sympy.Add, around: Surroundings) -> tuple[Fraction, Terms]:
    """(c, sum) with e = c * sum; |c| = 1 unless all coefficients are the same but for sign."""
    collected = [_collect(a, around) for a in e.args]
    sizes = {abs(c) for c, _ in collected}
    content = sizes.pop() if len(sizes) == 1 else ONE
    if all(c < 0 for c, _ in collected):
        content = -content
    terms: list[tuple[bool, Tree]] = []
    for c, items in collected:
        negative, term = c / content < 0, _product(abs(c / content), items, around)
        if isinstance(term, Terms):  # its guard was left out
            terms.extend((negative != n, t) for n, t in term.terms)
        else:
            terms.append((negative, term))
    return content, _terms(terms)


def _absorb_sign(items: Items) -> Items | None:
    """-(y - p) => (p - y), for one difference of plain terms; None where a minus stays in front."""
    for base, exponent in items.items():
        if exponent != 1 or not isinstance(base, Terms) or len({n for n, _ in base.terms}) < 2:
            continue
        if any(
            isinstance(t, Number) or any(isinstance(s, Reduction) for s in walk(t))
            for _, t in base.terms
        ):
            continue
        flipped = _terms((not n, t) for n, t in base.terms)
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
        if isinstance(base, Bracket) and into[base] > 0:
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
    raised = Items()
    _multiply(raised, ((b, x * exponent) for b, x in items.items()))
    return coefficient ** int(exponent), raised


def _signed_product(coefficient: Fraction, items: Items, around: Surroundings) -> Tree:
    made = _product(abs(coefficient), items, around)
    return negated(made) if coefficient < 0 else made


def _product(coefficient: Fraction, items: Items, around: Surroundings) -> Tree:
    """The tree of coefficient * items, coefficient >= 0."""
    left = settled(items, _reads(items))
    if around.cotangents:
        left = unguarded(left, _reads(items, around.cotangents), around.cotangents)
    coefficient, left = radicals(coefficient, left)
    if is_decimal(coefficient, around.lengths):
        left = {Number(coefficient, decimal=True): ONE, **left}
        coefficient = ONE
    if not left or coefficient == 0:
        return Number(coefficient)
    if coefficient == 1 and len(left) == 1:
        (base, exponent), *_ = left.items()
        if exponent == 1:
            return base
    return Factors(coefficient, tuple(sorted(left.items(), key=hash)))


def _reads(items: Items, only: frozenset[str] = frozenset()) -> set[Read]:
    """Slots that are no plain index, with their extents; `only` along sequential axes of these."""
    return {
        (slot, slot_tree(axis.extent))
        for base, exponent in items.items()
        if exponent > 0
        for node in walk(base)
        if isinstance(node, Name) and (not only or node.tensor.name in only)
        for slot, axis in zip(node.slots, node.tensor.indices, strict=True)
        if not isinstance(slot, Letter) and (axis.sequential or not only)
    }


# -- brackets and cases -----------------------------------------------------------------------


def _bracket(e: Compare, around: Surroundings) -> Bracket:
    """Written with < rather than >, but a number stands on the right: [k < j], [x > 0]."""
    on_indices = all(map(_is_integral, e.sides))
    sides = tuple(slot_tree(s, around) if on_indices else arrange(s, around) for s in e.sides)
    relation = e.relation
    constant_right = not on_indices and e.sides[1].is_number and not e.sides[0].is_number
    constant_left = not on_indices and e.sides[0].is_number and not e.sides[1].is_number
    turned = relation in (">", ">=") and not constant_right
    if turned or (relation in MIRRORED and constant_left):
        sides, relation = sides[::-1], MIRRORED[relation]
    return Bracket(sides, (relation,), on_indices)


def _is_integral(e: sympy.Expr) -> bool:
    """Made of indices, extents, integers and integer tensors."""
    if isinstance(e, Entry):
        return bool(e.tensor.is_integer_valued)
    if isinstance(e, sympy.Add | sympy.Mul):
        return all(_is_integral(a) for a in e.args)
    return isinstance(e, sympy.Integer | sympy.Symbol) or e.is_integer is True


def _cases(e: where, around: Surroundings) -> Cases:
    value = arrange(e.args[1], around)
    coefficient, items = _collect(e.args[0], around)
    condition = _signed_product(coefficient, settled(items, _reads({value: ONE})), around)
    return Cases(condition, value, arrange(e.args[2], around))


# -- reductions -------------------------------------------------------------------------------


def _reduction(e: Binder, around: Surroundings) -> Reduction:
    """prod, max, argmax; a maximum that is -inf outside of a range runs over the range."""
    bound = tuple(map(Letter, e.bound))
    body = arrange(e.body, around)
    if e.symbol == "max" and isinstance(body, Cases) and body.other == negated(Symbol("inf")):
        items = body.condition.items if isinstance(body.condition, Factors) else ()
        found = [b for b in ([b for b, _ in items] or [body.condition]) if isinstance(b, Bracket)]
        if len(found) == max(1, len(items)) and all(
            b.on_indices and free_in(b) & set(e.bound) for b in found
        ):
            return Reduction("max", bound, tuple(found), body.value)
    return Reduction(e.symbol, bound, (), body)


def _total(e: Total, around: Surroundings) -> tuple[Fraction, Items]:
    """A sum of products as a product of sums, each over as few indices as it needs."""
    coefficient, items = _collect(e.body, around)
    outside, groups = _grouped(items, frozenset(e.bound))
    for i in e.bound:  # sum_k 1 = K
        if not any(i in indices for indices, _ in groups):
            c, extent = _collect(i.extent, around)
            coefficient *= c
            _multiply(outside, extent.items())
    for indices, inside in groups:
        bound = tuple(Letter(i) for i in e.bound if i in indices)
        _multiply(outside, ((_sum_over(bound, inside, around), ONE),))
    return coefficient, outside


def _grouped(
    items: Items, bound: frozenset[Index]
) -> tuple[Items, list[tuple[frozenset[Index], Items]]]:
    """What may stand before the sum, and the factors that share bound indices, group by group.

    A read that may leave its range stays beside the brackets of the sum, which may guard it.
    """
    guards = [b for b in items if isinstance(b, Bracket) and free_in(b) & bound]
    outside = Items()
    groups: list[tuple[frozenset[Index], Items]] = []
    for base, exponent in items.items():
        over = free_in(base) & bound
        if not over and guards and not isinstance(base, Bracket) and _reads({base: ONE}):
            over = frozenset().union(*map(free_in, guards)) & bound
        if not over:
            outside[base] = exponent
            continue
        touching = [g for g in groups if g[0] & over]
        groups = [g for g in groups if not g[0] & over]
        merged: Items = {base: exponent}
        for indices, others in touching:
            over |= indices
            merged |= others
        groups.append((over, merged))
    return outside, groups


def _sum_over(bound: tuple[Letter, ...], inside: Items, around: Surroundings) -> Reduction:
    items = settled(inside, _reads(inside))
    indices = {letter.index for letter in bound}
    conditions = [
        b for b in items if isinstance(b, Bracket) and b.on_indices and free_in(b) & indices
    ]
    body = _product(ONE, {b: x for b, x in items.items() if b not in conditions}, around)
    if isinstance(body, Reduction) and body.kind == "sum":
        bound = (*bound, *body.bound)
        conditions.extend(body.conditions)
        body = body.body
    return Reduction("sum", bound, tuple(sorted(conditions, key=hash)), body)
