"""Scalar expressions in index notation, for comments: b[k] + sum[i](W[i,k]*x[n,t,i])."""

from __future__ import annotations

from symnet.codegen.scalar import (
    Add,
    Affine,
    Call,
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
            return f"({value})" if tight and (value < 0 or value.denominator != 1) else str(value)
        case Pi():
            return "pi"
        case Infinite(sign):
            return "oo" if sign > 0 else "-oo"
        case Affine():
            return _bracketed(_affine(e), tight and (len(e.terms) + bool(e.constant.terms)) > 1)
        case Read(name, slots):
            return f"{name}[{','.join(text(s) for s in slots)}]" if slots else name
        case Add(args):
            parts = " + ".join(text(a) for a in args).replace("+ -", "- ")
            return _bracketed(parts, tight)
        case Mul(args):
            return _product(args)
        case Pow(base, q):
            return f"{text(base, True)}**{q if q.denominator == 1 and q > 0 else f'({q})'}"
        case Call(name, args):
            return f"{NAMES.get(name, name)}({', '.join(text(a) for a in args)})"
        case Compare(relation, left, right):
            return f"[{text(left)} {relation} {text(right)}]"
        case Where(condition, then, other):
            return f"where({text(condition)}, {text(then)}, {text(other)})"
        case Reduce(kind, body, bound):
            name = {"product": "prod"}.get(kind, kind)
            return f"{name}[{','.join(a.letter for a in bound)}]({text(body)})"
    return repr(e)


def _bracketed(inner: str, needed: bool) -> str:
    return f"({inner})" if needed else inner


def _product(args: tuple[Scalar, ...]) -> str:
    first = args[0]
    if isinstance(first, Num) and first.value == -1 and len(args) > 1:
        return "-" + _product(args[1:])
    return "*".join(text(a, True) for a in args)


def _affine(e: Affine) -> str:
    parts = [a.letter if c == ONE else f"{c}*{a.letter}" for a, c in e.terms]
    if e.constant.terms or not parts:
        parts.append(str(e.constant))
    return " + ".join(parts).replace("+ -", "- ").replace("-1*", "-")
