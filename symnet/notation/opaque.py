"""What SymPy must not look into, and what it must not be given.

To decide the sign of `1 + x[n]^2`, SymPy differentiates by and substitutes for the only free symbol
that it sees, the index n: wrong, slow, and a PolynomialError in the end. It leaves alone what is
not a polynomial.
"""

from __future__ import annotations

from math import isinf, isnan
from numbers import Integral, Real
from typing import Any

import sympy

from symnet.notation.errors import UnsupportedExpression


class Opaque:
    """Mixed into every scalar head of ours: not a polynomial in anything."""

    __slots__ = ()

    def _eval_is_polynomial(self, syms: Any) -> bool:
        return False


def as_number(value: Any, where: str) -> Any:
    """A Python number in SymPy, or a SymPy object as it is; `where` names the place in the error.

    Everything else is refused here, above all text: SymPy would evaluate it. A float becomes the
    fraction that it is printed as, because SymPy would evaluate exp(0.5) to 16 digits.
    """
    if isinstance(value, sympy.Float):
        return rational(value, where)
    if isinstance(value, sympy.Basic):
        return value
    if not isinstance(value, bool):
        if isinstance(value, Integral):
            return sympy.Integer(int(value))
        if isinstance(value, Real):
            return rational(float(value), where)
    raise UnsupportedExpression(
        f"{where}: found {str(value)[:64]!r}, expected a number or a SymPy expression"
    )


def rational(value: float | sympy.Float, where: str) -> sympy.Expr:
    """1e-6 -> 1/1000000: the shortest decimal fraction that is this number; oo stays."""
    number = float(value)
    if isnan(number):
        raise UnsupportedExpression(f"{where}: the number is not a number (nan)")
    if isinf(number):
        return sympy.S.Infinity if number > 0 else sympy.S.NegativeInfinity
    return sympy.Rational(repr(number))
