"""Indexing and slicing: constants, slices, None, Ellipsis, and lookups by integer tensors.

    x[1:-1] reads x[i+1], i < N-2     x[::2] reads x[2i], i < ceil(N/2)     E[t] reads E[t[n],:]

The end of a slice must be determined whatever the sizes are: 0 <= start <= stop <= extent for
every size that the extents may have, except that a stop beyond a symbolic end is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sympy

from symnet.notation.functions import Compare
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, same_extent, slots_in, stretched
from symnet.notation.parse.page import Page
from symnet.notation.tensor import Entry


def subscript(page: Page, node: ast.Subscript, x: Array, keys: Sequence[Any]) -> Array:
    """x[keys] as NumPy reads it."""
    keys = _without_ellipsis(page, node, x, list(keys))
    taken = sum(k is not None for k in keys)
    if taken > x.order:
        raise page.source.error(
            node, f"{taken} indices for an array with {x.order} axes ({_shown(x)})"
        )
    keys += [slice(None)] * (x.order - taken)
    lookups = [k for k in keys if isinstance(k, Array) and (k.indices or k.constant is None)]
    crossed = stretched([k.indices for k in lookups])
    out: list[Index] = []
    slots: list[Any] = []
    placed = False
    apart = _are_apart(keys)
    if apart:
        out.extend(crossed)
        placed = True
    for key in keys:
        if key is None:
            out.append(Index("i", ONE))
            continue
        own = x.indices[len(slots)]
        if isinstance(key, slice):
            i, slot = sliced(page, node, own, key)
            out.append(i)
            slots.append(slot)
        elif isinstance(key, Array) and key.constant is not None:
            slots.append(_at(page, node, own, key.constant))
        elif isinstance(key, Array):
            if not placed:
                out.extend(crossed)
                placed = True
            slots.append(_looked_up(page, node, own, key, crossed))
        else:
            raise page.source.error(
                node, "expected integers, slices, None or integer tensors as indices"
            )
    return Array(tuple(out), x.at(slots))


def _shown(x: Array) -> str:
    return "shape (" + ", ".join(str(e) for e in x.shape) + ")"


def _are_apart(keys: Sequence[Any]) -> bool:
    """Lookups with a slice or None between them: their axes come first, as in NumPy."""
    where = [k for k, key in enumerate(keys) if isinstance(key, Array)]
    many = any(isinstance(keys[k], Array) and keys[k].indices for k in where)
    return many and any(b - a > 1 for a, b in pairwise(where))


def _without_ellipsis(page: Page, node: ast.AST, x: Array, keys: list[Any]) -> list[Any]:
    dots = [k for k, key in enumerate(keys) if key is Ellipsis]
    if len(dots) > 1:
        raise page.source.error(node, "... stands more than once")
    if not dots:
        return keys
    (k,) = dots
    missing = x.order - sum(key is not None and key is not Ellipsis for key in keys)
    return [*keys[:k], *[slice(None)] * max(missing, 0), *keys[k + 1 :]]


def _at(page: Page, node: ast.AST, own: Index, k: int) -> sympy.Expr:
    """A constant position, counted from the end if negative."""
    slot = sympy.Integer(k) if k >= 0 else own.extent + k
    low, room = slot, own.extent - 1 - slot
    if low.is_negative or room.is_negative:
        raise page.source.error(
            node, f"index {k} is out of range for an axis of extent {own.extent}"
        )
    return slot


def _looked_up(
    page: Page, node: ast.AST, own: Index, key: Array, crossed: Sequence[Index]
) -> sympy.Expr:
    """The slot that an integer array gives."""
    slot = key.at(slots_in(key, crossed))
    if isinstance(slot, Compare) or slot.has(Compare):
        raise page.source.error(
            node, "indexing by a mask is not supported; write np.where(mask, x, 0)"
        )
    entries = slot.atoms(Entry)
    if any(not e.tensor.is_integer_valued for e in entries):
        name = next(e.tensor.name for e in entries if not e.tensor.is_integer_valued)
        raise page.source.error(
            node, f'{name} is used as an index; say so with assume={{"{name}": "integer"}}'
        )
    if not isinstance(slot, Index) and not entries and (slot - own.extent).is_nonnegative:
        raise page.source.error(
            node, f"index {slot} is out of range for an axis of extent {own.extent}"
        )
    if isinstance(slot, Index) and not same_extent(slot.extent, own.extent):
        room = own.extent - slot.extent
        if not room.is_nonnegative:
            raise page.source.error(
                node,
                f"indices up to {slot.extent} for an axis of extent {own.extent}; "
                "they must not be more",
            )
    return slot


def sliced(page: Page, node: ast.AST, own: Index, key: slice) -> tuple[Index, sympy.Expr]:
    """The new index of a slice, and the slot in its terms: start + step * index."""
    if key.start is None and key.stop is None and key.step is None:
        i = own.fresh()
        return i, i
    step = 1 if key.step is None else _integer(page, node, key.step)
    if step == 0:
        raise page.source.error(node, "the step of a slice is 0")
    n = own.extent
    if step > 0:
        start = _end(page, node, key.start, n, sympy.S.Zero)
        stop = _end(page, node, key.stop, n, n)
        length = stop - start
    else:
        start = _end(page, node, key.start, n, n - 1, last=True)
        stop = sympy.Integer(-1) if key.stop is None else _end(page, node, key.stop, n, n, True)
        length = start - stop
    size = sympy.expand(length)
    if abs(step) != 1:
        size = sympy.ceiling(size / abs(step))
    if size.is_positive is False or (size.is_Integer and size < 1):
        raise page.source.error(node, f"the slice of an axis of extent {n} is empty")
    i = Index(own.letter, size)
    return i, start + step * i


def _integer(page: Page, node: ast.AST, value: Any) -> int:
    if isinstance(value, Array) and value.constant is not None:
        return value.constant
    raise page.source.error(node, "the step of a slice must be a constant integer")


def _end(
    page: Page, node: ast.AST, value: Any, n: sympy.Expr, default: Any, last: bool = False
) -> sympy.Expr:
    """A bound of a slice: clipped to the axis where its extent is a number."""
    if value is None:
        return default
    if not isinstance(value, Array) or value.indices or not value.expression.is_integer:
        raise page.source.error(node, "the bounds of a slice must be constant integers or extents")
    e = value.expression
    if value.constant is not None and value.constant < 0:
        e = n + e
    if n.is_Integer and e.is_Integer:
        highest = n - 1 if last else n
        return max(min(e, highest), sympy.Integer(-1) if last else sympy.S.Zero)
    if (e - n).is_positive:
        raise page.source.error(node, f"the slice goes beyond the extent {n}")
    return e
