"""Brackets that guard a product, and cases: what must not count is kept out of the result.

    [0 <= u-1] * x[u-1] * y[u]      x is read with a 0 before its start: the bracket is dropped
    [s <= t] * P[t,s]               P is 0 there, as its exponent is -oo: the bracket is dropped
    [z > 0] * z_bar                 z_bar is finite: multiply by the mask
    [x > 0] * log(x)                not finite where the bracket is 0: choose, do not multiply

0 * inf is not 0, so the first three forms need the other factors to be finite (facts.py proves it).
"""

from __future__ import annotations

import math

from symnet.codegen import onehot, reads
from symnet.codegen.algebra import add, factors, mul, numeric, power
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.constants import MINUS_ONE, ONE, ZERO, static
from symnet.codegen.facts import always, margin
from symnet.codegen.linear import multiply_items, scaled
from symnet.codegen.plan import STATIC, Coefficient, Item, Operand
from symnet.codegen.scalar import Add, Compare, Mul, Pow, Reduce, Scalar

BELOW_ALL = Coefficient(factor=-math.inf)


def split(e: Scalar) -> tuple[list[Compare], list[Scalar]] | None:
    """The brackets of a product that are not always 1, and the rest; None if one is always 0."""
    brackets: list[Compare] = []
    rest: list[Scalar] = []
    for f in factors(e):
        if isinstance(f, Pow) and isinstance(f.base, Compare) and f.exponent > 0:
            f = f.base
        if not isinstance(f, Compare):
            rest.append(f)
            continue
        known = always(f)
        if known is False:
            return None
        if known is None and f not in brackets:
            brackets.append(f)
    return brackets, rest


def needed(b: Arrangement, brackets: list[Compare], rest: list[Scalar]) -> list[Compare]:
    """The brackets that are left when every other factor is finite.

    A read that is 0 outside of its range says itself what the brackets of that range say, and so
    does a factor that is 0 there.
    """
    if not brackets:
        return brackets
    said = [m for f in rest for m in (*reads.said_by_padding(b, f), *b.vanishing.vanishes(f))]
    return [c for c in brackets if margin(c) is None or margin(c) not in said]


def product(b: Arrangement, e: Mul, guarded: bool) -> Item:
    """The product of all factors, 0 where a bracket is 0."""
    found = split(e)
    if found is None:
        return ZERO
    sparse = onehot.scattered(b, e)
    if sparse is not None:
        return onehot.place(b, sparse, None, guarded)
    brackets, rest = found
    finite = all(map(b.facts.finite, rest))
    if finite:
        brackets = needed(b, brackets, rest)
    value = plain_product(b, rest, guarded or bool(found[0]))
    return masked(b, brackets, value, finite)


def plain_product(b: Arrangement, args: list[Scalar], guarded: bool) -> Item:
    """A product without brackets; negative powers become divisors."""
    spread = _spread(b, args) or _number_in_sum(args)
    if spread is not None:
        return b.evaluate(spread, guarded)
    c, above, below = ONE, [], []
    for f in _taken_in(args):
        known = static(f)
        if known is not None:
            c = c.times(known)
        elif isinstance(f, Pow) and f.exponent < 0 and numeric(f.base) is None:
            below.append(b.evaluate(power(f.base, -f.exponent), guarded))
        else:
            above.append(b.evaluate(f, guarded))
    return multiply_items(b, c, above, below)


def _spread(b: Arrangement, args: list[Scalar]) -> Scalar | None:
    """c * (dense + one-hot) with a static c, multiplied out: c then meets smaller arrays."""
    numbers = [f for f in args if static(f) is not None]
    sums = [f for f in args if isinstance(f, Add)]
    if not numbers or len(sums) != 1 or len(numbers) + 1 != len(args):
        return None
    if all(onehot.scattered(b, t, sums[0].axes) is None for t in sums[0].args):
        return None
    return add(*(mul(*numbers, t) for t in sums[0].args))


def _number_in_sum(args: list[Scalar]) -> Scalar | None:
    """c * sum[k](f) => sum[k](c * f): the number then meets the smallest factor."""
    rest = [f for f in args if static(f) is None]
    if len(rest) == len(args) or len(rest) != 1:
        return None
    match rest[0]:
        case Reduce("sum", body, bound):
            numbers = [f for f in args if static(f) is not None]
            return Reduce("sum", mul(*numbers, body), bound)
    return None


def _taken_in(args: list[Scalar]) -> list[Scalar]:
    """c * (a*x + b) => (c*a)*x + c*b where each term that moves has a number already."""
    numbers = [f for f in args if static(f) is not None]
    for k, f in enumerate(args):
        if numbers and isinstance(f, Add) and all(map(_has_number, f.args)):
            taken = add(*(mul(*numbers, t) for t in f.args))
            return [taken, *(g for j, g in enumerate(args) if j != k and g not in numbers)]
    return args


def _has_number(t: Scalar) -> bool:
    numbers = [c for f in factors(t) if (c := static(f)) is not None]
    return static(t) is not None or any(not c.is_one and c != MINUS_ONE for c in numbers)


def mask_of(b: Arrangement, brackets: list[Compare]) -> Item:
    """The product of brackets as truth values; ONE if there are none."""
    out: Item = ONE
    for c in brackets:
        item = b.evaluate(c, True)
        if isinstance(item, Operand) and item.value.kind != "bool":
            item = b.map("not_equal", item, ZERO)
        out = item if out is ONE else b.map("logical_and", out, item)
    return out


def masked(b: Arrangement, brackets: list[Compare], value: Item, finite: bool) -> Item:
    """value where all brackets hold, else 0."""
    if not brackets:
        return value
    mask = mask_of(b, brackets)
    if isinstance(value, Coefficient):
        return scaled(b, value, mask)
    if finite:
        return b.map("multiply", value, mask)
    b.quiet = True
    return choose(b, mask, value, ZERO, False, True)


def choose(
    b: Arrangement, mask: Item, then: Item, other: Item, then_finite: bool, other_finite: bool
) -> Item:
    """then where the mask is not 0, else other."""
    if isinstance(mask, Coefficient):
        mask = b.map("not_equal", mask, ZERO)
    if isinstance(mask, Operand) and mask.value.kind != "bool":
        mask = b.map("not_equal", mask, ZERO)
    if other == ZERO and then_finite:
        return b.map("multiply", then, mask)
    if then == ZERO and other_finite:
        return b.map("multiply", other, b.map("logical_not", mask))
    if other == BELOW_ALL and then_finite and b.level([mask]) == STATIC:
        return b.map("add", then, b.map("where", mask, ZERO, other))  # x + -oo = -oo
    return b.map("where", mask, then, other)
