"""Written sums and other reductions over indices.

    total(x[n,k], over=k)  is  sum_k x[n,k];   mean = total / extents;   logsumexp = log total exp

Each builder makes its bound indices fresh, so that no two reductions ever share one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from symnet.notation.errors import IndexMismatch, UnsupportedExpression
from symnet.notation.functions import exp, log
from symnet.notation.index import Binder, Index, free_indices, rename
from symnet.notation.opaque import as_number


class Total(Binder):
    """sum over the bound indices."""

    symbol = "sum"
    latex_symbol = r"\sum"


class Product(Binder):
    """Product over the bound indices."""

    symbol = "prod"
    latex_symbol = r"\prod"


class Largest(Binder):
    """The largest value over one bound index; the derivative flows to the first that attains it."""

    symbol = "max"
    latex_symbol = r"\max"


class ArgLargest(Binder):
    """The smallest value of the bound index at which the largest value is attained (an integer)."""

    is_integer = True
    symbol = "argmax"
    latex_symbol = r"\operatorname{argmax}"


Over = Index | Iterable[Index]


def _named(over: Over, symbol: str) -> tuple[Index, ...]:
    indices = (over,) if isinstance(over, Index) else tuple(over)
    if not indices or not all(isinstance(i, Index) for i in indices):
        raise UnsupportedExpression(f"{symbol}: expected an index, or several, to run over")
    if len(set(indices)) != len(indices):
        raise IndexMismatch(f"{symbol}: an index is named twice")
    return indices


def _bind(kind: type[Binder], body: Any, over: Over) -> sympy.Expr:
    new = {i: i.fresh() for i in _named(over, kind.symbol)}
    return kind(rename(as_number(body, kind.symbol), new), *new.values())


def total(body: Any, over: Over) -> sympy.Expr:
    """sum over one index or several."""
    return _bind(Total, body, over)


def product(body: Any, over: Over) -> sympy.Expr:
    """Product over one index or several."""
    return _bind(Product, body, over)


def mean(body: Any, over: Over) -> sympy.Expr:
    """total / number of terms."""
    indices = _named(over, "mean")
    return total(body, indices) / sympy.Mul(*(i.extent for i in indices))


def amax(body: Any, over: Over) -> sympy.Expr:
    """The largest value; over several indices, one after the other, the last one innermost."""
    for i in reversed(_named(over, Largest.symbol)):
        body = _bind(Largest, body, i)
    return body


def amin(body: Any, over: Over) -> sympy.Expr:
    """The smallest value: -amax(-body)."""
    return -amax(-as_number(body, "min"), over)


def argmax(body: Any, over: Index) -> sympy.Expr:
    """The first index value at which the largest value is attained; an integer, for slots."""
    if not isinstance(over, Index):
        raise UnsupportedExpression(f"argmax: expected an index to run over, found {over!r}")
    return _bind(ArgLargest, body, over)


def logsumexp(body: Any, over: Over) -> sympy.Expr:
    """log sum e^body."""
    return log(total(exp(body), over))


def depends_on(expression: sympy.Expr, index: Index) -> bool:
    """Whether the index is free in the expression."""
    return index in free_indices(expression)
