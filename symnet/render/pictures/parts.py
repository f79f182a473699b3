"""Which layers a graph has, what each is called, and which of them an overview shows.

mu1: encoder block / layer norm (y1)    =>   "layer norm y1", as there is another layer norm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph, Part

LEAST = 3  # boxes in an overview, where some level of layers has as many


def titles(graph: Graph) -> dict[Part, str]:
    """The name of each layer: its title, with its output where another has the same title."""
    found = tuple(dict.fromkeys(_all(graph)))
    often: dict[str, int] = {}
    for part in found:
        often[part.title] = often.get(part.title, 0) + 1
    return {p: p.title if often[p.title] == 1 else f"{p.title} {p.output}" for p in found}


def path(graph: Graph, name: str, known: Mapping[Part, str]) -> tuple[str, ...]:
    """The names of the layers that a tensor is part of, outermost first."""
    return tuple(known[p] for p in dict(graph.parts).get(name, ()) if p in known)


def members(graph: Graph, layer: str) -> tuple[str, ...]:
    """The tensors that a layer defines.

    Raises GraphError for a layer that is not there, with the nearest names, and for a title that
    several have, with theirs.
    """
    known = titles(graph)
    wanted = [p for p, name in known.items() if layer in (name, f"{p.title} {p.output}")]
    alike = wanted or [p for p in known if p.title == layer]
    if not alike:
        names = list(known.values())
        near = get_close_matches(layer, names, 3)
        said = f"did you mean {' or '.join(map(repr, near))}" if near else _listed(names)
        raise GraphError(f"the graph has no layer {layer!r}; {said}")
    if len(alike) > 1:
        names = [repr(known[p]) for p in alike]
        raise GraphError(f"{len(alike)} layers are called {layer!r}: say {' or '.join(names)}")
    paths = dict(graph.parts)
    return tuple(d.name for d in graph.definitions if alike[0] in paths.get(d.name, ()))


def boxes(graph: Graph) -> dict[str, str]:
    """Tensor -> the layer that stands for it in an overview; a tensor in no layer is left out.

    Of the levels, from the outermost in, the first with at least LEAST boxes; else the innermost
    that has most. Cotangents are not boxes.
    """
    known, paths = titles(graph), dict(graph.parts)
    bars = {bar for _, bar in graph.cotangents}
    names = [d.name for d in graph.definitions if d.name not in bars]
    depth = max((len(paths.get(n, ())) for n in names), default=0)
    best: dict[str, str] = {}
    most = 0
    for level in range(depth):
        made = {n: known[paths[n][level]] for n in names if len(paths.get(n, ())) > level}
        count = len(set(made.values())) + sum(n not in made for n in names)
        if count > most:
            best, most = made, count
        if count >= LEAST:
            break
    return best


def _all(graph: Graph) -> Iterator[Part]:
    defined = {d.name for d in graph.definitions}
    for name, layers in graph.parts:
        if name in defined:
            yield from layers


def _listed(names: list[str]) -> str:
    return f"it has {', '.join(map(repr, names))}" if names else "it has none"
