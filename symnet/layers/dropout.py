"""Noise that a model is trained with: dropout, stochastic depth, Gaussian noise.

    dropout             y[n,k] = x[n,k] m[n,k] / q       m drawn: 1 with probability q, else 0
    stochastic depth    y[n,k] = x[n,k] + m[n] F[n,k]    the same
    Gaussian noise      y[n,k] = x[n,k] + e[n,k]         e drawn from N(0, deviation^2)

Masks and noise are inputs that are drawn anew at each step, by the graph's rules. In
layers.evaluation their means stand for them: y = x,  y = x + q F,  y = x.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from symnet.layers.initial import Number, bernoulli, normal
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    define,
)
from symnet.notation.intake import intake


@titled("dropout")
def dropout(
    x: Tensor, keep: Number, name: str = "", *, shared: Iterable[int] = (), output: str = "y"
) -> Graph:
    """y[n,k] = x[n,k] m[n,k] / q;  m[n,k] = 1 with probability q = `keep`, else 0.

    x and y (any shape), m (the same, without the axes `shared`, along which one draw counts for
    all): x (N, C, A, B) with shared=(2, 3) loses whole channels, m (N, C). The division keeps the
    mean, so that y = x in evaluation. Raises IndexMismatch if x has no such axis,
    UnsupportedExpression if `keep` is not above 0 and at most 1.
    Source: Srivastava et al. 2014, sec. 10 (the division in training); whole channels: Tompson et
    al. 2015.
    """
    q = _probability(keep, "dropout")
    axes = list(shared)
    if wrong := [a for a in axes if not -x.order <= a < x.order]:
        raise IndexMismatch(f"dropout: {x.name} has {x.order} axes; axis {wrong[0]} is not one")
    without = {a % x.order for a in axes}
    kept = tuple(i for a, i in enumerate(x.indices) if a not in without)
    m = Tensor(f"m{name}", *kept, assume="mask")
    y = Tensor(f"{output}{name}", *x.indices)
    value = x.at() * m.at() / q
    return Graph(define(y.at(), value), inputs=[x, m], output=y, rules=[(m, bernoulli(q))])


@titled("stochastic depth")
def stochastic_depth(
    x: Tensor, branch: Tensor, keep: Number, name: str = "", *, output: str = "y"
) -> Graph:
    """y[n,k] = x[n,k] + m[n] F[n,k];  m[n] = 1 with probability q = `keep`, else 0.

    x, F = `branch` and y of one shape (N, ..), m (N,): a whole residual branch is left out for a
    sample. In evaluation y = x + q F.
    Raises IndexMismatch or ExtentMismatch if x and `branch` differ in shape,
    UnsupportedExpression if `keep` is not above 0 and at most 1.
    Source: Huang et al. 2016, eqs. (2) and (5). Ours: one draw for a sample, not for a batch.
    """
    q = _probability(keep, "stochastic_depth")
    if not x.order or branch.order != x.order:
        raise IndexMismatch(
            f"stochastic_depth: {x.name} has {x.order} axes and {branch.name} {branch.order}; "
            "expected one shape (N, ..)"
        )
    if branch.shape != x.shape:
        raise ExtentMismatch(
            f"stochastic_depth: {branch.name} has extents {branch.shape}, expected {x.shape}"
        )
    m = Tensor(f"m{name}", x.indices[0], assume="mask")
    y = Tensor(f"{output}{name}", *x.indices)
    value = x.at() + m.at() * Entry(branch, *x.indices)
    return Graph(define(y.at(), value), inputs=[x, branch, m], output=y, rules=[(m, bernoulli(q))])


@titled("Gaussian noise")
def gaussian_noise(x: Tensor, deviation: Number, name: str = "", *, output: str = "y") -> Graph:
    """y[n,k] = x[n,k] + e[n,k];  e[n,k] from N(0, deviation^2).

    x, e and y of one shape, of any order; `deviation` has the unit of x. In evaluation y = x.
    Source: training with noise, Bishop 1995.
    """
    e = Tensor(f"e{name}", *x.indices)
    y = Tensor(f"{output}{name}", *x.indices)
    noise = normal(intake(deviation))
    return Graph(define(y.at(), x.at() + e.at()), inputs=[x, e], output=y, rules=[(e, noise)])


def _probability(keep: Number, who: str) -> sympy.Expr:
    q = intake(keep)
    if not (q.is_number and 0 < q <= 1):
        raise UnsupportedExpression(f"{who}: keep={keep}: expected a number above 0, at most 1")
    return q
