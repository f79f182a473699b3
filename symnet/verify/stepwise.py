"""A recurrence one step at a time: what is carried is taken from tensors of any values.

    c[t] = f[t]*c[t-1] + g[t],  y[t] = c[t]*f[t+1]   =>   c[t] = f[t]*C[t-1] + g[t],  y[t] = c[t]*F[t+1]

An equality that holds whatever C and F are holds for the states themselves. Over many steps the
degree of a state, and with it what a random model can prove, is beyond every field; of one step it
is small. What needs several steps (a running sum) is not equal here: that says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

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

NOTE = "each step by itself: with any values of what the steps before and after it give"


def one_step(graph: Graph) -> Graph | None:
    """The graph with any values in place of all shifted reads of what a recurrence defines.

    Base cases stay. None if there is no recurrence, or a base case reads what is defined.
    """
    arrows = dependencies(graph)
    carried = _recurrent(graph, arrows)
    if not carried:
        return None
    taken = {t.name for t in graph.tensors}
    stand_ins: dict[str, Tensor] = {}
    given: list[Tensor] = []
    based: list[Definition] = []
    for d in graph.definitions:
        if d.name not in carried:
            continue
        free = Tensor(unused(f"{d.name}_any", taken), *d.free, assume=d.tensor.assume)
        taken.add(free.name)
        given.append(free)
        stand_ins[d.name] = free
        if d.base is not None:
            if any(graph.definition(e.tensor.name) for e in entries(d.base)):
                return None
            own = Tensor(unused(f"{d.name}_step", taken), *d.free)
            taken.add(own.name)
            based.append(Definition(Entry(own, *d.free), Entry(free, *d.free), d.base))
            stand_ins[d.name] = own
    moved = [
        Definition(d.entry, _moved(d.expression, stand_ins), d.base) for d in graph.definitions
    ]
    return replace(graph, definitions=(*based, *moved), inputs=(*graph.inputs, *given), updates=())


def _recurrent(graph: Graph, arrows: nx.DiGraph[str]) -> set[str]:
    """The names of all tensors that depend on themselves."""
    return {
        name
        for component in nx.strongly_connected_components(arrows)
        for name in component
        if len(component) > 1 or arrows.has_edge(name, name)
    }


def _moved(e: sympy.Basic, stand_ins: Mapping[str, Tensor]) -> sympy.Basic:
    if isinstance(e, Entry):
        slots = [_moved(s, stand_ins) for s in e.slots]
        pairs = zip(e.tensor.indices, e.slots, strict=True)
        shifted = any(i.sequential and (found := shift_of(s)) and found[1] for i, s in pairs)
        return Entry(stand_ins.get(e.tensor.name, e.tensor) if shifted else e.tensor, *slots)
    return e.func(*(_moved(a, stand_ins) for a in e.args)) if e.args else e
