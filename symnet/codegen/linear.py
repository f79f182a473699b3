"""Sums and products of arrays as few, small operations.

Operands with few axes are combined first; a static coefficient goes to the smallest array on the
way; a divisor with few axes is inverted before it meets a large array.
"""

from __future__ import annotations

from fractions import Fraction

from symnet.codegen.arrangement import Arrangement
from symnet.codegen.plan import Coefficient, Item, Operand

Term = tuple[Coefficient, Item]


def scaled(b: Arrangement, c: Coefficient, item: Item) -> Item:
    """c * item."""
    if isinstance(item, Coefficient):
        return c.times(item)
    if c.is_one:
        return item
    if c.is_zero:
        return c
    if c == Coefficient(Fraction(-1)):
        return b.map("negative", item)
    return b.map("multiply", item, c)


def _axes(item: Item) -> tuple[object, ...]:
    return item.axes if isinstance(item, Operand) else ()


def _pair_cost(b: Arrangement, p: Item, q: Item) -> int:
    union = dict.fromkeys(a for i in (p, q) if isinstance(i, Operand) for a in i.axes)
    return b.cost(union)


# -- products ---------------------------------------------------------------------------------


def multiply_items(b: Arrangement, c: Coefficient, above: list[Item], below: list[Item]) -> Item:
    """c * product of `above` / product of `below`."""
    above, c = _take_coefficients(above, c)
    below, divisor = _take_coefficients(below, Coefficient())
    c = c.times(_inverse(divisor))
    if c.is_zero:
        return c
    union = {a for i in above for a in _axes(i)} | {a for i in below for a in _axes(i)}
    last: Item | None = None
    for group in _by_axes(below):
        d = _product(b, group)
        if len(_axes(d)) == len(union) and last is None and above:
            last = d
        else:
            above = [*above, b.map("divide", c, d)]
            c = Coefficient()
    if last is None:
        return _with_coefficient(b, c, above, len(union))
    arrays = [i for i in above if _axes(i)]
    numbers = [i for i in above if not _axes(i)]
    if not arrays:
        return b.map("divide", _with_coefficient(b, c, numbers, 0), last)
    out: Item = b.map("divide", _product(b, arrays), last)  # in place, in the divisor's array
    return _with_coefficient(b, c, [out, *numbers], len(union))


def _take_coefficients(items: list[Item], c: Coefficient) -> tuple[list[Item], Coefficient]:
    rest: list[Item] = []
    for i in items:
        if isinstance(i, Coefficient):
            c = c.times(i)
        else:
            rest.append(i)
    return rest, c


def _inverse(c: Coefficient) -> Coefficient:
    if c.is_one:
        return c
    if c.is_zero:
        return Coefficient(factor=float("inf"))
    return Coefficient(1 / c.ratio, 1 / c.factor, tuple((s, -q) for s, q in c.powers))


def _by_axes(items: list[Item]) -> list[list[Item]]:
    groups: dict[frozenset[object], list[Item]] = {}
    for i in items:
        groups.setdefault(frozenset(_axes(i)), []).append(i)
    return sorted(groups.values(), key=lambda g: len(_axes(g[0])))


def _with_coefficient(b: Arrangement, c: Coefficient, items: list[Item], full: int) -> Item:
    """The product; the coefficient meets the smallest operand, or the result if all are full."""
    if not items:
        return c
    if not c.is_one:
        smallest = min(range(len(items)), key=lambda k: (len(_axes(items[k])), k))
        if len(_axes(items[smallest])) < full or len(items) == 1:
            items = list(items)
            items[smallest] = scaled(b, c, items[smallest])
            c = Coefficient()
    return scaled(b, c, _product(b, items))


def _product(b: Arrangement, items: list[Item]) -> Item:
    left = list(items)
    while len(left) > 1:
        i, j = _cheapest(b, "multiply", left)
        made = b.map("multiply", left[i], left[j])
        left = [x for k, x in enumerate(left) if k not in (i, j)]
        left.append(made)
    return left[0]


def _cheapest(b: Arrangement, function: str, items: list[Item]) -> tuple[int, int]:
    """The pair with the smallest result; among equals one that is known, masks last."""

    def rank(pair: tuple[int, int]) -> tuple[int, bool, int, tuple[int, int]]:
        p, q = items[pair[0]], items[pair[1]]
        masks = sum(isinstance(x, Operand) and x.value.kind == "bool" for x in (p, q))
        return _pair_cost(b, p, q), not b.known(function, p, q), masks, pair

    pairs = [(i, j) for i in range(len(items)) for j in range(i + 1, len(items))]
    return min(pairs, key=rank)


# -- sums -------------------------------------------------------------------------------------


def add_items(b: Arrangement, terms: list[Term]) -> Item:
    """sum of coefficient * item; a coefficient common to all terms is taken out."""
    terms, constant = _constants(b, terms)
    if not terms:
        return constant if constant is not None else Coefficient(Fraction(0))
    sizes = {(abs(c.ratio), abs(c.factor), c.powers) for c, _ in terms}
    common = Coefficient()
    if len(sizes) == 1 and constant is None:
        ratio, factor, powers = next(iter(sizes))
        common = Coefficient(ratio, factor, powers)
    entries = [(c.ratio * Fraction((c.factor < 0 and -1) or 1) > 0, c, i) for c, i in terms]
    signed = [
        (plus, i if not common.is_one else scaled(b, _absolute(c), i)) for plus, c, i in entries
    ]
    if constant is not None:
        signed.append((True, constant))
    plus, out = _sum(b, signed)
    sign = Coefficient(Fraction(1 if plus else -1))
    return scaled(b, common.times(sign), out)


def _absolute(c: Coefficient) -> Coefficient:
    return Coefficient(abs(c.ratio), abs(c.factor), c.powers)


def _constants(b: Arrangement, terms: list[Term]) -> tuple[list[Term], Item | None]:
    """Static terms added to one; None if there are none."""
    rest: list[Term] = [(c, i) for c, i in terms if not isinstance(i, Coefficient)]
    numbers = [c.times(i) for c, i in terms if isinstance(i, Coefficient)]
    total: Item | None = None
    plain = [n for n in numbers if not n.powers and n.factor == 1]
    if plain and sum(n.ratio for n in plain):
        total = Coefficient(sum((n.ratio for n in plain), Fraction(0)))
    for n in numbers:
        if n not in plain:
            total = n if total is None else b.map("add", total, n)
    return rest, total


def _sum(b: Arrangement, signed: list[tuple[bool, Item]]) -> tuple[bool, Item]:
    left = list(signed)
    while len(left) > 1:
        i, j = _cheapest_sum(b, left)
        made = _add_pair(b, left[i], left[j])
        left = [x for k, x in enumerate(left) if k not in (i, j)]
        left.append(made)
    return left[0]


def _cheapest_sum(b: Arrangement, signed: list[tuple[bool, Item]]) -> tuple[int, int]:
    def rank(pair: tuple[int, int]) -> tuple[int, bool, tuple[int, int]]:
        (s, p), (t, q) = signed[pair[0]], signed[pair[1]]
        return _pair_cost(b, p, q), not b.known("add" if s == t else "subtract", p, q), pair

    pairs = [(i, j) for i in range(len(signed)) for j in range(i + 1, len(signed))]
    return min(pairs, key=rank)


def _add_pair(b: Arrangement, p: tuple[bool, Item], q: tuple[bool, Item]) -> tuple[bool, Item]:
    (s, x), (t, y) = p, q
    if s == t:
        return s, b.map("add", x, y)
    return (True, b.map("subtract", x, y)) if s else (True, b.map("subtract", y, x))
