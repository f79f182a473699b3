"""NumPy's functions that join and divide arrays: stack, concatenate, split, repeat, tile.

    stack([a, b])[s,n] = [s = 0] a[n] + [s = 1] b[n]
    concatenate([a, b])[m] = [m < N] a[m] + [N <= m] b[m-N]
    repeat(x, 3)[m] = sum_nr [m = 3 n + r] x[n]     tile(x, 3)[m] = sum_rn [m = N r + n] x[n]

Reads with a guard stand in a definition of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symnet.notation.functions import compare, guard
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, same_extent, shown, stretched
from symnet.notation.parse.call import Call, Table, Value, described, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_reshape import raveled
from symnet.notation.parse.numpy_shaping import along, at_least
from symnet.notation.reductions import total

TABLE: Table = {}


def named(call: Call, x: Array) -> Array:
    """A guarded read, under a name of its own."""
    return call.page.name(x, NAMES["other"])


# -- joins -------------------------------------------------------------------------------------


@rule(TABLE, "stack(arrays, axis=0)")
def _stack(call: Call) -> Value:
    items = call.arrays("arrays")
    if any(x.order != items[0].order for x in items):
        raise call.error("all arrays must have the same shape", "arrays")
    return named(call, stacked(call, items, call.axis(call["axis"], items[0].order + 1)))


def stacked(call: Call, items: Sequence[Array], axis: int, name: str = "arrays") -> Array:
    """The arrays along a new axis."""
    free = stretched([x.indices for x in items])
    extents = [i.extent for i in free]
    for x in items:
        if x.order != len(free) or not all(map(same_extent, x.shape, extents)):
            raise call.error(f"shapes {shown(items[0])} and {shown(x)} differ", name)
    s = Index("s", len(items))
    values = [x.at(list(free)) for x in items]
    if len(items) > 1:
        values = [compare("==", s, k) * v for k, v in enumerate(values)]
    return Array((*free[:axis], s, *free[axis:]), sympy.Add(*values))


@rule(TABLE, "concatenate(arrays, axis=0)", "concat")
def _concatenate(call: Call) -> Value:
    items = call.arrays("arrays")
    if call["axis"] is None:
        return joined(call, [raveled(call, x) for x in items], 0)
    if not items[0].indices:
        raise call.error("numbers have no axis to be joined along; write np.array([a, b])")
    return joined(call, items, call.axis(call["axis"], items[0].order))


def joined(call: Call, items: Sequence[Array], axis: int) -> Array:
    """The arrays one after the other along an axis."""
    first = items[0]
    for x in items:
        if x.order != first.order or not all(
            k == axis or same_extent(e, first.shape[k]) for k, e in enumerate(x.shape)
        ):
            raise call.error(f"shapes {shown(first)} and {shown(x)} differ outside of axis {axis}")
    if len(items) == 1:
        return first
    size = sympy.expand(sympy.Add(*(x.shape[axis] for x in items)))
    m = Index(first.indices[axis].letter, size)
    free = [m if k == axis else i.fresh() for k, i in enumerate(first.indices)]
    body: sympy.Expr = sympy.S.Zero
    start: sympy.Expr = sympy.S.Zero
    for count, x in enumerate(items, 1):
        n = x.shape[axis]
        at = sympy.S.Zero if n == ONE else m - start
        slots: list[Any] = [at if k == axis else i for k, i in enumerate(free)]
        body = body + _inside(m, start, n, count == len(items)) * x.at(slots)
        start = sympy.expand(start + n)
    return named(call, Array(tuple(free), body))


def _inside(m: Index, start: sympy.Expr, n: sympy.Expr, is_last: bool) -> sympy.Expr:
    """[start <= m < start + n], as short as it may be."""
    if n == ONE:
        return compare("==", m, start)
    if start == 0:
        return compare("<", m, n)
    return compare("<=", start, m) if is_last else guard(start, m, start + n)


@rule(TABLE, "hstack(arrays)")
def _hstack(call: Call) -> Value:
    items = [at_least(x, 1) for x in call.arrays("arrays")]
    return joined(call, items, 0 if items[0].order == 1 else 1)


@rule(TABLE, "vstack(arrays)", "row_stack")
def _vstack(call: Call) -> Value:
    return joined(call, [at_least(x, 2) for x in call.arrays("arrays")], 0)


@rule(TABLE, "column_stack(arrays)")
def _column_stack(call: Call) -> Value:
    return joined(call, [_column(x, 1) for x in call.arrays("arrays")], 1)


@rule(TABLE, "dstack(arrays)")
def _dstack(call: Call) -> Value:
    return joined(call, [_column(at_least(x, 2), 2) for x in call.arrays("arrays")], 2)


def _column(x: Array, order: int) -> Array:
    """x with axes of extent 1 at the end, until it has order + 1."""
    new = (Index("i", ONE) for _ in range(order + 1 - max(x.order, 1)))
    return Array((*at_least(x, 1).indices, *new), x.expression)


@rule(TABLE, "append(arr, values, axis=None)")
def _append(call: Call) -> Value:
    a, b = call.array("arr"), call.array("values")
    if call["axis"] is None:
        return joined(call, [raveled(call, a), raveled(call, b)], 0)
    return joined(call, [a, b], call.axis(call["axis"], a.order))


@rule(TABLE, "block(arrays)")
def _block(call: Call) -> Value:
    return _blocks(call, call["arrays"], _depth(call["arrays"]))


def _depth(value: Value) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _blocks(call: Call, value: Value, depth: int) -> Array:
    """The innermost lists are joined along the last axis, the next ones along the one before."""
    if depth == 0:
        return call.as_array(value, "arrays")
    if not isinstance(value, list) or not value:
        raise call.error("expected lists of lists, all of the same depth", "arrays")
    items = [at_least(_blocks(call, v, depth - 1), depth) for v in value]
    order = max(x.order for x in items)
    return joined(call, [at_least(x, order) for x in items], order - depth)


@rule(TABLE, "array(items)", "asarray")
def _array(call: Call) -> Value:
    return _nested(call, call["items"])


def _nested(call: Call, value: Value) -> Array:
    if isinstance(value, Array | bool):
        return call.as_array(value, "items")
    if not isinstance(value, tuple | list) or not value:
        raise call.error(f"{described(value)}, expected lists of numbers", "items")
    items = [_nested(call, v) for v in value]
    if any(x.order != items[0].order for x in items):
        raise call.error("the rows have different shapes", "items")
    return stacked(call, items, 0, "items")


# -- parts -------------------------------------------------------------------------------------


@rule(TABLE, "split(a, indices_or_sections, axis=0)", "array_split")
def _split(call: Call) -> Value:
    x = call.array("a")
    return divided(call, x, call.axis(call["axis"], x.order))


@rule(TABLE, "hsplit(a, indices_or_sections)")
def _hsplit(call: Call) -> Value:
    x = call.array("a")
    return divided(call, x, call.axis(0 if x.order == 1 else 1, x.order))


@rule(TABLE, "vsplit(a, indices_or_sections)")
def _vsplit(call: Call) -> Value:
    x = call.array("a")
    if x.order < 2:
        raise call.error(f"expected at least two axes, found shape {shown(x)}", "a")
    return divided(call, x, 0)


def divided(call: Call, x: Array, axis: int) -> list[Array]:
    """The parts of x along an axis, each read from its start."""
    n = x.shape[axis]
    ends = [*_ends(call, n), n]
    out = []
    start: sympy.Expr = sympy.S.Zero
    for end in ends:
        size = sympy.expand(end - start)
        if size.is_positive is False or (n - end).is_negative:
            raise call.error(
                f"a part from {start} to {end} of an axis of extent {n} is empty or beyond it",
                "indices_or_sections",
            )
        if start == 0 and not (n - end).is_nonnegative:
            raise call.error(
                f"the first part has {end} entries only if {n} is not less; give the axis a number",
                "indices_or_sections",
            )
        i = Index(x.indices[axis].letter, size)
        out.append(along(x, axis, i, start + i))
        start = end
    return out


def _ends(call: Call, n: sympy.Expr) -> list[sympy.Expr]:
    """Where the parts end, but for the last one."""
    name = "indices_or_sections"
    if isinstance(call[name], tuple | list):
        return [_from_start(call.extent(v, name), n) for v in call[name]]
    count = call.integer(name)
    if not 1 <= count <= 4096:
        raise call.error(f"{count} parts, expected 1 to 4096", name)
    size = sympy.expand(n / count)
    if n.is_Integer and not size.is_Integer and call.function.name == "array_split":
        size, more = divmod(int(n), count)
        return [sympy.Integer(size * k + min(k, more)) for k in range(1, count)]
    if any(not t.as_coeff_Mul()[0].is_Integer for t in sympy.Add.make_args(size)):
        raise call.error(
            f"an axis of extent {n} is not known to divide into {count} equal parts", name
        )
    return [size * k for k in range(1, count)]


def _from_start(e: sympy.Expr, n: sympy.Expr) -> sympy.Expr:
    return n + e if e.is_negative else e


# -- copies ------------------------------------------------------------------------------------


def _copies(call: Call, value: Value, name: str) -> sympy.Expr:
    count = call.extent(value, name)
    if count.is_positive is False:
        raise call.error(f"{count} copies, expected at least 1", name)
    return count


@rule(TABLE, "repeat(a, repeats, axis=None)", method=True)
def _repeat(call: Call) -> Value:
    x = call.array("a")
    if isinstance(call["repeats"], tuple | list):
        raise call.error("expected one number for all entries", "repeats")
    n = _copies(call, call["repeats"], "repeats")
    if call["axis"] is None:
        x = at_least(raveled(call, x), 1)
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    if n == ONE:
        return x
    own = x.indices[k]
    m, i, r = Index(own.letter, sympy.expand(n * own.extent)), own.fresh(), Index("r", n)
    if own.extent == ONE:
        return along(x, k, m, sympy.S.Zero)
    copied = along(x, k, m, i)
    body = total(compare("==", m, n * i + r) * copied.expression, [i, r])
    return named(call, Array(copied.indices, body))


@rule(TABLE, "tile(a, reps)")
def _tile(call: Call) -> Value:
    x, value = call.array("a"), call["reps"]
    listed = value if isinstance(value, tuple | list) else (value,)
    reps = [_copies(call, v, "reps") for v in listed]
    x = at_least(x, len(reps))
    for k, n in enumerate(reps, x.order - len(reps)):
        if n == ONE:
            continue
        own = x.indices[k]
        m, i, r = Index(own.letter, sympy.expand(n * own.extent)), own.fresh(), Index("r", n)
        if own.extent == ONE:
            x = along(x, k, m, sympy.S.Zero)
            continue
        copied = along(x, k, m, i)
        body = total(compare("==", m, own.extent * r + i) * copied.expression, [r, i])
        x = named(call, Array(copied.indices, body))
    return x


__all__ = ["divided", "joined", "named", "stacked"]
