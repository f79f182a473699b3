"""Which axis of a tensor should lie first in memory.

NumPy's argmax along a last axis, with which maxima are found, costs some 7 ns for each row,
however short the row: over (1797, 10) it takes 12 us; a maximum of (10, 1797) over the first axis
takes 2. So a tensor whose maximum is taken over a short last axis, and what it is computed from
entry by entry, has that axis first.

A loop reads one position of its axis in each turn, and fills arrays with that axis first. So what
it reads, and what that is computed from, has the loop's axis first too: no turn reads with gaps,
and products after the loop find their two operands in one order.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.program import Def, Program, reads_of
from symnet.codegen.recurrence import components, is_recurrent, schedule, shift
from symnet.codegen.scalar import Axis, Read, Reduce, Scalar, children, walk

SHORT = 32


def leading_axes(program: Program) -> dict[str, int]:
    """The position of the axis to lie first, for each tensor for which it is not the first."""
    known = {d.name: d for d in program.defs if d.name not in program.outputs}
    found: dict[str, int] = {}
    frontier = [
        (r.name, place)
        for d in program.defs
        for node in walk(d.body)
        if isinstance(node, Reduce) and node.kind in ("max", "argmax") and len(node.bound) == 1
        for r, place in _over_last_axis(node)
    ]
    while frontier:
        name, place = frontier.pop()
        if name in known and name not in found and known[name].base is None:
            found[name] = place
            frontier.extend((n, place) for n in _entrywise(known[name]))
    return {**_read_by_loops(program), **found}


def _read_by_loops(program: Program) -> dict[str, int]:
    """The positions of loop axes in what loops read and do not compute."""
    groups = components(program.defs)
    plain = {g[0].name: g[0] for g in groups if not is_recurrent(g)}
    found: dict[str, int] = {}
    frontier: list[tuple[str, int]] = []
    for group in groups:
        places = schedule(group).places if group[0].name not in plain else {}
        for d in group if places else ():
            frontier.extend(_along(d, d.axes[places[d.name]]))
    while frontier:
        name, place = frontier.pop()
        if name in plain and name not in program.wanted and name not in found:
            found[name] = place
            frontier.extend(_along(plain[name], plain[name].axes[place]))
    return {name: place for name, place in found.items() if place}


def _along(d: Def, axis: Axis) -> Iterator[tuple[str, int]]:
    """What the definition reads along one of its axes, shifted or not, and at which position."""
    for r in reads_of(d):
        for place, slot in enumerate(r.slots):
            if shift(slot, axis) is not None:
                yield r.name, place
                break


def _over_last_axis(node: Reduce) -> Iterator[tuple[Read, int]]:
    axis = node.bound[0]
    length = axis.size.number
    if length is None or length > SHORT:
        return
    for r in _outside_reductions(node.body):
        if r.plain is not None and len(r.plain) > 1 and r.plain[-1] is axis:
            yield r, len(r.plain) - 1


def _outside_reductions(e: Scalar) -> Iterator[Read]:
    if isinstance(e, Read):
        yield e
    elif not isinstance(e, Reduce):
        for c in children(e):
            yield from _outside_reductions(c)


def _entrywise(d: Def) -> Iterator[str]:
    """The tensors that a definition reads at its own indices, in their order."""
    for r in _outside_reductions(d.body):
        if r.plain == d.axes:
            yield r.name


def ordered(axes: tuple[Axis, ...], first: int | None) -> list[Axis]:
    """The axes with the one at position `first` in front."""
    if first is None:
        return list(axes)
    return [axes[first], *axes[:first], *axes[first + 1 :]]
