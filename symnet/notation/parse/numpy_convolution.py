"""Convolutions (cross-correlations, as in every deep learning library) and pooling.

    conv1d(X, K)[b,o,u] = sum_cp K[o,c,p] X[b,c, s u + d p - pad]        0 outside of X
    X (B,C,T) or (C,T), K (O,C,k);  conv2d: X (B,C,H,W) or (C,H,W), K (O,C,kh,kw)
    groups=g: o reads the C/g channels of its group, K (O,C/g,k)
    max_pool1d(X, k, stride)[.., u] = max_p X[.., s u + p]

The extent of the result is floor((T + 2 pad - d (k-1) - 1)/s) + 1. The windows, which are X at
s u + d p - pad, are a definition of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from symnet.notation.functions import compare, guard, where
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, same_extent, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.reductions import amax, mean, total

TABLE: Table = {}
LARGEST_STEP = 4096


@dataclass(frozen=True)
class Axis:
    """How a window runs along one axis."""

    window: sympy.Expr
    stride: int
    dilation: int
    before: sympy.Expr
    after: sympy.Expr

    def places(self, n: sympy.Expr) -> sympy.Expr:
        """How many places the window has on an axis of extent n."""
        reach = self.dilation * (self.window - 1)
        room = sympy.expand(n + self.before + self.after - reach - 1)
        return room + 1 if self.stride == 1 else sympy.floor(room / self.stride) + 1


def steps(call: Call, name: str, count: int) -> list[int]:
    """A number for each spatial axis; one number is for all."""
    found = list(call.integers(name))
    if len(found) == 1:
        found *= count
    least = 0 if name == "padding" else 1
    if len(found) != count or any(not least <= v <= LARGEST_STEP for v in found):
        raise call.error(f"expected {count} whole numbers of at least {least}", name)
    return found


def axes_of(call: Call, sizes: Sequence[sympy.Expr], dilated: bool = True) -> list[Axis]:
    """The windows of a call, one for each spatial axis."""
    n = len(sizes)
    strides = steps(call, "stride", n) if call["stride"] is not None else [int(k) for k in sizes]
    dilations = steps(call, "dilation", n) if dilated else [1] * n
    sides: list[tuple[sympy.Expr, sympy.Expr]]
    if call["padding"] == "valid":
        sides = [(sympy.S.Zero, sympy.S.Zero)] * n
    elif call["padding"] == "same":
        if any(s != 1 for s in strides):
            raise call.error("'same' needs stride 1; give numbers", "padding")
        around = [d * (k - 1) for k, d in zip(sizes, dilations, strict=True)]
        if any(not w.is_Integer for w in around):
            raise call.error("'same' needs windows whose extents are numbers", "padding")
        sides = [(w // 2, w - w // 2) for w in around]
    else:
        sides = [(sympy.Integer(p), sympy.Integer(p)) for p in steps(call, "padding", n)]
    return [
        Axis(k, s, d, before, after)
        for k, s, d, (before, after) in zip(sizes, strides, dilations, sides, strict=True)
    ]


def windows(call: Call, x: Array, axes: Sequence[Axis], outside: sympy.Expr) -> Array:
    """q[.., u, v, p, q] = X[.., s u + d p - pad, ..]: the windows over the last axes, named."""
    n = len(axes)
    before = [i.fresh() for i in x.indices[:-n]]
    places, inside, slots = [], [], []
    guards: sympy.Expr = sympy.S.One
    for k, (own, axis) in enumerate(zip(x.indices[-n:], axes, strict=True)):
        size = axis.places(own.extent)
        if size.is_positive is False:
            raise call.error(
                f"a window of {axis.window} does not fit into an axis of extent {own.extent}"
            )
        u, p = Index("uvw"[k], size), Index("pqr"[k], axis.window)
        slot = axis.stride * u + axis.dilation * p - axis.before
        if axis.before != 0:
            guards = guards * compare("<=", 0, slot)
        if axis.after != 0:
            guards = guards * compare("<", slot, own.extent)
        places.append(u)
        inside.append(p)
        slots.append(slot)
    value = x.at([*before, *slots])
    if guards != 1:
        value = guards * value if outside == 0 else where(guards, value, outside)
    return call.page.name(Array((*before, *places, *inside), value), NAMES["patches"], whole=True)


# -- convolution -------------------------------------------------------------------------------


def convolved(call: Call, spatial: int) -> Array:
    """The sum over channels and the window."""
    x, kernel, groups = call.array("X"), call.array("K"), call.integer("groups")
    if kernel.order != spatial + 2:
        raise call.error(
            f"K has shape {shown(kernel)}, expected (O, C, {', '.join('k' * spatial)})", "K"
        )
    if x.order not in (spatial + 1, spatial + 2):
        raise call.error(f"X has shape {shown(x)}, expected (B, C, ...) or (C, ...)", "X")
    channels = x.shape[-spatial - 1]
    if groups < 1 or not same_extent(channels, groups * kernel.shape[1]):
        is_depthwise = kernel.shape[1] == ONE and same_extent(channels, kernel.shape[0])
        hint = "; depthwise is groups=C, with numbers as extents" if is_depthwise else ""
        raise call.error(
            f"X has {channels} channels, K has {kernel.shape[1]} for groups={groups}{hint}", "K"
        )
    named = call.page.name(x, NAMES["other"], whole=True)
    q = windows(call, named, axes_of(call, kernel.shape[2:]), sympy.S.Zero)
    *batch, c = q.indices[: -2 * spatial]
    places, inside = q.indices[-2 * spatial : -spatial], q.indices[-spatial:]
    o = kernel.indices[0].fresh()
    if groups == 1:
        body = q.expression * kernel.at([o, c, *inside])
        return Array((*batch, o, *places), total(body, [c, *inside]))
    return _grouped(call, q, kernel, o, groups)


def _grouped(call: Call, q: Array, kernel: Array, o: Index, groups: int) -> Array:
    """sum_gcp [o is in group g] K[o,c,p] q[.., C/g g + c, u, p]."""
    outputs, inputs = kernel.shape[:2]
    if not outputs.is_Integer or outputs % groups:
        raise call.error(
            f"K makes {outputs} channels, expected a number that {groups} divides", "K"
        )
    spatial = kernel.order - 2
    *batch, _ = q.indices[: -2 * spatial]
    places, inside = q.indices[-2 * spatial : -spatial], q.indices[-spatial:]
    g, c = Index("g", groups), Index("c", inputs)
    size = outputs // groups
    in_group = compare("==", o, g) if size == 1 else guard(size * g, o, size * g + size)
    read = q.at([*batch, inputs * g + c, *places, *inside])
    body = in_group * kernel.at([o, c, *inside]) * read
    return Array((*batch, o, *places), total(body, [g, c, *inside]))


@rule(TABLE, "conv1d(X, K, stride=1, padding=0, dilation=1, groups=1)")
def _conv1d(call: Call) -> Value:
    return convolved(call, 1)


@rule(TABLE, "conv2d(X, K, stride=1, padding=0, dilation=1, groups=1)")
def _conv2d(call: Call) -> Value:
    return convolved(call, 2)


# -- pooling -----------------------------------------------------------------------------------


def pooled(call: Call, spatial: int, largest: bool) -> Array:
    """The largest or the mean entry of each window; padding counts as -inf or as 0."""
    x = call.page.name(call.array("X"), NAMES["other"], whole=True)
    if x.order < spatial:
        raise call.error(f"X has shape {shown(x)}, expected at least {spatial} axes", "X")
    listed = [sympy.Integer(k) for k in steps(call, "kernel", spatial)]
    axes = axes_of(call, listed, dilated=False)
    if any(2 * axis.before > axis.window for axis in axes):
        raise call.error("more than half of the window", "padding")
    q = windows(call, x, axes, -sympy.oo if largest else sympy.S.Zero)
    inside = q.indices[-spatial:]
    body = (amax if largest else mean)(q.expression, inside)
    return Array(q.indices[:-spatial], body)


@rule(TABLE, "max_pool1d(X, kernel, stride=None, padding=0)")
def _max_pool1d(call: Call) -> Value:
    return pooled(call, 1, True)


@rule(TABLE, "max_pool2d(X, kernel, stride=None, padding=0)")
def _max_pool2d(call: Call) -> Value:
    return pooled(call, 2, True)


@rule(TABLE, "avg_pool1d(X, kernel, stride=None, padding=0)")
def _avg_pool1d(call: Call) -> Value:
    return pooled(call, 1, False)


@rule(TABLE, "avg_pool2d(X, kernel, stride=None, padding=0)")
def _avg_pool2d(call: Call) -> Value:
    return pooled(call, 2, False)
