"""Cross-entropies on classes: with smoothed labels, with weights, on some positions, focal.

    smoothed       L = -1/N sum_n sum_k y[n,k] log p[n,k],   y[n,k] = (1 - eps) [k = t[n]] + eps/K
    weighted       L = -sum_n w[t[n]] log p[n,t[n]] / sum_n w[t[n]]
    selected       L = -sum_n m[n] log p[n,t[n]] / sum_n m[n]
    focal          L = -1/N sum_n (1 - p[n,t[n]])^focus log p[n,t[n]]
    distillation   L = -T^2/N sum_n sum_k q[n,k] log p[n,k],   q = softmax(z/T),  p = softmax(x/T)

p = softmax(x) of logits x (.., K), t (..) integers. N stands for all leading axes together; natural
logarithms.
"""

from __future__ import annotations

import sympy

from symnet.layers.activation import entrywise
from symnet.layers.axes import Width, new_axis
from symnet.layers.initial import Number
from symnet.layers.loss import check_fits, softmax_cross_entropy
from symnet.layers.model import join
from symnet.layers.softmax import softmax
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    compare,
    define,
    delta,
    detach,
    log,
    mean,
    sigmoid,
    total,
)
from symnet.notation.intake import intake


def smoothed_targets(
    t: Tensor, classes: Width, smoothing: Number = 0.1, name: str = "", *, output: str = "y"
) -> Graph:
    """y[n,k] = (1 - eps) [k = t[n]] + eps/K, eps = `smoothing`.

    t (..) integers below K, y (.., K): rows sum to 1. `classes` is K or an Index over it.
    Raises UnsupportedExpression if eps is not from 0 to 1.
    Source: Szegedy et al. 2016, sec. 7; eps = 0.1 in Vaswani et al. 2017, sec. 5.4.
    """
    eps = intake(smoothing)
    if not (eps.is_number and 0 <= eps <= 1):
        raise UnsupportedExpression(f"smoothing={smoothing}: expected a number from 0 to 1")
    k = new_axis(classes, t.indices)
    y = Tensor(f"{output}{name}", *t.indices, k)
    value = (1 - eps) * delta(k, t.at()) + eps / k.extent
    return Graph(define(y.at(), value), inputs=[t], output=y)


@titled("smoothed cross-entropy")
def smoothed_cross_entropy(
    x: Tensor, t: Tensor, smoothing: Number = 0.1, name: str = "", *, output: str = "L"
) -> Graph:
    """y = smoothed_targets(t);  p = softmax(x);  L = -1/N sum_n sum_k y[n,k] log p[n,k].

    x (.., K), t (..), y and p (.., K), L scalar, in nats. Raises what its two parts raise.
    """
    first = smoothed_targets(t, x.indices[-1], smoothing, name)
    return join(first, softmax_cross_entropy(x, first.output, name, output=output))


@titled("weighted cross-entropy")
def weighted_cross_entropy(
    x: Tensor, t: Tensor, weight: Tensor, name: str = "", *, output: str = "L"
) -> Graph:
    """p = softmax(x);  M = sum_n w[t[n]];  L = -1/M sum_n w[t[n]] log p[n,t[n]].

    x (.., K), t (..), w = `weight` (K,), positive, L scalar, in nats: a weighted mean.
    Raises IndexMismatch or ExtentMismatch if t or w does not fit x.
    Source: the mean is that of torch.nn.CrossEntropyLoss with weight.
    """
    check_fits(weight, x, x.shape[-1:])
    first, batch, taken = _of_labels(x, t, name)
    w = weight[Entry(t, *batch)]
    return join(first, _mean_by(w, taken, batch, [first.output, t, weight], name, output))


@titled("selected cross-entropy")
def selected_cross_entropy(
    x: Tensor, t: Tensor, mask: Tensor, name: str = "", *, output: str = "L"
) -> Graph:
    """p = softmax(x);  M = sum_n m[n];  L = -1/M sum_n m[n] log p[n,t[n]], 0 where M = 0.

    x (.., K), t and m = `mask` (..), L scalar, in nats: the mean over the positions with m = 1, as
    a masked language model has it, or a batch of sequences that are filled up.
    Raises IndexMismatch or ExtentMismatch if t or m does not fit x.
    Source: Devlin et al. 2018, sec. 3.1 (loss on the masked positions only). Ours: 0 for M = 0.
    """
    check_fits(mask, x, x.shape[:-1])
    first, batch, taken = _of_labels(x, t, name)
    m = Entry(mask, *batch)
    return join(first, _mean_by(m, taken, batch, [first.output, t, mask], name, output))


@titled("focal loss")
def focal(x: Tensor, t: Tensor, focus: Number = 2, name: str = "", *, output: str = "L") -> Graph:
    """p = softmax(x);  L = -1/N sum_n (1 - p[n,t[n]])^focus log p[n,t[n]].

    x (.., K), t (..), L scalar, in nats; focus = 0 is the cross-entropy.
    Raises IndexMismatch or ExtentMismatch if t does not fit x.
    Source: Lin et al. 2017, eq. (4), with a softmax for their sigmoid.
    """
    first, batch, taken = _of_labels(x, t, name)
    L = Tensor(f"{output}{name}")
    each = (1 - taken) ** intake(focus) * log(taken)
    value = -_sum(each, batch) / sympy.Mul(*(i.extent for i in batch))
    return join(first, Graph(define(L[()], value), inputs=[first.output, t], output=L))


@titled("binary focal loss")
def binary_focal(
    x: Tensor,
    y: Tensor,
    focus: Number = 2,
    balance: Number = 0.25,
    name: str = "",
    *,
    output: str = "L",
) -> Graph:
    """p = sigmoid(x);  L = -mean(alpha y (1-p)^focus log p + (1-alpha) (1-y) p^focus log(1-p)).

    x (any shape) logits, y (the same) 0 or 1, p (the same), L scalar, in nats; alpha = `balance`.
    Raises IndexMismatch or ExtentMismatch if y does not fit x.
    Source: Lin et al. 2017, eq. (5). Ours: the mean over all entries (there, a sum over the number
    of anchors assigned to a box).
    """
    check_fits(y, x, x.shape)
    alpha, power = intake(balance), intake(focus)
    first = entrywise(sigmoid, x, name=name, output="p")
    p, Y = first.output.at(), Entry(y, *x.indices)
    L = Tensor(f"{output}{name}")
    yes = alpha * Y * (1 - p) ** power * log(p)
    no = (1 - alpha) * (1 - Y) * p**power * log(1 - p)
    value = -mean(yes + no, over=x.indices) if x.order else -yes - no
    return join(first, Graph(define(L[()], value), inputs=[first.output, y], output=L))


@titled("distillation")
def distillation(
    x: Tensor, teacher: Tensor, temperature: Number = 2, name: str = "", *, output: str = "L"
) -> Graph:
    """q = softmax(z/T);  p = softmax(x/T);  L = -T^2/N sum_n sum_k q[n,k] log p[n,k].

    x and z = `teacher` (.., K) logits, x_T = x/T, z_T = z/T, p and q (.., K), L scalar, in nats.
    The teacher is detached: no cotangent flows into z. The factor T^2 keeps the size of the
    gradient as T grows. Raises IndexMismatch or ExtentMismatch if z does not fit x.
    Source: Hinton, Vinyals & Dean 2015, sec. 2. Ours: the mean over N.
    """
    check_fits(teacher, x, x.shape)
    T = intake(temperature)
    z = Tensor(teacher.name, *x.indices, assume=teacher.assume)
    cold = entrywise(lambda e: detach(e) / T, z, name=name, output="z_T")
    taught = softmax(cold.output, name, output="q")
    own = entrywise(lambda e: e / T, x, name=name, output="x_T")
    p = softmax(own.output, name)
    *batch, k = x.indices
    L = Tensor(f"{output}{name}")
    each = Entry(taught.output, *batch, k) * log(Entry(p.output, *batch, k))
    value = -(T**2) * total(each, over=x.indices) / sympy.Mul(*(i.extent for i in batch))
    last = Graph(define(L[()], value), inputs=[taught.output, p.output], output=L)
    return join(cold, taught, own, p, last)


def _of_labels(x: Tensor, t: Tensor, name: str) -> tuple[Graph, tuple[Index, ...], sympy.Expr]:
    """p = softmax(x), the leading indices, and p[n,t[n]]."""
    if not x.order:
        raise IndexMismatch(f"{x.name} is a scalar; expected logits (.., K)")
    if not t.is_integer_valued:
        raise IndexMismatch(f"target {t.name} has real values; expected labels, integers below K")
    check_fits(t, x, x.shape[:-1])
    if t.below != x.shape[-1]:
        raise ExtentMismatch(f"labels {t.name} are below {t.below}, expected {x.shape[-1]}")
    first = softmax(x, name)
    batch = x.indices[:-1]
    return first, batch, Entry(first.output, *batch, Entry(t, *batch))


def _mean_by(
    weight: sympy.Expr,
    taken: sympy.Expr,
    batch: tuple[Index, ...],
    inputs: list[Tensor],
    name: str,
    output: str,
) -> Graph:
    """M = sum of weights;  L = -1/M sum weight log taken, 0 where M = 0."""
    M, L = Tensor(f"M{name}"), Tensor(f"{output}{name}")
    value = -_sum(weight * log(taken), batch) / M[()]
    if not inputs[-1].assume & {"positive"}:
        value *= compare("<", 0, M[()])
    return Graph(define(M[()], _sum(weight, batch)), define(L[()], value), inputs=inputs, output=L)


def _sum(each: sympy.Expr, over: tuple[Index, ...]) -> sympy.Expr:
    return total(each, over=over) if over else each
