"""Contrastive losses: a vector has to find its partner among the others of the batch.

    InfoNCE   S[n,m] = x[n] . y[m] / tau;            P = softmax_m S;   L = -1/N sum_n log P[n,n]
    NT-Xent   S[v,n,w,m] = z_hat[v,n] . z_hat[w,m] / tau, -inf for the vector itself;
              P = softmax_{w,m} S;   L = -1/(2N) sum_n sum_{v != w} log P[v,n,w,n]

Natural logarithms; tau has the unit of the products.
"""

from __future__ import annotations

import sympy

from symnet.layers.initial import Number
from symnet.layers.loss import check_fits
from symnet.layers.model import join
from symnet.layers.objective.similarity import unit
from symnet.layers.softmax import softmax
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    IndexMismatch,
    Tensor,
    compare,
    define,
    exp,
    log,
    total,
    where,
)
from symnet.notation.intake import intake


@titled("InfoNCE")
def info_nce(
    x: Tensor, y: Tensor, temperature: Number = 1, name: str = "", *, output: str = "L"
) -> Graph:
    """S[n,m] = sum_d x[n,d] y[m,d] / tau;  P = softmax_m S;  L = -1/N sum_n log P[n,n].

    x and y (N, D), row n of one belongs to row n of the other, S and P (N, N), L scalar, in nats.
    Source: van den Oord, Li & Vinyals 2018, eq. (4), with the product x . y / tau for the log of
    their score. Raises IndexMismatch or ExtentMismatch if x is no matrix or y has another shape.
    """
    if x.order != 2:
        raise IndexMismatch(f"info_nce: {x.name} has {x.order} axes, expected (N, D)")
    check_fits(y, x, x.shape)
    n, d = x.indices
    m = n.fresh()
    S, L = Tensor(f"S{name}", n, m), Tensor(f"{output}{name}")
    score = total(x[n, d] * Entry(y, m, d), over=d) / intake(temperature)
    scores = Graph(define(S[n, m], score), inputs=[x, y], output=S)
    P = softmax(S, name, output="P")
    value = -total(log(P.output[n, n]), over=n) / n.extent
    return join(scores, P, Graph(define(L[()], value), inputs=[P.output], output=L))


@titled("NT-Xent")
def nt_xent(z: Tensor, temperature: Number = 0.5, name: str = "", *, output: str = "L") -> Graph:
    """z_hat = z/|z|;  S[v,n,w,m] = sum_d z_hat[v,n,d] z_hat[w,m,d] / tau, -inf where v=w and n=m;
    P = softmax over w and m;  L = -1/(2N) sum_n sum_{v != w} log P[v,n,w,n].

    z (2, N, D), two views of each of N samples, r = 1/|z| (2, N), z_hat like z, S and P
    (2, N, 2, N), L scalar, in nats. Source: Chen et al. 2020, eq. (1) and algorithm 1.
    Raises IndexMismatch or ExtentMismatch if z is not of this shape.
    """
    if z.order != 3:
        raise IndexMismatch(f"nt_xent: {z.name} has {z.order} axes, expected (2, N, D)")
    if z.shape[0] != 2:
        raise ExtentMismatch(f"nt_xent: {z.name} has {z.shape[0]} views, expected 2")
    v, n, d = z.indices
    w, m = v.fresh(), n.fresh()
    first = unit(z, name, output="z_hat")
    z_hat = first.output
    axes = (v, n, w, m)
    S, P = Tensor(f"S{name}", *axes), Tensor(f"P{name}", *axes)
    L = Tensor(f"{output}{name}")
    score = total(z_hat[v, n, d] * z_hat[w, m, d], over=d) / intake(temperature)
    itself = compare("==", v, w) * compare("==", n, m)
    e = exp(S[axes])
    other = compare("!=", v, w) * log(P[v, n, w, n])
    rest = Graph(
        define(S[axes], where(itself, -sympy.oo, score)),
        define(P[axes], e / total(e, over=(w, m))),
        define(L[()], -total(other, over=(v, n, w)) / (2 * n.extent)),
        inputs=[z_hat],
        output=L,
    )
    return join(first, rest)
