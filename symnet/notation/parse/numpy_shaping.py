"""NumPy's functions that move entries: transposes, joins, shifts, triangles, diagonals, padding.

    concatenate([a, b])[i] = [i < N] a[i] + [N <= i] b[i-N]      cumsum(x)[i] = sum_j [j <= i] x[j]
    reshape splits i = a*Q + b, and merges by sum_ab [i = a*Q + b] x[a,b]; Q has to be a number

Reads with a guard stand in a definition of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from symnet.notation.functions import compare, guard
from symnet.notation.index import Index
from symnet.notation.parse.array import (
    ONE,
    Array,
    elementwise,
    number,
    same_extent,
    slots_in,
    stretched,
)
from symnet.notation.parse.call import Call, Table, Value, described, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_products import along_diagonal, shown
from symnet.notation.reductions import total

TABLE: Table = {}
MOST_COPIES = 64


def named(call: Call, x: Array) -> Array:
    """A guarded read, under a name of its own."""
    return call.page.name(x, NAMES["other"])


def entry(x: Array, axis: int, slot: Any) -> tuple[list[Index], sympy.Expr]:
    """Fresh indices for the other axes, and x read at the slot along the axis."""
    own = [i.fresh() for i in x.indices]
    return own, x.at([slot if k == axis else i for k, i in enumerate(own)])


def along(x: Array, axis: int, i: Index, slot: Any) -> Array:
    """x with the axis replaced by an index, read at the slot."""
    own, value = entry(x, axis, slot)
    own[axis] = i
    return Array(tuple(own), value)


# -- order of axes -----------------------------------------------------------------------------


@rule(TABLE, "transpose(a, axes=None)", "permute_dims", "permute", method=True)
def _transpose(call: Call) -> Value:
    x = call.array("a")
    if call["axes"] is None:
        order = tuple(reversed(range(x.order)))
    else:
        given = call["axes"]
        listed = given if isinstance(given, tuple | list) else (given,)
        flat = listed[0] if len(listed) == 1 and isinstance(listed[0], tuple | list) else listed
        order = tuple(call.axis(k, x.order, "axes") for k in flat)
    if sorted(order) != list(range(x.order)):
        raise call.error(f"axes {order} are not those of an array of shape {shown(x)}", "axes")
    return Array(tuple(x.indices[k] for k in order), x.expression)


@rule(TABLE, "swapaxes(a, axis1, axis2)", method=True)
def _swapaxes(call: Call) -> Value:
    x = call.array("a")
    p, q = (call.axis(call[n], x.order, n) for n in ("axis1", "axis2"))
    free = list(x.indices)
    free[p], free[q] = free[q], free[p]
    return Array(tuple(free), x.expression)


@rule(TABLE, "moveaxis(a, source, destination)")
def _moveaxis(call: Call) -> Value:
    x = call.array("a")
    p, q = (call.axis(call[n], x.order, n) for n in ("source", "destination"))
    free = list(x.indices)
    free.insert(q, free.pop(p))
    return Array(tuple(free), x.expression)


@rule(TABLE, "expand_dims(a, axis)", "unsqueeze")
def _expand_dims(call: Call) -> Value:
    x = call.array("a")
    k = call.axis(call["axis"], x.order + 1)
    free = list(x.indices)
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


@rule(TABLE, "flip(a, axis=None)")
def _flip(call: Call) -> Value:
    x = call.array("a")
    for k in call.axes("axis", x):
        i = x.indices[k].fresh()
        x = along(x, k, i, i.extent - 1 - i)
    return x


@rule(TABLE, "broadcast_to(a, shape)")
def _broadcast_to(call: Call) -> Value:
    x = call.array("a")
    free = [Index("i", e) for e in _sizes(call, "shape")]
    wide = stretched([x.indices, tuple(free)])
    if len(wide) != len(free) or any(w.extent != f.extent for w, f in zip(wide, free, strict=True)):
        raise call.error(f"shape {shown(x)} does not stretch to that", "shape")
    return Array(wide, x.at(slots_in(x, wide)))


def _sizes(call: Call, name: str) -> list[sympy.Expr]:
    value = call[name]
    listed = value if isinstance(value, tuple | list) else (value,)
    if len(listed) == 1 and isinstance(listed[0], tuple | list):
        listed = listed[0]
    sizes = [call.extent(v, name) for v in listed]
    for e in sizes:
        if e.is_positive is False and e != -1:
            raise call.error(f"the size {e}, expected at least 1", name)
        if e.is_Integer and e > 10**9:
            raise call.error(f"the size {e} is too large", name)
    return sizes


# -- reshape -----------------------------------------------------------------------------------


@rule(TABLE, "reshape(a, shape)", method=True)
def _reshape(call: Call) -> Value:
    x = call.array("a")
    return reshaped(call, x, _sizes(call, "shape"))


@rule(TABLE, "ravel(a)", "flatten", method=True)
def _ravel(call: Call) -> Value:
    x = call.array("a")
    return reshaped(call, x, [sympy.expand(sympy.Mul(*x.shape))])


def reshaped(call: Call, x: Array, sizes: Sequence[sympy.Expr]) -> Array:
    """The entries in the same (row-major) order under other axes."""
    sizes = list(sizes)
    whole = sympy.Mul(*x.shape)
    if (unknown := sum(e == -1 for e in sizes)) > 1:
        raise call.error("-1 stands more than once", "shape")
    if unknown:
        rest = sympy.cancel(whole / sympy.Mul(*(e for e in sizes if e != -1)))
        if not sympy.denom(rest).is_Integer or (rest.is_Rational and not rest.is_Integer):
            raise call.error(f"shape {shown(x)} does not divide so", "shape")
        sizes[sizes.index(sympy.Integer(-1))] = rest
    if not same_extent(sympy.Mul(*sizes), whole):
        raise call.error(f"shape {shown(x)} has {whole} entries, not {sympy.Mul(*sizes)}", "shape")
    slots: list[sympy.Expr] = []
    free: list[Index] = []
    body_guard: sympy.Expr = sympy.S.One
    bound: list[Index] = []
    for old, new in _segments(call, x.shape, sizes):
        fresh = [Index("i", e) for e in new]
        free.extend(fresh)
        place = _place(call, new, fresh)
        if len(old) == 1:
            slots.append(place)
            continue
        if len(old) == len(new) and all(map(same_extent, old, new)):
            slots.extend(fresh)
            continue
        inner = [Index("i", e) for e in old]
        bound.extend(inner)
        slots.extend(inner)
        body_guard = body_guard * compare("==", place, _place(call, old, inner))
    body = x.at(slots)
    if bound:
        body = total(body_guard * body, bound)
    made = Array(tuple(free), body)
    return named(call, made) if bound else made


def _place(call: Call, sizes: Sequence[sympy.Expr], indices: Sequence[Index]) -> sympy.Expr:
    """The position of an entry in row-major order."""
    out: sympy.Expr = sympy.S.Zero
    stride: sympy.Expr = ONE
    for e, i in zip(reversed(sizes), reversed(indices), strict=True):
        if e == ONE:
            continue
        if not stride.is_Integer:
            raise call.error(
                f"the inner extent {stride} must be a number; or give the tensor the axes it is "
                "split into, and write the product with np.einsum"
            )
        out = out + stride * i
        stride = stride * e
    return out


def _segments(
    call: Call, old: Sequence[sympy.Expr], new: Sequence[sympy.Expr]
) -> list[tuple[list[sympy.Expr], list[sympy.Expr]]]:
    """The shortest runs of axes with equal numbers of entries."""
    out: list[tuple[list[sympy.Expr], list[sympy.Expr]]] = []
    left, right = list(old), list(new)
    while left or right:
        a: list[sympy.Expr] = [left.pop(0)] if left else []
        b: list[sympy.Expr] = [right.pop(0)] if right else []
        while not same_extent(sympy.Mul(*a), sympy.Mul(*b)):
            more_a = left and _grows(sympy.Mul(*a), sympy.Mul(*b))
            if more_a:
                a.append(left.pop(0))
            elif right:
                b.append(right.pop(0))
            elif left:
                a.append(left.pop(0))
            else:
                raise call.error("the shapes do not correspond", "shape")
        out.append((a, b))
    return out


def _grows(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Whether a divides b: then a is the shorter side."""
    ratio = sympy.cancel(b / a)
    return bool(sympy.denom(ratio) == 1)


# -- joins -------------------------------------------------------------------------------------


@rule(TABLE, "stack(arrays, axis=0)")
def _stack(call: Call) -> Value:
    items = call.arrays("arrays")
    if any(x.order != items[0].order for x in items):
        raise call.error("all arrays must have the same shape", "arrays")
    k = call.axis(call["axis"], items[0].order + 1)
    return named(call, stacked(call, items, k))


def stacked(call: Call, items: Sequence[Array], axis: int) -> Array:
    """The arrays along a new axis."""
    free = stretched([x.indices for x in items])
    for x in items:
        if not all(map(same_extent, x.shape, (i.extent for i in free))):
            raise call.error(f"shapes {shown(items[0])} and {shown(x)} differ", "arrays")
    s = Index("s", len(items))
    body = sympy.Add(
        *(
            compare("==", s, k) * x.at(list(free)) if len(items) > 1 else x.at(list(free))
            for k, x in enumerate(items)
        )
    )
    return Array((*free[:axis], s, *free[axis:]), body)


@rule(TABLE, "concatenate(arrays, axis=0)", "concat")
def _concatenate(call: Call) -> Value:
    items = call.arrays("arrays")
    if not items[0].indices or any(x.order != items[0].order for x in items):
        raise call.error("all arrays must have as many axes, at least one", "arrays")
    return joined(call, items, call.axis(call["axis"], items[0].order))


def joined(call: Call, items: Sequence[Array], axis: int) -> Array:
    """The arrays one after the other along an axis."""
    if len(items) == 1:
        return items[0]
    first = items[0]
    whole = Index(
        first.indices[axis].letter, sympy.expand(sympy.Add(*(x.shape[axis] for x in items)))
    )
    free = [whole if k == axis else i.fresh() for k, i in enumerate(first.indices)]
    body: sympy.Expr = sympy.S.Zero
    start: sympy.Expr = sympy.S.Zero
    for x in items:
        for k, e in enumerate(x.shape):
            if k != axis and not same_extent(e, first.shape[k]):
                raise call.error(f"shapes {shown(first)} and {shown(x)} differ", "arrays")
        n = x.shape[axis]
        slots: list[Any] = [whole - start if k == axis else i for k, i in enumerate(free)]
        inside = compare("<", whole, start + n) if start == 0 else compare("<=", start, whole)
        if start != 0 and x is not items[-1]:
            inside = guard(start, whole, start + n)
        body = body + inside * x.at(slots)
        start = start + n
    return named(call, Array(tuple(free), body))


@rule(TABLE, "hstack(arrays)", "column_stack")
def _hstack(call: Call) -> Value:
    items = call.arrays("arrays")
    if call.function.name == "column_stack":
        items = [_as_columns(x) for x in items]
    axis = 0 if items[0].order == 1 else 1
    return joined(call, items, axis)


def _as_columns(x: Array) -> Array:
    return Array((*x.indices, Index("i", ONE)), x.expression) if x.order == 1 else x


@rule(TABLE, "vstack(arrays)", "row_stack")
def _vstack(call: Call) -> Value:
    items = call.arrays("arrays")
    rows = [
        Array((Index("i", ONE), *x.indices), x.expression) if x.order == 1 else x for x in items
    ]
    return joined(call, rows, 0)


@rule(TABLE, "array(items)", "asarray")
def _array(call: Call) -> Value:
    value = call["items"]
    return value if isinstance(value, Array) else _nested(call, value)


def _nested(call: Call, value: Value) -> Array:
    if isinstance(value, Array):
        return value
    if not isinstance(value, tuple | list) or not value:
        raise call.error(f"{described(value)}, expected lists of numbers", "items")
    return stacked(call, [_nested(call, v) for v in value], 0)


@rule(TABLE, "repeat(a, repeats, axis=None)", method=True)
def _repeat(call: Call) -> Value:
    x, n = call.array("a"), call.integer("repeats")
    if not 1 <= n <= MOST_COPIES:
        raise call.error(f"{n} repeats, expected 1 to {MOST_COPIES}", "repeats")
    if call["axis"] is None:
        x = reshaped(call, x, [sympy.expand(sympy.Mul(*x.shape))])
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    own = x.indices[k]
    m, i, r = Index(own.letter, sympy.expand(n * own.extent)), own.fresh(), Index("r", n)
    copied = along(x, k, m, i)
    body = total(compare("==", m, n * i + r) * copied.expression, [i, r])
    return named(call, Array(copied.indices, body))


@rule(TABLE, "tile(a, reps)")
def _tile(call: Call) -> Value:
    x, reps = call.array("a"), list(call.integers("reps"))
    if any(not 1 <= n <= MOST_COPIES for n in reps):
        raise call.error(f"expected 1 to {MOST_COPIES} copies", "reps")
    while x.order < len(reps):
        x = Array((Index("i", ONE), *x.indices), x.expression)
    reps = [1] * (x.order - len(reps)) + reps
    for k, n in enumerate(reps):
        if n > 1:
            x = joined(call, [x] * n, k)
    return x


# -- shifts and running sums ---------------------------------------------------------------------


@rule(TABLE, "roll(a, shift, axis=None)")
def _roll(call: Call) -> Value:
    x, shift = call.array("a"), call.integer("shift")
    if call["axis"] is None and x.order != 1:
        raise call.error("axis=None over several axes; name one", "axis")
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    n = x.shape[k]
    if n.is_Integer:
        shift %= int(n)
    if shift == 0:
        return x
    i = x.indices[k].fresh()
    split = sympy.Integer(shift) if shift > 0 else n + shift
    high = along(x, k, i, i - split)
    low = along(x, k, i, i - split + n)
    body = compare("<=", split, i) * high.expression
    body = body + compare("<", i, split) * low.at(list(high.indices))
    return named(call, Array(high.indices, body))


@rule(TABLE, "diff(a, n=1, axis=-1)")
def _diff(call: Call) -> Value:
    x, n = call.array("a"), call.integer("n")
    if not 0 <= n <= 8:
        raise call.error(f"n={n}, expected 0 to 8", "n")
    k = call.axis(call["axis"], x.order)
    for _ in range(n):
        size = x.shape[k] - 1
        if size.is_positive is False:
            raise call.error("no entries are left")
        i = Index(x.indices[k].letter, size)
        ahead, here = along(x, k, i, i + 1), along(x, k, i, i)
        x = Array(ahead.indices, ahead.expression - here.at(list(ahead.indices)))
    return x


@rule(TABLE, "cumsum(a, axis=None)", method=True)
def _cumsum(call: Call) -> Value:
    x = call.array("a")
    if call["axis"] is None and x.order != 1:
        raise call.error("axis=None over several axes; name one", "axis")
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    i, j = x.indices[k].fresh(), x.indices[k].fresh()
    made = along(x, k, i, j)
    return Array(made.indices, total(compare("<=", j, i) * made.expression, j))


@rule(TABLE, "cumprod(a, axis=None)", "convolve", "correlate", "gradient", "interp", method=True)
def _refused(call: Call) -> Value:
    raise call.error("not supported; np.cumsum, np.diff and conv1d are")


@rule(TABLE, "pad(a, pad_width, mode='constant', constant_values=0)")
def _pad(call: Call) -> Value:
    x = call.array("a")
    if call["mode"] != "constant":
        raise call.error("only mode='constant' is supported", "mode")
    fill = call.array("constant_values").expression
    body, free = x, list(x.indices)
    guards: sympy.Expr = sympy.S.One
    slots: list[Any] = []
    for k, (low, high) in enumerate(_widths(call, x)):
        n = x.shape[k]
        if low == high == 0:
            slots.append(free[k])
            continue
        free[k] = Index(x.indices[k].letter, n + low + high)
        slots.append(free[k] - low)
        if low:
            guards = guards * compare("<=", low, free[k])
        if high:
            guards = guards * compare("<", free[k], n + low)
    value = guards * body.at(slots)
    if fill != 0:
        value = value + fill * (1 - guards)
    return named(call, Array(tuple(free), value))


def _widths(call: Call, x: Array) -> list[tuple[int, int]]:
    """(before, after) for each axis."""
    value = call["pad_width"]
    if isinstance(value, tuple | list) and value and isinstance(value[0], tuple | list):
        pairs = [tuple(call.as_integer(v, "pad_width") for v in p) for p in value]
        pairs = pairs * x.order if len(pairs) == 1 else pairs
    else:
        flat = call.integers("pad_width")
        pairs = [(flat[0], flat[-1])] * x.order
    if len(pairs) != x.order or any(len(p) != 2 or min(p) < 0 for p in pairs):
        raise call.error(f"expected (before, after) for each axis of shape {shown(x)}", "pad_width")
    return [(p[0], p[1]) for p in pairs]


# -- triangles and constants ---------------------------------------------------------------------


@rule(TABLE, "tril(m, k=0)")
def _tril(call: Call) -> Value:
    return _triangle(call, call.integer("k"), lower=True)


@rule(TABLE, "triu(m, k=0)")
def _triu(call: Call) -> Value:
    return _triangle(call, call.integer("k"), lower=False)


def _triangle(call: Call, k: int, lower: bool) -> Array:
    x = call.array("m")
    if x.order < 2:
        raise call.error(f"expected a matrix, found shape {shown(x)}", "m")
    i, j = x.indices[-2:]
    keep = compare("<=", j, i + k) if lower else compare("<=", i + k, j)
    return x.mapped(lambda e: keep * e)


@rule(TABLE, "tri(N, M=None, k=0)")
def _tri(call: Call) -> Value:
    i, j = _rectangle(call)
    return Array((i, j), compare("<=", j, i + call.integer("k")))


@rule(TABLE, "eye(N, M=None, k=0)", "identity")
def _eye(call: Call) -> Value:
    i, j = _rectangle(call)
    return Array((i, j), compare("==", i + call.integer("k"), j))


def _rectangle(call: Call) -> tuple[Index, Index]:
    rows = call.extent(call["N"], "N")
    columns = rows if call["M"] is None else call.extent(call["M"], "M")
    return Index("i", rows), Index("j", columns)


@rule(TABLE, "diag(v, k=0)", "diagflat")
def _diag(call: Call) -> Value:
    x, k = call.array("v"), call.integer("k")
    if x.order == 2:
        return along_diagonal(call, x, 0, 1, k)
    if x.order != 1:
        raise call.error(f"expected a vector or a matrix, found shape {shown(x)}", "v")
    size = x.shape[0] + abs(k)
    i, j = Index("i", size), Index("j", size)
    slot = i if k >= 0 else j
    on = compare("==", i + k, j)
    if k == 0:
        return Array((i, j), on * x.at([i]))
    inside = compare("<", slot, x.shape[0])
    return named(call, Array((i, j), on * inside * x.at([slot])))


def _filled(call: Call, value: sympy.Expr) -> Array:
    return Array(tuple(Index("i", e) for e in _sizes(call, "shape")), value)


@rule(TABLE, "ones(shape)")
def _ones(call: Call) -> Value:
    return _filled(call, sympy.S.One)


@rule(TABLE, "zeros(shape)")
def _zeros(call: Call) -> Value:
    return _filled(call, sympy.S.Zero)


@rule(TABLE, "full(shape, fill_value)")
def _full(call: Call) -> Value:
    return elementwise(lambda _, v: v, _filled(call, sympy.S.One), call.array("fill_value"))


@rule(TABLE, "ones_like(a)")
def _ones_like(call: Call) -> Value:
    return call.array("a").fresh().mapped(lambda _: sympy.S.One)


@rule(TABLE, "zeros_like(a)")
def _zeros_like(call: Call) -> Value:
    return call.array("a").fresh().mapped(lambda _: sympy.S.Zero)


@rule(TABLE, "full_like(a, fill_value)")
def _full_like(call: Call) -> Value:
    return elementwise(lambda _, v: v, call.array("a"), call.array("fill_value"))


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
    e = call.array(name).expression
    if call.array(name).indices or not e.is_integer:
        raise call.error("expected whole numbers or extents", name)
    return e


@rule(TABLE, "len(a)")
def _len(call: Call) -> Value:
    value = call["a"]
    if isinstance(value, tuple | list):
        return number(len(value))
    x = call.array("a")
    if not x.indices:
        raise call.error("a number has no length", "a")
    return Array((), x.shape[0])


@rule(TABLE, "float(x)", "int", "copy", "detach", "stop_gradient")
def _float(call: Call) -> Value:
    from symnet.notation.functions import detach

    if call.function.name in ("detach", "stop_gradient"):
        return call.array("x").mapped(detach)
    if call.function.name == "int":
        raise call.error("it has no derivative, and is not supported")
    return call.array("x")
