"""Arithmetic of a prime field, on arrays of int64: powers, quadratic residues, random functions.

p = 7 mod 8 and (p-1)/2 prime: -1 is no square, 2 is one, and on the squares every root is unique.

    sign(v) = v^((p-1)/2)     v^(a/b) = v^(a b^-1 mod (p-1)/2) for a square v

All primes below `small` are squares, so that positive rationals made of them are positive. Found by
search: tests/verify/models/test_residues.py verifies each of these properties.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import sympy

Array = np.ndarray[Any, Any]

# (p, all primes below this one are squares modulo p)
PRIMES = (
    (1931011319, 71),
    (1432580159, 71),
    (1098701159, 71),
    (1932740039, 67),
    (1827014999, 67),
    (1600387799, 67),
    (1547015279, 67),
    (1108589039, 67),
    (1041083039, 67),
    (2068703159, 61),
    (2051764679, 61),
    (1952812319, 61),
    (1446745439, 61),
    (1441522319, 61),
    (1257877319, 61),
    (1166474399, 61),
    (2129105039, 59),
    (2022690479, 59),
    (1913935799, 59),
    (1909704359, 59),
    (1876748639, 59),
    (1817026559, 59),
)


def fields_for(numbers: Iterable[int], count: int) -> list[int]:
    """The first `count` primes modulo which all these positive numbers are squares."""
    wanted = {f for n in numbers if n > 1 for f in sympy.factorint(n, limit=1000)}
    large = sorted(f for f in wanted if f >= 59)
    out = []
    for p, _ in PRIMES:
        if all(f % p and pow(f, (p - 1) // 2, p) == 1 for f in large):
            out.append(p)
        if len(out) == count:
            break
    return out


class Residues:
    """The field of p elements, element by element."""

    def __init__(self, p: int) -> None:
        self.p = p
        self.half = (p - 1) // 2

    def rational(self, a: int, b: int) -> int:
        """a/b."""
        return a * pow(b, -1, self.p) % self.p

    def times(self, a: Array, b: Array) -> Array:
        return np.asarray(a * b % self.p)

    def raised(self, x: Array, exponent: int | Array) -> Array:
        """x^exponent, exponent >= 0, for an array of exponents too."""
        if isinstance(exponent, int):
            return self._raised(x, exponent)
        top = int(exponent.max(initial=0))
        out = np.ones(np.broadcast_shapes(x.shape, exponent.shape), dtype=np.int64)
        square = x
        for bit in range(top.bit_length()):
            out = np.where((exponent >> bit) & 1, out * square % self.p, out)
            square = square * square % self.p
        return out

    def _raised(self, x: Array, exponent: int) -> Array:
        out = None
        while exponent:
            if exponent & 1:
                out = x if out is None else out * x % self.p
            exponent >>= 1
            if exponent:
                x = x * x % self.p
        return np.ones_like(x) if out is None else out

    def reciprocal(self, x: Array) -> Array:
        """1/x; 0 for 0, which only a bracket may hide."""
        return self._raised(x, self.p - 2)

    def sign(self, x: Array) -> Array:
        """1 for a square, -1 for none, 0 for 0."""
        found = self._raised(x, self.half)
        return np.where(found == self.p - 1, -1, found)

    def root_exponent(self, a: int, b: int) -> int:
        """The exponent that takes a square to its power a/b, which is a square again."""
        return a * pow(b, -1, self.half) % self.half

    def scrambled(self, x: Array, tag: int, salt: Array) -> Array:
        """A random function of x, another one for each tag and salt; never 0."""
        with np.errstate(over="ignore"):
            z = x.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            z = z + salt.reshape(-1, *(1,) * (x.ndim - 1))
            z = z + np.uint64(tag * 0xD1342543DE82EF95 % 2**64)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        return np.asarray(z % np.uint64(self.p - 1)).astype(np.int64) + 1
