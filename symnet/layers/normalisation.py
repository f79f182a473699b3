"""Normalisation: mean 0 and variance 1 over some axes, then a gain and a bias.

    mu = mean x,   v = mean (x - mu)^2,   r = (v + eps)^(-1/2),   x_hat = (x - mu) r
    y  = gamma x_hat + beta

    layer norm       over the last axes of each sample
    RMS norm         the same without mu:  r = (mean x^2 + eps)^(-1/2),  x_hat = x r
    batch norm       over all axes but that of the channels; running mean and variance
    group norm       over the channels of a group, and all places
    instance norm    over all places of each channel

They differ only in the axes of the mean. The variance is the biased one (mean over all terms); eps
has the unit of x^2. Gains start at 1, biases at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy

from symnet.layers.axes import Width
from symnet.layers.initial import Number, constant, zeros
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import (
    Definition,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    compare,
    define,
    delta,
    extent,
    mean,
    sqrt,
    total,
)
from symnet.notation.intake import intake


@titled("layer norm")
def layer_norm(
    x: Tensor,
    name: str = "",
    *,
    axes: int = 1,
    eps: Number = 1e-5,
    gain: Tensor | None = None,
    bias: Tensor | None = None,
    affine: bool = True,
    output: str = "y",
) -> Graph:
    """mu, v: mean and variance over the last axis;  y[n,d] = gamma[d] x_hat[n,d] + beta[d].

    x (.., D), mu, v and r (..), x_hat and y (.., D), gamma and beta (D,); with axes=2 all of it
    over the last two axes, x (.., C, D), gamma and beta (C, D). `gain` and `bias` are tensors to
    share instead of new ones; without `affine` there are none, and y is x_hat.
    Raises IndexMismatch if x has fewer axes, ExtentMismatch if `gain` or `bias` does not fit.
    Source: Ba, Kiros & Hinton 2016, sec. 3. Ours: eps, as in the usual implementations.
    """
    over = _last(x, axes, "layer_norm")
    made, x_hat = _standardised(x, over, name, eps, output if not affine else "x_hat")
    if not affine:
        return Graph(*made, inputs=[x], output=x_hat)
    return _scaled(made, x, x_hat, over, name, gain, bias, output)


@titled("RMS norm")
def rms_norm(
    x: Tensor,
    name: str = "",
    *,
    axes: int = 1,
    eps: Number = 1e-6,
    gain: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """r[n] = (mean_d x[n,d]^2 + eps)^(-1/2);  x_hat = x r;  y[n,d] = gamma[d] x_hat[n,d].

    x (.., D), r (..), x_hat and y (.., D), gamma (D,); over the last `axes` axes. No mean is taken
    off, and there is no bias. `gain` is a tensor to share instead of a new one.
    Raises IndexMismatch if x has fewer axes, ExtentMismatch if `gain` does not fit.
    Source: Zhang & Sennrich 2019, sec. 4. Ours: eps.
    """
    over = _last(x, axes, "rms_norm")
    r = Tensor(f"r{name}", *_without(x.indices, over))
    x_hat, y = Tensor(f"x_hat{name}", *x.indices), Tensor(f"{output}{name}", *x.indices)
    gamma = gain if gain is not None else Tensor(f"gamma{name}", *over)
    return Graph(
        define(r.at(), 1 / sqrt(mean(x.at() ** 2, over=over) + intake(eps))),
        define(x_hat.at(), x.at() * r.at()),
        define(y.at(), gamma[over] * x_hat.at()),
        inputs=[x],
        parameters=[gamma],
        output=y,
        rules=[(gamma, constant(1))],
    )


@titled("batch norm")
def batch_norm(
    x: Tensor,
    name: str = "",
    *,
    channel: int = 1,
    eps: Number = 1e-5,
    momentum: Number = 0.1,
    gain: Tensor | None = None,
    bias: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """mu, v: mean and variance over all axes but that of the channels, M terms each.

        y[n,c,a,b] = gamma[c] x_hat[n,c,a,b] + beta[c]
        mu_run <- mu_run + momentum (mu - mu_run)
        v_run  <- v_run + momentum (v M/(M - 1) - v_run)

    x (N, D) or (N, C, A, B) with the channels on axis `channel`; mu, v, r, gamma, beta, mu_run and
    v_run (C,), x_hat and y like x. This is the layer in training; in layers.evaluation mu_run and
    v_run, which start at 0 and 1, stand for mu and v. The running variance is the unbiased one, as
    in PyTorch; with M = 1 there is none, and it stays.
    Raises IndexMismatch if x has no such axis or no other one, ExtentMismatch if `gain` or `bias`
    does not fit. Source: Ioffe & Szegedy 2015, algorithms 1 and 2. Ours: the running estimates
    (there, averages over batches after training).
    """
    if x.order < 2 or not -x.order <= channel < x.order:
        raise IndexMismatch(
            f"batch_norm: {x.name} has {x.order} axes, expected channels on axis {channel} "
            "and at least one other axis"
        )
    c = x.indices[channel]
    over = _without(x.indices, [c])
    made, x_hat = _standardised(x, over, name, eps, "x_hat")
    scaled = _scaled(made, x, x_hat, (c,), name, gain, bias, output)
    mu, v = made[0].tensor, made[1].tensor
    updated, states = _running(mu, v, over, name, intake(momentum))
    return Graph(
        *scaled.definitions,
        *updated,
        inputs=[x, *states],
        parameters=scaled.parameters,
        output=scaled.output,
        updates=zip(states, (d.tensor for d in updated), strict=True),
        rules=[*scaled.rules, (states[0], zeros()), (states[1], constant(1))],
        estimates=[(mu, states[0]), (v, states[1])],
    )


@titled("group norm")
def group_norm(
    x: Tensor,
    groups: Width | None = None,
    name: str = "",
    *,
    eps: Number = 1e-5,
    gain: Tensor | None = None,
    bias: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """mu, v: mean and variance of each sample and group, over its M channels and all places.

        y[n,g,m,a,b] = gamma[g,m] x_hat[n,g,m,a,b] + beta[g,m]

    x, x_hat and y (N, G, M, ..), mu, v and r (N, G), gamma and beta (G, M). With `groups`, which is
    G or an Index over it, the channels of x and y stand in one axis, x (N, C, ..), and channel
    g M + m is channel m of group g:

        x_g[n,g,m,a,b] = x[n, M g + m, a, b];   y[n, M g + m, a, b] = y_g[n,g,m,a,b]

    There M = C/G has to be a number. One group: layer norm over channels and places.
    Raises IndexMismatch if x has too few axes, ExtentMismatch if C/G is no whole number, or `gain`
    or `bias` does not fit. Source: Wu & He 2018, eqs. (1) to (7).
    """
    if x.order < (3 if groups is None else 2):
        axes = "(N, G, M, ..)" if groups is None else "(N, C, ..)"
        raise IndexMismatch(f"group_norm: {x.name} has {x.order} axes, expected {axes}")
    if groups is None:
        _, g, m, *places = x.indices
        made, x_hat = _standardised(x, (m, *places), name, eps, "x_hat")
        return _scaled(made, x, x_hat, (g, m), name, gain, bias, output)
    n, c, *places = x.indices
    g = groups if isinstance(groups, Index) else Index("g", groups)
    m = Index("m", _part(x, c, g))
    x_g, y = Tensor(f"x_g{name}", n, g, m, *places), Tensor(f"{output}{name}", *x.indices)
    inner = group_norm(x_g, None, name, eps=eps, gain=gain, bias=bias, output=f"{output}_g")
    channel = m.extent * g + m
    apart = Graph(define(x_g.at(), x[n, channel, *places]), inputs=[x], output=x_g)
    y_g = inner.output[n, g, m, *places]
    together = define(y.at(), total(delta(c, channel) * y_g, over=(g, m)))
    return join(apart, inner, Graph(together, inputs=[inner.output], output=y))


@titled("instance norm")
def instance_norm(
    x: Tensor,
    name: str = "",
    *,
    eps: Number = 1e-5,
    gain: Tensor | None = None,
    bias: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """Mean and variance over the places of each channel of each sample.

    x, x_hat and y (N, C, A, ..), mu, v and r (N, C), gamma and beta (C,): group norm with groups of
    one channel. Raises IndexMismatch if x has no places, ExtentMismatch if `gain` or `bias` does
    not fit. Source: Ulyanov, Vedaldi & Lempitsky 2016. Ours: gain and bias.
    """
    if x.order < 3:
        raise IndexMismatch(f"instance_norm: {x.name} has {x.order} axes, expected (N, C, A, ..)")
    _, c, *places = x.indices
    made, x_hat = _standardised(x, places, name, eps, "x_hat")
    return _scaled(made, x, x_hat, (c,), name, gain, bias, output)


def _last(x: Tensor, axes: int, who: str) -> tuple[Index, ...]:
    if not 1 <= axes <= x.order:
        raise IndexMismatch(f"{who}: {x.name} has {x.order} axes; {axes} of them are to be used")
    return x.indices[x.order - axes :]


def _without(indices: Iterable[Index], some: Sequence[Index]) -> tuple[Index, ...]:
    return tuple(i for i in indices if i not in some)


def _part(x: Tensor, c: Index, g: Index) -> sympy.Expr:
    """M = C / G."""
    found = sympy.cancel(c.extent / g.extent)
    if not found.is_Integer:
        raise ExtentMismatch(
            f"group_norm: {x.name} has {c.extent} channels, expected a number times {g.extent}"
        )
    return extent(int(found))


def _standardised(
    x: Tensor, over: Sequence[Index], name: str, eps: Number, output: str
) -> tuple[list[Definition], Tensor]:
    """mu, v, r and x_hat, with the mean over these axes of x."""
    rest = _without(x.indices, over)
    mu, v, r = (Tensor(f"{letter}{name}", *rest) for letter in ("mu", "v", "r"))
    x_hat = Tensor(f"{output}{name}", *x.indices)
    made = [
        define(mu.at(), mean(x.at(), over=over)),
        define(v.at(), mean((x.at() - mu.at()) ** 2, over=over)),
        define(r.at(), 1 / sqrt(v.at() + intake(eps))),
        define(x_hat.at(), (x.at() - mu.at()) * r.at()),
    ]
    return made, x_hat


def _scaled(
    made: Sequence[Definition],
    x: Tensor,
    x_hat: Tensor,
    along: tuple[Index, ...],
    name: str,
    gain: Tensor | None,
    bias: Tensor | None,
    output: str,
) -> Graph:
    """y = gamma x_hat + beta, with an entry of gamma and beta for each value of `along`."""
    gamma = gain if gain is not None else Tensor(f"gamma{name}", *along)
    beta = bias if bias is not None else Tensor(f"beta{name}", *along)
    y = Tensor(f"{output}{name}", *x.indices)
    return Graph(
        *made,
        define(y.at(), gamma[along] * x_hat.at() + beta[along]),
        inputs=[x],
        parameters=[gamma, beta],
        output=y,
        rules=[(gamma, constant(1)), (beta, zeros())],
    )


def _running(
    mu: Tensor, v: Tensor, over: Sequence[Index], name: str, momentum: sympy.Expr
) -> tuple[list[Definition], list[Tensor]]:
    """The new running mean and variance, and the states that become them."""
    terms = sympy.Mul(*(i.extent for i in over))
    mu_run = Tensor(f"mu_run{name}", *mu.indices)
    v_run = Tensor(f"v_run{name}", *v.indices, assume="positive")
    mu_new, v_new = Tensor(f"mu_new{name}", *mu.indices), Tensor(f"v_new{name}", *v.indices)
    unbiased = v.at() * terms / (terms - 1)
    step = compare("<", 1, terms) * momentum * (unbiased - v_run.at())
    return [
        define(mu_new.at(), mu_run.at() + momentum * (mu.at() - mu_run.at())),
        define(v_new.at(), v_run.at() + step),
    ], [mu_run, v_run]
