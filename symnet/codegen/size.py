"""Sizes: polynomials in the extents of a graph, without SymPy.

    2*N*K + 1   =   Size(((("N", "K"), 2), ((), 1)))

An atom is the name of an extent (a positive integer), `Rounded(size, d)` = floor(size / d), or
`Clamped(size)` = max(0, size).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm


@dataclass(frozen=True)
class Rounded:
    """floor(numerator / denominator)."""

    numerator: Size
    denominator: int

    def __str__(self) -> str:
        return self.text()

    def text(self, name: Callable[[str], str] = str) -> str:
        """Python text; `name` gives the variable that holds an extent."""
        return f"(({self.numerator.text(name)})//{self.denominator})"


@dataclass(frozen=True)
class Clamped:
    """max(0, value)."""

    value: Size

    def __str__(self) -> str:
        return self.text()

    def text(self, name: Callable[[str], str] = str) -> str:
        """Python text; `name` gives the variable that holds an extent."""
        return f"max(0, {self.value.text(name)})"


Atom = str | Rounded | Clamped
Rational = int | Fraction
Monomial = tuple[Atom, ...]


@dataclass(frozen=True)
class Size:
    """A polynomial with rational coefficients; its terms are sorted, without zeros."""

    terms: tuple[tuple[Monomial, Rational], ...]

    def __add__(self, other: Size | int) -> Size:
        return _sum(self, size(other), 1)

    def __sub__(self, other: Size | int) -> Size:
        return _sum(self, size(other), -1)

    def __mul__(self, other: Size | Rational) -> Size:
        return _product(self, size(other))

    __rmul__ = __mul__
    __radd__ = __add__

    def __neg__(self) -> Size:
        return _product(self, MINUS_ONE)

    @property
    def number(self) -> Fraction | None:
        """The value, if no extent occurs."""
        if not self.terms:
            return Fraction(0)
        if len(self.terms) == 1 and not self.terms[0][0]:
            return Fraction(self.terms[0][1])
        return None

    @property
    def names(self) -> frozenset[str]:
        """The names of the extents that occur."""
        found: set[str] = set()
        for monomial, _ in self.terms:
            for atom in monomial:
                if isinstance(atom, str):
                    found.add(atom)
                else:
                    found |= (atom.numerator if isinstance(atom, Rounded) else atom.value).names
        return frozenset(found)

    def is_nonnegative(self) -> bool:
        """Whether it is >= 0 for all extents >= 1, proved by writing each extent as 1 + e, e >= 0.

        False says only that this argument does not prove it.
        """
        return _nonnegative(self)

    def is_positive(self) -> bool:
        """Whether it is >= 1 for all extents, proved as in is_nonnegative."""
        return (self - 1).is_nonnegative()

    def at(self, values: Mapping[str, int]) -> Fraction:
        """The value where the extents have these sizes."""
        out = Fraction(0)
        for monomial, first in self.terms:
            coefficient = Fraction(first)
            for atom in monomial:
                if isinstance(atom, str):
                    coefficient *= values[atom]
                elif isinstance(atom, Rounded):
                    coefficient *= atom.numerator.at(values) // atom.denominator
                else:
                    coefficient *= max(Fraction(0), atom.value.at(values))
            out += coefficient
        return out

    def __str__(self) -> str:
        return self.text()

    def text(self, name: Callable[[str], str] = str) -> str:
        """Python text, an integer; `name` gives the variable that holds an extent."""
        if not self.terms:
            return "0"
        denominator = lcm(*(c.denominator for _, c in self.terms))
        text = ""
        for monomial, coefficient in self.terms:
            number = int(coefficient * denominator)
            factors = [name(a) if isinstance(a, str) else a.text(name) for a in monomial]
            if abs(number) != 1 or not factors:
                factors.insert(0, str(abs(number)))
            sign = ("-" if number < 0 else "") if not text else (" - " if number < 0 else " + ")
            text += sign + "*".join(factors)
        return text if denominator == 1 else f"({text})//{denominator}"


def _collect(terms: Iterable[tuple[Monomial, Rational]]) -> Size:
    out: dict[Monomial, Rational] = {}
    for monomial, coefficient in terms:
        out[monomial] = out.get(monomial, 0) + coefficient
    kept = [(m, c.numerator if c.denominator == 1 else c) for m, c in out.items() if c]
    if len(kept) > 1:
        kept.sort(key=lambda t: (-len(t[0]), str(t[0])))
    return Size(tuple(kept))


@lru_cache(1 << 14)
def _sum(a: Size, b: Size, times: int) -> Size:
    return _collect([*a.terms, *((m, c * times) for m, c in b.terms)])


@lru_cache(1 << 14)
def _product(a: Size, b: Size) -> Size:
    return _collect((tuple(sorted(m + n, key=str)), p * q) for m, p in a.terms for n, q in b.terms)


@lru_cache(1 << 14)
def _nonnegative(s: Size) -> bool:
    shifted = ZERO
    for monomial, coefficient in s.terms:
        term = size(coefficient)
        for atom in monomial:
            if isinstance(atom, Rounded) and not atom.numerator.is_nonnegative():
                return False
            own = size(atom)
            term = term * (own + 1 if isinstance(atom, str) else own)
        shifted = shifted + term
    return all(c >= 0 for _, c in shifted.terms)


def size(value: Size | Rational | Atom) -> Size:
    """A number, the name of an extent, or another atom, as a Size."""
    if isinstance(value, Size):
        return value
    if isinstance(value, str | Rounded | Clamped):
        return Size((((value,), 1),))
    return _collect([((), value)])


ZERO = size(0)
ONE = size(1)
MINUS_ONE = size(-1)


def clamped(s: Size) -> Size:
    """max(0, s)."""
    if s.is_nonnegative():
        return s
    return ZERO if (-s).is_nonnegative() else size(Clamped(s))


def larger(a: Size, b: Size) -> Size:
    """max(a, b)."""
    return a + clamped(b - a)


def product_of(sizes: tuple[Size, ...] | list[Size]) -> Size:
    """The product; 1 for none."""
    out = ONE
    for s in sizes:
        out = out * s
    return out


def representative(s: Size) -> int:
    """A typical value, to compare costs with where the extents are not known: 64 for each name."""
    return max(1, int(s.at(dict.fromkeys(s.names, 64))))
