"""reshape and ravel: the entries in the same (row-major) order under other axes.

    split   y[n,h,e] = x[n, 3 h + e]                         where the inner extent is a number
            y[n,h,e] = sum_m [m = d h + e] x[n,m]            where it is a symbol
    merge   z[n,m] = sum_he [m = d h + e] x[n,h,e]

Axes that correspond are left alone; the shortest runs of axes with equal numbers of entries are
regrouped, in a definition of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, axis_letter, same_extent, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.reductions import total

TABLE: Table = {}


def sizes_of(call: Call, name: str) -> list[sympy.Expr]:
    """The argument as a shape: sizes, or one size; -1 is left to the caller."""
    value = call[name]
    listed = value if isinstance(value, tuple | list) else (value,)
    if len(listed) == 1 and isinstance(listed[0], tuple | list):
        listed = listed[0]
    sizes = [sympy.expand(call.extent(v, name)) for v in listed]
    for e in sizes:
        if (e.is_positive is False and e != -1) or e.is_infinite:
            raise call.error(f"the size {e}, expected at least 1", name)
    return sizes


@rule(TABLE, "reshape(a, shape, order='C')", method=True)
def _reshape(call: Call) -> Value:
    _row_major(call)
    return reshaped(call, call.array("a"), sizes_of(call, "shape"))


@rule(TABLE, "ravel(a, order='C')", "flatten", method=True)
def _ravel(call: Call) -> Value:
    _row_major(call)
    return raveled(call, call.array("a"))


def _row_major(call: Call) -> None:
    if call["order"] != "C":
        raise call.error("only order='C' is supported; for 'F' transpose before and after", "order")


def raveled(call: Call, x: Array) -> Array:
    """All entries along one axis."""
    return x if x.order == 1 else reshaped(call, x, [sympy.expand(sympy.Mul(*x.shape))])


def reshaped(call: Call, x: Array, sizes: Sequence[sympy.Expr]) -> Array:
    """x under axes of these sizes, of which one may be -1."""
    sizes = _settled(call, x, list(sizes))
    free = [Index(axis_letter(e, axis), e) for axis, e in enumerate(sizes)]
    slots: dict[int, sympy.Expr] = {k: sympy.S.Zero for k, e in enumerate(x.shape) if e == ONE}
    old = [(k, i) for k, i in enumerate(x.indices) if i.extent != ONE]
    new = [i for i in free if i.extent != ONE]
    condition: sympy.Expr = sympy.S.One
    bound: list[Index] = []
    regrouped = False
    for before, after in _segments(call, [i.extent for _, i in old], [i.extent for i in new]):
        axes, old = [k for k, _ in old[:before]], old[before:]
        group, new = new[:after], new[after:]
        if before == after == 1:
            slots[axes[0]] = group[0]
            continue
        place, is_direct = _place(group)
        regrouped = True
        if before == 1 and is_direct:
            slots[axes[0]] = place
            continue
        inner = [x.indices[k].fresh() for k in axes]
        bound += inner
        slots.update(zip(axes, inner, strict=True))
        condition = condition * compare("==", place, _place(inner)[0])
    body = x.at([slots[k] for k in range(x.order)])
    if bound:
        body = total(condition * body, bound)
    made = Array(tuple(free), body)
    return call.page.name(made, NAMES["other"]) if regrouped else made


def _settled(call: Call, x: Array, sizes: list[sympy.Expr]) -> list[sympy.Expr]:
    """The sizes with -1 computed; an error if the numbers of entries differ."""
    whole = sympy.expand(sympy.Mul(*x.shape))
    if (unknown := sum(e == -1 for e in sizes)) > 1:
        raise call.error("-1 stands more than once", "shape")
    if unknown:
        known = sympy.Mul(*(e for e in sizes if e != -1))
        rest = sympy.cancel(whole / known)
        is_whole = not rest.has(sympy.floor) and sympy.denom(sympy.together(rest)) == 1
        if not is_whole:
            raise call.error(
                f"the shape {shown(x)} is not known to divide so: {whole} entries by {known}; "
                'a shape may hold products, such as {"X": "N H*d"}',
                "shape",
            )
        sizes[sizes.index(sympy.Integer(-1))] = sympy.expand(rest)
    found = sympy.expand(sympy.Mul(*sizes))
    if not same_extent(found, whole):
        hint = '; write the shape with a product, such as {"X": "N H*d"}'
        raise call.error(
            f"the shape {shown(x)} has {whole} entries, not {found}"
            + (hint if found.has(sympy.floor) else ""),
            "shape",
        )
    return sizes


def _place(indices: Sequence[Index]) -> tuple[sympy.Expr, bool]:
    """The position of an entry in row-major order, and whether its strides are numbers."""
    out: sympy.Expr = sympy.S.Zero
    stride: sympy.Expr = ONE
    is_direct = True
    for i in reversed(indices):
        is_direct = is_direct and bool(stride.is_Integer)
        out = out + stride * i
        stride = sympy.expand(stride * i.extent)
    return out, is_direct


def _segments(
    call: Call, old: Sequence[sympy.Expr], new: Sequence[sympy.Expr]
) -> list[tuple[int, int]]:
    """How many axes of each side make the shortest runs with equal numbers of entries."""
    out: list[tuple[int, int]] = []
    left, right = list(old), list(new)
    while left or right:
        counts, a, b = [0, 0], ONE, ONE
        while 0 in counts or not same_extent(a, b):
            more_left = left and (not right or counts[0] == 0 or (counts[1] and _divides(a, b)))
            if more_left:
                a, counts[0] = sympy.expand(a * left.pop(0)), counts[0] + 1
            elif right:
                b, counts[1] = sympy.expand(b * right.pop(0)), counts[1] + 1
            else:
                raise call.error("the axes do not correspond", "shape")
        out.append((counts[0], counts[1]))
    return out


def _divides(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Whether a divides b whatever the sizes: then a is the shorter side."""
    return bool(sympy.denom(sympy.cancel(b / a)) == 1)


__all__ = ["raveled", "reshaped", "sizes_of"]
