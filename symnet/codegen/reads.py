"""Entries of tensors: an operand as it is, a view, a padded view, or a gather.

x[n, k]                the array
h[T-1, k], x[k, n], x[2*u+p]      a view: every slot affine, in range
[..] * x[2*u+p-1]      a view of the array with zeros around it, copied once
E[t[n], d]             a gather
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from symnet.codegen.algebra import add, of_size
from symnet.codegen.arrangement import Arrangement, Stored, affine_key
from symnet.codegen.facts import extremes, in_range
from symnet.codegen.plan import Check, Copy, Gather, Item, Operand, Pad, Value, View, is_contiguous
from symnet.codegen.scalar import Add, Affine, Axis, Mul, Pow, Read, Scalar
from symnet.codegen.scalar import Reduce as Reduction
from symnet.codegen.size import ONE, ZERO, Size, clamped
from symnet.notation.errors import UnsupportedExpression

Slots = dict[Axis, Scalar]  # the array's own axis -> where it is read


def find(b: Arrangement, e: Read) -> Stored:
    """Where the tensor is stored: in the innermost loops whose current position is read."""
    for s in reversed(b.stored[e.name]):
        slots = dict(zip(s.axes, e.slots, strict=True))
        at = [(slots[own], loop) for own, loop in s.current]
        if all(isinstance(slot, Affine) and slot.axis is loop for slot, loop in at):
            return s
    raise UnsupportedExpression(f"{e.name} is read before it is computed")


def read(b: Arrangement, e: Read, guarded: bool) -> Item:
    """The entry as an operand over the axes of its slots."""
    s = find(b, e)
    if not isinstance(s.item, Operand):
        return s.item
    slots = _array_slots(s, e)
    if all(isinstance(v, Affine) for v in slots.values()):
        affine = [v for v in slots.values() if isinstance(v, Affine)]
        plain = tuple(v.axis for v in affine if v.axis is not None)
        if not _needs_view(b, s.item.value, plain):
            return Operand(s.item.value, plain)
        return view(b, s.item.value, affine, guarded, str(e.name))
    return gather(b, s, slots, guarded, e)


def _needs_view(b: Arrangement, value: Value, plain: tuple[Axis, ...]) -> bool:
    if len(plain) < len(value.axes) or len(set(plain)) < len(plain):
        return True
    pairs = zip(plain, value.axes, strict=True)
    return any(a in b.loops or a.size != own.size for a, own in pairs)


def _array_slots(s: Stored, e: Read) -> Slots:
    """The slot for each axis that the array has, counted from the array's own start."""
    assert isinstance(s.item, Operand)
    given = dict(zip(s.axes, e.slots, strict=True))
    out: Slots = {}
    for axis in s.item.axes:
        slot = given[axis]
        if s.carried is not None and axis is s.axes[s.carried] and s.before.terms:
            slot = _shifted(slot, s.before)
        out[axis] = slot
    return out


def _shifted(slot: Scalar, by: Size) -> Scalar:
    if isinstance(slot, Affine):
        return Affine(slot.terms, slot.constant + by)
    return add(slot, of_size(by))


# -- padding ----------------------------------------------------------------------------------


def said_by_padding(b: Arrangement, f: Scalar) -> Iterator[Affine]:
    """The e for which reading `f` gives 0 wherever e < 0, because it is padded with zeros."""
    while isinstance(f, Pow) and f.exponent > 0:
        f = f.base
    if isinstance(f, Mul):
        for g in f.args:
            yield from said_by_padding(b, g)
    if isinstance(f, Add):  # what every term says
        first, *others = (list(said_by_padding(b, t)) for t in f.args)
        yield from (e for e in first if all(e in said for said in others))
    if isinstance(f, Reduction) and f.kind == "sum":
        inner = set(f.bound)
        yield from (e for e in said_by_padding(b, f.body) if not e.axes & inner)
    if not isinstance(f, Read) or not all(isinstance(slot, Affine) for slot in f.slots):
        return
    s = find(b, f)
    if not isinstance(s.item, Operand):
        return
    for axis, slot in zip(s.axes, f.slots, strict=True):
        if not isinstance(slot, Affine) or axis not in s.item.axes:
            continue
        if in_range(slot, axis.size):
            continue
        carried = s.carried is not None and axis is s.axes[s.carried]
        if not (carried and s.has_base):
            yield slot
        yield of_size(axis.size - 1).plus(slot, -1)


def view(b: Arrangement, value: Value, slots: list[Affine], guarded: bool, name: str) -> Operand:
    """value[slots] without a copy, or of a padded copy where a slot may leave the range."""
    before, after = [], []
    for axis, slot in zip(value.axes, slots, strict=True):
        ends = extremes(slot)
        if ends is None:
            raise UnsupportedExpression(f"{name}: a slot has a coefficient without a sign")
        before.append(clamped(-ends[0]))
        after.append(clamped(ends[1] - axis.size + 1))
    outside = [p for p in (*before, *after) if p.terms]
    if outside and not guarded:
        b.zeros.extend((name, p) for p in outside)
    elif outside:
        value = pad(b, value, before, after)
        slots = [Affine(s.terms, s.constant + p) for s, p in zip(slots, before, strict=True)]
    return affine_view(b, value, slots)


def pad(b: Arrangement, value: Value, before: list[Size], after: list[Size]) -> Value:
    """The array with zeros around it."""
    axes = tuple(
        Axis(a.letter, a.size + p + q, a.sequential) if (p + q).terms else a
        for a, p, q in zip(value.axes, before, after, strict=True)
    )
    key = ("pad", value, tuple(before), tuple(after))
    level = b.level([Operand(value, value.axes)])
    made = b.make(
        key,
        level,
        axes,
        value.kind,
        lambda out: Pad(out, value, tuple(before), tuple(after), b.note),
    )
    return made.value


def affine_view(b: Arrangement, value: Value, slots: list[Affine]) -> Operand:
    """The array read at affine slots that are in range."""
    axes: dict[Axis, Size] = {}
    for slot, stride in zip(slots, value.strides, strict=True):
        for axis, c in slot.terms:
            if axis not in b.loops:
                axes[axis] = axes.get(axis, ZERO) + c * stride
    order = tuple(axes)
    key: Hashable = (
        "view",
        value,
        tuple(affine_key(s, order) for s in slots),
        tuple(a.size for a in order),
    )
    return b.make(
        key,
        b.level([Operand(value, value.axes), *slots]),
        order,
        value.kind,
        lambda out: View(out, value, tuple(slots), b.note),
        tuple(axes.values()),
    )


# -- gathering --------------------------------------------------------------------------------


def gather(b: Arrangement, s: Stored, slots: Slots, guarded: bool, e: Read) -> Operand:
    """value[slots] where some slots are data."""
    assert isinstance(s.item, Operand)
    value = s.item.value
    if not is_contiguous(value):
        value = copied(b, Operand(value, value.axes), value.axes).value
    own = list(slots)
    first, last = _span(b, value, slots)
    items: list[Affine | Operand] = []
    for k in range(first, last):
        slot = slots[own[k]]
        if isinstance(slot, Affine):
            _must_lie_inside(b, slot, value.axes[k].size, guarded, e)
            items.append(slot)
        else:
            item = whole_index(b, b.evaluate(slot, guarded))
            items.append(limited(b, item, value.axes[k].size, slot, guarded, s, e))
    index = flat_index(b, items, [a.size for a in value.axes[first:last]])
    if last < len(own):  # rows are gathered in the order in which they are wanted
        index = copied(b, index, b.ranked(index.axes))
    outer = tuple(_axis(slots[a]) for a in own[:first])
    inner = tuple(_axis(slots[a]) for a in own[last:])
    axes = (*outer, *index.axes, *inner)
    key = ("gather", value, first, last, index.value, len(outer))
    source = Operand(value, (*outer, *value.axes[first:last], *inner))
    return b.make(
        key,
        b.level([source, index]),
        axes,
        value.kind,
        lambda out: Gather(out, source, index, first, last, b.note),
    )


def _axis(slot: Scalar) -> Axis:
    axis = slot.axis if isinstance(slot, Affine) else None
    assert axis is not None
    return axis


def _span(b: Arrangement, value: Value, slots: Slots) -> tuple[int, int]:
    """The smallest range of axes outside of which every slot is an axis of its own."""
    own = list(slots)
    inside = {k for k, a in enumerate(own) if not isinstance(slots[a], Affine)}
    while True:
        span = range(min(inside), max(inside) + 1)
        taken = {x for k in span for x in slots[own[k]].axes} | set(b.loops)
        plain = {
            k: v.axis
            for k, a in enumerate(own)
            if k not in span and isinstance(v := slots[a], Affine)
        }
        seen = list(plain.values())
        more = {
            k
            for k, x in plain.items()
            if x is None or x in taken or seen.count(x) > 1 or x.size != value.axes[k].size
        }
        if not more:
            return span.start, span.stop
        inside = set(span) | more


def _must_lie_inside(b: Arrangement, slot: Affine, size: Size, guarded: bool, e: Read) -> None:
    """Have it checked, once for each set of sizes, that an index stays in its range."""
    ends = extremes(slot)
    if ends is None:
        raise UnsupportedExpression(f"{e.name}: a slot has a coefficient without a sign")
    if not guarded:
        outside = (clamped(-ends[0]), clamped(ends[1] - size + 1))
        b.zeros.extend((e.name, p) for p in outside if p.terms)


def whole_index(b: Arrangement, item: Item) -> Operand:
    """The item as an integer operand."""
    if isinstance(item, Operand) and item.value.kind == "int":
        return item
    return b.map("int", item)


def limited(
    b: Arrangement, item: Operand, size: Size, slot: Scalar, guarded: bool, s: Stored, e: Read
) -> Operand:
    """The index, checked or clipped into 0 .. size-1 unless it is known to lie there."""
    if within(b, slot, size):
        return item
    if s.has_base and not s.repeats:
        raise UnsupportedExpression(f"{e.name} is gathered where its base depends on the index")
    if not guarded and not s.has_base:
        b.emit(Check(item, size, e.name, b.note), max(0, b.level([item])))
    return b.map("minimum", b.map("maximum", item, of_size(0)), of_size(size - 1))


def within(b: Arrangement, slot: Scalar, size: Size) -> bool:
    """Whether the value of a slot is known to lie in 0 .. size-1.

    A given integer tensor that declares its bound is checked where it comes in.
    """
    if isinstance(slot, Affine):
        return in_range(slot, size)
    if isinstance(slot, Reduction) and slot.kind == "argmax":
        return slot.bound[0].size == size
    if isinstance(slot, Read):
        for g in b.program.given:
            if g.name == slot.name and g.below == size:
                if (g.name, size) not in b.ranges:
                    b.ranges.append((g.name, size))
                return True
        d = b.program.definition(slot.name)
        return d is not None and d.base is None and within(b, d.body, size)
    return False


def flat_index(b: Arrangement, items: Sequence[Affine | Operand], sizes: Sequence[Size]) -> Operand:
    """The position within axes of these sizes taken as one axis."""
    affine, data = of_size(0), []
    step = ONE
    for item, size in zip(reversed(items), reversed(sizes), strict=True):
        if isinstance(item, Affine):
            affine = affine.plus(item, step)
        else:
            data.append(item if step == ONE else b.map("multiply", item, of_size(step)))
        step = step * size
    if not data:
        return b.iota(affine)
    out = data[0]
    for item in data[1:]:
        out = b.map("add", out, item)
    if all(a in b.loops for a, _ in affine.terms):
        return out if affine == of_size(0) else b.map("add", out, affine)
    return b.map("add", b.iota(affine), out)


def copied(b: Arrangement, source: Operand, axes: tuple[Axis, ...]) -> Operand:
    """The operand without gaps in memory, its axes in the given order."""
    if source.axes == axes and is_contiguous(source.value):
        return source
    return b.make(
        copy_key(source, axes),
        b.level([source]),
        axes,
        source.value.kind,
        lambda out: Copy(out, source, b.note),
    )


def copy_key(source: Operand, axes: tuple[Axis, ...]) -> Hashable:
    """What `copied` is known by."""
    return ("copy", source.value, tuple(source.axes.index(a) for a in axes))
