"""Which definitions form a recurrence, and along which index: Allen and Kennedy's scheduling.

The strongly connected components of "mentions" are taken in order. In a component one sequential
index is chosen along which all references are shifted by constants of one sign; the loop over it
satisfies the shifted references, and what is left is scheduled again inside (a nested loop, if a
cycle is left). Allen & Kennedy 1987, ACM TOPLAS 9(4), sec. 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx as nx

from symnet.codegen.program import Def, reads_of
from symnet.codegen.scalar import Affine, Axis, Read, reads
from symnet.codegen.size import ONE
from symnet.notation.errors import UnsupportedExpression


@dataclass(frozen=True)
class Schedule:
    """Definitions that are computed together in one loop.

    `places` gives for each definition the position of its axis that the loop runs over.
    """

    defs: tuple[Def, ...]
    places: dict[str, int]
    backwards: bool
    around: frozenset[Read] = frozenset()  # reads that a loop around has satisfied


def components(defs: Iterable[Def], carried: frozenset[Read] = frozenset()) -> list[list[Def]]:
    """Strongly connected components in an order in which each mentions earlier ones only.

    Reads in `carried` are satisfied by a loop around and do not count.
    """
    listed = list(defs)
    position = {d.name: k for k, d in enumerate(listed)}
    arrows: nx.DiGraph[int] = nx.DiGraph()
    arrows.add_nodes_from(range(len(listed)))
    for k, d in enumerate(listed):
        for r in reads_of(d):
            if r.name in position and r not in carried:
                arrows.add_edge(position[r.name], k)
    groups = nx.condensation(arrows)
    first = {g: min(groups.nodes[g]["members"]) for g in groups}
    order = nx.lexicographical_topological_sort(groups, key=first.__getitem__)
    return [[listed[k] for k in sorted(groups.nodes[g]["members"])] for g in order]


def is_recurrent(group: list[Def], carried: frozenset[Read] = frozenset()) -> bool:
    """Whether the definitions depend on themselves."""
    own = {d.name for d in group}
    return any(r.name in own and r not in carried for d in group for r in reads_of(d))


def shift(slot: object, axis: Axis) -> int | None:
    """s if the slot is axis + s, else None."""
    if not isinstance(slot, Affine) or len(slot.terms) != 1 or slot.coefficient(axis) != ONE:
        return None
    value = slot.constant.number
    return None if value is None or value.denominator != 1 else int(value)


def schedule(
    group: list[Def],
    fixed: frozenset[Axis] = frozenset(),
    around: frozenset[Read] = frozenset(),
) -> Schedule:
    """The loop for a component; raises UnsupportedExpression if there is none.

    Axes in `fixed` belong to loops around this one, which have satisfied the reads in `around`.
    """
    found: list[tuple[int, Schedule]] = []
    for place, axis in enumerate(group[0].axes):
        if not axis.sequential or axis in fixed:
            continue
        places = _aligned(group, place, around)
        if places is None:
            continue
        shifts = set(_shifts(group, places, around))
        if min(shifts) < 0 < max(shifts) or shifts == {0}:
            continue
        made = Schedule(tuple(group), places, max(shifts) > 0, around)
        left = sum(len(g) > 1 or is_recurrent(g, carried_by(made)) for g in inner(made))
        found.append((left, made))
    if not found:
        names = ", ".join(d.name for d in group)
        raise UnsupportedExpression(
            f"no loop computes {names}: expected one sequential index along which they mention "
            "each other with constant shifts of one sign"
        )
    return min(found, key=lambda f: f[0])[1]


def inner(s: Schedule) -> list[list[Def]]:
    """What is left to schedule inside of the loop."""
    return components(s.defs, carried_by(s))


def carried_by(s: Schedule) -> frozenset[Read]:
    """The reads that an earlier turn of the loop, or of one around it, has computed."""
    own = {d.name for d in s.defs}
    return s.around | frozenset(
        r
        for d in s.defs
        for r in reads(d.body)
        if r.name in own
        and r not in s.around
        and shift(r.slots[s.places[r.name]], d.axes[s.places[d.name]]) != 0
    )


def _aligned(group: list[Def], place: int, around: frozenset[Read]) -> dict[str, int] | None:
    """For each definition the axis that goes along with the first one's; None if there is none."""
    known = {d.name: d for d in group}
    places = {group[0].name: place}
    frontier = [group[0]]
    while frontier:
        d = frontier.pop()
        axis = d.axes[places[d.name]]
        for r in reads(d.body):
            if r.name not in known or r in around:
                continue
            other = known[r.name]
            fitting = [
                k
                for k, (own, slot) in enumerate(zip(other.axes, r.slots, strict=True))
                if own.sequential and own.size == axis.size and shift(slot, axis) is not None
            ]
            if r.name in places:
                if places[r.name] not in fitting:
                    return None
            elif not fitting:
                return None
            else:
                places[r.name] = fitting[0]
                frontier.append(other)
    return places


def _shifts(group: list[Def], places: dict[str, int], around: frozenset[Read]) -> Iterator[int]:
    for d in group:
        axis = d.axes[places[d.name]]
        for r in reads(d.body):
            if r.name in places and r not in around:
                found = shift(r.slots[places[r.name]], axis)
                assert found is not None
                yield found
