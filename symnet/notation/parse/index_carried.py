"""Which indices carry a recurrence: along them, definitions mention each other shifted.

h[n,t] = tanh(a[n,t]),  a[n,t] = x[n,t] + h[n,t-1]      t is sequential in h and in a
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

import networkx as nx

from symnet.notation.parse.index_scope import Letter, Reading, Scoped, affine

Axis = tuple[str, int]


def carried(lines: Iterable[Scoped], bases: Iterable[Axis]) -> tuple[set[Axis], set[str]]:
    """The sequential axes, and the names of all definitions that depend on themselves."""
    by_name = {s.line.left.name: s for s in lines if s.line.left is not None}
    position = {name: k for k, name in enumerate(by_name)}
    arrows: nx.DiGraph[str] = nx.DiGraph()
    axes, cyclic = set(bases), set[str]()
    for name, s in by_name.items():
        read = [r for r in s.readings if r.name in by_name]
        arrows.add_edges_from((r.name, name) for r in read)
        _start([(s, r) for r in read if position[r.name] >= position[name]], axes)
    for component in nx.strongly_connected_components(arrows):
        members = [by_name[name] for name in sorted(component)]
        if len(members) > 1 or arrows.has_edge(*(2 * tuple(component))):
            cyclic |= component
            inside = [(s, r) for s in members for r in s.readings if r.name in component]
            _start(inside, axes)
            while _spread(inside, axes):
                pass
    return axes, cyclic


def _start(inside: list[tuple[Scoped, Reading]], axes: set[Axis]) -> None:
    for s, r in inside:
        for k, slot in enumerate(r.slots):
            letter = _shifted(s, r, slot)
            if letter is not None:
                axes |= {(r.name, k), _own(s, letter)}


def _shifted(s: Scoped, r: Reading, slot: ast.expr) -> Letter | None:
    """The free letter t of a slot t-1 or t+2."""
    parts = affine(slot)
    if parts is None or len(parts) != 2 or not parts[""]:
        return None
    (name,) = set(parts) - {""}
    letter = r.scope.get(name)
    return letter if parts[name] == 1 and letter is not None and letter.is_free else None


def _spread(inside: list[tuple[Scoped, Reading]], axes: set[Axis]) -> bool:
    """An axis read at once with a sequential index is sequential, and the other way round."""
    before = len(axes)
    for s, r in inside:
        if any(_shifted(s, r, slot) is not None for slot in r.slots):
            continue
        for k, slot in enumerate(r.slots):
            letter = r.scope.get(slot.id) if isinstance(slot, ast.Name) else None
            if letter is not None and letter.is_free:
                pair = {(r.name, k), _own(s, letter)}
                if pair & axes:
                    axes |= pair
    return len(axes) > before


def _own(s: Scoped, letter: Letter) -> Axis:
    """The axis of the left side along which a free letter runs."""
    left = s.line.left
    assert left is not None
    names = [slot.id if isinstance(slot, ast.Name) else "" for slot in left.slots]
    return left.name, names.index(letter.name)
