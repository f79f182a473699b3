"""A model as it is used, from the model as it is trained.

    mask drawn with probability q       =>  its mean q:        x m/q => x,   x + m F => x + q F
    batch statistic with an estimate    =>  the state:         (x - mu)/s => (x - mu_run)/s_run

Nothing is random in the result, and no sample depends on the others of its batch.
"""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import sympy

from symnet.notation import Definition, Entry, Graph, Tensor, dependencies, replace


def evaluation(graph: Graph) -> Graph:
    """The graph with the mean of every drawn input, and with every estimate in place of its tensor.

    Updates of estimates end; those of a state that a recurrence carries stay. States are inputs.
    Source: Srivastava et al. 2014, sec. 4 (a mask by its mean); Ioffe & Szegedy 2015, algorithm 2.
    """
    means = {t.name: rule.mean for t, rule in graph.drawn}
    states = {t.name: state for t, state in graph.estimates}
    if not means and not states:
        return graph
    ended = {state.name for state in states.values()}
    updates = tuple(u for u in graph.updates if u[0].name not in ended)
    moved = [_moved(d, means, states) for d in graph.definitions if d.name not in states]
    return _without_unused(
        replace(
            graph,
            definitions=tuple(moved),
            inputs=tuple(t for t in graph.inputs if t.name not in means),
            outputs=tuple(states.get(t.name, t) for t in graph.outputs),
            updates=updates,
            rules=tuple(pair for pair in graph.rules if pair[0].name not in means),
            estimates=(),
        ),
        {d.name for d in graph.definitions},
    )


def _without_unused(graph: Graph, before: set[str]) -> Graph:
    """Without what only an update that has ended needed: definitions that nothing reads now."""
    arrows = dependencies(graph)
    kept = {t.name for t in (*graph.outputs, *(new for _, new in graph.updates))}
    needed = kept.union(*(nx.ancestors(arrows, name) for name in kept))
    read = needed & before
    return replace(graph, definitions=tuple(d for d in graph.definitions if d.name in read))


def _moved(
    d: Definition, means: Mapping[str, sympy.Expr], states: Mapping[str, Tensor]
) -> Definition:
    base = None if d.base is None else _walk(d.base, means, states)
    return Definition(d.entry, _walk(d.expression, means, states), base)


def _walk(
    e: sympy.Basic, means: Mapping[str, sympy.Expr], states: Mapping[str, Tensor]
) -> sympy.Basic:
    if isinstance(e, Entry):
        if e.tensor.name in means:
            return means[e.tensor.name]
        slots = (_walk(s, means, states) for s in e.slots)
        return Entry(states.get(e.tensor.name, e.tensor), *slots)
    return e.func(*(_walk(a, means, states) for a in e.args)) if e.args else e
