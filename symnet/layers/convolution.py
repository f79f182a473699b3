"""Convolution: each output is a contraction of a kernel with a window of the input.

    xp[n,c,u,v,p,q] = x[n,c, S u + D p - m, S v + D q - m]                  0 outside of x
    y[n,o,u,v] = b[o] + sum_{c,p,q} w[o,c,p,q] xp[n,c,u,v,p,q]

x (.., C, A, B), channels first; kernel w (O, C, P, Q), bias b (O,), windows xp (.., C, U, V, P, Q),
y (.., O, U, V); stride S, dilation D, padding m; U = floor((A + 2 m - D (P - 1) - 1)/S) + 1. It is
a cross-correlation: the kernel is not turned round, as in the libraries. `axes` is the number of
axes along which the kernel slides: 2 for planes, 1 for sequences x (.., C, A), w (O, C, P).
Source: LeCun, Bottou, Bengio & Haffner 1998; Dumoulin & Visin 2016 for the extents.
"""

from __future__ import annotations

from typing import TypeAlias

import sympy

from symnet.layers.axes import Width
from symnet.layers.titled import titled
from symnet.layers.window import (
    PLANE,
    Kernel,
    Padding,
    PerAxis,
    Slide,
    letters,
    per_axis,
    slides,
    window,
)
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    define,
    delta,
    total,
)

Bias: TypeAlias = Tensor | bool

SPREAD = "ijk"


@titled("convolution")
def convolution(
    x: Tensor,
    channels: Width,
    kernel: Kernel = 3,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    weight: Tensor | None = None,
    bias: Bias = True,
    output: str = "y",
) -> Graph:
    """y[n,o,u,v] = b[o] + sum_{c,p,q} w[o,c,p,q] x[n,c, S u + D p - m, S v + D q - m].

    x (.., C, A, B), w (O, C, P, Q), b (O,), y (.., O, U, V); the windows are named xp. `channels`
    is O; `kernel`, `stride` and `dilation` are for all axes or one for each; `padding` too, as a
    number, a pair (before, after), or "same" for an odd kernel: D (P - 1)/2 on both sides.

    `groups` = G > 1: output channel R g + r sees the input channels M g + m only, R = O/G, M = C/G:

        xp[n,g,m,u,v,p,q] = x[n, M g + m, ..];  z[n,g,r,u,v] = sum_{m,p,q} w[g,r,m,p,q] xp
        y[n,o,u,v] = b[o] + sum_{g,r} [o = R g + r] z[n,g,r,u,v]

    w (G, R, M, P, Q) has the entries of the libraries' (O, C/G, P, Q) in their order. C and O are
    numbers then; a group for each channel is `depthwise_convolution`, for any C.
    Source of the groups: Krizhevsky, Sutskever & Hinton 2012.
    `weight` and `bias` are tensors to share; bias=False leaves it out. Raises IndexMismatch if x
    has too few axes, ExtentMismatch if no window fits, groups do not divide the channels or a
    shared tensor does not fit, UnsupportedExpression for an option.
    """
    *batch, c = _batch_and_channel(x, axes)
    along = slides(x, kernel, stride, padding, dilation, axes)
    o = channels if isinstance(channels, Index) else Index("o", channels)
    if groups != 1:
        (count,) = per_axis("groups", groups, 1, 1)
        return _grouped(x, o, count, along, name, weight, bias, output)
    c = _apart(c, o)
    shown, plane = window(x, (*batch, c), (*batch, c), along, f"xp{name}")
    kernels = tuple(s.kernel for s in along)
    w = weight if weight is not None else Tensor(f"w{name}", o, c, *kernels)
    value = total(w[(o, c, *kernels)] * shown.entry, over=(c, *kernels))
    y = Tensor(f"{output}{name}", *batch, o, *plane)
    return _with_bias(Graph(shown, inputs=[x]), y, value, o, w, bias, name)


@titled("depthwise convolution")
def depthwise_convolution(
    x: Tensor,
    kernel: Kernel = 3,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    weight: Tensor | None = None,
    bias: Bias = True,
    output: str = "y",
) -> Graph:
    """y[n,c,u,v] = b[c] + sum_{p,q} w[c,p,q] x[n,c, S u + D p - m, S v + D q - m].

    x (.., C, A, B), w (C, P, Q), b (C,), y (.., C, U, V): each channel has a kernel of its own; the
    libraries' weight is (C, 1, P, Q), with as many groups as channels. Options and errors are
    those of `convolution`. Source: Sifre & Mallat 2013; Chollet 2017.
    """
    *batch, c = _batch_and_channel(x, axes)
    along = slides(x, kernel, stride, padding, dilation, axes)
    shown, plane = window(x, (*batch, c), (*batch, c), along, f"xp{name}")
    kernels = tuple(s.kernel for s in along)
    w = weight if weight is not None else Tensor(f"w{name}", c, *kernels)
    value = total(w[(c, *kernels)] * shown.entry, over=kernels)
    y = Tensor(f"{output}{name}", *batch, c, *plane)
    return _with_bias(Graph(shown, inputs=[x]), y, value, c, w, bias, name)


@titled("pointwise convolution")
def pointwise_convolution(
    x: Tensor,
    channels: Width,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis = 1,
    weight: Tensor | None = None,
    bias: Bias = True,
    output: str = "y",
) -> Graph:
    """y[n,o,u,v] = b[o] + sum_c w[o,c] x[n,c, S u, S v].

    x (.., C, A, B), w (O, C), b (O,), y (.., O, U, V), U = floor((A - 1)/S) + 1: a dense layer at
    each place of every S-th row, the libraries' kernel 1 x 1 with a weight (O, C, 1, 1). Options
    and errors are those of `convolution`. Source: Lin, Chen & Yan 2014 (without the stride).
    """
    *batch, c = _batch_and_channel(x, axes)
    o = channels if isinstance(channels, Index) else Index("o", channels)
    c = _apart(c, o)
    strides = per_axis("stride", stride, axes, 1)
    plane = tuple(
        Index(letter, sympy.floor((a.extent - 1) / sympy.Integer(s)) + 1)
        for letter, a, s in zip(letters(PLANE, axes), x.indices[-axes:], strides, strict=True)
    )
    places = (s * u for s, u in zip(strides, plane, strict=True))
    w = weight if weight is not None else Tensor(f"w{name}", o, c)
    value = total(w[o, c] * Entry(x, *batch, c, *places), over=c)
    y = Tensor(f"{output}{name}", *batch, o, *plane)
    return _with_bias(Graph(inputs=[x], outputs=[x]), y, value, o, w, bias, name)


@titled("transposed convolution")
def transposed_convolution(
    x: Tensor,
    channels: Width,
    kernel: Kernel = 3,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    output_padding: PerAxis = 0,
    weight: Tensor | None = None,
    bias: Bias = True,
    output: str = "y",
) -> Graph:
    """The adjoint of a convolution: every entry of x spreads the kernel over the output.

        z[n,o,u,v,p,q] = sum_c w[c,o,p,q] x[n,c,u,v]
        y[n,o,i,j] = b[o] + sum_{u,v,p,q} [i = S u + D p - m] [j = S v + D q - m] z[n,o,u,v,p,q]

    x (.., C, U, V), w (C, O, P, Q), b (O,), z (.., O, U, V, P, Q), y (.., O, I, J) with
    I = S (U - 1) + D (P - 1) + 1 - 2 m + output_padding; the last `output_padding` rows stand for
    those that a strided convolution drops: no window reaches them. With one w and b = 0,
    <convolution(x), y> = <x, transposed_convolution(y)>. Options and errors are those of
    `convolution`. Source: Dumoulin & Visin 2016, sec. 4; Zeiler, Krishnan, Taylor & Fergus 2010.
    """
    *batch, c = _batch_and_channel(x, axes)
    o = channels if isinstance(channels, Index) else Index("o", channels)
    c = _apart(c, o)
    along = slides(x, kernel, stride, padding, dilation, axes)
    beyond = per_axis("output_padding", output_padding, axes, 0)
    kernels, plane = tuple(s.kernel for s in along), x.indices[-axes:]
    rows = tuple(
        Index(letter, s.spread() + extra)
        for letter, s, extra in zip(letters(SPREAD, axes), along, beyond, strict=True)
    )
    w = weight if weight is not None else Tensor(f"w{name}", c, o, *kernels)
    z = Tensor(f"z{name}", *batch, o, *plane, *kernels)
    pieces = total(w[(c, o, *kernels)] * Entry(x, *batch, c, *plane), over=c)
    first = Graph(define(z.at(), pieces), inputs=[x], parameters=[w])
    places = (delta(i, s.place(u)) for i, s, u in zip(rows, along, plane, strict=True))
    value = total(sympy.Mul(*places) * z.at(), over=(*plane, *kernels))
    y = Tensor(f"{output}{name}", *batch, o, *rows)
    return _with_bias(first, y, value, o, w, bias, name)


def _grouped(
    x: Tensor,
    o: Index,
    groups: int,
    along: tuple[Slide, ...],
    name: str,
    weight: Tensor | None,
    bias: Bias,
    output: str,
) -> Graph:
    *batch, c = x.indices[: -len(along)]
    g = Index("g", groups)
    m, r = (Index(letter, _share(x, i, groups)) for letter, i in (("m", c), ("r", o)))
    read = (*batch, m.extent * g + m)
    shown, plane = window(x, read, (*batch, g, m), along, f"xp{name}")
    kernels = tuple(s.kernel for s in along)
    w = weight if weight is not None else Tensor(f"w{name}", g, r, m, *kernels)
    z = Tensor(f"z{name}", *batch, g, r, *plane)
    contracted = total(w[(g, r, m, *kernels)] * shown.entry, over=(m, *kernels))
    first = Graph(shown, define(z.at(), contracted), inputs=[x], parameters=[w])
    y = Tensor(f"{output}{name}", *batch, o, *plane)
    merged = total(delta(o, r.extent * g + r) * z.at(), over=(g, r))
    return _with_bias(first, y, merged, o, w, bias, name)


def _share(x: Tensor, i: Index, groups: int) -> sympy.Expr:
    share = i.extent / groups
    if not share.is_Integer:
        raise ExtentMismatch(
            f"groups {groups} of channels {i.letter} < {i.extent}, convolution of {x.name}: "
            f"expected a number that is a multiple of {groups}"
        )
    return share


def _with_bias(
    first: Graph, y: Tensor, value: sympy.Expr, o: Index, w: Tensor, bias: Bias, name: str
) -> Graph:
    """The graph, and y = value + b[o] after it."""
    parameters = [w]
    if bias is not False:
        b = bias if isinstance(bias, Tensor) else Tensor(f"b{name}", o)
        value += b[o]
        parameters.append(b)
    made = define(y.at(), value)
    return Graph(*first.definitions, made, inputs=first.inputs, parameters=parameters, output=y)


def _batch_and_channel(x: Tensor, axes: int) -> tuple[Index, ...]:
    if axes < 1 or x.order <= axes:
        raise IndexMismatch(
            f"{x.name} has {x.order} axes; expected channels and {axes} axes for the kernel"
        )
    return x.indices[:-axes]


def _apart(c: Index, o: Index) -> Index:
    """c, with another letter if it has that of the output channel."""
    return Index("c", c.extent) if c.letter == o.letter else c
