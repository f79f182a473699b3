"""What a verb is about: the graph behind NAME, with its gradient.

NAME --names--> graph --gradient--> value and gradient with respect to --wrt (all by default)
"""

from __future__ import annotations

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.page import Section
from symnet.notation import Graph


def sections(name: str, wrt: str | None = None) -> list[Section]:
    """The sections of a page; for a layer, or where variables are named, one section.

    Raises UsageError for an unknown NAME, UnknownTensor for an unknown variable.
    """
    if wrt is None and name in names.page_names():
        return names.page(name).sections()
    graph = names.graph(name)
    return [Section(name, graph, variables(graph, wrt))]


def variables(graph: Graph, wrt: str | None = None) -> tuple[str, ...]:
    """The tensors named in `wrt`, separated by commas; else all given ones that have a gradient.

    A graph with updates, an optimiser, is not differentiated unless variables are named.
    """
    if wrt is None and graph.updates:
        return ()
    if wrt is None:
        return tuple(t.name for t in graph.given if not t.is_integer_valued)
    return tuple(graph.tensor(word.strip()).name for word in wrt.split(","))


def derived(name: str, wrt: str | None = None) -> Graph:
    """Value and gradient of the graph behind NAME, in one graph; the value is the first output.

    For a graph with parameters the gradient is with respect to these, unless `wrt` names others.
    An optimiser's graph is given as it is.
    """
    graph = names.graph(name)
    chosen = variables(graph, wrt)
    if not chosen:
        return graph
    if wrt is None and graph.parameters:
        chosen = tuple(t.name for t in graph.parameters)
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    return gradient(graph, chosen, cotangent, with_value=True)
