"""The same layers on other inputs: one set of parameters, a second set of intermediate tensors.

reuse(g: x -> W -> h, {"x": y}, "2")   =>   y -> W -> h2
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from symnet.notation import (
    Definition,
    Entry,
    ExtentMismatch,
    Graph,
    Part,
    Tensor,
    UnknownTensor,
)


def reuse(graph: Graph, inputs: Mapping[str, Tensor], name: str) -> Graph:
    """The graph with other inputs in place of its own; `name` is appended to what it defines.

    Parameters, and inputs that are not named, stay the same tensors. Join it with the first graph
    to share weights: a loss that compares two inputs, a teacher and a student.
    Raises UnknownTensor for a name that is no input, ExtentMismatch if the extents differ.
    """
    known = {t.name: t for t in graph.inputs}
    for old, new in inputs.items():
        if old not in known:
            raise UnknownTensor(f"no input is called {old}; there are {', '.join(known)}")
        if new.shape != known[old].shape:
            raise ExtentMismatch(
                f"{new.name} has extents {new.shape}, expected {known[old].shape} as {old} has"
            )
    defined = {d.name: _renamed(d.tensor, f"{d.name}{name}") for d in graph.definitions}
    tensors: dict[str, Tensor] = {**inputs, **defined}
    return Graph(
        *(_moved(d, tensors) for d in graph.definitions),
        inputs=dict.fromkeys(tensors.get(t.name, t) for t in graph.inputs),
        parameters=graph.parameters,
        outputs=[tensors.get(t.name, t) for t in graph.outputs],
        updates=[(tensors.get(s.name, s), tensors.get(n.name, n)) for s, n in graph.updates],
        rules=[pair for pair in graph.rules if pair[0].name not in inputs],
        estimates=[(tensors.get(t.name, t), s) for t, s in graph.estimates],
        parts=[
            (f"{of}{name}", tuple(Part(p.title, f"{p.output}{name}") for p in path))
            for of, path in graph.parts
        ],
    )


def _renamed(t: Tensor, name: str) -> Tensor:
    return Tensor(name, *t.indices, assume=t.assume, below=t.below)


def _moved(d: Definition, tensors: Mapping[str, Tensor]) -> Definition:
    base = None if d.base is None else _walk(d.base, tensors)
    entry = Entry(tensors[d.name], *d.free)
    return Definition(entry, _walk(d.expression, tensors), base)


def _walk(e: sympy.Basic, tensors: Mapping[str, Tensor]) -> sympy.Basic:
    if isinstance(e, Entry):
        slots = (_walk(s, tensors) for s in e.slots)
        return Entry(tensors.get(e.tensor.name, e.tensor), *slots)
    return e.func(*(_walk(a, tensors) for a in e.args)) if e.args else e
