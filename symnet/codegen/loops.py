"""Definitions -> operations: one after the other, and loops for those that depend on themselves.

A tensor that a loop carries is stored with the loop's axis first and with further positions before
and after: the base of the recurrence, or zeros where a reference beyond the end is guarded.
"""

from __future__ import annotations

from collections.abc import Iterable

from symnet.codegen.algebra import of_axis
from symnet.codegen.arrangement import Arrangement, Stored
from symnet.codegen.facts import extremes
from symnet.codegen.layout import ordered
from symnet.codegen.plan import Carry, Item, Loop, Operand, Value
from symnet.codegen.program import Def, reads_of
from symnet.codegen.recurrence import (
    Schedule,
    carried_by,
    components,
    inner,
    is_recurrent,
    schedule,
    shift,
)
from symnet.codegen.scalar import Affine, Axis, Read, Scalar
from symnet.codegen.size import ONE, ZERO, Size, clamped, larger
from symnet.codegen.substitution import substitute

Fixed = tuple[tuple[Axis, Axis], ...]  # (axis of a definition, loop that stands for it)


def arrange(b: Arrangement, defs: Iterable[Def]) -> None:
    """All definitions, in an order in which each finds what it mentions."""
    for group in components(defs):
        if is_recurrent(group):
            arrange_loop(b, schedule(group), {})
        else:
            arrange_definition(b, group[0], ())


def arrange_definition(b: Arrangement, d: Def, fixed: Fixed) -> None:
    """The operations for one definition, at the current position of the loops around it."""
    item = value_of(b, d, fixed)
    if isinstance(item, Operand):
        b.names.setdefault(item.value, "_".join([d.name, *(loop.letter for _, loop in fixed)]))
    b.stored.setdefault(d.name, []).append(Stored(item, d.axes, current=fixed))


def value_of(b: Arrangement, d: Def, fixed: Fixed) -> Item:
    """The values of a definition over those of its axes that no loop stands for."""
    b.note = d.name
    b.order = [a for a in _order(b, d) if a not in dict(fixed)]
    body = substitute(d.body, {own: of_axis(loop) for own, loop in fixed})
    item = b.evaluate(body)
    if d.integer and not (isinstance(item, Operand) and item.value.kind == "int"):
        return b.map("int", item)
    return item if d.integer else b.as_float(item)


def _order(b: Arrangement, d: Def) -> list[Axis]:
    """The axes of a definition in the order in which they should lie in memory."""
    if d.name in b.orders:
        return [d.axes[k] for k in b.orders[d.name]]
    return ordered(d.axes, b.leading.get(d.name))


def arrange_loop(b: Arrangement, s: Schedule, around: dict[str, Fixed]) -> None:
    """One loop; `around` says which axes of each definition stand for loops around it."""
    first = s.defs[0]
    own = first.axes[s.places[first.name]]
    loop = Axis(own.letter, own.size)
    stores = {d.name: _store(b, d, s, around.get(d.name, ())) for d in s.defs if _kept(b, d, s)}
    bases = {d.name: _base(b, d, stores[d.name]) for d in s.defs if d.name in stores}
    b.enter(loop, [_array(store) for store in stores.values()])
    fixed = {d.name: (*around.get(d.name, ()), (d.axes[s.places[d.name]], loop)) for d in s.defs}
    for group in inner(s):
        if is_recurrent(group, carried_by(s)):
            axes = frozenset(a for d in group for a, _ in fixed[d.name])
            arrange_loop(b, schedule(group, axes, carried_by(s)), fixed)
        else:
            arrange_definition(b, group[0], fixed[group[0].name])
    carries = tuple(
        Carry(_array(store), store.before, store.after, bases[name], _current(b, name, fixed[name]))
        for name, store in stores.items()
    )
    b.note = first.name
    body = b.leave()
    for name in fixed:
        b.stored[name] = [x for x in b.stored[name] if loop not in dict(x.current).values()]
    b.emit(Loop(loop, s.backwards, body, carries, first.name), len(b.loops))


def _array(store: Stored) -> Value:
    assert isinstance(store.item, Operand)
    return store.item.value


def _current(b: Arrangement, name: str, fixed: Fixed) -> Item:
    """What the body has computed for the current position."""
    for s in reversed(b.stored[name]):
        if s.current == fixed:
            if s.carried is None:
                return s.item
            slots = tuple(of_axis(dict(fixed).get(a, a)) for a in s.axes)
            b.order = [a for a in s.axes if a not in dict(fixed)]
            return b.evaluate(Read(name, slots))
    raise AssertionError(f"{name} has no value in its loop")


def _kept(b: Arrangement, d: Def, s: Schedule) -> bool:
    """Whether the values at all positions are needed, in the loop or after it."""
    if b.loops or d.name in b.program.wanted or any(r.name == d.name for r in carried_by(s)):
        return True
    own = {x.name for x in s.defs}
    return any(r.name == d.name for x in b.program.defs if x.name not in own for r in reads_of(x))


def _store(b: Arrangement, d: Def, s: Schedule, around: Fixed) -> Stored:
    """The array for all positions, and as many before and after as constant shifts reach."""
    place = s.places[d.name]
    axis = d.axes[place]
    has_base = d.base is not None and place == d.sequential and not s.backwards
    before, after = _reach(b, d, place, has_base)
    others = [a for k, a in enumerate(d.axes) if k != place and a not in dict(around)]
    array = Value(
        d.name,
        (Axis(axis.letter, axis.size + before + after), *others),
        "int" if d.integer else "float",
        len(b.loops),
    )
    made = Stored(
        Operand(array, (axis, *others)),
        d.axes,
        carried=place,
        before=before,
        after=after,
        current=around,
        has_base=has_base,
        repeats=has_base and d.base is not None and axis not in d.base.axes,
    )
    b.stored.setdefault(d.name, []).append(made)
    return made


def _reach(b: Arrangement, d: Def, place: int, has_base: bool) -> tuple[Size, Size]:
    """How far reads go before the start and beyond the end."""
    before, after = ONE if has_base else ZERO, ZERO
    size = d.axes[place].size
    for x in b.program.defs:
        for r in reads_of(x):
            slot = r.slots[place] if r.name == d.name else None
            if not isinstance(slot, Affine) or not (has_base or _is_shift(slot)):
                continue
            ends = extremes(slot)
            if ends is not None:
                before = larger(before, clamped(-ends[0]))
                after = larger(after, clamped(ends[1] - size + 1)) if _is_shift(slot) else after
    return before, after


def _is_shift(slot: Affine) -> bool:
    return len(slot.terms) == 1 and shift(slot, slot.terms[0][0]) is not None


def _base(b: Arrangement, d: Def, store: Stored) -> Item | None:
    """The values before the start, over an axis of their own if they differ."""
    if not store.has_base or d.base is None or store.carried is None:
        return None
    b.note = d.name
    own = d.axes[store.carried]
    start = Axis(own.letter, store.before)
    b.order = [start, *(a for a in d.axes if a not in dict(store.current) and a is not own)]
    position: Scalar = of_axis(start).plus(Affine((), store.before), -1)
    loops: dict[Axis, Scalar] = {a: of_axis(loop) for a, loop in store.current}
    item = b.evaluate(substitute(d.base, {**loops, own: position}))
    if d.integer:
        return b.map("int", item)
    return b.as_float(item)
