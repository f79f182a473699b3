"""Polynomials under a function in one form: what stands there in two ways is computed once.

    tanh(c*(u + k*u^3)), tanh(c*u*(1 + k*u^2))   =>   tanh(u*(c + c*k*u^2))

A polynomial in one entry, its coefficients numbers and sizes, is expanded, then written from the
inside out (Horner 1819): as few passes over memory as it has terms. A function costs more than all
of them; its derivative holds it again, with an argument that was factored on the way.

Only where nothing cancels: all coefficients have one sign, and the powers differ by even numbers.
(u - 1000)^2 stays, for u^2 - 2000*u + 1000000 loses all digits near its zero.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce
from math import gcd

from symnet.codegen.algebra import add, mul, number, power, rebuild
from symnet.codegen.constants import static
from symnet.codegen.program import Program
from symnet.codegen.scalar import Add, Call, Mul, Num, Pow, Read, Scalar, children

MOST = 12  # the highest power that is expanded

Roots = tuple[tuple[Scalar, Fraction], ...]  # prod base^exponent, sorted
Number = dict[Roots, Fraction]  # a sum of such products with rational coefficients
Polynomial = dict[int, Number]


def with_polynomials_in_one_form(program: Program) -> Program:
    """The program with every polynomial argument of a function in Horner's form."""
    return program.with_defs(tuple(replace(d, body=_rewritten(d.body)) for d in program.defs))


def _rewritten(e: Scalar) -> Scalar:
    e = rebuild(e, map(_rewritten, children(e)))
    if isinstance(e, Call) and len(e.args) == 1:
        return Call(e.function, (_horner(e.args[0]),))
    return e


def _horner(e: Scalar) -> Scalar:
    """c + u*(..): the expression itself if it is no polynomial of two terms or more."""
    atoms = set(_atoms(e))
    if len(atoms) != 1 or not isinstance(e, Add | Mul):
        return e
    found = _expanded(e)
    if found is None or len(found) < 2:
        return e
    (u,) = atoms
    exponents = sorted(found)
    step = reduce(gcd, (k - exponents[0] for k in exponents[1:]))
    if step % 2 or len({v > 0 for c in found.values() for v in c.values()}) > 1:
        return e
    out, last = _number(found[exponents[-1]]), exponents[-1]
    for k in reversed(exponents[:-1]):
        for _ in range((last - k) // step):
            out = mul(out, power(u, step))
        out, last = add(out, _number(found[k])), k
    return mul(power(u, last), out) if last else out


def _atoms(e: Scalar) -> list[Read]:
    """The entries in sums, products and powers."""
    if isinstance(e, Read):
        return [e]
    if isinstance(e, Add | Mul):
        return [a for c in e.args for a in _atoms(c)]
    return _atoms(e.base) if isinstance(e, Pow) else []


def _expanded(e: Scalar) -> Polynomial | None:
    """Powers with their coefficients; None if the expression is no polynomial."""
    if static(e) is not None:
        roots = _as_number(e)
        return None if roots is None else {0: roots}
    match e:
        case Read():
            return {1: {(): Fraction(1)}}
        case Add(args) | Mul(args):
            parts = [_expanded(a) for a in args]
            known = [p for p in parts if p is not None]
            if len(known) < len(parts):
                return None
            return reduce(_sum if isinstance(e, Add) else _product, known)
        case Pow(base, q) if q.denominator == 1 and 0 < q <= MOST:
            below = _expanded(base)
            return None if below is None else reduce(_product, [below] * int(q))
    return None


def _sum(p: Polynomial, q: Polynomial) -> Polynomial:
    out = {k: dict(c) for k, c in p.items()}
    for k, c in q.items():
        own = out.setdefault(k, {})
        for roots, value in c.items():
            own[roots] = own.get(roots, Fraction(0)) + value
    return _without_zeros(out)


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    out: Polynomial = {}
    for i, a in p.items():
        for j, c in q.items():
            own = out.setdefault(i + j, {})
            for r, x in a.items():
                for s, y in c.items():
                    value, roots = _merged(r, s)
                    own[roots] = own.get(roots, Fraction(0)) + value * x * y
    return _without_zeros(out)


def _without_zeros(p: Polynomial) -> Polynomial:
    kept = {k: {r: v for r, v in c.items() if v} for k, c in p.items()}
    return {k: c for k, c in kept.items() if c}


# -- numbers ----------------------------------------------------------------------------------


def _as_number(e: Scalar) -> Number | None:
    """A product of powers as a Number; None for a sum, or a power of one."""
    match e:
        case Num(value):
            return {(): value}
        case Mul(args):
            out: Number = {(): Fraction(1)}
            for a in args:
                n = _as_number(a)
                if n is None:
                    return None
                out = _product({0: out}, {0: n}).get(0, {})
            return out
        case Pow(base, q) if not isinstance(base, Add | Mul | Pow):
            return {((base, q),): Fraction(1)}
        case Add() | Pow():
            return None
    return {((e, Fraction(1)),): Fraction(1)}


def _merged(r: Roots, s: Roots) -> tuple[Fraction, Roots]:
    """The product of two products of powers: a rational factor, and the rest."""
    found: dict[Scalar, Fraction] = {}
    for base, q in (*r, *s):
        found[base] = found.get(base, Fraction(0)) + q
    value = Fraction(1)
    for base, q in list(found.items()):
        if isinstance(base, Num) and q.denominator == 1 and base.value:
            value *= base.value ** int(q)
            del found[base]
    kept = sorted(((base, q) for base, q in found.items() if q), key=repr)
    return value, tuple(kept)


def _number(c: Number) -> Scalar:
    ordered = sorted(c.items(), key=repr)
    return add(*(mul(number(v), *(power(base, q) for base, q in roots)) for roots, v in ordered))
