"""Products of functions with a kink and their derivatives.

relu(u) [u > 0] = relu(u)     |u| sign(u) = u     u sign(u) = |u|     |u|^2 = u^2
sign(u)/|u| = 1/u (u is not 0 where the left side has a value)
"""

from __future__ import annotations

from fractions import Fraction

from symnet.calculus import terms as t

ONE = Fraction(1)


def apply_kink(builder: t.Builder) -> str | None:
    """Use one of the laws once in an open product; which one, or None."""
    for f, e in list(builder.factors.items()):
        if isinstance(f, t.Cmp) and e > 0 and _settles(builder, f):
            return "relu(u) [u > 0] = relu(u)"
        if not isinstance(f, t.Fn):
            continue
        if f.name == "sinh" and e == 1:
            below = t.fn("cosh", f.args)
            if builder.factors.get(below) == -1:
                builder.factors.pop(f)
                builder.factors.pop(below)
                builder.times(t.fn("tanh", f.args))
                return "sinh/cosh = tanh"
        if f.name == "absolute" and e.denominator == 1 and e.numerator % 2 == 0:
            builder.factors.pop(f)
            builder.times(f.args[0], e)
            return "|u|^2 = u^2"
        if f.name == "sign" and e > 0 and _absorbed(builder, f, e):
            return "|u| sign(u) = u"
    return None


def _settles(builder: t.Builder, bracket: t.Cmp) -> bool:
    """[0 < u], or [0 <= u], beside relu(u)."""
    if bracket.relation not in ("<", "<=") or not bracket.left.is_zero:
        return False
    relu = t.fn("relu", [bracket.right])
    if builder.factors.get(relu, Fraction(0)) <= 0:
        return False
    del builder.factors[bracket]
    return True


def _absorbed(builder: t.Builder, sign: t.Fn, e: Fraction) -> bool:
    """sign(u) into |u|^k or u^k beside it."""
    (u,) = sign.args
    size = t.fn("absolute", [u])
    power = builder.factors.get(size, Fraction(0))
    if power.denominator == 1 and power.numerator % 2:
        builder._put(sign, -ONE)
        builder.times(size, -power)
        builder.times(u, power)
        return True
    if len(u.terms) != 1 or u.terms[0][0] != 1 or u.terms[0][1].bound:
        return False
    factors = u.terms[0][1].factors
    if len(factors) != 1 or factors[0][1] != 1:
        return False
    power = builder.factors.get(factors[0][0], Fraction(0))
    if power.denominator != 1 or power <= 0:
        return False
    builder._put(sign, -ONE)
    builder.times(factors[0][0], -ONE)
    builder.times(size)
    return True
