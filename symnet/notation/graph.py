"""The one noun: an immutable Graph of named Definitions, checked when it is built.

    definitions in order, with inputs, parameters, outputs, and what stands beside them

A definition mentions only earlier tensors, except along a sequential index: there it may mention
itself and later tensors shifted (`h[t-1]`), with a base case for t < 0. Verbs are functions of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import networkx as nx
import sympy

from symnet.notation.definition import Definition, define, entries, shift_of
from symnet.notation.errors import GraphError, UnknownTensor
from symnet.notation.index import Index, bound_indices
from symnet.notation.legal import check, dependencies
from symnet.notation.rule import Rule
from symnet.notation.tensor import Tensor

__all__ = [
    "Definition",
    "Graph",
    "Part",
    "check",
    "define",
    "dependencies",
    "entries",
    "replace",
    "restrict",
    "shift_of",
]


@dataclass(frozen=True)
class Part:
    """A layer that definitions are part of: its title, and the name of its output."""

    title: str
    output: str


@dataclass(frozen=True, init=False)
class Graph:
    """An ordered tuple of definitions with its inputs, parameters, outputs, updates, cotangents.

    `updates` are pairs (state tensor, defined tensor): the state takes that value after the step.
    `rules` are pairs (given tensor, rule): where a parameter or a state starts, and how any other
    input is drawn at each step. `estimates` are pairs (defined tensor, state): when a model is
    evaluated, the state stands in for the tensor.
    `cotangents` are pairs (tensor name, name of its cotangent), in a gradient graph.
    `notes` are pairs (tensor name, remark), such as the reason why a cotangent is 0.
    `parts` are pairs (tensor name, the layers that it is part of, outermost first).
    Raises GraphError, IndexMismatch or ExtentMismatch, naming tensor and index.
    """

    definitions: tuple[Definition, ...]
    inputs: tuple[Tensor, ...]
    parameters: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    updates: tuple[tuple[Tensor, Tensor], ...] = ()
    rules: tuple[tuple[Tensor, Rule], ...] = ()
    estimates: tuple[tuple[Tensor, Tensor], ...] = ()
    cotangents: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, tuple[Part, ...]], ...] = field(default=(), compare=False)
    _defined: dict[str, Definition] = field(default_factory=dict, compare=False, repr=False)

    def __init__(
        self,
        *definitions: Definition,
        inputs: Iterable[Tensor] = (),
        parameters: Iterable[Tensor] = (),
        output: Tensor | None = None,
        outputs: Iterable[Tensor] = (),
        updates: Iterable[tuple[Tensor, Tensor]] = (),
        rules: Iterable[tuple[Tensor, Rule]] = (),
        estimates: Iterable[tuple[Tensor, Tensor]] = (),
        cotangents: Iterable[tuple[str, str]] = (),
        notes: Iterable[tuple[str, str]] = (),
        parts: Iterable[tuple[str, tuple[Part, ...]]] = (),
    ) -> None:
        put = object.__setattr__
        put(self, "definitions", tuple(definitions))
        put(self, "inputs", tuple(inputs))
        put(self, "parameters", tuple(parameters))
        put(self, "updates", tuple(updates))
        put(self, "rules", tuple(rules))
        put(self, "estimates", tuple(estimates))
        put(self, "cotangents", tuple(cotangents))
        put(self, "notes", tuple(notes))
        put(self, "parts", tuple(parts))
        named = tuple(outputs) if output is None else (output, *outputs)
        put(self, "outputs", named or tuple(d.tensor for d in self.definitions[-1:]))
        put(self, "_defined", {d.name: d for d in self.definitions})
        check(self)

    @property
    def output(self) -> Tensor:
        """The only output; raises GraphError if there are several."""
        if len(self.outputs) != 1:
            names = ", ".join(t.name for t in self.outputs)
            raise GraphError(f"the graph has {len(self.outputs)} outputs ({names}); name one")
        return self.outputs[0]

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The tensors that the graph does not define: inputs, then parameters."""
        return (*self.inputs, *self.parameters)

    @property
    def states(self) -> tuple[Tensor, ...]:
        """The given tensors that a step changes: running statistics, what a recurrence carries."""
        return tuple(state for state, _ in self.updates)

    @property
    def drawn(self) -> tuple[tuple[Tensor, Rule], ...]:
        """The inputs that are drawn anew at each step, with their rules: masks, noise."""
        kept = {t.name for t in (*self.parameters, *self.states)}
        return tuple((t, rule) for t, rule in self.rules if t.name not in kept)

    @property
    def data(self) -> tuple[Tensor, ...]:
        """The inputs for which data are needed: those that are neither states nor drawn."""
        own = {t.name for t in (*self.states, *(t for t, _ in self.drawn))}
        return tuple(t for t in self.inputs if t.name not in own)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All tensors, given ones first, then in the order of their definitions."""
        return (*self.given, *(d.tensor for d in self.definitions))

    def definition(self, name: str) -> Definition | None:
        """The definition of the tensor of that name; None for a given one."""
        return self._defined.get(name)

    def tensor(self, name: str) -> Tensor:
        """The tensor of that name; raises UnknownTensor with the nearest names."""
        for t in self.tensors:
            if t.name == name:
                return t
        names = [t.name for t in self.tensors]
        near = get_close_matches(name, names, 3)
        hint = f"did you mean {' or '.join(near)}" if near else f"it has {', '.join(names)}"
        raise UnknownTensor(f"the graph has no tensor {name}; {hint}")

    @cached_property
    def extents(self) -> tuple[sympy.Symbol, ...]:
        """The symbols of all extents, in order of first occurrence: of axes, then of sums."""
        found = [e.free_symbols for t in self.tensors for e in (*t.shape, t.below) if e is not None]
        for d in self.definitions:
            for side in (d.expression, d.base):
                if side is not None:
                    found += [i.extent.free_symbols for i in bound_indices(side)]
                    found.append(side.free_symbols)
        listed = (s for group in found for s in sorted(group, key=str))
        return tuple(dict.fromkeys(s for s in listed if not isinstance(s, Index | Tensor)))

    def __str__(self) -> str:
        return "\n".join(str(d) for d in self.definitions)


BESIDE = ("rules", "estimates", "cotangents", "notes", "parts")


def replace(graph: Graph, **changes: Any) -> Graph:
    """The graph with some of its parts replaced (definitions, inputs, parameters, outputs ...)."""
    parts = {
        k: changes.get(k, getattr(graph, k))
        for k in ("inputs", "parameters", "outputs", "updates", *BESIDE)
    }
    return Graph(*changes.get("definitions", graph.definitions), **parts)


def restrict(graph: Graph, outputs: Iterable[Tensor]) -> Graph:
    """Only the definitions that the outputs need, in the same order; given tensors are kept."""
    wanted = tuple(outputs)
    arrows = dependencies(graph)
    needed = {t.name for t in wanted}
    for t in wanted:
        needed |= nx.ancestors(arrows, t.name)
    for state, new in graph.updates:
        if new.name in needed:
            needed.add(state.name)
    updates = tuple(u for u in graph.updates if u[1].name in needed)
    kept = {state.name for state, _ in updates}
    return replace(
        graph,
        definitions=tuple(d for d in graph.definitions if d.name in needed),
        outputs=wanted,
        updates=updates,
        estimates=tuple(e for e in graph.estimates if e[0].name in needed and e[1].name in kept),
        cotangents=tuple(c for c in graph.cotangents if c[1] in needed),
        notes=tuple(n for n in graph.notes if n[0] in needed),
    )
