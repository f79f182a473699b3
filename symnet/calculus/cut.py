"""A defined tensor as a variable of its own: its definition is set aside, and put back at the end.

    u = tanh(x),  L = u^3 tanh(x)      d2L/du2 = 6 u tanh(x), although tanh(x) = u

Its definition is one equation at one point: folding by it, then differentiating by u, is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import networkx as nx

from symnet.notation import DerivativeError, Graph, Tensor, dependencies, replace


def apart(graph: Graph, variables: Sequence[Tensor], derive: Callable[[Graph], Graph]) -> Graph:
    """derive(graph) with the variables given; then their definitions stand in front again.

    Raises DerivativeError if a variable carries a recurrence, or determines another one.
    """
    defined = [v for v in variables if graph.definition(v.name) is not None]
    if not defined:
        return derive(graph)
    arrows = dependencies(graph)
    for v in defined:
        above = nx.ancestors(arrows, v.name)
        if v.name in nx.descendants(arrows, v.name) or arrows.has_edge(v.name, v.name):
            raise DerivativeError(
                f"{v.name} depends on itself along its sequential index: it cannot be varied "
                "by itself; differentiate with respect to what it is made of"
            )
        for other in variables:
            if other.name in above:
                raise DerivativeError(
                    f"{other.name} determines {v.name}: they cannot be varied independently; "
                    "name one of them"
                )
    names = {v.name for v in defined}
    without = replace(
        graph,
        definitions=tuple(d for d in graph.definitions if d.name not in names),
        parameters=(*graph.parameters, *defined),
        updates=(),
    )
    return _restored(derive(without), graph, names, arrows)


def _restored(derived: Graph, graph: Graph, names: set[str], arrows: nx.DiGraph[str]) -> Graph:
    needed = names | {d.name for d in derived.definitions}
    for name in names:
        needed |= nx.ancestors(arrows, name)
    own = {d.name for d in graph.definitions}
    forward = [d for d in graph.definitions if d.name in needed]
    return replace(
        derived,
        definitions=(*forward, *(d for d in derived.definitions if d.name not in own)),
        parameters=tuple(p for p in derived.parameters if p.name not in names),
    )
