"""NumPy's functions along an axis: roll, diff, running sums and products, padding.

    roll(x, s)[n] = [s <= n] x[n-s] + [n < s] x[n-s+N]     diff(x)[n] = x[n+1] - x[n]
    cumsum(x)[n] = sum_j [j <= n] x[j]                     pad(x, p)[m] = [p <= m < N+p] x[m-p]

Reads with a guard stand in a definition of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from symnet.notation.functions import compare, where
from symnet.notation.index import Index
from symnet.notation.parse.array import Array, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_joins import joined, named
from symnet.notation.parse.numpy_reshape import raveled, reshaped
from symnet.notation.parse.numpy_shaping import along, at_least
from symnet.notation.reductions import product, total

TABLE: Table = {}
Place = Callable[[Any, Any], Any]


@rule(TABLE, "roll(a, shift, axis=None)")
def _roll(call: Call) -> Value:
    x, shifts = call.array("a"), call.integers("shift")
    if call["axis"] is None:
        flat = _rolled(call, raveled(call, at_least(x, 1)), sum(shifts), 0)
        return flat if x.order == 1 else reshaped(call, flat, x.shape)
    listed = call["axis"] if isinstance(call["axis"], tuple | list) else (call["axis"],)
    axes = [call.axis(v, x.order) for v in listed]
    if len(shifts) == 1:
        shifts *= len(axes)
    if len(shifts) != len(axes):
        raise call.error(f"{len(shifts)} shifts for {len(axes)} axes", "shift")
    for k in sorted(set(axes)):
        x = _rolled(call, x, sum(s for s, a in zip(shifts, axes, strict=True) if a == k), k)
    return x


def _rolled(call: Call, x: Array, shift: int, k: int) -> Array:
    """x moved along an axis: its last entries, then the others.

    By more than 1 where the extent is a symbol, a part is named: its reads are not guarded, so that
    a smaller extent is an error when the formula is evaluated.
    """
    n = x.shape[k]
    if n.is_Integer:
        shift %= int(n)
    if shift == 0:
        return x
    split = n - shift if shift > 0 else sympy.Integer(-shift)
    parts = [_part(x, k, split, n), _part(x, k, sympy.S.Zero, split)]
    if abs(shift) > 1 and not n.is_Integer:
        parts[0] = named(call, parts[0])
    return joined(call, parts, k)


def _part(x: Array, k: int, start: sympy.Expr, end: sympy.Expr) -> Array:
    """x[start:end] along an axis."""
    i = Index(x.indices[k].letter, sympy.expand(end - start))
    return along(x, k, i, start + i)


@rule(TABLE, "diff(a, n=1, axis=-1, prepend=None, append=None)")
def _diff(call: Call) -> Value:
    x, n = call.array("a"), call.integer("n")
    if not 0 <= n <= 8:
        raise call.error(f"n={n}, expected 0 to 8", "n")
    k = call.axis(call["axis"], x.order)
    parts = [_beside(call, name, x, k) for name in ("prepend", "append")]
    listed = [*parts[0], x, *parts[1]]
    x = joined(call, listed, k)
    for _ in range(n):
        size = x.shape[k] - 1
        if size.is_positive is False:
            raise call.error("no entries are left")
        i = Index(x.indices[k].letter, size)
        ahead, here = along(x, k, i, i + 1), along(x, k, i, i)
        x = Array(ahead.indices, ahead.expression - here.at(list(ahead.indices)))
    return x


def _beside(call: Call, name: str, x: Array, k: int) -> list[Array]:
    """What is put before or after x, a number as often as needed."""
    if call[name] is None:
        return []
    y = call.array(name)
    if y.indices:
        return [y]
    free = [Index("i", 1) if axis == k else i.fresh() for axis, i in enumerate(x.indices)]
    return [Array(tuple(free), y.expression)]


@rule(TABLE, "cumsum(a, axis=None)", method=True)
def _cumsum(call: Call) -> Value:
    return _running(call, product_of=False)


@rule(TABLE, "cumprod(a, axis=None)", method=True)
def _cumprod(call: Call) -> Value:
    return _running(call, product_of=True)


def _running(call: Call, product_of: bool) -> Array:
    x = at_least(call.array("a"), 1)
    if call["axis"] is None:
        x = raveled(call, x)
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    i, j = x.indices[k].fresh(), x.indices[k].fresh()
    made = along(x, k, i, j)
    inside = compare("<=", j, i)
    if product_of:
        return Array(made.indices, product(where(inside, made.expression, sympy.S.One), j))
    return Array(made.indices, total(inside * made.expression, j))


# -- padding -----------------------------------------------------------------------------------

# Where the entry k places outside of the axis is read (k = 1, 2, ...), before and after it.
OUTSIDE: dict[str, tuple[Place, Place]] = {
    "edge": (lambda k, n: sympy.S.Zero, lambda k, n: n - 1),
    "reflect": (lambda k, n: k, lambda k, n: n - 1 - k),
    "symmetric": (lambda k, n: k - 1, lambda k, n: n - k),
    "wrap": (lambda k, n: n - k, lambda k, n: k - 1),
}


@rule(TABLE, "pad(a, pad_width, mode='constant', constant_values=0)")
def _pad(call: Call) -> Value:
    x, mode = call.array("a"), call["mode"]
    widths = _widths(call, x)
    if mode in OUTSIDE:
        for k, (low, high) in enumerate(widths):
            x = _continued(call, x, k, low, high)
        return x
    if mode != "constant":
        raise call.error(
            f"mode {str(mode)[:20]!r}, expected constant, {', '.join(OUTSIDE)}", "mode"
        )
    fill = call.array("constant_values")
    if fill.indices:
        raise call.error("expected one number for all sides", "constant_values")
    free = [i.fresh() for i in x.indices]
    guards: sympy.Expr = sympy.S.One
    slots: list[Any] = []
    for k, (low, high) in enumerate(widths):
        n = x.shape[k]
        if low != 0 or high != 0:
            free[k] = Index(x.indices[k].letter, sympy.expand(n + low + high))
        slots.append(free[k] - low)
        if low != 0:
            guards = guards * compare("<=", low, free[k])
        if high != 0:
            guards = guards * compare("<", free[k], n + low)
    if guards == 1:
        return x
    value = guards * x.at(slots)
    if fill.expression != 0:
        value = value + fill.expression * (1 - guards)
    return named(call, Array(tuple(free), value))


def _continued(call: Call, x: Array, k: int, low: sympy.Expr, high: sympy.Expr) -> Array:
    """x continued along an axis by its own entries.

    As in roll, a part that might read beyond a small extent is named.
    """
    n, mode = x.shape[k], call["mode"]
    most = {"reflect": n - 1, "edge": sympy.oo}.get(mode, n)
    before, after = OUTSIDE[mode]
    parts = [x]
    for width, place in ((low, before), (high, after)):
        if width == 0:
            continue
        room = most - width
        if room.is_negative:
            raise call.error(f"{mode} by {width}, but only {most} entries can be", "pad_width")
        i = Index(x.indices[k].letter, width)
        away = width - i if place is before else i + 1
        part = along(x, k, i, sympy.expand(place(away, n)))
        part = part if room.is_nonnegative else named(call, part)
        parts = [part, *parts] if place is before else [*parts, part]
    return joined(call, parts, k)


def _widths(call: Call, x: Array) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """(before, after) for each axis."""
    value = call["pad_width"]
    listed = value if isinstance(value, tuple | list) else (value,)
    if listed and isinstance(listed[0], tuple | list):
        rows = [v if isinstance(v, tuple | list) else (v,) for v in listed]
    else:
        rows = [listed]
    pairs = [tuple(call.extent(v, "pad_width") for v in row) for row in rows]
    pairs = pairs * x.order if len(pairs) == 1 else pairs
    if len(pairs) != x.order or any(len(p) not in (1, 2) for p in pairs):
        raise call.error(f"expected (before, after) for each axis of shape {shown(x)}", "pad_width")
    if any(w.is_nonnegative is not True for p in pairs for w in p):
        raise call.error("expected widths of at least 0", "pad_width")
    return [(p[0], p[-1]) for p in pairs]


# -- correlation of vectors ----------------------------------------------------------------------


@rule(TABLE, "convolve(a, v, mode='full')")
def _convolve(call: Call) -> Value:
    return _convolved(call, call.array("v"))


@rule(TABLE, "correlate(a, v, mode='valid')")
def _correlate(call: Call) -> Value:
    v = call.array("v")
    if v.order != 1:
        raise call.error(f"expected a vector, found shape {shown(v)}", "v")
    i = v.indices[0].fresh()
    return _convolved(call, along(v, 0, i, i.extent - 1 - i))


def _convolved(call: Call, v: Array) -> Array:
    """c[m] = sum_j v[j] a[m + start - j], 0 outside of a."""
    a, mode = call.array("a"), call["mode"]
    if a.order != 1 or v.order != 1:
        raise call.error(f"expected two vectors, found shapes {shown(a)} and {shown(v)}")
    n, k = a.shape[0], v.shape[0]
    if mode not in ("full", "same", "valid"):
        raise call.error("expected 'full', 'same' or 'valid'", "mode")
    if mode != "full" and (n - k).is_nonnegative is not True:
        raise call.error(
            f"{mode}: the first vector ({n} entries) is not known to be as long as the second "
            f"({k}); give numbers, or take 'full'",
            "mode",
        )
    size = {"full": n + k - 1, "same": n, "valid": n - k + 1}[mode]
    start = {"full": sympy.S.Zero, "same": sympy.floor((k - 1) / 2), "valid": k - 1}[mode]
    m, j = Index("m", sympy.expand(size)), Index("j", k)
    slot = m + start - j
    guards = compare("<=", 0, slot) * compare("<", slot, n) if mode != "valid" else sympy.S.One
    q = call.page.name(Array((m, j), guards * a.at([slot])), NAMES["patches"])
    m, j = q.indices
    return Array((m,), total(q.expression * v.at([j]), j))
