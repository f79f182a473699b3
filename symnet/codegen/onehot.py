"""Brackets [k = e] over a free index: values go to their places instead of being compared.

    p[n,k] - [k = t[n]]            subtract 1 at (n, t[n])
    [i = j] * s[i]                 s on the diagonal of zeros
    sum[n]([v = t[n]] * y[n,d])    add row n of y to row t[n]

The bracket is solved for an index k that stands with coefficient 1 or -1; k := e in the other
factors gives the source. Where e may leave the range of k and is data, nothing is done here: the
bracket stays a mask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symnet.codegen import reads
from symnet.codegen.algebra import add, factors, mul, number, of_axis
from symnet.codegen.arrangement import Arrangement, positions
from symnet.codegen.constants import ONE
from symnet.codegen.facts import always, in_range
from symnet.codegen.plan import Coefficient, Item, Operand, Place, Scatter
from symnet.codegen.scalar import Affine, Axis, Compare, Mul, Scalar, walk
from symnet.codegen.size import representative
from symnet.codegen.substitution import substitute


@dataclass(frozen=True)
class Sparse:
    """source, over its own axes and `bound`, at the slots of an array that is 0 elsewhere."""

    axes: tuple[Axis, ...]
    slots: dict[Axis, Scalar]
    source: Scalar
    bound: tuple[Axis, ...] = ()


def solutions(c: Compare) -> list[tuple[Axis, Scalar]]:
    """Every (k, e) with which the bracket reads [k = e], e free of k."""
    if c.relation != "==":
        return []
    left, right = c.left, c.right
    if not isinstance(left, Affine):
        left, right = right, left
    if not isinstance(left, Affine):
        return []
    if isinstance(right, Affine):
        left, right = left.plus(right, -1), Affine((), right.constant * 0)
    out: list[tuple[Axis, Scalar]] = []
    for axis, coefficient in left.terms:
        sign = coefficient.number
        if sign not in (1, -1) or axis in right.axes:
            continue
        rest = Affine((), left.constant * 0).plus(left.without(axis), -int(sign))
        value = rest if isinstance(right, Affine) else _sum(mul(number(int(sign)), right), rest)
        out.append((axis, value))
    return out


def _sum(data: Scalar, rest: Affine) -> Scalar:
    return data if not rest.terms and not rest.constant.terms else add(data, rest)


def scattered(b: Arrangement, e: Scalar, full: Iterable[Axis] | None = None) -> Sparse | None:
    """The product as a Sparse if one of its brackets can be solved for a free axis."""
    if not isinstance(e, Mul | Compare) or (full is not None and e.axes != frozenset(full)):
        return None
    rest = list(factors(e))
    slots: dict[Axis, Scalar] = {}
    while (found := _solvable(b, rest)) is not None:
        c, axis, value = found
        rest = [substitute(f, {axis: value}) for f in rest if f is not c]
        slots = {a: substitute(v, {axis: value}) for a, v in slots.items()}
        slots[axis] = value
    return Sparse(b.ranked(e.axes), slots, mul(*rest)) if slots else None


def _solvable(b: Arrangement, args: list[Scalar]) -> tuple[Compare, Axis, Scalar] | None:
    """The first bracket that can be solved; one whose place is surely in range goes first."""
    spare = None
    for f in args:
        if not isinstance(f, Compare) or always(f) is not None:
            continue
        for axis, value in solutions(f):
            if axis in b.loops:
                continue
            if reads.within(b, value, axis.size):
                return f, axis, value
            if isinstance(value, Affine) and spare is None:
                spare = (f, axis, value)
    return spare


def place(b: Arrangement, sparse: Sparse, init: Item | None, guarded: bool) -> Operand:
    """init (or 0) plus the source at its places."""
    axes = sparse.axes
    if isinstance(init, Operand) and len(init.axes) == len(axes):
        axes = init.axes
    elif init is not None:
        init = b.map("add", init, b.fill(Coefficient(ONE.ratio * 0), axes))
    slots = [sparse.slots.get(a, of_axis(a)) for a in axes]
    affine = [s for s in slots if isinstance(s, Affine)]
    assert init is None or isinstance(init, Operand)
    if len(affine) == len(slots):
        return _place(b, sparse, axes, affine, init, guarded)
    if init is None and not sparse.bound:
        axes = _data_first(axes, slots, _source(b, sparse, guarded))
        slots = [sparse.slots.get(a, of_axis(a)) for a in axes]
    return _scatter(b, sparse, axes, slots, init, guarded)


def _data_first(
    axes: tuple[Axis, ...], slots: list[Scalar], source: Operand | Coefficient
) -> tuple[Axis, ...]:
    """Where the source lies in another order: its order, after the axes whose slots are data.

    y_bar[n,u,c] at (n, c, u, argmax) => planes of one window position each, like y_bar in memory.
    """
    own = tuple(a for a in axes if isinstance(source, Operand) and a in source.axes)
    have = source.axes if isinstance(source, Operand) else ()
    plain = {a for a, s in zip(axes, slots, strict=True) if isinstance(s, Affine) and s.axis is a}
    if own == have or set(have) != plain:
        return axes
    return (*(a for a in axes if a not in plain), *have)


def _place(
    b: Arrangement,
    sparse: Sparse,
    axes: tuple[Axis, ...],
    slots: list[Affine],
    init: Operand | None,
    guarded: bool,
) -> Operand:
    inside = all(in_range(s, a.size) for s, a in zip(slots, axes, strict=True))
    source = _source(b, sparse, guarded or not inside)
    running = b.ranked({a for s in slots for a, _ in s.terms} | (_axes(source) | set(sparse.bound)))
    alone = {s.terms[0][0] for s in slots if len(s.terms) == 1}
    exact = inside and alone >= set(running)
    if init is None:
        axes, slots = _as_source(axes, slots, source)
    local = (*axes, *(a for a in running if a not in axes))
    key = (
        "place",
        positions(source, local),
        tuple(positions_of(s, local) for s in slots),
        tuple(a.size for a in local),
        None if init is None else positions(init, local),
    )
    items: list[Item] = [source, *slots, *([] if init is None else [init])]
    return b.make(
        key,
        max(0, b.level(items)),
        axes,
        "float",
        lambda out: Place(out, init, source, running, tuple(slots), exact, b.note),
    )


def _as_source(
    axes: tuple[Axis, ...], slots: list[Affine], source: Operand | Coefficient
) -> tuple[tuple[Axis, ...], list[Affine]]:
    """The axes in the order in which the source has the longest axis of each slot, if it does."""
    have = source.axes if isinstance(source, Operand) else ()
    longest = [max((a for a, _ in s.terms), key=_length, default=None) for s in slots]
    if any(a not in have for a in longest):
        return axes, slots
    order = sorted(range(len(axes)), key=lambda k: have.index(longest[k]))
    return tuple(axes[k] for k in order), [slots[k] for k in order]


def _length(a: Axis) -> int:
    return representative(a.size)


def positions_of(e: Affine, axes: tuple[Axis, ...]) -> object:
    return (frozenset((axes.index(a) if a in axes else a, c) for a, c in e.terms), e.constant)


def _axes(item: Operand | Coefficient) -> set[Axis]:
    return set(item.axes) if isinstance(item, Operand) else set()


def _source(b: Arrangement, sparse: Sparse, guarded: bool) -> Operand | Coefficient:
    item = b.evaluate(sparse.source, guarded)
    if isinstance(item, Affine):
        item = b.as_float(item)
        if isinstance(item, Affine):
            item = b.map("float", item)
    if isinstance(item, Operand) and item.value.kind != "float":
        item = b.as_float(item)
    assert not isinstance(item, Affine)
    return item


def _scatter(
    b: Arrangement,
    sparse: Sparse,
    axes: tuple[Axis, ...],
    slots: list[Scalar],
    init: Operand | None,
    guarded: bool,
) -> Operand:
    lead = _lead(axes, slots, sparse)
    inside = guarded or any(isinstance(e, Compare) for e in walk(sparse.source))
    items = [
        s if isinstance(s, Affine) else reads.whole_index(b, b.evaluate(s, inside))
        for s in slots[:lead]
    ]
    index = reads.flat_index(b, items, [a.size for a in axes[:lead]])
    source = _source(b, sparse, guarded)
    plain = {s.axis for s in slots[:lead] if isinstance(s, Affine)}
    missing = tuple(a for a in sparse.bound if a not in index.axes)
    if missing:
        index = b.map("add", index, b.iota_zero(missing))
    unique = set(index.axes) <= plain
    if not unique and isinstance(source, Operand):
        order = tuple(a for a in source.axes if a in index.axes)
        if len(order) == len(index.axes):  # the index is the smaller one to copy
            index = reads.copied(b, index, order)
        source = _spread(b, source, (*index.axes, *axes[lead:]))
    local = (*axes, *(a for a in index.axes if a not in axes))
    key = (
        "scatter",
        positions(source, local),
        positions(index, local),
        tuple(a.size for a in axes),
        lead,
        None if init is None else positions(init, local),
    )
    items_ = [source, index, *([] if init is None else [init])]
    return b.make(
        key,
        max(0, b.level(items_)),
        axes,
        "float",
        lambda out: Scatter(out, init, index, source, lead, unique, b.note),
    )


def _lead(axes: tuple[Axis, ...], slots: list[Scalar], sparse: Sparse) -> int:
    """How many leading axes the index counts over; the others are plain and stay as they are."""
    used = {
        a
        for s, own in zip(slots, axes, strict=True)
        if not (isinstance(s, Affine) and s.axis is own)
        for a in s.axes
    } | set(sparse.bound)
    for k in reversed(range(len(axes))):
        slot = slots[k]
        if not (isinstance(slot, Affine) and slot.axis is axes[k] and axes[k] not in used):
            return k + 1
    return 0


def _spread(b: Arrangement, source: Operand, axes: tuple[Axis, ...]) -> Operand:
    """The source over all of the axes, in that order."""
    missing = tuple(a for a in axes if a not in source.axes)
    if missing:
        source = b.map("multiply", source, b.fill(ONE, missing), order=axes)
    return reads.copied(b, source, axes)
