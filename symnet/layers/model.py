"""Layers -> a model: graphs are joined by plain functions.

    join(g1, g2, ...)        the definitions of all, in order; what one defines is input of the next
    chain(x, f, g, ...)      join(f(x), g(output of f(x)), ...)
    mlp(x, [H, K], "tanh")   dense, tanh, dense

A tensor that several graphs mention is one tensor. So a trunk with two heads is two joins of the
same trunk, and weights are shared by giving the same parameter tensor to two layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from symnet.layers.activation import activation as activate
from symnet.layers.axes import Width
from symnet.layers.dense import dense
from symnet.layers.titled import titled
from symnet.notation import Definition, Graph, GraphError, Rule, Tensor

Layer = Callable[[Tensor], Graph]


def join(*graphs: Graph, outputs: Iterable[Tensor] | None = None) -> Graph:
    """The graph of all definitions, in order; its outputs are those of the last, or the given ones.

    What an earlier graph defines is no longer an input. A definition may come with several graphs
    if it is the same one (a common trunk). Raises GraphError if two graphs define one name in two
    ways, give it two shapes, or if a graph needs what only a later one defines.
    """
    if not graphs:
        raise GraphError("join: no graph is given")
    definitions: dict[str, Definition] = {}
    inputs: dict[str, Tensor] = {}
    parameters: dict[str, Tensor] = {}
    updates: dict[str, tuple[Tensor, Tensor]] = {}
    for g in graphs:
        for place, tensors in ((inputs, g.inputs), (parameters, g.parameters)):
            for t in tensors:
                if t.name in definitions:
                    _check_same(definitions[t.name].tensor, t)
                else:
                    _take_given(t, place, inputs, parameters)
        for d in g.definitions:
            _take_definition(d, definitions, {**inputs, **parameters})
        for state, new in g.updates:
            _take_update(state, new, updates)
    return Graph(
        *definitions.values(),
        inputs=inputs.values(),
        parameters=parameters.values(),
        outputs=graphs[-1].outputs if outputs is None else outputs,
        updates=updates.values(),
        rules=_taken_rules(graphs, definitions),
        estimates=dict.fromkeys(e for g in graphs for e in g.estimates),
        cotangents=dict.fromkeys(c for g in graphs for c in g.cotangents),
        parts={name: path for g in reversed(graphs) for name, path in g.parts}.items(),
    )


def chain(x: Tensor, *layers: Layer) -> Graph:
    """Each layer applied to the output of the one before: join(f(x), g(f(x).output), ...).

    A layer is a function Tensor -> Graph with one output: `lambda h: dense(h, 10, "2")`.
    Raises GraphError as `join` does, or if no layer is given.
    """
    graphs: list[Graph] = []
    for layer in layers:
        graphs.append(layer(graphs[-1].output if graphs else x))
    return join(*graphs)


@titled("multilayer perceptron")
def mlp(x: Tensor, widths: Sequence[Width], activation: str = "tanh", name: str = "") -> Graph:
    """a1 = x W1 + b1;  h1 = f(a1);  a2 = h1 W2 + b2; ...  with no activation after the last.

    x (.., I); widths (H1, H2, .., K); layers are numbered from 1, after `name`; the output is the
    last a (.., K): logits, or values. Raises GraphError if no width is given.
    """
    if not widths:
        raise GraphError("mlp: no width is given; expected at least that of the output")
    graphs: list[Graph] = []
    for k, width in enumerate(widths, 1):
        if graphs:
            graphs.append(activate(graphs[-1].output, activation, f"{name}{k - 1}"))
        graphs.append(dense(graphs[-1].output if graphs else x, width, f"{name}{k}"))
    return join(*graphs)


def weights(graph: Graph) -> tuple[Tensor, ...]:
    """The parameters with two axes or more: all but biases and gains."""
    return tuple(t for t in graph.parameters if t.order >= 2)


def _taken_rules(
    graphs: Iterable[Graph], definitions: Mapping[str, Definition]
) -> list[tuple[Tensor, Rule]]:
    """The rules of all graphs, the first for each tensor; none for what is now defined."""
    found: dict[str, tuple[Tensor, Rule]] = {}
    for g in graphs:
        for t, rule in g.rules:
            known = found.setdefault(t.name, (t, rule))
            if known[1] != rule:
                raise GraphError(
                    f"{t.name} has two rules: {known[1]}, and {rule}; "
                    "give one of the layers another name="
                )
    return [pair for name, pair in found.items() if name not in definitions]


def _check_same(known: Tensor, t: Tensor) -> None:
    if (known.shape, known.assume, known.below) != (t.shape, t.assume, t.below):
        raise GraphError(
            f"{t.name} stands for two tensors: one with extents {known.shape}, "
            f"another with {t.shape}; give one of the layers another name="
        )


def _take_given(
    t: Tensor, place: dict[str, Tensor], inputs: dict[str, Tensor], parameters: dict[str, Tensor]
) -> None:
    for known in (inputs.get(t.name), parameters.get(t.name)):
        if known is not None:
            _check_same(known, t)
    other = parameters if place is inputs else inputs
    if t.name in other:
        raise GraphError(f"{t.name} is an input of one graph and a parameter of another")
    place.setdefault(t.name, t)


def _take_definition(
    d: Definition, definitions: dict[str, Definition], given: dict[str, Tensor]
) -> None:
    if d.name in given:
        raise GraphError(
            f"{d.entry} is defined after a graph that takes {d.name} as given: join the graph that "
            f"defines {d.name} first, or give one of them another name="
        )
    known = definitions.setdefault(d.name, d)
    if known != d:
        raise GraphError(
            f"{d.name} is defined twice: {known}, and {d}; give one of the layers another name="
        )


def _take_update(state: Tensor, new: Tensor, updates: dict[str, tuple[Tensor, Tensor]]) -> None:
    known = updates.setdefault(state.name, (state, new))
    if known[1].name != new.name:
        raise GraphError(f"{state.name} is updated twice, to {known[1].name} and to {new.name}")
