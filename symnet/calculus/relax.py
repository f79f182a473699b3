"""Variables of which only linear laws are assumed while they vary.

    m in {0, 1}:  m^2 = m, but d(m^2)/dm = 2 m         y one-hot: y^2 = y, and sum_k y = 1

A law of a curve or of points does not hold beside them; sum_k y = 1 holds along the simplex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy

from symnet.notation import Definition, Entry, Graph, Tensor, replace

WIDER = {"mask": None, "one_hot": "simplex"}


def relaxed(graph: Graph, variables: Sequence[Tensor], derive: Callable[[Graph], Graph]) -> Graph:
    """derive(graph) with the variables' laws of single points left out, and stated again."""
    wider = {x: _wider(x) for x in variables if not x.assume.isdisjoint(WIDER)}
    if not wider:
        return derive(graph)
    found = derive(_exchanged(graph, wider))
    return _exchanged(found, {new: old for old, new in wider.items()})


def widened(graph: Graph, variables: Sequence[Tensor]) -> Graph:
    """The graph in which these tensors have linear laws only, as while they vary."""
    return _exchanged(graph, {x: _wider(x) for x in variables if not x.assume.isdisjoint(WIDER)})


def _wider(x: Tensor) -> Tensor:
    words = {WIDER.get(word, word) for word in x.assume}
    return Tensor(x.name, *x.indices, assume=frozenset(w for w in words if w), below=x.below)


def _exchanged(graph: Graph, new: Mapping[Tensor, Tensor]) -> Graph:
    def tensors(listed: Sequence[Tensor]) -> tuple[Tensor, ...]:
        return tuple(new.get(x, x) for x in listed)

    return replace(
        graph,
        definitions=tuple(
            Definition(
                _rewritten(d.entry, new),
                _rewritten(d.expression, new),
                None if d.base is None else _rewritten(d.base, new),
            )
            for d in graph.definitions
        ),
        inputs=tensors(graph.inputs),
        parameters=tensors(graph.parameters),
        outputs=tensors(graph.outputs),
        updates=tuple((new.get(a, a), new.get(b, b)) for a, b in graph.updates),
    )


def _rewritten(e: sympy.Expr, new: Mapping[Tensor, Tensor]) -> sympy.Expr:
    """The expression with entries of other tensors, slot by slot the same."""
    if not e.args:
        return e
    if not any(x in new for x in e.atoms(Tensor)):
        return e
    if isinstance(e, Entry):
        slots = (_rewritten(s, new) for s in e.slots)
        return Entry(new.get(e.tensor, e.tensor), *slots)
    return e.func(*(_rewritten(a, new) for a in e.args))
