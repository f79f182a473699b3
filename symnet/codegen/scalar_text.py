"""Scalar expressions in index notation, for comments: b[k] + sum[i](W[i,k]*x[n,t,i])."""

from __future__ import annotations

from fractions import Fraction

from symnet.codegen.scalar import (
    Add,
    Affine,
    Call,
    Cell,
    Compare,
    Infinite,
    Mul,
    Num,
    Pi,
    Pow,
    Read,
    Reduce,
    Scalar,
    Where,
)
from symnet.codegen.size import ONE

NAMES = {"exp_below": "exp"}


def text(e: Scalar, tight: bool = False) -> str:
    """The expression; with `tight`, in brackets if it is a sum or a negative number."""
    match e:
        case Num(value):
            return _bracketed(str(value), tight and (value < 0 or value.denominator != 1))
        case Pi():
            return "pi"
        case Infinite(sign):
            return "oo" if sign > 0 else "-oo"
        case Affine():
            return _bracketed(_affine(e), tight and (len(e.terms) + bool(e.constant.terms)) > 1)
        case Read(name, slots):
            return f"{name}[{','.join(text(s) for s in slots)}]" if slots else name
        case Add(args):
            parts = sorted(map(text, args), key=lambda p: p.startswith("-"))
            return _bracketed(" + ".join(parts).replace("+ -", "- "), tight)
        case Mul(args):
            return _product(args)
        case Pow(base, q):
            if q < 0:
                return _product((e,))
            root = q == Fraction(1, 2)
            return f"sqrt({text(base)})" if root else f"{text(base, True)}**{_exponent(q)}"
        case Call(name, args):
            return f"{NAMES.get(name, name)}({', '.join(text(a) for a in args)})"
        case Compare(relation, left, right):
            return f"[{text(left)} {relation} {text(right)}]"
        case Where(condition, then, other):
            return f"where({text(condition)}, {text(then)}, {text(other)})"
        case Reduce(kind, Cell(matrix, row, column), bound):
            over = ",".join(a.letter for a in bound)
            return f"{kind}[{over}]({text(matrix)})[{text(row)},{text(column)}]"
        case Reduce(kind, body, bound):
            name = {"product": "prod"}.get(kind, kind)
            return f"{name}[{','.join(a.letter for a in bound)}]({text(body)})"
    return repr(e)


def _bracketed(inner: str, needed: bool) -> str:
    return f"({inner})" if needed else inner


def _product(args: tuple[Scalar, ...]) -> str:
    """Factors, then a divisor with those that have negative exponents."""
    above, below, sign = [], [], ""
    for a in args:
        if isinstance(a, Num) and (a.value < 0 or a.value.denominator != 1 or len(args) > 1):
            sign = "-" if a.value < 0 else sign
            above.extend([str(abs(a.value.numerator))] if abs(a.value.numerator) != 1 else [])
            below.extend([str(a.value.denominator)] if a.value.denominator != 1 else [])
        elif isinstance(a, Pow) and a.exponent < 0:
            below.append(text(Pow(a.base, -a.exponent) if a.exponent != -1 else a.base, True))
        else:
            above.append(text(a, True))
    top = "*".join(above) or "1"
    if not below:
        return sign + top
    divisor = below[0] if len(below) == 1 and "*" not in below[0] else f"({'*'.join(below)})"
    return f"{sign}{top}/{divisor}"


def _exponent(q: Fraction) -> str:
    return str(q) if q.denominator == 1 else f"({q})"


def _affine(e: Affine) -> str:
    parts = [a.letter if c == ONE else f"{c}*{a.letter}" for a, c in e.terms]
    if e.constant.terms or not parts:
        parts.append(str(e.constant))
    return " + ".join(parts).replace("+ -", "- ").replace("-1*", "-")
