"""Losses that are 0 beyond a margin.

hinge          L = mean max(0, 1 - y x)                                         y = -1 or 1
multi margin   L = 1/N sum_n 1/K sum_{k != t[n]} max(0, margin - x[n,t[n]] + x[n,k])
"""

from __future__ import annotations

from symnet.layers.initial import Number
from symnet.layers.loss import check_fits, mean_of
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    Graph,
    IndexMismatch,
    Tensor,
    compare,
    define,
    mean,
    relu,
)
from symnet.notation.intake import intake


@titled("hinge loss")
def hinge(x: Tensor, y: Tensor, margin: Number = 1, name: str = "", *, output: str = "L") -> Graph:
    """L = mean max(0, margin - y x).

    x and y of one shape, of any order, y = -1 or 1; L scalar. Source: Cortes & Vapnik 1995.
    Raises IndexMismatch or ExtentMismatch if y does not fit x.
    """
    check_fits(y, x, x.shape)
    each = relu(intake(margin) - Entry(y, *x.indices) * x.at())
    return mean_of(each, x, y, f"{output}{name}")


@titled("multi-margin loss")
def multi_margin(
    x: Tensor, t: Tensor, margin: Number = 1, name: str = "", *, output: str = "L"
) -> Graph:
    """L = 1/(NK) sum_n sum_{k != t[n]} max(0, margin - x[n,t[n]] + x[n,k]).

    x (.., K) scores, t (..) integers below K, L scalar. Source: Crammer & Singer 2001 take the
    largest term; the sum is Weston & Watkins 1999, the mean over K as torch.nn.MultiMarginLoss.
    Raises IndexMismatch or ExtentMismatch if t does not fit x.
    """
    if not x.order:
        raise IndexMismatch(f"{x.name} is a scalar; expected scores (.., K)")
    check_fits(t, x, x.shape[:-1])
    *batch, k = x.indices
    label = Entry(t, *batch)
    each = compare("!=", k, label) * relu(intake(margin) - Entry(x, *batch, label) + x.at())
    L = Tensor(f"{output}{name}")
    return Graph(define(L[()], mean(each, over=x.indices)), inputs=[x, t], output=L)
