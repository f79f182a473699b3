"""A number found by fitting, named: 2, 1/2, 1/N, lam, sqrt(D).

[1/3, 1/4] at points with N = 3, 4  =>  Coefficient(1, N^-1)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from symnet.verify.slips.node import Node, binary, call, number

LARGEST_DENOMINATOR = 64
NEAR = 1e-8
HALF = Fraction(1, 2)
EXPONENTS = (*map(Fraction, (-1, 1, -2, 2)), -HALF, HALF)


@dataclass(frozen=True)
class Coefficient:
    """number * product of name^exponent."""

    number: Fraction
    names: tuple[tuple[str, Fraction], ...] = ()

    @property
    def is_one(self) -> bool:
        return self.number == 1 and not self.names

    def parts(self, notation: str) -> tuple[list[Node], list[Node]]:
        """What stands above the bar and what below it."""
        above, below = [], []
        if abs(self.number.numerator) != 1:
            above.append(number(abs(self.number.numerator)))
        if self.number.denominator != 1:
            below.append(number(self.number.denominator))
        for name, exponent in self.names:
            (above if exponent > 0 else below).append(_powered(name, abs(exponent), notation))
        return above, below

    def node(self, notation: str) -> Node:
        """The coefficient as a formula of its own."""
        above, below = self.parts(notation)
        out = above[0] if above else number(1)
        for other in above[1:]:
            out = binary("*", out, other)
        for other in below:
            out = binary("/", out, other)
        return Node("neg", (out,)) if self.number < 0 else out


def _powered(name: str, exponent: Fraction, notation: str) -> Node:
    base = Node("name", word=name)
    if exponent == 1:
        return base
    if exponent == HALF:
        return call("sqrt", base, module="np." if notation == "numpy" else "")
    return binary("**", base, number(int(exponent)))


Scalars = Sequence[tuple[str, list[float]]]


def named(found: Sequence[float], scalars: Scalars) -> Coefficient | None:
    """The simplest coefficient with these values; None if it is none of a few short ones."""
    plain = _rational(found)
    if plain is not None and (max(plain.denominator, abs(plain.numerator)) <= 2 or not scalars):
        return Coefficient(plain)
    usual = [s for s in scalars if all(v not in (0, 1) for v in s[1])]
    if plain is not None:
        usual = [s for s in usual if _rational(s[1]) is not None]
        if not any(abs(v[0]) in (plain.denominator, abs(plain.numerator)) for _, v in usual):
            return Coefficient(plain)
    for count in (1, 2):
        for chosen in combinations(usual, count):
            for exponents in product(EXPONENTS[: 6 if count == 1 else 4], repeat=count):
                rest = _divided(found, chosen, exponents)
                if rest is None:
                    continue
                left = _rational(rest)
                if left is not None and max(left.denominator, abs(left.numerator)) <= 12:
                    names = tuple((name, e) for (name, _), e in zip(chosen, exponents, strict=True))
                    return Coefficient(left, names)
    return None if plain is None else Coefficient(plain)


def _rational(found: Sequence[float]) -> Fraction | None:
    first = found[0]
    if not all(math.isfinite(v) and abs(v - first) <= NEAR * abs(first) for v in found):
        return None
    close = Fraction(first).limit_denominator(LARGEST_DENOMINATOR)
    return close if close and abs(float(close) - first) <= NEAR * abs(first) else None


def _divided(
    found: Sequence[float],
    chosen: Sequence[tuple[str, list[float]]],
    exponents: Sequence[Fraction],
) -> list[float] | None:
    out = list(found)
    for (_, values), exponent in zip(chosen, exponents, strict=True):
        if exponent.denominator == 2 and min(values) <= 0:
            return None
        out = [c / v ** float(exponent) for c, v in zip(out, values, strict=True)]
    return out
