"""Softmax along the last axis, and its logarithm.

    p[n,k] = exp(x[n,k]) / sum_j exp(x[n,j])
    l[n,k] = x[n,k] - log sum_j exp(x[n,j])

x, p, l (.., K). Written as mathematics; the shift by the largest entry is chosen when code is
made. Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network
outputs".
"""

from __future__ import annotations

from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    define,
    exp,
    logsumexp,
    total,
)


@titled("softmax")
def softmax(x: Tensor, name: str = "", *, output: str = "p") -> Graph:
    """p[n,k] = exp(x[n,k]) / sum_j exp(x[n,j]).

    x (.., K), p (.., K): p > 0 and sum_k p[n,k] = 1. Raises IndexMismatch if x has no axis.
    """
    *batch, k = _axes(x)
    e = exp(Entry(x, *batch, k))
    p = Tensor(f"{output}{name}", *batch, k)
    return Graph(define(p.at(), e / total(e, over=k)), inputs=[x], output=p)


@titled("log softmax")
def log_softmax(x: Tensor, name: str = "", *, output: str = "l") -> Graph:
    """l[n,k] = x[n,k] - log sum_j exp(x[n,j]).

    x (.., K), l (.., K): natural logarithm. Raises IndexMismatch if x has no axis.
    """
    *batch, k = _axes(x)
    l = Tensor(f"{output}{name}", *batch, k)
    value = Entry(x, *batch, k) - logsumexp(Entry(x, *batch, k), over=k)
    return Graph(define(l.at(), value), inputs=[x], output=l)


def _axes(x: Tensor) -> tuple[Index, ...]:
    if not x.indices:
        raise IndexMismatch(f"{x.name} is a scalar; softmax needs an axis to normalise along")
    return x.indices
