"""Numbers in front of a product, as they are written by hand.

    1/10 x => 0.1 x, but x/10 for a mean over 10;    sqrt(2)/2 => 1/sqrt(2)
    sqrt(2)/sqrt(pi) => sqrt(2/pi)

Equalities all of them; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from symnet.render.formulas.tree import HALF, ONE, Factors, Items, Number, Symbol, Tree


def is_decimal(value: Fraction, lengths: Collection[int]) -> bool:
    """Whether a number is written as a decimal: 1/10, 9/1000, and no number of summed terms."""
    q = value.denominator
    if q % 10 or any(a * b % q == 0 for a in lengths for b in (1, *lengths)):
        return False
    for p in (2, 5):
        while q % p == 0:
            q //= p
    return q == 1


def radicals(coefficient: Fraction, items: Items) -> tuple[Fraction, Items]:
    """The same product with at most one root of numbers; roots of extents stay as they are."""
    roots = {b: x for b, x in items.items() if _is_constant(b) and abs(x) == HALF}
    for b, x in roots.items():
        if isinstance(b, Number) and x > 0 and b.value.denominator == 1:
            n = b.value.numerator
            if n > 1 and coefficient.denominator % n == 0:
                coefficient, roots[b] = coefficient * n, -x
    if len(roots) < 2:
        return coefficient, {**items, **roots}
    above = any(x > 0 for x in roots.values())
    number, symbols = ONE, Items()
    for b, x in roots.items():
        exponent = 1 if (x > 0) == above else -1
        if isinstance(b, Number):
            number *= b.value**exponent
        else:
            symbols[b] = Fraction(exponent)
    inside: Tree = Factors(number, tuple(symbols.items())) if symbols else Number(number)
    rest = {b: x for b, x in items.items() if b not in roots}
    return coefficient, {inside: HALF if above else -HALF, **rest}


def _is_constant(base: Tree) -> bool:
    return isinstance(base, Number) or base == Symbol("pi")
