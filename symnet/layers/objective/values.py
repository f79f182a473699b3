"""Losses on values that grow more slowly than a square.

    mean absolute error   L = mean |x - y|
    Huber                 L = mean h(x - y)
                          h(e) = e^2/2 where |e| <= delta, else delta (|e| - delta/2)
    smooth L1             the Huber loss divided by delta

The mean is one over all entries.
"""

from __future__ import annotations

import sympy

from symnet.layers.initial import Number
from symnet.layers.loss import check_fits, mean_of
from symnet.layers.titled import titled
from symnet.notation import Entry, Graph, Tensor, absolute, compare, where
from symnet.notation.intake import intake


@titled("mean absolute error")
def mean_absolute_error(x: Tensor, y: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """L = mean |x - y|; the derivative at x = y is 0.

    x and y of one shape, of any order; L scalar. Source: least absolute deviations, Boscovich 1757.
    Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    check_fits(y, x, x.shape)
    return mean_of(absolute(x.at() - Entry(y, *x.indices)), x, y, f"{output}{name}")


@titled("Huber loss")
def huber(x: Tensor, y: Tensor, delta: Number = 1, name: str = "", *, output: str = "L") -> Graph:
    """L = mean h(x - y);  h(e) = e^2/2 where |e| <= delta, else delta (|e| - delta/2).

    x and y of one shape, of any order; delta > 0 has their unit; L scalar.
    Source: Huber 1964. Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    check_fits(y, x, x.shape)
    return mean_of(_bowl(x, y, intake(delta)), x, y, f"{output}{name}")


@titled("smooth L1 loss")
def smooth_l1(
    x: Tensor, y: Tensor, beta: Number = 1, name: str = "", *, output: str = "L"
) -> Graph:
    """L = mean s(x - y);  s(e) = e^2/(2 beta) where |e| <= beta, else |e| - beta/2.

    x and y of one shape, of any order; beta > 0 has their unit; L scalar: huber / beta.
    Source: Girshick 2015, eq. (3), with beta = 1.
    Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    check_fits(y, x, x.shape)
    b = intake(beta)
    return mean_of(_bowl(x, y, b) / b, x, y, f"{output}{name}")


def _bowl(x: Tensor, y: Tensor, width: sympy.Expr) -> sympy.Expr:
    e = x.at() - Entry(y, *x.indices)
    size = absolute(e)
    return where(compare("<=", size, width), e**2 / 2, width * (size - width / 2))
