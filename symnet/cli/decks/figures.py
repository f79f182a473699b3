"""Which drawings a deck shows, and of which layer each formula is.

all of it beside the rows, if its letters can be read there; else an overview of the layers by
itself, and each layer beside its own rows
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symnet.notation import Graph, Tensor, entries
from symnet.render.decks.deck import Figure, Formulas
from symnet.render.decks.paging import READABLE, half_room, readable_scale, whole_room
from symnet.render.decks.scene import Aspect
from symnet.render.pictures.parts import boxes
from symnet.render.pictures.views import pictured

LEAST = 0.75 * READABLE  # of a drawing that has a slide to itself
# Definitions of a graph that is not even tried: none of the catalogue that has more can be read.
MOST_BESIDE, MOST_ALONE = 30, 45
FEWEST = 3  # layers that are worth an overview


def beside(graph: Graph, title: str, aspect: Aspect, layer: str | None = None) -> Figure | None:
    """The drawing of a graph or of one of its layers, if it can be read beside formulas."""
    if layer is None and len(graph.definitions) > MOST_BESIDE:
        return None
    made = pictured(graph, layer=layer, room=half_room(aspect)).picture
    if readable_scale(made, aspect) < READABLE:
        return None
    return Figure(made, title)


def alone(graph: Graph, title: str, aspect: Aspect) -> Iterator[Formulas]:
    """A slide of the drawing: all of it if that can be read, else an overview of its layers."""
    room = whole_room(aspect)
    if len(graph.definitions) <= MOST_ALONE:
        made = pictured(graph, room=room).picture
        if readable_scale(made, aspect, room) >= LEAST:
            yield Formulas(title, (), figure=Figure(made, title))
            return
    if len(layers(graph)) >= FEWEST:
        made = pictured(graph, view="overview", room=room).picture
        name = f"{title}: its layers"
        yield Formulas(name, (), figure=Figure(made, name))


def layers(graph: Graph) -> tuple[str, ...]:
    """The layers of an overview, in their order."""
    return tuple(dict.fromkeys(boxes(graph).values()))


def by_layer(graph: Graph, names: Iterable[str]) -> dict[str, list[str]]:
    """Tensors by the layer to which their cotangents belong; "" for those of several layers.

    That is the layer in which they are used, if it is one; else the one that defines them.
    """
    home = boxes(graph)
    found: dict[str, list[str]] = {}
    for name in names:
        at = {home.get(t.name, "") for t in users(graph, name)}
        layer = at.pop() if len(at) == 1 else ""
        found.setdefault(layer or home.get(name, ""), []).append(name)
    return found


def users(graph: Graph, name: str) -> list[Tensor]:
    """The tensors in whose definitions another one occurs, itself one step later too."""
    found = []
    for d in graph.definitions:
        sides = [d.expression] if d.base is None else [d.expression, d.base]
        if any(e.tensor.name == name for s in sides for e in entries(s)):
            found.append(d.tensor)
    return found
