"""Equality of two tensors whatever the tensors between them and what is given are.

    y = f(x) (large),  left = y*z + y,  right = y*(z + 1)     =>     the same with any y

An equality that holds for any y holds for y = f(x). The degree of what is left is small, where that
of the whole is beyond every field: through a deep graph, or along a recurrence. Then

    c[t] = f[t]*c[t-1] + u[t]     =>     c[t] = f[t]*C[t-1] + u[t]        any C

and where left and right are recurrences themselves, both read the same C: if F(C) = G(C) for any C,
then left = F(left) also solves right = G(right), which has one solution.

Tensors are opened one by one, the last one first, until both sides speak of the same ones. What is
unequal with any values may be equal with the true ones: that says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import networkx as nx
import sympy

from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Tensor,
    dependencies,
    entries,
    replace,
    shift_of,
)
from symnet.notation.parse.names import unused
from symnet.verify.models.evaluate import Sizes
from symnet.verify.prove import Comparison, compare_in_models

ROUNDS = 6
SHOWN = 6


def compare_with_cuts(
    graph: Graph, left: str, right: str, trials: Sequence[Sizes], seed: int = 0
) -> tuple[Comparison, str] | None:
    """A proof in models with any values of some tensors, and a sentence that names them."""
    left, right = _meant(graph, left), _meant(graph, right)
    for opened in _openings(graph, left, right):
        cut, free = with_any(graph, left, right, opened)
        found = compare_in_models(cut, left, right, trials, seed)
        if found.equal:
            return found, _note(free)
        if found.why:
            return None
    return None


def with_any(
    graph: Graph, left: str, right: str, opened: AbstractSet[str]
) -> tuple[Graph, tuple[str, ...]]:
    """left, right and what is opened, with any values of all else that is defined; and its names.

    So are the shifted reads by which what is kept depends on itself. Base cases stay.
    """
    kept = {left, right, *opened}
    loops = _loops(graph, kept)
    taken = {t.name for t in graph.tensors}
    free: dict[str, Tensor] = {}
    stand_ins: dict[str, Tensor] = {}
    for d in graph.definitions:
        if d.name in kept and d.name not in loops:
            continue
        if d.name == left and right in free:
            free[left] = free[right]
        elif d.name == right and left in free:
            free[right] = free[left]
        else:
            free[d.name] = _fresh(f"{d.name}_any", d.tensor, taken)
        stand_ins[d.name] = free[d.name] if d.base is None else _fresh(d.name, d.tensor, taken)
    made: list[Definition] = []
    for d in graph.definitions:
        loop = loops.get(d.name, frozenset())
        base = None if d.base is None else _moved(d.base, stand_ins, kept, loop)
        if d.name in stand_ins and d.base is not None:
            own = Entry(stand_ins[d.name], *d.free)
            made.append(Definition(own, Entry(free[d.name], *d.free), base))
        if d.name in kept:
            made.append(Definition(d.entry, _moved(d.expression, stand_ins, kept, loop), base))
    inputs = dict.fromkeys((*graph.inputs, *free.values()))
    outputs = [graph.tensor(left), graph.tensor(right)]
    cut = replace(
        graph, definitions=tuple(made), inputs=tuple(inputs), outputs=tuple(outputs), updates=()
    )
    read = {e.tensor for d in made for e in entries(d.expression)}
    return cut, tuple(name for name, t in stand_ins.items() if t in read and name != left)


def _meant(graph: Graph, name: str) -> str:
    """y of a definition that says no more than left[n,t] = y[n,t]."""
    d = graph.definition(name)
    if d is None or d.base is not None or not isinstance(d.expression, Entry):
        return name
    other = graph.definition(d.expression.tensor.name)
    return name if other is None or d.expression.slots != d.free else _meant(graph, other.name)


def _openings(graph: Graph, left: str, right: str) -> Iterator[AbstractSet[str]]:
    """Sets of tensors to open: first those of which one side alone speaks, the last one first."""
    place = {d.name: k for k, d in enumerate(graph.definitions)}
    opened: set[str] = set()
    for _ in range(ROUNDS):
        while True:
            sides = [_spoken(graph, side, opened | {left, right}) for side in (left, right)]
            speaks = {**sides[0], **sides[1]}
            alone = sides[0].keys() ^ sides[1].keys()
            if not alone:
                break
            opened.add(max(alone, key=lambda name: (speaks[name], place[name])))
        yield frozenset(opened)
        if not speaks:
            return
        opened.add(max(speaks, key=lambda name: (speaks[name], place[name])))


def _spoken(graph: Graph, name: str, opened: AbstractSet[str]) -> dict[str, bool]:
    """The defined tensors that stand in the formula, those opened replaced by theirs.

    True if one is read at its own place, False if it is read shifted only: a step before or after.
    """
    out: dict[str, bool] = {}
    waiting, seen = [name], {name}
    while waiting:
        d = graph.definition(waiting.pop())
        assert d is not None
        for e in entries(d.expression):
            known = e.tensor.name
            if known in seen or graph.definition(known) is None:
                continue
            if known in opened:
                seen.add(known)
                waiting.append(known)
            else:
                out[known] = out.get(known, False) or not _is_shifted(e)
    return out


def _loops(graph: Graph, kept: AbstractSet[str]) -> dict[str, frozenset[str]]:
    """For each of these tensors that depends on itself through them: all that do so together."""
    arrows = dependencies(graph).subgraph(kept)
    return {
        name: frozenset(component)
        for component in nx.strongly_connected_components(arrows)
        for name in component
        if len(component) > 1 or arrows.has_edge(name, name)
    }


def _fresh(name: str, like: Tensor, taken: set[str]) -> Tensor:
    made = Tensor(unused(name, taken), *like.indices, assume=like.assume, below=like.below)
    taken.add(made.name)
    return made


def _moved(
    e: sympy.Basic,
    stand_ins: Mapping[str, Tensor],
    kept: AbstractSet[str],
    loop: AbstractSet[str],
) -> sympy.Basic:
    if isinstance(e, Entry):
        slots = [_moved(s, stand_ins, kept, loop) for s in e.slots]
        name = e.tensor.name
        moved = name in stand_ins and (name not in kept or (name in loop and _is_shifted(e)))
        return Entry(stand_ins[name] if moved else e.tensor, *slots)
    return e.func(*(_moved(a, stand_ins, kept, loop) for a in e.args)) if e.args else e


def _is_shifted(e: Entry) -> bool:
    pairs = zip(e.tensor.indices, e.slots, strict=True)
    return any(i.sequential and (found := shift_of(s)) and found[1] for i, s in pairs)


def _note(free: Sequence[str]) -> str:
    names = [*free[:SHOWN], *(["..."] if len(free) > SHOWN else [])]
    return f"with any values of {', '.join(names)}" if names else ""
