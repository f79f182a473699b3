"""Pooling: the largest entry, or the mean, of each window of each channel.

    max      xp[n,c,u,v,p,q] = x[n,c, S u + D p - m, S v + D q - m]         -inf outside of x
             y[n,c,u,v] = max_{p,q} xp[n,c,u,v,p,q]
    average  y[n,c,u,v] = 1/(P Q) sum_{p,q} xp[n,c,u,v,p,q]                 0 outside of x
    global   y[n,c] = 1/(A B) sum_{a,b} x[n,c,a,b], or max_{a,b} x[n,c,a,b]

x (.., C, A, B), channels first, y (.., C, U, V) or (.., C); windows as in convolution.py, one after
another (S = P) unless a stride is given. `axes` is 2 for planes, 1 for sequences x (.., C, A).
The cotangent of a maximum goes to its entry; where several entries of a window are largest, to the
first of them, by rows. Source: LeCun, Bottou, Bengio & Haffner 1998 (mean); Lin, Chen & Yan 2014
(global).
"""

from __future__ import annotations

import sympy

from symnet.layers.titled import titled
from symnet.layers.window import Kernel, Padding, PerAxis, Slide, brackets, slides, window
from symnet.notation import (
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    amax,
    define,
    mean,
    total,
)


@titled("max pooling")
def max_pool(
    x: Tensor,
    kernel: Kernel = 2,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    output: str = "y",
) -> Graph:
    """y[n,c,u,v] = max_{p,q} x[n,c, S u + D p - m, S v + D q - m], -inf outside of x.

    x (.., C, A, B), y (.., C, U, V); the windows are named xp. Padding is at most half a kernel, so
    that no window is empty. Raises IndexMismatch if x has too few axes, ExtentMismatch if no window
    fits, UnsupportedExpression for an option.
    """
    along = _pools(x, kernel, stride, padding, dilation, axes)
    before = x.indices[:-axes]
    shown, plane = window(x, before, before, along, f"xp{name}", fill=-sympy.oo)
    y = Tensor(f"{output}{name}", *before, *plane)
    value = amax(shown.entry, over=[s.kernel for s in along])
    return Graph(shown, define(y.at(), value), inputs=[x], output=y)


@titled("average pooling")
def average_pool(
    x: Tensor,
    kernel: Kernel = 2,
    name: str = "",
    *,
    axes: int = 2,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    count_padding: bool = True,
    output: str = "y",
) -> Graph:
    """y[n,c,u,v] = 1/(P Q) sum_{p,q} x[n,c, S u + p - m, S v + q - m], 0 outside of x.

    x (.., C, A, B), y (.., C, U, V); the windows are named xp. With count_padding=False a window
    that reaches over the edge is divided by the number of its entries in x,

        k[u,v] = sum_{p,q} [0 <= S u + p - m < A] [0 <= S v + q - m < B].

    Both conventions are in use; torch calls the option count_include_pad. Errors as in `max_pool`.
    """
    along = _pools(x, kernel, stride, padding, 1, axes)
    before, kernels = x.indices[:-axes], [s.kernel for s in along]
    shown, plane = window(x, before, before, along, f"xp{name}")
    y = Tensor(f"{output}{name}", *before, *plane)
    inside = brackets(along, plane)
    if count_padding or inside == 1:
        value = mean(shown.entry, over=kernels)
        return Graph(shown, define(y.at(), value), inputs=[x], output=y)
    k = Tensor(f"k{name}", *plane)
    counted = define(k.at(), total(inside, over=kernels), constant_along=plane)
    value = total(shown.entry, over=kernels) / k.at()
    return Graph(shown, counted, define(y.at(), value), inputs=[x], output=y)


@titled("global average pooling")
def global_average_pool(x: Tensor, name: str = "", *, axes: int = 2, output: str = "y") -> Graph:
    """y[n,c] = 1/(A B) sum_{a,b} x[n,c,a,b].

    x (.., C, A, B), y (.., C). Raises IndexMismatch if x has too few axes.
    Source: Lin, Chen & Yan 2014, sec. 3.2.
    """
    before, over = _split(x, axes)
    y = Tensor(f"{output}{name}", *before)
    return Graph(define(y.at(), mean(x.at(), over=over)), inputs=[x], output=y)


@titled("global max pooling")
def global_max_pool(x: Tensor, name: str = "", *, axes: int = 2, output: str = "y") -> Graph:
    """y[n,c] = max_{a,b} x[n,c,a,b].

    x (.., C, A, B), y (.., C). Raises IndexMismatch if x has too few axes.
    """
    before, over = _split(x, axes)
    y = Tensor(f"{output}{name}", *before)
    return Graph(define(y.at(), amax(x.at(), over=over)), inputs=[x], output=y)


def _pools(
    x: Tensor,
    kernel: Kernel,
    stride: PerAxis | None,
    padding: Padding,
    dilation: PerAxis,
    axes: int,
) -> tuple[Slide, ...]:
    """The slides; the stride is the kernel unless it is given."""
    if stride is None:
        found = slides(x, kernel, 1, 0, 1, axes)
        extents = [s.kernel.extent for s in found]
        if not all(e.is_Integer for e in extents):
            raise UnsupportedExpression(
                f"kernel {kernel} of a pooling of {x.name}: without stride=, expected numbers"
            )
        stride = [int(e) for e in extents]
    along = slides(x, kernel, stride, padding, dilation, axes)
    for s in along:
        if any((s.kernel.extent - 2 * m).is_negative for m in s.padding):
            raise UnsupportedExpression(
                f"padding {s.padding} of a pooling of {x.name}: expected at most half of the "
                f"kernel, {s.kernel.extent}"
            )
    return along


def _split(x: Tensor, axes: int) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
    if axes < 1 or x.order < axes:
        raise IndexMismatch(f"{x.name} has {x.order} axes; expected {axes} of them to pool over")
    return x.indices[:-axes], x.indices[-axes:]
