"""Entries that are counted through in another way: reshaped arrays, windows of a long sum.

    sum[k,l]([n = L*k + l] * x[k,l])                   x taken as one axis, at n
    sum[k]([0 <= n-L*k < L] * x[k,n-L*k])              the same with l solved for
    sum[k,l]([P*i + j = L*k + l] * x[k,l])             x.reshape(I, P)
    sum[m]([3*n <= m <= 3*n+2] * x[m])                 sum[r < 3](x[3*n+r])

Read as they stand, each of them compares every index with every other one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symnet.codegen.algebra import mul, of_axis, of_size
from symnet.codegen.arrangement import Arrangement, affine_key
from symnet.codegen.constants import ONE
from symnet.codegen.facts import in_range, margin
from symnet.codegen.plan import Gather, Item, Operand, Reshape
from symnet.codegen.reads import copied, find
from symnet.codegen.scalar import Affine, Axis, Compare, Read, Reduce, Scalar
from symnet.codegen.size import ONE as UNIT
from symnet.codegen.size import Size, product_of
from symnet.codegen.substitution import substitute

Axes = tuple[Axis, ...]


@dataclass(frozen=True)
class Count:
    """[place = position of the axes when they are counted through, the last one fastest]."""

    axes: Axes
    place: Affine

    @property
    def size(self) -> Size:
        return product_of([a.size for a in self.axes])


def flattened(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item | None:
    """The sum as entries of an array whose summed axes are taken as one; None if it is none."""
    brackets, rest, bound = _with_counts(b, brackets, rest, bound)
    found = [_count(c, bound) for c in brackets]
    counts = [c for c in found if c is not None]
    if len(counts) < len(brackets) or not any(len(c.axes) > 1 for c in counts):
        return None
    if not all(c.place.terms for c in counts):
        return None
    inner = [a for c in counts for a in c.axes]
    outer = {a for c in counts for a in c.place.axes}
    free = {a for f in rest for a in f.axes} - set(bound)
    if len(set(inner)) < len(inner) or free & outer or outer & set(b.loops):
        return None
    if not all(in_range(c.place, c.size) for c in counts):
        return None
    gone = tuple(a for a in bound if a not in inner)
    b.order.extend(a for a in bound if a not in b.order)
    body = mul(*rest)
    item = b.as_float(b.evaluate(Reduce("sum", body, gone) if gone else body, guarded))
    kept = b.ranked(free - set(b.loops))
    return _taken(b, _spread(b, item, (*kept, *inner)), counts, kept)


def _spread(b: Arrangement, item: Item, axes: Axes) -> Operand:
    """The item over all of the axes, in this order, without gaps."""
    missing = tuple(a for a in axes if not (isinstance(item, Operand) and a in item.axes))
    if missing:
        item = b.map("multiply", item, b.fill(ONE, missing), order=axes)
    assert isinstance(item, Operand)
    return copied(b, item, axes)


def _taken(b: Arrangement, source: Operand, counts: Sequence[Count], kept: Axes) -> Operand:
    """The array reshaped if every place counts through all of its axes, else gathered."""
    ways = [row_major(c.place) for c in counts]
    places = [w for w, c in zip(ways, counts, strict=True) if w is not None and _fills(w, c)]
    if len(places) == len(counts):
        axes = (*kept, *(a for w in places for a in w))
        return b.make(
            ("reshape", source.value, tuple(a.size for a in axes)),
            b.level([source]),
            axes,
            "float",
            lambda out: Reshape(out, source, b.note),
        )
    flat = of_size(0)
    for c in counts:
        flat = of_size(0).plus(flat, c.size).plus(c.place)
    index = b.iota(flat)
    first, last = len(kept), len(source.axes)
    return b.make(
        ("flat", source.value, affine_key(flat, index.axes), index.value),
        b.level([source, index]),
        (*kept, *index.axes),
        "float",
        lambda out: Gather(out, source, index, first, last, b.note),
    )


def _fills(axes: Axes, c: Count) -> bool:
    return product_of([a.size for a in axes]) == c.size and not c.place.constant.terms


def row_major(e: Affine) -> Axes | None:
    """The axes that e counts through, the last one fastest: L*k + l with l < L."""
    left, step = list(e.terms), UNIT
    out: list[Axis] = []
    while left:
        match = next((t for t in left if t[1] == step), None)
        if match is None:
            return None
        left.remove(match)
        out.insert(0, match[0])
        step = step * match[0].size
    return tuple(out)


def _count(c: Compare, bound: Axes) -> Count | None:
    """The bracket as a count over bound axes at a place made of free ones."""
    if c.relation != "==" or not (isinstance(c.left, Affine) and isinstance(c.right, Affine)):
        return None
    for difference in (c.left.plus(c.right, -1), c.right.plus(c.left, -1)):
        inside = Affine(tuple(t for t in difference.terms if t[0] in bound), of_size(0).constant)
        axes = row_major(inside)
        if axes:
            return Count(axes, inside.plus(difference, -1))
    return None


def _with_counts(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes
) -> tuple[list[Compare], list[Scalar], Axes]:
    """[0 <= n-L*k < L] * x[k,n-L*k] as a sum over l of [l = n-L*k] * x[k,l]."""
    left, out, more = list(brackets), list(rest), list(bound)
    for at, f in enumerate(rest):
        if not isinstance(f, Read) or any(not isinstance(s, Affine) for s in f.slots):
            continue
        slots = list(f.slots)
        for place, own in enumerate(find(b, f).axes):
            slot = f.slots[place]
            assert isinstance(slot, Affine)
            against = [a for a in bound if slot.coefficient(a) == own.size * -1]
            guards = [g for g in left if margin(g) in (slot, _until(slot, own))]
            if not against or len(guards) != 2 or margin(guards[0]) == margin(guards[1]):
                continue
            l = Axis(own.letter, own.size)
            slots[place] = of_axis(l)
            left = [g for g in left if g not in guards] + [Compare("==", of_axis(l), slot)]
            more.append(l)
        out[at] = Read(f.name, tuple(slots))
    return left, out, tuple(more)


def _until(slot: Affine, own: Axis) -> Affine:
    """What is >= 0 as long as the slot is below the axis's size."""
    return of_size(own.size - 1).plus(slot, -1)


# -- windows ----------------------------------------------------------------------------------


def windowed(
    brackets: list[Compare], rest: list[Scalar], bound: Axes
) -> tuple[Scalar, Axes] | None:
    """Body and axes of the sum over the window only, where that is surely shorter."""
    for axis in bound:
        for low, high, others in _limits(brackets, axis):
            span = high.plus(low, -1)
            spared = axis.size - span.constant - 1
            if span.terms or not (span.constant + 1).is_positive():
                continue
            if not spared.terms or not spared.is_nonnegative():
                continue
            r = Axis(axis.letter, span.constant + 1)
            value = low.plus(of_axis(r))
            new = [substitute(f, {axis: value}) for f in (*others, *rest)]
            if not in_range(value, axis.size):
                new += [
                    Compare("<=", of_size(0), value),
                    Compare("<", value, of_size(axis.size)),
                ]
            return mul(*new), (*(a for a in bound if a is not axis), r)
    return None


def _limits(brackets: list[Compare], axis: Axis) -> Iterator[tuple[Affine, Affine, list[Compare]]]:
    """(low, high, other brackets) of each pair that says low <= axis <= high."""
    said = [(c, m) for c in brackets if (m := margin(c)) is not None]
    for c, m in said:
        for d, n in said:
            if m.coefficient(axis) == UNIT and n.coefficient(axis) == UNIT * -1:
                low = of_size(0).plus(m.without(axis), -1)
                yield low, n.without(axis), [x for x in brackets if x is not c and x is not d]
