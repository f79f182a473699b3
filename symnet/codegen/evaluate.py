"""Scalar expression -> operations: one rule for each kind of node.

`evaluate(b, e, guarded)` gives the Item that holds the values of `e` over its free axes. Where
`guarded`, the values count only at some positions (a bracket or a branch decides): reads may lie
outside of their range there, and anything may be computed, as long as nothing fails.
"""

from __future__ import annotations

import math
from fractions import Fraction

from symnet.codegen import cumulative, guards, onehot, reads, sums, whole
from symnet.codegen.algebra import factors, mul, number, power
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.constants import HALF, MINUS_ONE, ONE, ZERO, size_coefficient, static
from symnet.codegen.facts import always
from symnet.codegen.linear import add_items, multiply_items, scaled
from symnet.codegen.plan import Coefficient, Item, Operand
from symnet.codegen.reductions import reduce_axes
from symnet.codegen.scalar import (
    WHOLE,
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
    Scalar,
    Where,
)
from symnet.codegen.scalar import Reduce as Reduction
from symnet.notation.errors import UnsupportedExpression

RELATIONS = {
    "<": "less",
    "<=": "less_equal",
    "==": "equal",
    "!=": "not_equal",
    ">": "greater",
    ">=": "greater_equal",
}
DIRECT = {
    "exp",
    "log",
    "sin",
    "cos",
    "tanh",
    "erf",
    "arctan",
    "sinh",
    "cosh",
    "absolute",
    "sign",
} | {
    "maximum",
    "minimum",
    "signed_sqrt",
}


def evaluate(b: Arrangement, e: Scalar, guarded: bool = False) -> Item:
    """The values of an expression; raises UnsupportedExpression for an unknown node."""
    match e:
        case Num(value):
            return Coefficient(value)
        case Pi():
            return Coefficient(factor=math.pi)
        case Infinite(sign):
            return Coefficient(factor=sign * math.inf)
        case Affine():
            return _affine(b, e)
        case Read():
            return reads.read(b, e, guarded)
        case Add():
            return _add(b, e, guarded)
        case Mul():
            return guards.product(b, e, guarded)
        case Pow():
            return _power(b, e, guarded)
        case Compare():
            sparse = onehot.scattered(b, e)
            return (
                _compare(b, e, guarded)
                if sparse is None
                else onehot.place(b, sparse, None, guarded)
            )
        case Call(name, args):
            return _call(b, name, [evaluate(b, a, guarded) for a in args])
        case Where():
            return _where(b, e)
        case Reduction():
            return _reduction(b, e, guarded)
    raise UnsupportedExpression(f"{type(e).__name__} has no array operation")


def _affine(b: Arrangement, e: Affine) -> Item:
    if all(a in b.loops for a, _ in e.terms):
        return e if e.terms else size_coefficient(e.constant)
    return b.iota(e)


def _add(b: Arrangement, e: Add, guarded: bool) -> Item:
    """Dense terms first; then each one-hot term is added at its places."""
    found = [(t, onehot.scattered(b, t, e.axes)) for t in e.args]
    dense = [t for t, sparse in found if sparse is None]
    out: Item | None = None
    if dense:
        out = _dense(b, dense, guarded)
    for _, sparse in found:
        if sparse is not None:
            out = onehot.place(b, sparse, out, guarded)
    return ZERO if out is None else out


def _dense(b: Arrangement, addends: list[Scalar], guarded: bool) -> Item:
    """The sum of terms; a static coefficient that all of them share is multiplied in last."""
    parts = [_coefficient(t) for t in addends]
    sizes = {_absolute(c) for c, _ in parts}
    common = len(parts) > 1 and len(sizes) == 1 and not next(iter(sizes)).is_one
    items: list[tuple[Coefficient, Item]] = []
    for t, (c, rest) in zip(addends, parts, strict=True):
        if common or c in (ONE, MINUS_ONE):
            items.append((c, b.evaluate(rest, guarded)))
        elif c.ratio < 0:
            items.append((MINUS_ONE, b.evaluate(mul(number(-1), t), guarded)))
        else:
            items.append((ONE, b.evaluate(t, guarded)))
    return add_items(b, items)


def _coefficient(e: Scalar) -> tuple[Coefficient, Scalar]:
    """The static factors of a term, and the others."""
    c, rest = ONE, []
    for f in factors(e):
        known = static(f)
        if known is None:
            rest.append(f)
        else:
            c = c.times(known)
    return c, mul(*rest)


def _absolute(c: Coefficient) -> Coefficient:
    return Coefficient(abs(c.ratio), abs(c.factor), c.powers)


def _power(b: Arrangement, e: Pow, guarded: bool) -> Item:
    base, q = e.base, e.exponent
    c = static(e)
    if c is not None:
        return c
    if isinstance(base, Compare) and q > 0:
        return evaluate(b, base, guarded)
    if isinstance(base, Mul) and q.denominator == 1:
        return evaluate(b, mul(*(power(f, q) for f in base.args)), guarded)
    if q < 0:
        return multiply_items(b, ONE, [], [evaluate(b, power(base, -q), guarded)])
    item = evaluate(b, base, guarded)
    if q.denominator == 2:
        root = b.map("sqrt", item)
        whole = q.numerator // 2
        return b.map("multiply", root, whole_power(b, item, whole)) if whole else root
    if q.denominator != 1:
        return b.map("power", item, Coefficient(q))
    return whole_power(b, item, int(q))


def whole_power(b: Arrangement, item: Item, n: int) -> Item:
    """item^n for n >= 1 by multiplications."""
    out: Item | None = None
    square = item
    while n:
        if n & 1:
            out = square if out is None else b.map("multiply", out, square)
        n >>= 1
        if n:
            square = b.map("multiply", square, square)
    return item if out is None else out


def _compare(b: Arrangement, e: Compare, guarded: bool) -> Item:
    known = always(e)
    if known is not None:
        return Coefficient(Fraction(int(known)))
    left, right = evaluate(b, e.left, guarded), evaluate(b, e.right, guarded)
    return b.map(RELATIONS[e.relation], left, right)


def _call(b: Arrangement, name: str, args: list[Item]) -> Item:
    x = args[0]
    if name in DIRECT:
        return b.map(name, *args)
    if name == "exp_below":
        return b.map("exp", x)
    if name == "relu":
        return b.map("maximum", x, ZERO)
    if name == "sigmoid":  # (1 + tanh(x/2))/2: never overflows
        t = b.map("tanh", scaled(b, HALF, x))
        return b.map("add", b.map("multiply", t, HALF), HALF)
    if name == "softplus":  # max(x, 0) + log(1 + e^-|x|): never overflows
        small = b.map("exp", b.map("negative", b.map("absolute", x)))
        return b.map("add", b.map("log1p", small), b.map("maximum", x, ZERO))
    raise UnsupportedExpression(f"function {name} has no array operation")


def _where(b: Arrangement, e: Where) -> Item:
    mask = evaluate(b, e.condition, True)
    if isinstance(mask, Coefficient) and mask.literal is not None:
        return evaluate(b, e.then if mask.literal else e.other, True)
    then, other = evaluate(b, e.then, True), evaluate(b, e.other, True)
    for branch in (e.then, e.other):
        b.quiet = b.quiet or not (b.facts.finite(branch) or isinstance(branch, Infinite))
    return guards.choose(b, mask, then, other, b.facts.finite(e.then), b.facts.finite(e.other))


def _reduction(b: Arrangement, e: Reduction, guarded: bool) -> Item:
    b.order.extend(a for a in e.bound if a not in b.order)
    if e.kind in WHOLE:
        return whole.matrix(b, e)
    if e.kind == "sum":
        return sums.total(b, e.body, e.bound, guarded)
    left_out = cumulative.without_one(b, e) if e.kind == "product" else None
    if left_out is not None:
        return left_out
    body = evaluate(b, e.body, guarded)
    missing = tuple(a for a in e.bound if not (isinstance(body, Operand) and a in body.axes))
    if missing and e.kind == "max":
        bound = tuple(a for a in e.bound if a not in missing)
        return reduce_axes(b, "max", body, bound)
    if missing:
        body = b.map("multiply", body, b.fill(ONE, missing))
    return reduce_axes(b, e.kind, body, e.bound)
