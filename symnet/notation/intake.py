"""SymPy's own heads -> ours, before a definition is accepted.

    sympy.exp(x) => exp(x);  Float(1e-6) => 1/1000000;  x**y => exp(y log x);  Piecewise => where

A head without a meaning here is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.core.relational import Relational

from symnet.notation import functions as f
from symnet.notation.errors import UnsupportedExpression
from symnet.notation.index import Binder, Index, extent
from symnet.notation.matrix import Cell
from symnet.notation.opaque import rational
from symnet.notation.tensor import Entry, Tensor

Rule = Callable[..., sympy.Expr]


def _fold(two: Callable[[sympy.Expr, sympy.Expr], sympy.Expr]) -> Rule:
    def rule(*args: sympy.Expr) -> sympy.Expr:
        out = args[0]
        for a in args[1:]:
            out = two(out, a)
        return out

    return rule


def _sympy_delta(i: sympy.Expr, j: sympy.Expr, *_: Any) -> sympy.Expr:
    return f.delta(i, j)


TRANSLATION: dict[Any, Rule] = {
    sympy.exp: f.exp,
    sympy.log: f.log,
    sympy.sin: f.sin,
    sympy.cos: f.cos,
    sympy.tan: lambda x: f.sin(x) / f.cos(x),
    sympy.tanh: f.tanh,
    sympy.sinh: f.sinh,
    sympy.cosh: f.cosh,
    sympy.erf: f.erf,
    sympy.atan: f.arctan,
    sympy.Abs: f.absolute,
    sympy.sign: f.sign,
    sympy.Max: _fold(f.maximum),
    sympy.Min: _fold(f.minimum),
    sympy.KroneckerDelta: _sympy_delta,
}

INFINITE = frozenset({sympy.S.Infinity, sympy.S.NegativeInfinity})
LONGEST = 4096  # bits of a number; Python prints about three times as many


def intake(expression: Any) -> sympy.Expr:
    """The same mathematics in symnet's heads; raises UnsupportedExpression for any other head."""
    if isinstance(expression, bool):
        raise UnsupportedExpression(f"{expression!r}: expected a number or a SymPy expression")
    if isinstance(expression, int):
        return sympy.Integer(expression)
    if isinstance(expression, float):
        return rational(expression, "a number")
    if isinstance(expression, Tensor) and not expression.indices:
        return expression[()]
    if not isinstance(expression, sympy.Basic):
        raise UnsupportedExpression(
            f"{expression!r}: expected a number or a SymPy expression in index notation"
        )
    if isinstance(expression, Tensor):
        raise UnsupportedExpression(
            f"{expression.name} has {expression.order} axes: write its entry, "
            f"{expression.name}[{', '.join(i.letter for i in expression.indices)}]"
        )
    return _take(expression)


def _take(e: sympy.Basic) -> sympy.Expr:
    if isinstance(e, sympy.Float):
        return rational(e, "a number")
    if isinstance(e, sympy.Rational):
        return _short(e)
    if isinstance(e, sympy.Symbol):
        return _index_or_extent(e)
    if isinstance(e, sympy.NumberSymbol):
        return e
    if isinstance(e, sympy.floor | sympy.ceiling) and not e.has(Index, Tensor):
        return extent(e)
    if isinstance(e, Tensor):
        return intake(e)
    if e in INFINITE:
        return e
    if isinstance(e, Relational):
        return f.compare(e.rel_op, _take(e.lhs), _take(e.rhs))
    if isinstance(e, sympy.Piecewise):
        return _piecewise(e)
    if isinstance(e, sympy.Pow):
        return _power(_take(e.base), _take(e.exp))
    if isinstance(e, Entry):
        return _rebuilt(e, (e.args[0], *(_slot(e, s) for s in e.slots)))
    if isinstance(e, f.Compare):
        return _rebuilt(e, (e.args[0], *map(_take, e.sides)))
    if isinstance(e, Cell):
        return _rebuilt(e, (_take(e.args[0]), *(_slot(e.args[0], s) for s in e.args[1:])))
    if isinstance(e, Binder):
        return _rebuilt(e, (_take(e.body), *e.bound))
    if isinstance(e, sympy.Add | sympy.Mul) and not INFINITE.isdisjoint(e.args):
        raise UnsupportedExpression(
            f"{e}: a number cannot be added to or multiplied by infinity; oo and -oo stand alone, "
            "as a branch of where or an argument of maximum and minimum"
        )
    if isinstance(e, sympy.Add | sympy.Mul | f.ScalarFunction):
        return _rebuilt(e, tuple(map(_take, e.args)))
    for kind, rule in TRANSLATION.items():
        if isinstance(e, kind):
            return rule(*map(_take, e.args))
    name = type(e).__name__
    raise UnsupportedExpression(
        f"{name} has no meaning in a definition; known functions are "
        + ", ".join(sorted(f.FUNCTIONS))
    )


def _short(e: sympy.Rational) -> sympy.Expr:
    bits = max(int(e.p).bit_length(), int(e.q).bit_length())
    if bits > LONGEST:
        raise UnsupportedExpression(f"a number of {bits} bits; expected at most {LONGEST}")
    return e


def _index_or_extent(e: sympy.Symbol) -> sympy.Expr:
    """A plain symbol would be taken for an extent: a whole number, and positive."""
    if isinstance(e, Index) or (e.is_integer and e.is_positive):
        return e
    raise UnsupportedExpression(
        f"symbol {e}: expected an index, or an extent such as extent('N'); "
        f"a scalar is a tensor without axes, Tensor({str(e)!r})"
    )


def _slot(entry: Entry, slot: sympy.Expr) -> sympy.Expr:
    """A whole number made of indices, extents and entries of integer tensors."""
    if isinstance(slot, Entry | Binder):
        return _take(slot)
    factors = [a for a in slot.args if a.has(Index, Entry)] if isinstance(slot, sympy.Mul) else []
    if isinstance(slot, sympy.Add | sympy.Mul) and len(factors) < 2:
        return _rebuilt(slot, tuple(_slot(entry, a) for a in slot.args))
    if isinstance(slot, sympy.Integer | sympy.Symbol):
        return _take(slot)
    if not slot.has(Index, Entry) and slot.is_integer:
        return slot
    raise UnsupportedExpression(
        f"{entry}: {slot} is no index expression; expected a sum of indices, extents and integers "
        "with integer factors, or an entry of an integer tensor"
    )


def _rebuilt(e: sympy.Basic, args: tuple[sympy.Basic, ...]) -> sympy.Expr:
    same = len(args) == len(e.args) and all(a is b for a, b in zip(args, e.args, strict=True))
    return e if same else e.func(*args)


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    if base is sympy.S.Exp1:
        return f.exp(exponent)
    if isinstance(base, f.Compare) and exponent.is_negative:
        raise UnsupportedExpression(f"division by {base}, which is 0 where it does not hold")
    if isinstance(exponent, sympy.Rational):
        return sympy.Pow(base, exponent)
    if base.is_number and not base.is_positive:
        raise UnsupportedExpression(
            f"{base}^{exponent}: a power with a variable exponent is exp({exponent} log {base}), "
            "so its base must be positive; tell the cases apart by where"
        )
    return f.exp(exponent * f.log(base))


def _piecewise(e: sympy.Piecewise) -> sympy.Expr:
    *cases, (last, always) = e.args
    if always != sympy.true:
        raise UnsupportedExpression(
            "Piecewise: the last case must be (value, True), so that every point has a value"
        )
    out = _take(last)
    for value, condition in reversed(cases):
        out = f.where(_condition(condition), _take(value), out)
    return out


def _condition(c: sympy.Basic) -> sympy.Expr:
    if isinstance(c, Relational):
        return f.compare(c.rel_op, _take(c.lhs), _take(c.rhs))
    if isinstance(c, sympy.And):
        return sympy.Mul(*map(_condition, c.args))
    if isinstance(c, sympy.Or):
        return 1 - sympy.Mul(*(1 - _condition(a) for a in c.args))
    if isinstance(c, sympy.Not):
        return 1 - _condition(c.args[0])
    if c in (sympy.true, sympy.false):
        return sympy.Integer(int(bool(c)))
    raise UnsupportedExpression(f"condition {c}: expected comparisons joined by And, Or, Not")
