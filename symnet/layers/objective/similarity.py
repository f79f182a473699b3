"""Cosines and distances of pairs of vectors, and losses on them.

    cosine                c[n] = sum_d x[n,d] y[n,d] / (|x[n]| |y[n]|)
    cosine embedding      L = mean(m (1 - c) + (1 - m) max(0, c - margin))
    margin contrastive    L = mean(m s + (1 - m) max(0, margin - sqrt s)^2) / 2,  s = |x - y|^2
    triplet               L = mean max(0, |a - p|^2 - |a - n|^2 + margin)

m = 1 for a pair that belongs together, 0 for one that does not. The cosine is undefined for a
vector 0, and the root has no derivative at x = y.
"""

from __future__ import annotations

import sympy

from symnet.layers.initial import Number
from symnet.layers.loss import check_fits
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    define,
    mean,
    relu,
    sqrt,
    total,
)
from symnet.notation.intake import intake


@titled("unit vectors")
def unit(x: Tensor, name: str = "", *, output: str = "x_hat") -> Graph:
    """r[n] = (sum_d x[n,d]^2)^(-1/2);  x_hat[n,d] = x[n,d] r[n]: vectors of length 1.

    x and x_hat (.., D), r (..). Undefined for a vector 0. Raises IndexMismatch if x has no axis.
    """
    *batch, d = _axes(x)
    r, x_hat = Tensor(f"r{name}", *batch), Tensor(f"{output}{name}", *x.indices)
    return Graph(
        define(r.at(), 1 / sqrt(total(x.at() ** 2, over=d))),
        define(x_hat.at(), x.at() * r.at()),
        inputs=[x],
        output=x_hat,
    )


@titled("cosine similarity")
def cosine_similarity(x: Tensor, y: Tensor, name: str = "", *, output: str = "c") -> Graph:
    """x_hat = x/|x|;  y_hat = y/|y|;  c[n] = sum_d x_hat[n,d] y_hat[n,d].

    x, y, x_hat and y_hat (.., D), r_x = 1/|x| and r_y (..), c (..), from -1 to 1.
    Raises IndexMismatch or ExtentMismatch if x has no axis or y another shape.
    """
    *batch, d = _axes(x)
    check_fits(y, x, x.shape)
    y = Tensor(y.name, *x.indices, assume=y.assume)
    made: list[Definition] = []
    hats: list[sympy.Expr] = []
    for t, letter in ((x, "x"), (y, "y")):
        r = Tensor(f"r_{letter}{name}", *batch)
        hat = Tensor(f"{letter}_hat{name}", *x.indices)
        made.append(define(r.at(), 1 / sqrt(total(t.at() ** 2, over=d))))
        made.append(define(hat.at(), t.at() * r.at()))
        hats.append(hat.at())
    c = Tensor(f"{output}{name}", *batch)
    value = total(hats[0] * hats[1], over=d)
    inputs = dict.fromkeys((x, y))
    return Graph(*made, define(c.at(), value), inputs=inputs, output=c)


@titled("cosine embedding loss")
def cosine_embedding(
    x: Tensor, y: Tensor, same: Tensor, margin: Number = 0, name: str = "", *, output: str = "L"
) -> Graph:
    """c = cosine_similarity(x, y);  L = mean(m (1 - c) + (1 - m) max(0, c - margin)).

    x and y (.., D), m = `same` (..), 0 or 1, L scalar: torch.nn.CosineEmbeddingLoss, there with
    labels 2 m - 1. Raises IndexMismatch or ExtentMismatch if y or m does not fit x.
    """
    cosine = cosine_similarity(x, y, name)
    c = cosine.output
    m = _matching(same, x)
    each = m * (1 - c.at()) + (1 - m) * relu(c.at() - intake(margin))
    return join(cosine, _mean(each, c, same, f"{output}{name}"))


@titled("contrastive loss")
def margin_contrastive(
    x: Tensor, y: Tensor, same: Tensor, margin: Number = 1, name: str = "", *, output: str = "L"
) -> Graph:
    """s = |x - y|^2;  L = 1/(2N) sum_n (m[n] s[n] + (1 - m[n]) max(0, margin - sqrt s[n])^2).

    x and y (.., D), m = `same` (..), 0 or 1, s (..), L scalar; margin > 0 has the unit of x.
    Source: Hadsell, Chopra & LeCun 2006, eq. (4), there with Y = 1 - m. Ours: the mean over N.
    Raises IndexMismatch or ExtentMismatch if y or m does not fit x.
    """
    first = _squared_distance(x, y, f"s{name}")
    s = first.output
    m = _matching(same, x)
    each = m * s.at() + (1 - m) * relu(intake(margin) - sqrt(s.at())) ** 2
    return join(first, _mean(each / 2, s, same, f"{output}{name}"))


@titled("triplet loss")
def triplet(
    anchor: Tensor,
    near: Tensor,
    far: Tensor,
    margin: Number = 1,
    name: str = "",
    *,
    squared: bool = True,
    output: str = "L",
) -> Graph:
    """s_p = |a - p|^2;  s_n = |a - n|^2;  L = mean max(0, s_p - s_n + margin).

    a = `anchor`, p = `near` and n = `far` (.., D), s_p and s_n (..), L scalar. Without `squared`
    the distances are taken in place of their squares, sqrt s_p - sqrt s_n.
    Source: Schroff, Kalenichenko & Philbin 2015, eq. (2). Ours: the mean in place of the sum.
    Raises IndexMismatch or ExtentMismatch if the shapes differ.
    """
    to_near = _squared_distance(anchor, near, f"s_p{name}")
    to_far = _squared_distance(anchor, far, f"s_n{name}")
    s, l = to_near.output, to_far.output
    gap = s.at() - l.at() if squared else sqrt(s.at()) - sqrt(l.at())
    return join(to_near, to_far, _mean(relu(gap + intake(margin)), s, l, f"{output}{name}"))


def _axes(x: Tensor) -> tuple[Index, ...]:
    if not x.order:
        raise IndexMismatch(f"{x.name} is a scalar; expected vectors (.., D)")
    return x.indices


def _matching(same: Tensor, x: Tensor) -> sympy.Expr:
    check_fits(same, x, x.shape[:-1])
    return Entry(same, *x.indices[:-1])


def _squared_distance(x: Tensor, y: Tensor, name: str) -> Graph:
    *batch, d = _axes(x)
    check_fits(y, x, x.shape)
    s = Tensor(name, *batch)
    value = total((x.at() - Entry(y, *x.indices)) ** 2, over=d)
    return Graph(define(s.at(), value), inputs=dict.fromkeys((x, y)), output=s)


def _mean(each: sympy.Expr, x: Tensor, other: Tensor, name: str) -> Graph:
    L = Tensor(name)
    value = mean(each, over=x.indices) if x.order else each
    return Graph(define(L[()], value), inputs=[x, other], output=L)
