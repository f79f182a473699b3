"""What a layer is called: each definition knows the layers that it is part of, outermost first.

    encoder_block(x, block)   =>   S: encoder block / multi-head attention / attention

A drawing makes a box of a layer by this. A layer that is one of several alike is told from the
others by its output.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from symnet.notation import Graph, Part, replace

P = ParamSpec("P")


def titled(title: str) -> Callable[[Callable[P, Graph]], Callable[P, Graph]]:
    """A layer whose definitions, those of the layers in it too, are part of `title`."""

    def decorate(layer: Callable[P, Graph]) -> Callable[P, Graph]:
        @wraps(layer)
        def made(*args: P.args, **options: P.kwargs) -> Graph:
            return entitled(layer(*args, **options), title)

        return made

    return decorate


def entitled(graph: Graph, title: str) -> Graph:
    """The graph with all of its definitions part of one layer more, around those they know."""
    part = Part(title, graph.outputs[-1].name)
    known = dict(graph.parts)
    paths = tuple((d.name, (part, *known.get(d.name, ()))) for d in graph.definitions)
    return replace(graph, parts=paths)
