"""Residual blocks: a branch is added to its input.

    y = x + F(x)                                x_bar = y_bar + J_F^T y_bar
    y = relu(x + F(x))                          the same with z_bar = y_bar [z > 0] for y_bar

The branch of a block is map, batch norm, relu, map, batch norm (He, Zhang, Ren & Sun 2016, CVPR,
eqs. (1) and (2)), or batch norm, relu, map, batch norm, relu, map with nothing after the sum (He,
Zhang, Ren & Sun 2016, "Identity mappings in deep residual networks"). The maps are convolutions or
linear layers, without bias: batch norm takes it off. Their weights start from He normal.
"""

from __future__ import annotations

from collections.abc import Callable

from symnet.layers.activation import activation
from symnet.layers.axes import Width
from symnet.layers.convolution import convolution, pointwise_convolution
from symnet.layers.dense import linear
from symnet.layers.initial import he_normal
from symnet.layers.model import join
from symnet.layers.normalisation import batch_norm
from symnet.layers.titled import titled
from symnet.layers.window import Kernel, PerAxis
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    define,
    replace,
)

Map = Callable[[Tensor, str, str], Graph]


def residual(
    x: Tensor, branch: Graph, name: str = "", *, shortcut: Graph | None = None, output: str = "y"
) -> Graph:
    """y = x + F for the output F of `branch`; with `shortcut`, y = s + F for its output s.

    x, F and y of one shape, of any order. Whatever else the two graphs need is an input of the
    result; a tensor that both mention is one. Raises IndexMismatch or ExtentMismatch if the shapes
    differ. Source: He, Zhang, Ren & Sun 2016, eqs. (1) and (2).
    """
    F = branch.output
    s = x if shortcut is None else shortcut.output
    if F.order != s.order:
        raise IndexMismatch(f"{F.name} has {F.order} axes, {s.name} has {s.order}: no sum of them")
    if F.shape != s.shape:
        raise ExtentMismatch(
            f"{F.name} has extents {F.shape}, expected {s.shape} to be added to {s.name}"
        )
    y = Tensor(f"{output}{name}", *s.indices)
    added = define(y.at(), s.at() + Entry(F, *s.indices))
    others = () if shortcut is None else (shortcut,)
    return join(branch, *others, Graph(added, inputs=dict.fromkeys((s, F)), output=y))


@titled("residual block")
def residual_block(
    x: Tensor,
    channels: Width | None = None,
    name: str = "",
    *,
    kernel: Kernel = 3,
    stride: PerAxis = 1,
    projection: bool | None = None,
    pre_activation: bool = False,
    output: str = "y",
) -> Graph:
    """conv, batch norm, relu, conv, batch norm;  z = s + n2;  y = relu(z).

        a1 = conv(x);  n1 = norm(a1);  h1 = relu(n1);  a2 = conv(h1);  n2 = norm(a2)

    x (N, C, A, B), or (N, C, A); y (N, O, U, V), U = floor((A - 1)/S) + 1: the first convolution
    has the stride, both the padding "same". `channels` is O, that of x if it is left out. The
    shortcut s is x; with `projection` it is the norm of a 1 x 1 convolution of x with that stride,
    W_s x in the source, as is done by itself where the shape changes. With `pre_activation`

        n1 = norm(x);  h1 = relu(n1);  a1 = conv(h1);  n2 = norm(a1);  h2 = relu(n2);  a2 = conv(h2)

    and y = s + a2; then a projection is of h1, without a norm. The tensors of a layer have its
    number: w1, xp1, mu1, v1 ..; those of the projection are a_s, w_s, n_s, mu_s, v_s ...
    Raises IndexMismatch if x has no channels and places, and what `convolution` raises.
    Sources: He, Zhang, Ren & Sun 2016, sec. 3; their "Identity mappings in deep residual networks",
    fig. 1. Ours: the norm of the projection, as in the usual implementations.
    """
    if x.order < 3:
        raise IndexMismatch(f"residual_block: {x.name} has {x.order} axes, expected (N, C, A, ..)")
    axes, o = x.order - 2, _width("o", channels, x.indices[1])
    keeps = o.extent == x.indices[1].extent and stride in (1, (1,) * axes, [1] * axes)

    def conv(k: int) -> Map:
        return lambda t, named, out: convolution(
            t, o, kernel, named, axes=axes, stride=stride if k == 1 else 1, padding="same",
            bias=False, output=out,
        )  # fmt: skip

    def project(t: Tensor, named: str, out: str) -> Graph:
        return pointwise_convolution(t, o, named, axes=axes, stride=stride, bias=False, output=out)

    shortcut = project if projection or (projection is None and not keeps) else None
    return _block(x, (conv(1), conv(2)), shortcut, name, pre_activation, output)


@titled("residual block")
def dense_residual_block(
    x: Tensor,
    width: Width | None = None,
    name: str = "",
    *,
    projection: bool | None = None,
    pre_activation: bool = False,
    output: str = "y",
) -> Graph:
    """linear, batch norm, relu, linear, batch norm;  z = s + n2;  y = relu(z): a block on rows.

        a1 = x W1;  n1 = norm(a1);  h1 = relu(n1);  a2 = h1 W2;  n2 = norm(a2)

    x (N, I), y (N, J); `width` is J, that of x if it is left out. Shortcut, projection W_s x and
    `pre_activation` as in `residual_block`. Raises IndexMismatch if x has other axes.
    """
    if x.order != 2:
        raise IndexMismatch(f"dense_residual_block: {x.name} has {x.order} axes, expected (N, I)")
    j = _width("j", width, x.indices[1])

    def dense(t: Tensor, named: str, out: str) -> Graph:
        return linear(t, j.fresh(), named, output=out)

    keeps = j.extent == x.indices[1].extent
    shortcut = dense if projection or (projection is None and not keeps) else None
    return _block(x, (dense, dense), shortcut, name, pre_activation, output)


def _width(letter: str, width: Width | None, own: Index) -> Index:
    if width is None:
        return Index(letter, own.extent)
    return width if isinstance(width, Index) else Index(letter, width)


def _block(
    x: Tensor, maps: tuple[Map, Map], project: Map | None, name: str, pre: bool, output: str
) -> Graph:
    first, second = maps
    one, two, side = f"1{name}", f"2{name}", f"_s{name}"
    graphs: list[Graph] = []

    def then(graph: Graph) -> Tensor:
        graphs.append(graph)
        return graph.output

    def normed(t: Tensor, named: str) -> Tensor:
        n = then(batch_norm(t, named, output="n"))
        return then(activation(n, "relu", named, output="h"))

    shortcut = None
    if pre:
        h1 = normed(x, one)
        h2 = normed(then(first(h1, one, "a")), two)
        F = then(second(h2, two, "a"))
        if project is not None:
            shortcut = project(h1, side, "a")
    else:
        h1 = normed(then(first(x, one, "a")), one)
        F = then(batch_norm(then(second(h1, two, "a")), two, output="n"))
        if project is not None:
            a = project(x, side, "a")
            shortcut = join(a, batch_norm(a.output, side, output="n"))
    branch = join(*graphs, outputs=[F])
    made = residual(x, branch, name, shortcut=shortcut, output=output if pre else "z")
    if not pre:
        made = join(made, activation(made.output, "relu", name, output=output))
    weights = [t for t in made.parameters if t.order >= 2]
    return replace(made, rules=(*made.rules, *((w, he_normal()) for w in weights)))
