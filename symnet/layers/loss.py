"""Losses: one number that says how far an output is from its target.

    softmax cross-entropy    L = -1/N sum_n log p[n,t[n]]            labels t
                             L = -1/N sum_n sum_k y[n,k] log p[n,k]  targets y
    binary cross-entropy     L = 1/(NJ) sum_n sum_j (softplus(x[n,j]) - y[n,j] x[n,j])
    mean squared error       L = 1/(NJ) sum_n sum_j (x[n,j] - y[n,j])^2
    L2 penalty               R = strength sum_W sum_ij W[i,j]^2

Logarithms are natural (nats). N stands for all leading axes of x together.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from symnet.layers.model import join
from symnet.layers.softmax import softmax
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    GraphError,
    IndexMismatch,
    Tensor,
    define,
    log,
    mean,
    softplus,
    total,
)
from symnet.notation.intake import intake


def labels(x: Tensor, name: str = "t") -> Tensor:
    """The label tensor that fits logits x (.., K): shape (..), integers 0 .. K-1."""
    *batch, k = x.indices
    return Tensor(name, *batch, assume="integer", below=k.extent)


@titled("softmax cross-entropy")
def softmax_cross_entropy(x: Tensor, target: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """p = softmax(x);  L = -1/N sum_n log p[n,t[n]], or -1/N sum_n sum_k y[n,k] log p[n,k].

    x (.., K) logits; `target` is a label tensor t (..) of integers, or y (.., K) of real targets,
    whose rows need not sum to 1. p (.., K), L scalar, in nats, the mean over the leading axes.
    Source: Bishop 2006, eq. (4.108). Ours: the mean over N in place of the sum.
    Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    first = softmax(x, name)
    *batch, k = x.indices
    p, L = first.output, Tensor(f"{output}{name}")
    if target.is_integer_valued:
        check_fits(target, x, x.shape[:-1])
        each, over = log(Entry(p, *batch, Entry(target, *batch))), batch
    else:
        check_fits(target, x, x.shape)
        each, over = Entry(target, *batch, k) * log(Entry(p, *batch, k)), [*batch, k]
    value = -(total(each, over) if over else each) / sympy.Mul(*(i.extent for i in batch))
    return join(first, Graph(define(L[()], value), inputs=[p, target], output=L))


@titled("binary cross-entropy")
def binary_cross_entropy(x: Tensor, y: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """L = 1/(NJ) sum (softplus(x) - y x) = -1/(NJ) sum (y log s + (1-y) log(1-s)), s = sigmoid(x).

    x (any shape) logits, y (the same) targets in [0, 1], L scalar, in nats, the mean of all
    entries. The second form is the textbook's; the first never takes the logarithm of 0.
    Source: Bishop 2006, eq. (4.90). Ours: the mean in place of the sum.
    Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    check_fits(y, x, x.shape)
    X, Y = x.at(), Entry(y, *x.indices)
    return mean_of(softplus(X) - Y * X, x, y, f"{output}{name}")


@titled("mean squared error")
def mean_squared_error(x: Tensor, y: Tensor, name: str = "", *, output: str = "L") -> Graph:
    """L = 1/(NJ) sum_n sum_j (x[n,j] - y[n,j])^2.

    x and y of one shape, of any order; L scalar, the mean of all entries (not the sum over j).
    Source: least squares, Legendre 1805 and Gauss 1809. Ours: the mean in place of the sum.
    Raises IndexMismatch or ExtentMismatch if the target does not fit x.
    """
    check_fits(y, x, x.shape)
    return mean_of((x.at() - Entry(y, *x.indices)) ** 2, x, y, f"{output}{name}")


@titled("L2 penalty")
def l2_penalty(
    tensors: Iterable[Tensor], strength: float | sympy.Expr, name: str = "", *, output: str = "R"
) -> Graph:
    """R = strength sum_W sum W^2, over all entries of all given tensors.

    R scalar. Without the factor 1/2: the gradient is 2 strength W. The tensors are the graph's
    parameters. Source: weight decay, Krogh & Hertz 1992 (there strength/2).
    Raises GraphError if no tensor is given.
    """
    chosen = tuple(tensors)
    if not chosen:
        raise GraphError("l2_penalty: no tensor is given; expected at least one parameter")
    R = Tensor(f"{output}{name}")
    squares = (total(W.at() ** 2, over=W.indices) if W.order else W[()] ** 2 for W in chosen)
    return Graph(define(R[()], intake(strength) * sympy.Add(*squares)), parameters=chosen, output=R)


def add(*terms: Tensor, name: str = "", output: str = "J") -> Graph:
    """J = L + R + ...: the sum of several scalars, such as a loss and a penalty.

    Raises IndexMismatch if a term is not a scalar.
    """
    for term in terms:
        if term.order:
            raise IndexMismatch(f"{term.name} has {term.order} axes; only scalars are added up")
    J = Tensor(f"{output}{name}")
    return Graph(define(J[()], sympy.Add(*(t[()] for t in terms))), inputs=terms, output=J)


def mean_of(each: sympy.Expr, x: Tensor, y: Tensor, name: str) -> Graph:
    """The mean of a scalar expression over all axes of x, as a tensor of that name."""
    L = Tensor(name)
    value = mean(each, over=x.indices) if x.indices else each
    return Graph(define(L[()], value), inputs=[x, y], output=L)


def check_fits(target: Tensor, x: Tensor, shape: tuple[sympy.Expr, ...]) -> None:
    """Raises IndexMismatch or ExtentMismatch if the target has another shape."""
    if target.order != len(shape):
        raise IndexMismatch(
            f"target {target.name} has {target.order} axes, expected {len(shape)} "
            f"({', '.join(map(str, shape)) or 'none'}) to fit {x.name}"
        )
    if target.shape != shape:
        raise ExtentMismatch(
            f"target {target.name} has extents {target.shape}, expected {shape} to fit {x.name}"
        )
