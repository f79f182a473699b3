"""Convolutions (cross-correlations, as in every deep learning library) and pooling.

    conv1d(X, K)[b,o,u] = sum_cp K[o,c,p] X[b,c, s u + d p - pad]        0 outside of X
    X (B,C,T) or (C,T), K (O,C,k);  conv2d: X (B,C,H,W) or (C,H,W), K (O,C,kh,kw)
    max_pool1d(X, k, stride)[.., u] = max_p X[.., s u + p]

The extent of the result is floor((T + 2 pad - d (k-1) - 1)/s) + 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import Array, same_extent
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_products import shown
from symnet.notation.reductions import amax, mean, total

TABLE: Table = {}


def pair(call: Call, name: str, count: int) -> list[int]:
    """A number for each spatial axis; one number is for all."""
    found = list(call.integers(name))
    if len(found) == 1:
        found *= count
    least = 0 if name == "padding" else 1
    if len(found) != count or any(not least <= v <= 4096 for v in found):
        raise call.error(f"expected {count} numbers of at least {least}", name)
    return found


def result_extent(n: sympy.Expr, k: sympy.Expr, s: int, d: int, pad: int) -> sympy.Expr:
    """How many places a window of k entries has."""
    room = sympy.expand(n + 2 * pad - d * (k - 1) - 1)
    return room + 1 if s == 1 else sympy.floor(room / s) + 1


def windows(
    call: Call,
    x: Array,
    sizes: Sequence[sympy.Expr],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: Sequence[int],
) -> Array:
    """q[.., u, v, p, q] = X[.., s u + d p - pad, ..]: the windows over the last axes, named."""
    n = len(sizes)
    before = [i.fresh() for i in x.indices[:-n]]
    places, inside, slots = [], [], []
    guards: sympy.Expr = sympy.S.One
    spatial = zip(x.indices[-n:], sizes, strides, dilations, padding, strict=True)
    for axis, (own, k, s, d, pad) in enumerate(spatial):
        size = result_extent(own.extent, k, s, d, pad)
        if size.is_positive is False:
            raise call.error(f"a window of {k} does not fit into an axis of extent {own.extent}")
        u, p = Index("uvw"[axis], size), Index("pqr"[axis], k)
        slot = s * u + d * p - pad
        if pad:
            guards = guards * compare("<=", 0, slot) * compare("<", slot, own.extent)
        places.append(u)
        inside.append(p)
        slots.append(slot)
    made = Array((*before, *places, *inside), guards * x.at([*before, *slots]))
    return call.page.name(made, NAMES["patches"])


def convolved(call: Call, spatial: int) -> Array:
    """The sum over channels and the window."""
    x, kernel = call.array("X"), call.array("K")
    if kernel.order != spatial + 2:
        raise call.error(
            f"K has shape {shown(kernel)}, expected (O, C, {', '.join('k' * spatial)})", "K"
        )
    if x.order not in (spatial + 1, spatial + 2):
        raise call.error(f"X has shape {shown(x)}, expected (B, C, ...) or (C, ...)", "X")
    if not same_extent(x.shape[-spatial - 1], kernel.shape[1]):
        raise call.error(f"X has {x.shape[-spatial - 1]} channels, K has {kernel.shape[1]}", "K")
    named = call.page.name(x, NAMES["other"])
    strides, padding = pair(call, "stride", spatial), pair(call, "padding", spatial)
    dilations = pair(call, "dilation", spatial)
    q = windows(call, named, kernel.shape[2:], strides, dilations, padding)
    *batch, c = q.indices[: -2 * spatial]
    places, inside = q.indices[-2 * spatial : -spatial], q.indices[-spatial:]
    o = kernel.indices[0].fresh()
    body = q.expression * kernel.at([o, c, *inside])
    return Array((*batch, o, *places), total(body, [c, *inside]))


@rule(TABLE, "conv1d(X, K, stride=1, padding=0, dilation=1)")
def _conv1d(call: Call) -> Value:
    return convolved(call, 1)


@rule(TABLE, "conv2d(X, K, stride=1, padding=0, dilation=1)")
def _conv2d(call: Call) -> Value:
    return convolved(call, 2)


def pooled(call: Call, spatial: int, largest: bool) -> Array:
    """The largest or the mean entry of each window."""
    x = call.page.name(call.array("X"), NAMES["other"])
    if x.order < spatial:
        raise call.error(f"X has shape {shown(x)}, expected at least {spatial} axes", "X")
    sizes = pair(call, "kernel", spatial)
    strides = sizes if call["stride"] is None else pair(call, "stride", spatial)
    listed = [sympy.Integer(k) for k in sizes]
    q = windows(call, x, listed, strides, [1] * spatial, [0] * spatial)
    inside = q.indices[-spatial:]
    body = (amax if largest else mean)(q.expression, inside)
    return Array(q.indices[:-spatial], body)


@rule(TABLE, "max_pool1d(X, kernel, stride=None)")
def _max_pool1d(call: Call) -> Value:
    return pooled(call, 1, True)


@rule(TABLE, "max_pool2d(X, kernel, stride=None)")
def _max_pool2d(call: Call) -> Value:
    return pooled(call, 2, True)


@rule(TABLE, "avg_pool1d(X, kernel, stride=None)")
def _avg_pool1d(call: Call) -> Value:
    return pooled(call, 1, False)


@rule(TABLE, "avg_pool2d(X, kernel, stride=None)")
def _avg_pool2d(call: Call) -> Value:
    return pooled(call, 2, False)
