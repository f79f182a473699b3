"""Windows: convolutions and poolings, by symnet's layers, as definitions, and in NumPy text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symnet import layers
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    absolute,
    amax,
    amin,
    compare,
    define,
    delta,
    guard,
    total,
    where,
)
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
    Builder,
    Model,
    Table,
    has_all,
    layer,
    need,
    operands,
    output,
    typed,
)

AXES, PLANE, KERNEL, SPREAD = "abe", "uvs", "pqr", "ijk"


@dataclass(frozen=True)
class Options:
    """The attributes of a window, one number or pair for each axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]

    @property
    def spans(self) -> tuple[int, ...]:
        return tuple(d * (p - 1) + 1 for p, d in zip(self.kernel, self.dilations, strict=True))


def options(case: OnnxCase, kernel: Sequence[int]) -> Options:
    """The options of a convolution or pooling; padding by rule where the case says so."""
    n = len(kernel)
    strides = tuple(case["strides"] or [1] * n)
    dilations = tuple(case["dilations"] or [1] * n)
    plain = Options(tuple(kernel), strides, dilations, ())
    sizes = case.inputs[0].shape[2:]
    pads = list(zip(*np.reshape(case["pads"] or [0] * 2 * n, (2, n)).tolist(), strict=True))
    if case["auto_pad"] in ("SAME_UPPER", "SAME_LOWER"):
        pads = []
        for a, s, span in zip(sizes, strides, plain.spans, strict=True):
            extra = max((-(-a // s) - 1) * s + span - a, 0)
            halves = (extra // 2, extra - extra // 2)
            pads.append(halves if case["auto_pad"] == "SAME_UPPER" else halves[::-1])
    return Options(plain.kernel, strides, dilations, tuple(pads))


def planes(name: str, array: np.ndarray, letters: str = AXES, channel: str = "c") -> Tensor:
    """x[n,c,a,b] for an array (N, C, A, B)."""
    axes = (Index(l, int(size)) for l, size in zip(letters, array.shape[2:], strict=False))
    return Tensor(name, Index("n", array.shape[0]), Index(channel, array.shape[1]), *axes)


# -- convolution -------------------------------------------------------------------------------


def convolution(case: OnnxCase) -> Model:
    x, w, *bias = has_all(case.inputs)
    o, groups = options(case, w.shape[2:]), case["group"]
    made = layers.convolution(
        planes("x", x),
        w.shape[0],
        o.kernel,
        axes=len(o.kernel),
        stride=o.strides,
        padding=o.pads,
        dilation=o.dilations,
        groups=groups,
        bias=bool(bias),
    )
    shape = (groups, w.shape[0] // groups, *w.shape[1:])
    given = {"x": x, "w": w if groups == 1 else w.reshape(shape)}
    return layer(made, given | ({"b": bias[0]} if bias else {}), output(case))


def depthwise(case: OnnxCase) -> Model:
    x, w, *bias = has_all(case.inputs)
    o = options(case, w.shape[2:])
    need(case["group"] == x.shape[1] == w.shape[0], "not a kernel for each channel")
    made = layers.depthwise_convolution(
        planes("x", x),
        o.kernel,
        axes=len(o.kernel),
        stride=o.strides,
        padding=o.pads,
        dilation=o.dilations,
        bias=bool(bias),
    )
    given = {"x": x, "w": w[:, 0]}
    return layer(made, given | ({"b": bias[0]} if bias else {}), output(case))


def convolution_text(case: OnnxCase) -> Model:
    """conv1d and conv2d of NumPy text, padded by np.pad."""
    given = operands(case)
    o = options(case, given["B"].shape[2:])
    n = len(o.kernel)
    need(n < 3, "conv3d in NumPy text")
    places = ", ".join(["None"] * n)
    pads = ((0, 0), (0, 0), *o.pads)
    x = f"np.pad(A, {pads})" if any(map(any, o.pads)) else "A"
    c = f" + C[:, {places}]" if "C" in given else ""
    said = f"stride={o.strides}, dilation={o.dilations}, groups={case['group']}"
    return typed(case, f"conv{n}d({x}, B, {said}){c}", **given)


def integer_convolution(case: OnnxCase) -> Model:
    """Whole numbers, each less its zero point; what is padded counts as the zero point."""
    x, w, x0, *w0 = has_all(case.inputs)
    pads = ((0, 0), (0, 0), *options(case, w.shape[2:]).pads)
    given = {"A": x, "B": w, "X": x0}
    kernel = "B"
    if w0:
        given["W"], kernel = w0[0], "(B - W[:, None, None, None])"
    return typed(case, f"conv2d(np.pad(A - X, {pads}), {kernel})", **given)


# -- transposed convolution --------------------------------------------------------------------


def _transposed(case: OnnxCase) -> tuple[Options, list[int]]:
    """The options; and what is added at the end, which may be negative padding."""
    x, w = case.inputs[:2]
    o = options(case, w.shape[2:])
    added = list(case["output_padding"] or [0] * len(o.kernel))
    wanted = output(case).shape[2:]
    pads, beyond = [], []
    for k, (u, out) in enumerate(zip(x.shape[2:], wanted, strict=True)):
        covered = o.strides[k] * (u - 1) + o.spans[k]
        spare = covered + added[k] - out
        if case["output_shape"] or case["auto_pad"] in ("SAME_UPPER", "SAME_LOWER"):
            half = max(spare, 0) // 2
            first = half if case["auto_pad"] == "SAME_UPPER" else max(spare, 0) - half
        else:
            first = o.pads[k][0]
        pads.append((first, max(covered - out - first, 0)))
        beyond.append(max(out + first - covered, 0))
    return Options(o.kernel, o.strides, o.dilations, tuple(pads)), beyond


def transposed_convolution(case: OnnxCase) -> Model:
    x, w, *bias = has_all(case.inputs)
    need(case["group"] == 1, "a transposed convolution with groups")
    o, beyond = _transposed(case)
    made = layers.transposed_convolution(
        planes("x", x, PLANE),
        w.shape[1],
        o.kernel,
        axes=len(o.kernel),
        stride=o.strides,
        padding=o.pads,
        dilation=o.dilations,
        output_padding=beyond,
        bias=bool(bias),
    )
    given = {"x": x, "w": w}
    return layer(made, given | ({"b": bias[0]} if bias else {}), output(case))


def transposed_definition(case: OnnxCase) -> Model:
    """y[n,g,r,i,j] = sum_{m,u,v,p,q} [i = S u + D p - m] .. x[n,g,m,u,v] w[g,m,r,p,q]."""
    x, w, *bias = has_all(case.inputs)
    need(not bias, "a bias, in the definition of a transposed convolution with groups")
    o, _ = _transposed(case)
    groups, want = case["group"], output(case)
    n, g = Index("n", x.shape[0]), Index("g", groups)
    m, r = Index("m", x.shape[1] // groups), Index("r", w.shape[1])
    plane = [Index(l, k) for l, k in zip(PLANE, x.shape[2:], strict=False)]
    kernel = [Index(l, k) for l, k in zip(KERNEL, o.kernel, strict=False)]
    rows = [Index(l, k) for l, k in zip(SPREAD, want.shape[2:], strict=False)]
    X, W = Tensor("x", n, g, m, *plane), Tensor("w", g, m, r, *kernel)
    y = Tensor("y", n, g, r, *rows)
    hits = sympy.Mul(*(delta(i, p) for i, p in zip(rows, _places(o, plane, kernel), strict=True)))
    value = total(hits * X.at() * W.at(), over=(m, *plane, *kernel))
    made = Graph(define(y.at(), value), inputs=[X], parameters=[W], output=y)
    given = {
        "x": x.reshape(x.shape[0], groups, -1, *x.shape[2:]),
        "w": w.reshape(groups, -1, *w.shape[1:]),
    }
    return layer(made, given, want.reshape(want.shape[0], groups, -1, *want.shape[2:]))


# -- pooling -----------------------------------------------------------------------------------


def _places(o: Options, plane: Sequence[Index], kernel: Sequence[Index]) -> list[sympy.Expr]:
    """S u + D p - m for each axis."""
    axes = zip(o.strides, plane, o.dilations, kernel, o.pads, strict=True)
    return [s * u + d * p - before for s, u, d, p, (before, _) in axes]


@dataclass(frozen=True)
class Windows:
    """The windows of x as definitions need them."""

    x: Tensor
    entry: sympy.Expr
    inside: sympy.Expr
    counted: sympy.Expr
    places: list[sympy.Expr]
    free: tuple[Index, ...]
    kernel: tuple[Index, ...]


def _windows(case: OnnxCase) -> Windows:
    a, want = case.inputs[0], output(case)
    o = options(case, case["kernel_shape"])
    x = planes("x", a)
    plane = [Index(l, k) for l, k in zip(PLANE, want.shape[2:], strict=False)]
    kernel = [Index(l, k) for l, k in zip(KERNEL, o.kernel, strict=False)]
    places = _places(o, plane, kernel)
    sizes = a.shape[2:]
    inside = sympy.Mul(*(guard(0, e, n) for e, n in zip(places, sizes, strict=True)))
    edges = zip(places, o.pads, sizes, strict=True)
    counted = sympy.Mul(*(guard(-m, e, n + after) for e, (m, after), n in edges))
    n, c = x.indices[:2]
    return Windows(x, x[(n, c, *places)], inside, counted, places, (n, c, *plane), tuple(kernel))


def max_definition(case: OnnxCase) -> Model:
    """y = max over the window, and the first of the places where it is attained, as a number."""
    (a,) = has_all(case.inputs)
    w = _windows(case)
    xp, y = Tensor("xp", *w.free, *w.kernel), Tensor("y", *w.free)
    definitions = [
        define(xp.at(), where(w.inside, w.entry, -sympy.oo)),
        define(y.at(), amax(xp.at(), over=w.kernel)),
    ]
    expected = {"y": output(case)}
    if len(case.outputs) > 1:
        t = Tensor("t", *w.free)
        is_first = w.inside * compare("==", xp.at(), y.at())
        place = where(is_first, _number(case, w), sympy.Integer(a.size))
        definitions.append(define(t.at(), amin(place, over=w.kernel)))
        expected["t"] = output(case, 1)
    return layer(Graph(*definitions, inputs=[w.x], output=y), {"x": a}, expected)


def _number(case: OnnxCase, w: Windows) -> sympy.Expr:
    """The number of a place in the array, counted by rows, or by columns in each plane."""
    sizes = case.inputs[0].shape
    n, c = w.free[:2]
    axes = list(zip(w.places, sizes[2:], strict=True))
    inner = sympy.S.Zero
    for place, size in reversed(axes) if case["storage_order"] else axes:
        inner = inner * size + place
    return (n * sizes[1] + c) * int(np.prod(sizes[2:])) + inner


def average_definition(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs)
    w = _windows(case)
    y, k = Tensor("y", *w.free), Tensor("k", *w.free[2:])
    counted = w.counted if case["count_include_pad"] else w.inside
    made = Graph(
        define(k.at(), total(counted, over=w.kernel), constant_along=k.indices),
        define(y.at(), total(w.inside * w.entry, over=w.kernel) / k.at()),
        inputs=[w.x],
        output=y,
    )
    return layer(made, {"x": a}, output(case))


def lp_definition(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs)
    w, p = _windows(case), sympy.Integer(case["p"])
    y = Tensor("y", *w.free)
    value = total(w.inside * absolute(w.entry) ** p, over=w.kernel) ** (1 / p)
    return layer(Graph(define(y.at(), value), inputs=[w.x], output=y), {"x": a}, output(case))


def _ceiled(case: OnnxCase, o: Options) -> tuple[tuple[int, int], ...]:
    """The padding with which the last window of ceil_mode fits."""
    out = []
    axes = zip(case.inputs[0].shape[2:], output(case).shape[2:], strict=True)
    for k, (a, u) in enumerate(axes):
        before, after = o.pads[k]
        needed = (u - 1) * o.strides[k] + o.spans[k] - a - before
        out.append((before, max(after, needed)))
    return tuple(out)


def pool_layer(make: Callable[..., Graph], average: bool) -> Builder:
    def build(case: OnnxCase) -> Model:
        (a,) = has_all(case.inputs)
        need(len(case.outputs) == 1, "the places of the largest entries")
        o = options(case, case["kernel_shape"])
        pads = _ceiled(case, o)
        more = {"count_padding": bool(case["count_include_pad"])} if average else {}
        if average:
            is_ceiled = pads != o.pads and case["count_include_pad"]
            need(not is_ceiled, "ceil_mode with padding that counts")
        if any(d > 1 for d in o.dilations):
            more["dilation"] = o.dilations
        try:
            made = make(
                planes("x", a), o.kernel, axes=len(o.kernel), stride=o.strides, padding=pads, **more
            )
        except TypeError as e:
            need(False, f"{make.__name__}: {str(e).split(')')[-1].strip()}")
        return layer(made, {"x": a}, output(case))

    return build


def global_layer(make: Callable[..., Graph]) -> Builder:
    def build(case: OnnxCase) -> Model:
        (a,) = has_all(case.inputs)
        made = make(planes("x", a), axes=a.ndim - 2)
        return layer(made, {"x": a}, output(case).reshape(a.shape[:2]))

    return build


TABLE: Table = {
    "Conv": (convolution, depthwise, convolution_text),
    "ConvInteger": (integer_convolution,),
    "ConvTranspose": (transposed_convolution, transposed_definition),
    "MaxPool": (pool_layer(layers.max_pool, False), max_definition),
    "AveragePool": (pool_layer(layers.average_pool, True), average_definition),
    "LpPool": (lp_definition,),
    "GlobalAveragePool": (global_layer(layers.global_average_pool),),
    "GlobalMaxPool": (global_layer(layers.global_max_pool),),
}
