"""Dense layer: a linear function of the last axis, with or without a bias.

    a[n,j] = sum_i x[n,i] W[i,j] + b[j]

x (N, I), W (I, J), b (J,), a (N, J); x may have any number of leading axes in place of N.
Rows are vectors and weights are stored (in, out).
Source: the affine map of a layer, Rumelhart, Hinton & Williams 1986 (there with weights (out, in)).
"""

from __future__ import annotations

from symnet.layers.axes import Width, new_axis
from symnet.layers.titled import titled
from symnet.notation import Entry, Graph, IndexMismatch, Tensor, define, total


@titled("linear layer")
def linear(
    x: Tensor, width: Width, name: str = "", *, weight: Tensor | None = None, output: str = "a"
) -> Graph:
    """a[n,j] = sum_i x[n,i] W[i,j].

    x (.., I), W (I, J), a (.., J). `width` is the extent J or an Index over it; `name` is appended
    to the names W and a; `weight` is a tensor to share instead of a new W.
    Raises IndexMismatch if x has no axis, ExtentMismatch if `weight` does not fit.
    """
    return _affine(x, width, name, weight, None, output)


@titled("dense layer")
def dense(
    x: Tensor,
    width: Width,
    name: str = "",
    *,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    output: str = "a",
) -> Graph:
    """a[n,j] = sum_i x[n,i] W[i,j] + b[j].

    x (.., I), W (I, J), b (J,), a (.., J). `width` is the extent J or an Index over it; `name` is
    appended to the names W, b and a; `weight` and `bias` are tensors to share instead of new ones.
    Raises IndexMismatch if x has no axis, ExtentMismatch if `weight` or `bias` does not fit.
    """
    j = new_axis(width, x.indices)
    b = bias if bias is not None else Tensor(f"b{name}", j)
    return _affine(x, j, name, weight, b, output)


def _affine(
    x: Tensor, width: Width, name: str, weight: Tensor | None, bias: Tensor | None, output: str
) -> Graph:
    if not x.indices:
        raise IndexMismatch(f"{x.name} is a scalar; a linear layer needs an axis to sum over")
    *batch, i = x.indices
    j = new_axis(width, x.indices)
    W = weight if weight is not None else Tensor(f"W{name}", i, j)
    a = Tensor(f"{output}{name}", *batch, j)
    value = total(Entry(x, *batch, i) * W[i, j], over=i)
    parameters = [W]
    if bias is not None:
        value += bias[j]
        parameters.append(bias)
    return Graph(define(Entry(a, *batch, j), value), inputs=[x], parameters=parameters, output=a)
