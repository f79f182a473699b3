"""Factors that depend on sizes only, as Coefficients: 2, 1/N, sqrt(2/pi), 1/sqrt(D)."""

from __future__ import annotations

import math
from fractions import Fraction

from symnet.codegen.plan import Coefficient
from symnet.codegen.scalar import Affine, Mul, Num, Pi, Pow, Scalar
from symnet.codegen.size import Size
from symnet.notation.errors import UnsupportedExpression

ONE = Coefficient()
ZERO = Coefficient(Fraction(0))
HALF = Coefficient(Fraction(1, 2))
MINUS_ONE = Coefficient(Fraction(-1))


def size_coefficient(s: Size) -> Coefficient:
    """A size as a number."""
    value = s.number
    return Coefficient(powers=((s, Fraction(1)),)) if value is None else Coefficient(value)


def static(e: Scalar) -> Coefficient | None:
    """The value of a factor that is a number or a power of a size; None for any other."""
    match e:
        case Num(value):
            return Coefficient(value)
        case Pi():
            return Coefficient(factor=math.pi)
        case Affine(axes, constant) if not axes:
            return size_coefficient(constant)
        case Pow(base, q):
            below = static(base)
            return None if below is None or below.is_zero else raised(below, q)
        case Mul(args):
            out = ONE
            for a in args:
                c = static(a)
                if c is None:
                    return None
                out = out.times(c)
            return out
    return None


def raised(c: Coefficient, q: Fraction) -> Coefficient:
    """A power of a coefficient; raises UnsupportedExpression for a root of a negative number."""
    powers = tuple((s, p * q) for s, p in c.powers)
    if q.denominator == 1:
        return Coefficient(c.ratio ** int(q), c.factor ** int(q), powers)
    value = float(c.ratio) * c.factor
    if value < 0:
        raise UnsupportedExpression(f"a root of the negative number {value}")
    return Coefficient(factor=value ** float(q), powers=powers)
