"""Arrays of numbers: ones, zeros, full, arange, linspace, meshgrid, vander, len.

ones((N, D))[n,d] = 1     arange(a, b, s)[i] = a + s i     linspace(a, b, n)[i] = a + (b-a) i/(n-1)
"""

from __future__ import annotations

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import Array, axis_letter, elementwise, number, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.numpy_joins import named
from symnet.notation.parse.numpy_reshape import sizes_of

TABLE: Table = {}
MOST_POWERS = 64


def _filled(call: Call, value: sympy.Expr) -> Array:
    sizes = sizes_of(call, "shape")
    if any(e == -1 for e in sizes):
        raise call.error("the size -1, expected at least 1", "shape")
    return Array(tuple(Index(axis_letter(e, k), e) for k, e in enumerate(sizes)), value)


@rule(TABLE, "ones(shape)")
def _ones(call: Call) -> Value:
    return _filled(call, sympy.S.One)


@rule(TABLE, "zeros(shape)")
def _zeros(call: Call) -> Value:
    return _filled(call, sympy.S.Zero)


@rule(TABLE, "full(shape, fill_value)")
def _full(call: Call) -> Value:
    return _filled_with(call, _filled(call, sympy.S.One))


@rule(TABLE, "full_like(a, fill_value)")
def _full_like(call: Call) -> Value:
    return _filled_with(call, call.array("a"))


def _filled_with(call: Call, frame: Array) -> Array:
    value = call.array("fill_value")
    made = elementwise(lambda _, v: v, frame, value)
    if made.shape != frame.shape:
        raise call.error(f"shape {shown(value)} does not fill {shown(frame)}", "fill_value")
    return made


@rule(TABLE, "ones_like(a)")
def _ones_like(call: Call) -> Value:
    return call.array("a").fresh().mapped(lambda _: sympy.S.One)


@rule(TABLE, "zeros_like(a)")
def _zeros_like(call: Call) -> Value:
    return call.array("a").fresh().mapped(lambda _: sympy.S.Zero)


@rule(TABLE, "arange(start, stop=None, step=1)")
def _arange(call: Call) -> Value:
    first = sympy.S.Zero if call["stop"] is None else _bound(call, "start")
    last = _bound(call, "start" if call["stop"] is None else "stop")
    step = call.integer("step")
    if step == 0:
        raise call.error("step is 0", "step")
    size = sympy.expand(last - first) if step > 0 else sympy.expand(first - last)
    if abs(step) != 1:
        size = sympy.ceiling(size / abs(step))
    if size.is_positive is False:
        raise call.error("the range is empty")
    i = Index("i", size)
    return Array((i,), first + step * i)


def _bound(call: Call, name: str) -> sympy.Expr:
    x = call.array(name)
    if x.indices or not x.expression.is_integer:
        raise call.error("expected whole numbers or extents; for others np.linspace", name)
    return x.expression


@rule(TABLE, "linspace(start, stop, num=50, endpoint=True)")
def _linspace(call: Call) -> Value:
    a, b, n = call.array("start"), call.array("stop"), call.integer("num")
    if a.indices or b.indices:
        raise call.error("expected numbers as ends")
    if not 1 <= n <= 10**9:
        raise call.error(f"{n} points, expected at least 1", "num")
    i = Index("i", n)
    steps = n - 1 if call.flag("endpoint") else n
    if steps == 0:
        return Array((i,), a.expression)
    return Array((i,), a.expression + (b.expression - a.expression) * i / steps)


@rule(TABLE, "meshgrid(a, b, c=None, indexing='xy')")
def _meshgrid(call: Call) -> Value:
    listed = [call.array(n) for n in "abc" if call[n] is not None]
    if any(x.order != 1 for x in listed):
        raise call.error("expected vectors")
    if call["indexing"] not in ("xy", "ij"):
        raise call.error("expected 'xy' or 'ij'", "indexing")
    order = list(range(len(listed)))
    if call["indexing"] == "xy":
        order[:2] = [1, 0]
    free = [x.indices[0].fresh() for x in listed]
    shape = tuple(free[k] for k in order)
    return [Array(shape, x.at([i])).fresh() for x, i in zip(listed, free, strict=True)]


@rule(TABLE, "vander(x, N=None, increasing=False)")
def _vander(call: Call) -> Value:
    x = call.array("x")
    if x.order != 1:
        raise call.error(f"expected a vector, found shape {shown(x)}", "x")
    n = Array((), x.shape[0]).constant if call["N"] is None else call.integer("N")
    if n is None or not 1 <= n <= MOST_POWERS:
        raise call.error(f"say how many powers, 1 to {MOST_POWERS}: np.vander(x, 3)")
    x = x.fresh()
    j = Index("j", n)
    powers = range(n) if call.flag("increasing") else reversed(range(n))
    body = sympy.Add(*(compare("==", j, k) * x.expression**p for k, p in enumerate(powers)))
    return named(call, Array((*x.indices, j), body))


@rule(TABLE, "len(a)")
def _len(call: Call) -> Value:
    value = call["a"]
    if isinstance(value, tuple | list):
        return number(len(value))
    x = call.array("a")
    if not x.indices:
        raise call.error("a number has no length", "a")
    return Array((), x.shape[0])
