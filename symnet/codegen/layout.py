"""Which axis of a tensor should lie first in memory.

NumPy's argmax along a last axis, with which maxima are found, costs some 7 ns for each row,
however short the row: over (1797, 10) it takes 12 us; a maximum of (10, 1797) over the first axis
takes 2. So a tensor whose maximum is taken over a short last axis, and what it is computed from
entry by entry, has that axis first.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.program import Def, Program
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
    return found


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
