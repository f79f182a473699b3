"""Scalar expressions put together: flattened, with rational constants folded.

add(x, add(y, 1), -1) => x + y      mul(2, mul(x, 1/2)) => x      power(x^2, 3) => x^6
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symnet.codegen.scalar import (
    Add,
    Affine,
    Axis,
    Call,
    Cell,
    Compare,
    Mul,
    Num,
    Pow,
    Read,
    Reduce,
    Scalar,
    Where,
    children,
)
from symnet.codegen.size import ONE, ZERO, Size, size


def number(value: int | Fraction) -> Num:
    return Num(Fraction(value))


def of_axis(axis: Axis) -> Affine:
    """The value of an index."""
    return Affine(((axis, ONE),), ZERO)


def of_size(s: Size | int) -> Affine:
    """An extent, or an integer, as a number."""
    return Affine((), size(s))


def numeric(e: Scalar) -> Fraction | None:
    """The value of a rational constant."""
    if isinstance(e, Num):
        return e.value
    if isinstance(e, Affine) and not e.terms:
        return e.constant.number
    return None


def add(*args: Scalar) -> Scalar:
    """The sum: nested sums merged, rational constants added."""
    constant, kept = Fraction(0), []
    stack = list(reversed(args))
    while stack:
        a = stack.pop()
        if isinstance(a, Add):
            stack.extend(reversed(a.args))
        elif (value := numeric(a)) is not None:
            constant += value
        else:
            kept.append(a)
    if constant or not kept:
        kept.append(Num(constant))
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def mul(*args: Scalar) -> Scalar:
    """The product: nested products merged, rational constants multiplied; 0 * anything = 0."""
    constant, kept = Fraction(1), []
    stack = list(reversed(args))
    while stack:
        a = stack.pop()
        if isinstance(a, Mul):
            stack.extend(reversed(a.args))
        elif (value := numeric(a)) is not None:
            constant *= value
        else:
            kept.append(a)
    if not constant:
        return Num(Fraction(0))
    if constant != 1 or not kept:
        kept.insert(0, Num(constant))
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def power(base: Scalar, exponent: Fraction | int) -> Scalar:
    """base^exponent; powers of powers are merged where the inner exponent is an integer."""
    q = Fraction(exponent)
    if q == 1 or (isinstance(base, Compare) and q > 0):  # a bracket is 0 or 1
        return base
    if q == 0:
        return Num(Fraction(1))
    value = numeric(base)
    if value is not None and q.denominator == 1 and (value or q > 0):
        return Num(value ** int(q))
    if isinstance(base, Pow) and base.exponent.denominator == q.denominator == 1:
        return power(base.base, base.exponent * q)
    return Pow(base, q)


def negated(e: Scalar) -> Scalar:
    return mul(number(-1), e)


def terms(e: Scalar) -> tuple[Scalar, ...]:
    """The addends; the expression itself if it is no sum."""
    return e.args if isinstance(e, Add) else (e,)


def factors(e: Scalar) -> tuple[Scalar, ...]:
    """The factors; the expression itself if it is no product."""
    return e.args if isinstance(e, Mul) else (e,)


def rebuild(e: Scalar, below: Iterable[Scalar]) -> Scalar:
    """The node with other nodes below it, simplified on the way."""
    new = tuple(below)
    if all(a is b for a, b in zip(children(e), new, strict=True)):
        return e
    match e:
        case Add():
            return add(*new)
        case Mul():
            return mul(*new)
        case Call(function, _):
            return Call(function, new)
        case Read(name, _):
            return Read(name, new)
        case Pow(_, exponent):
            return power(new[0], exponent)
        case Compare(relation, _, _):
            return Compare(relation, *new)
        case Where():
            return Where(*new)
        case Reduce(kind, _, bound):
            return Reduce(kind, new[0], bound)
        case Cell():
            return Cell(*new)
    return e
