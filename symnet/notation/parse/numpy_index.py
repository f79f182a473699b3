"""Indexing and slicing: constants, slices, None, Ellipsis, and lookups by integer tensors.

    x[1:-1] reads x[i+1], i < N-2     x[::2] reads x[2i], i < ceil(N/2)     E[t] reads E[t[n],:]
    X[np.arange(N), y] reads X[n, y[n]]           X[np.argmax(s)] reads X[argmax_n s[n], :]

The extent of a slice is found without knowing the sizes. Where it would depend on them in another
way than the formula says, as that of x[:2] does if N may be 1, the slice is refused, saying so.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy

from symnet.notation.errors import ParseError
from symnet.notation.functions import Compare
from symnet.notation.index import Extent, Index
from symnet.notation.parse.array import ONE, Array, shown, slots_in, stretched
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.page import Page
from symnet.notation.reductions import ArgLargest
from symnet.notation.tensor import Entry


@dataclass(frozen=True)
class Key:
    """What stands between the brackets for one axis; errors point at `node`."""

    page: Page
    node: ast.expr
    value: Any

    def error(self, message: str) -> ParseError:
        return self.page.source.error(self.node, message)

    @property
    def is_lookup(self) -> bool:
        """An array of positions, or a position that is no number."""
        v = self.value
        return isinstance(v, Array) and (v.order > 0 or v.expression.has(Entry, ArgLargest))

    @property
    def is_position(self) -> bool:
        return isinstance(self.value, Array) and not self.is_lookup


def subscript(
    page: Page, node: ast.Subscript, x: Array, values: Sequence[Any], nodes: Sequence[ast.expr]
) -> Array:
    """x[keys] as NumPy reads it."""
    given = [Key(page, n, v) for n, v in zip(nodes, values, strict=True)]
    keys = _without_ellipsis(node, x, given)
    taken = sum(k.value is not None for k in keys)
    if taken > x.order:
        many = "axis" if x.order == 1 else "axes"
        raise page.source.error(
            node, f"{taken} indices for an array with {x.order} {many}, of shape {shown(x)}"
        )
    keys += [Key(page, node, slice(None))] * (x.order - taken)
    for key in keys:
        _check(key)
    crossed = stretched([k.value.indices for k in keys if k.is_lookup])
    if any(k.is_lookup and k.value.expression.has(ArgLargest) for k in keys):
        x = page.name(x, NAMES["other"])  # its axes are as long as what is sought in them
    out: list[Index] = []
    slots: list[Any] = []
    placed = _are_apart(keys)
    if placed:
        out.extend(crossed)
    for key in keys:
        if key.value is None:
            out.append(Index("i", ONE))
            continue
        own = x.indices[len(slots)]
        if isinstance(key.value, slice):
            i, slot = _sliced(key, own)
            out.append(i)
            slots.append(slot)
        elif key.is_position:
            slots.append(_position(key, own.extent))
        else:
            if not placed:
                out.extend(crossed)
                placed = True
            slots.append(_looked_up(key, own, crossed))
    return Array(tuple(out), x.at(slots), x.truth)


def _are_apart(keys: Sequence[Key]) -> bool:
    """Lookups with a slice or None between them: their axes come first, as in NumPy."""
    where = [k for k, key in enumerate(keys) if isinstance(key.value, Array)]
    many = any(keys[k].value.indices for k in where)
    return many and any(b - a > 1 for a, b in pairwise(where))


def _without_ellipsis(node: ast.AST, x: Array, keys: list[Key]) -> list[Key]:
    dots = [k for k, key in enumerate(keys) if key.value is Ellipsis]
    if not dots:
        return keys
    if len(dots) > 1:
        raise keys[dots[1]].error("... stands more than once")
    (k,) = dots
    missing = x.order - sum(key.value is not None and key.value is not Ellipsis for key in keys)
    all_of_it = Key(keys[k].page, keys[k].node, slice(None))
    return [*keys[:k], *[all_of_it] * max(missing, 0), *keys[k + 1 :]]


def _check(key: Key) -> None:
    """Refuse what is no key, by name."""
    v = key.value
    if isinstance(v, list | tuple):
        raise key.error(
            "indexing by a list is not supported; write np.stack([x[k] for k in (0, 2)])"
        )
    if v is not None and not isinstance(v, Array | slice):
        raise key.error("expected integers, slices, None, ... or integer tensors as indices")
    if isinstance(v, Array) and (v.truth or v.expression.has(Compare)):
        text = key.page.source.text_of(key.node)
        raise key.error(f"indexing by a mask is not supported; write np.where({text}, x, 0)")


# -- positions ---------------------------------------------------------------------------------


def _position(key: Key, n: Extent) -> sympy.Expr:
    """A constant position, counted from the end if negative."""
    slot = key.value.expression
    if not slot.is_integer:
        raise key.error(f"the index {slot}, expected a whole number")
    k = n + slot if slot.is_negative else slot
    if k.is_negative or (n - 1 - k).is_negative:
        raise key.error(f"index {slot} is out of range for an axis of extent {n}")
    return sympy.expand(k)


def _looked_up(key: Key, own: Index, crossed: Sequence[Index]) -> sympy.Expr:
    """The slot that an integer array gives."""
    array = key.value
    slot = array.at(slots_in(array, crossed))
    for e in _positions(slot):
        if not e.tensor.is_integer_valued:
            raise key.error(
                f"{e.tensor.name} is used as an index; say so with "
                f'assume={{"{e.tensor.name}": "integer"}}'
            )
    if isinstance(slot, Entry) and slot.tensor.below is None:
        key.page.looked_up.setdefault(slot.tensor.name, set()).add(own.extent)
    if isinstance(slot, Index) and not (own.extent - slot.extent).is_nonnegative:
        raise key.error(
            f"indices below {slot.extent} for an axis of extent {own.extent}, which may be less"
        )
    if not slot.has(Entry, ArgLargest) and not slot.is_integer:
        raise key.error("expected whole numbers as indices")
    return slot


def _positions(slot: sympy.Basic) -> list[Entry]:
    """The entries that a slot looks up; not those among which a largest one is sought."""
    if isinstance(slot, ArgLargest):
        return []
    if isinstance(slot, Entry):
        return [slot]
    return [e for a in slot.args for e in _positions(a)]


# -- slices ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bound:
    """A bound of a slice as a place, and whether it is counted from the end of the axis."""

    place: sympy.Expr
    from_end: bool


def _sliced(key: Key, own: Index) -> tuple[Index, sympy.Expr]:
    """The new index of a slice, and the slot in its terms: start + step * index."""
    cut, n = key.value, own.extent
    if cut.start is None and cut.stop is None and cut.step is None:
        i = own.fresh()
        return i, i
    step = 1 if cut.step is None else _step(key, cut.step)
    if step > 0:
        start = _bound(key, cut.start, n, Bound(sympy.S.Zero, False))
        stop = _bound(key, cut.stop, n, Bound(n, True))
        size, tied = stop.place - start.place, start.from_end and not stop.from_end
    else:
        start = _bound(key, cut.start, n, Bound(n - 1, True), last=True)
        stop = _bound(key, cut.stop, n, Bound(sympy.Integer(-1), False), last=True)
        size, tied = start.place - stop.place, stop.from_end and not start.from_end
    size = sympy.expand(size)
    if size.is_nonpositive:
        raise key.error(f"the slice of an axis of extent {n} is empty")
    if tied and not n.is_Integer:
        raise key.error(
            f"how long this slice is depends on {n}; count both bounds from the same end, or give "
            f"{n} as a number"
        )
    if abs(step) != 1:
        size = sympy.ceiling(size / abs(step))
    i = Index(own.letter, size)
    slot = sympy.expand(start.place + step * i)
    low = start.place if step > 0 else stop.place + 1
    high = stop.place - 1 if step > 0 else start.place
    inside = low.is_nonnegative and sympy.expand(n - 1 - high).is_nonnegative
    # Of a whole tensor, a read outside is an error; of a part, it would read beside the part.
    if not inside and (slot is i or not n.is_Symbol):
        raise key.error(
            f"this slice has {size} entries only if {n} is not less; give the axis a "
            f"number, or an extent such as {_longer(n, size)}"
        )
    return i, slot


def _longer(n: Extent, size: Extent) -> str:
    return f"{n}+{size}" if size.is_Integer else f"2*{n}"


def _step(key: Key, value: Any) -> int:
    found = value.constant if isinstance(value, Array) else None
    if found is None:
        raise key.error("the step of a slice must be a constant integer")
    if found == 0:
        raise key.error("the step of a slice is 0")
    return found


def _bound(key: Key, value: Any, n: Extent, default: Bound, last: bool = False) -> Bound:
    """A bound of a slice: clipped to the axis where its extent is a number."""
    if value is None:
        return default
    if not isinstance(value, Array) or value.indices or not value.expression.is_integer:
        raise key.error("the bounds of a slice must be constant integers or extents")
    e = value.expression
    place = n + e if e.is_negative else e
    if n.is_Integer and place.is_Integer:
        low = sympy.Integer(-1) if last else sympy.S.Zero
        return Bound(max(min(place, n - 1 if last else n), low), False)
    if (place - n).is_positive:
        raise key.error(f"the slice goes beyond the extent {n}")
    return Bound(place, bool(e.is_negative or place.free_symbols & n.free_symbols))
