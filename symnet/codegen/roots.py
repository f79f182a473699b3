"""Numbers leave roots and divisors of arrays: fewer passes over memory.

    sqrt(s[i]/c)              => |c|^(-1/2) * sqrt(s[i] if 1/c >= 0 else -s[i])
    m[i]/(r*q[i] + eps)       => r^(-1) * m[i]/(q[i] + eps/r)          r a power that is not 0

Both are identities: sqrt(c x) = sqrt|c| sqrt(sign(c) x), and (r q + e)^n = r^n (q + e/r)^n. With
them Adam's rule takes its bias corrections and eps as numbers (Kingma & Ba 2015, end of sec. 2).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symnet.codegen.algebra import add, factors, mul, number, numeric, power, rebuild, terms
from symnet.codegen.facts import Facts
from symnet.codegen.program import Program
from symnet.codegen.scalar import Add, Call, Mul, Num, Pow, Scalar, children

HALVES = (Fraction(1, 2), Fraction(-1, 2))


def with_numbers_outside(program: Program) -> Program:
    """The program with numbers (tensors without axes, sizes) taken out of roots and divisors."""
    facts = Facts(program)
    return program.with_defs(
        tuple(
            replace(
                d,
                body=_outside(d.body, facts),
                base=None if d.base is None else _outside(d.base, facts),
            )
            for d in program.defs
        )
    )


def _outside(e: Scalar, facts: Facts) -> Scalar:
    e = rebuild(e, (_outside(c, facts) for c in children(e)))
    if isinstance(e, Pow) and isinstance(e.base, Mul) and e.exponent in HALVES:
        return _root(e.base, e.exponent, facts)
    if isinstance(e, Pow) and isinstance(e.base, Add) and e.exponent < 0:
        return _divisor(e.base, e.exponent)
    return e


def _root(base: Mul, q: Fraction, facts: Facts) -> Scalar:
    """(c x)^q for the factors c without axes."""
    numbers = [f for f in base.args if not f.axes]
    rest = [f for f in base.args if f.axes]
    if not numbers or not rest:
        return Pow(base, q)
    c, x = mul(*numbers), mul(*rest)
    if facts.nonnegative(c):
        return mul(power(c, q), power(x, q))
    root = Call("signed_sqrt", (x, c))
    return mul(_absolute(c, q), root if q > 0 else power(root, -1))


def _absolute(c: Scalar, q: Fraction) -> Scalar:
    """|c|^q, with the exponents of c multiplied out."""
    out: list[Scalar] = []
    for f in factors(c):
        value = numeric(f)
        if value is not None:
            out.append(power(number(abs(value)), q))
        elif isinstance(f, Pow) and f.exponent.denominator == 1:
            out.append(Pow(Call("absolute", (f.base,)), f.exponent * q))
        else:
            out.append(Pow(Call("absolute", (f,)), q))
    return mul(*out)


def _divisor(base: Add, q: Fraction) -> Scalar:
    """(r x + e)^q where r and e have no axes and r cannot be 0."""
    running = [t for t in terms(base) if t.axes]
    numbers = [t for t in terms(base) if not t.axes]
    if len(running) != 1:
        return Pow(base, q)
    r = [f for f in factors(running[0]) if not f.axes]
    x = [f for f in factors(running[0]) if f.axes]
    if not r or not all(map(_not_zero, r)) or q.denominator != 1:
        return Pow(base, q)
    scaled = [mul(t, *(power(f, -1) for f in r)) for t in numbers]
    return mul(*(power(f, q) for f in r), Pow(add(mul(*x), *scaled), q))


def _not_zero(f: Scalar) -> bool:
    return (isinstance(f, Pow) and f.exponent < 0) or (isinstance(f, Num) and f.value > 0)
