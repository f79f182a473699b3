"""Divergences between rows of probabilities, in nats.

    Kullback-Leibler   L = 1/N sum_n sum_k p[n,k] log(p[n,k]/q[n,k])
    Jensen-Shannon     m = (p + q)/2;   L = 1/(2N) sum_n sum_k (p log(p/m) + q log(q/m))

All entries are positive. N stands for all leading axes together.
"""

from __future__ import annotations

import sympy

from symnet.layers.activation import entrywise
from symnet.layers.loss import check_fits
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import Entry, Graph, IndexMismatch, Tensor, define, log, total


@titled("Kullback-Leibler divergence")
def kl_divergence(p: Tensor, q: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """L = 1/N sum_n sum_k p[n,k] (log p[n,k] - log q[n,k]).

    p and q (.., K), positive, L scalar >= 0, in nats: 0 only if p = q.
    Source: Kullback & Leibler 1951. Ours: the mean over N.
    Raises IndexMismatch or ExtentMismatch if q does not fit p.
    """
    P, Q = _entries(p, q)
    L = Tensor(f"{output}{name}")
    value = total(P * (log(P) - log(Q)), over=p.indices) / _rows(p)
    return Graph(define(L[()], value), inputs=[p, q], output=L)


@titled("Jensen-Shannon divergence")
def jensen_shannon(p: Tensor, q: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """m = (p + q)/2;  L = 1/(2N) sum_n sum_k (p (log p - log m) + q (log q - log m)).

    p, q and m (.., K), positive, L scalar, from 0 to log 2, in nats. Source: Lin 1991. Ours: the
    mean over N. Raises IndexMismatch or ExtentMismatch if q does not fit p.
    """
    P, Q = _entries(p, q)
    middle = entrywise(lambda a, b: (a + b) / 2, p, q, name=name, output="m")
    M = middle.output.at()
    L = Tensor(f"{output}{name}")
    each = P * (log(P) - log(M)) + Q * (log(Q) - log(M))
    value = total(each, over=p.indices) / (2 * _rows(p))
    return join(middle, Graph(define(L[()], value), inputs=[p, q, middle.output], output=L))


def _entries(p: Tensor, q: Tensor) -> tuple[sympy.Expr, sympy.Expr]:
    if not p.order:
        raise IndexMismatch(f"{p.name} is a scalar; expected rows of probabilities (.., K)")
    check_fits(q, p, p.shape)
    return p.at(), Entry(q, *p.indices)


def _rows(p: Tensor) -> sympy.Expr:
    return sympy.Mul(*p.shape[:-1])
