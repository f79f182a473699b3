"""NumPy's functions of axes: order, axes of extent 1, stretching, reversal.

transpose(x)[k,d,n] = x[n,d,k]     expand_dims(x, 0)[0,n] = x[n]     flip(x)[n] = x[N-1-n]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, axis_letter, shown, slots_in, stretched
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.numpy_reshape import sizes_of

TABLE: Table = {}


def along(x: Array, axis: int, i: Index, slot: Any) -> Array:
    """x with the axis replaced by an index, read at the slot."""
    own = [k.fresh() for k in x.indices]
    value = x.at([slot if k == axis else j for k, j in enumerate(own)])
    own[axis] = i
    return Array(tuple(own), value)


def permuted(x: Array, order: Sequence[int]) -> Array:
    """The axes in another order."""
    return Array(tuple(x.indices[k] for k in order), x.expression)


@rule(TABLE, "transpose(a, axes=None)", "permute_dims", "permute", method=True)
def _transpose(call: Call) -> Value:
    x = call.array("a")
    if call["axes"] is None:
        return permuted(x, list(reversed(range(x.order))))
    given = call["axes"]
    listed = given if isinstance(given, tuple | list) else (given,)
    flat = listed[0] if len(listed) == 1 and isinstance(listed[0], tuple | list) else listed
    order = tuple(call.axis(k, x.order, "axes") for k in flat)
    if sorted(order) != list(range(x.order)):
        raise call.error(f"axes {order} are not those of an array of shape {shown(x)}", "axes")
    return permuted(x, order)


@rule(TABLE, "matrix_transpose(x)")
def _matrix_transpose(call: Call) -> Value:
    x = call.array("x")
    if x.order < 2:
        raise call.error(f"expected a matrix, found shape {shown(x)}", "x")
    return permuted(x, [*range(x.order - 2), x.order - 1, x.order - 2])


@rule(TABLE, "swapaxes(a, axis1, axis2)", method=True)
def _swapaxes(call: Call) -> Value:
    x = call.array("a")
    p, q = (call.axis(call[n], x.order, n) for n in ("axis1", "axis2"))
    order = list(range(x.order))
    order[p], order[q] = order[q], order[p]
    return permuted(x, order)


@rule(TABLE, "moveaxis(a, source, destination)")
def _moveaxis(call: Call) -> Value:
    x = call.array("a")
    source, destination = call.axes("source", x), call.axes("destination", x)
    if len(source) != len(destination):
        raise call.error("expected as many places as axes", "destination")
    order = [k for k in range(x.order) if k not in source]
    for place, k in sorted(zip(destination, source, strict=True)):
        order.insert(place, k)
    return permuted(x, order)


@rule(TABLE, "rollaxis(a, axis, start=0)")
def _rollaxis(call: Call) -> Value:
    x = call.array("a")
    k, start = call.axis(call["axis"], x.order), call.integer("start")
    start = start + x.order if start < 0 else start
    if not 0 <= start <= x.order:
        raise call.error(f"start={start}, but the array has {x.order} axes", "start")
    order = [j for j in range(x.order) if j != k]
    order.insert(start - (k < start), k)
    return permuted(x, order)


@rule(TABLE, "expand_dims(a, axis)", "unsqueeze")
def _expand_dims(call: Call) -> Value:
    x = call.array("a")
    listed = call["axis"] if isinstance(call["axis"], tuple | list) else (call["axis"],)
    places = [call.axis(v, x.order + len(listed)) for v in listed]
    if len(set(places)) != len(places):
        raise call.error("an axis is named twice", "axis")
    free = list(x.indices)
    for k in sorted(places):
        free.insert(k, Index("i", ONE))
    return Array(tuple(free), x.expression)


@rule(TABLE, "squeeze(a, axis=None)", method=True)
def _squeeze(call: Call) -> Value:
    x = call.array("a")
    ones = [k for k, e in enumerate(x.shape) if e == ONE]
    gone = ones if call["axis"] is None else list(call.axes("axis", x))
    if bad := [k for k in gone if k not in ones]:
        raise call.error(f"axis {bad[0]} has extent {x.shape[bad[0]]}, expected 1", "axis")
    slots = [sympy.S.Zero if k in gone else i for k, i in enumerate(x.indices)]
    return Array(tuple(i for k, i in enumerate(x.indices) if k not in gone), x.at(slots))


@rule(TABLE, "atleast_1d(a)")
def _atleast_1d(call: Call) -> Value:
    return at_least(call.array("a"), 1)


@rule(TABLE, "atleast_2d(a)")
def _atleast_2d(call: Call) -> Value:
    return at_least(call.array("a"), 2)


def at_least(x: Array, order: int) -> Array:
    """x with axes of extent 1 in front, until it has that many."""
    new = (Index("i", ONE) for _ in range(order - x.order))
    return Array((*new, *x.indices), x.expression)


@rule(TABLE, "broadcast_to(a, shape)")
def _broadcast_to(call: Call) -> Value:
    x = call.array("a")
    free = [Index(axis_letter(e, k), e) for k, e in enumerate(sizes_of(call, "shape"))]
    wide = stretched([x.indices, tuple(free)])
    if len(wide) != len(free) or any(w.extent != f.extent for w, f in zip(wide, free, strict=True)):
        raise call.error(f"shape {shown(x)} does not stretch to that", "shape")
    return Array(wide, x.at(slots_in(x, wide)))


@rule(TABLE, "broadcast_arrays(a, b, c=None, d=None)")
def _broadcast_arrays(call: Call) -> Value:
    listed = [call.array(n) for n in "abcd" if call[n] is not None]
    wide = stretched([x.indices for x in listed])
    return [Array(wide, x.at(slots_in(x, wide))).fresh() for x in listed]


@rule(TABLE, "flip(a, axis=None)")
def _flip(call: Call) -> Value:
    x = call.array("a")
    return flipped(x, call.axes("axis", x))


def flipped(x: Array, axes: Sequence[int]) -> Array:
    """x read backwards along the axes."""
    for k in axes:
        i = x.indices[k].fresh()
        x = along(x, k, i, i.extent - 1 - i)
    return x


@rule(TABLE, "fliplr(a)")
def _fliplr(call: Call) -> Value:
    return flipped(_matrix(call, 2), [1])


@rule(TABLE, "flipud(a)")
def _flipud(call: Call) -> Value:
    return flipped(_matrix(call, 1), [0])


@rule(TABLE, "rot90(a, k=1)")
def _rot90(call: Call) -> Value:
    x = _matrix(call, 2)
    order = [1, 0, *range(2, x.order)]
    turns = call.integer("k") % 4
    if turns == 2:
        return flipped(x, [0, 1])
    if turns == 1:
        return flipped(permuted(x, order), [0])
    return flipped(permuted(x, order), [1]) if turns else x


def _matrix(call: Call, least: int) -> Array:
    x = call.array("a")
    if x.order < least:
        raise call.error(f"expected at least {least} axes, found shape {shown(x)}", "a")
    return x


__all__ = ["along", "at_least", "flipped", "permuted"]
