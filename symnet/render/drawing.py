"""Graph -> a drawing that shows itself in a notebook and saves itself in every usual format.

draw(graph)                                  all of it, forward and backward
draw(graph, view="overview")                 a box for each layer, and what flows between them
draw(graph, layer="layer norm y1")           one layer with its formulas
draw(graph, show="backward")                 one direction alone
draw(graph, unrolled=3)                      a recurrence as three steps instead of a loop
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import networkx as nx

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph
from symnet.render.dot import dot_of
from symnet.render.fit import ROOM, Room, fitted, text_size
from symnet.render.formats import SUFFIXES, saved
from symnet.render.network import to_networkx
from symnet.render.overview import overview
from symnet.render.picture import Picture, subject
from symnet.render.svg import svg
from symnet.render.unrolled import unrolled as without_loop
from symnet.render.zoom import Show, connected, one_way, zoomed

__all__ = ["SUFFIXES", "Drawing", "draw"]

View: TypeAlias = Literal["full", "overview", "auto"]
LEGIBLE = 8.0  # points on a slide
MOST_TOLD = 12  # formulas in the text alternative; each box and arrow says its own


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph: `svg` and `dot` as text, `picture` with the place of everything."""

    svg: str
    dot: str
    picture: Picture
    graph: Graph

    def save(self, path: str | Path) -> Path:
        """Write the drawing; the suffix says how: .svg, .dot, .gv, .png, .pdf, .tex.

        Raises SymnetError for another one. PNG and PDF are made by typst (pip install
        'symnet[slides]'); without it by rsvg-convert or cairosvg, if one of these is found.
        """
        return saved(Path(path), self.svg, self.dot, self.picture)

    def text_size(self, width: float = ROOM[0], height: float = ROOM[1]) -> float:
        """The smallest letters in points, where the drawing is made to fit into a part of a slide.

        A slide is 960 x 540 points. Indices and exponents are smaller, as in all mathematics.
        """
        return text_size(self.picture, (width, height))

    def _repr_svg_(self) -> str:
        return self.svg


def draw(
    graph: Graph,
    *,
    view: View = "full",
    layer: str | None = None,
    show: Show = "both",
    unrolled: int | None = None,
    room: Room = ROOM,
) -> Drawing:
    """The computation graph; a gradient graph is drawn forward and backward in one picture.

    view: "full" with all definitions; "overview" with a box for each layer; "auto" is the full one
    if its letters have 8 points on a slide, else the overview. layer: one layer alone, by its title
    (with its output, where several have that title). show: "both", "forward" or "backward".
    unrolled: so many steps of a recurrence, in place of its loop. The picture is set so that its
    letters are large where it is fitted into `room`, in points, of a slide of 960 x 540.
    Raises GraphError for a layer, a direction or a loop that the graph does not have.
    """
    if view not in ("full", "overview", "auto"):
        raise GraphError(f"view={view!r}: expected 'full', 'overview' or 'auto'")
    if layer is not None and (view == "overview" or unrolled is not None):
        raise GraphError("a layer is drawn with its formulas: not in an overview, nor unrolled")
    network = to_networkx(graph) if unrolled is None else without_loop(graph, unrolled)
    if layer is not None:
        network = zoomed(graph, network, layer)
    made = None
    if view != "overview":
        made = _drawn(graph, network, show, room, _title(graph, show, layer, unrolled))
    if made is None or (view == "auto" and made.text_size(*room) < LEGIBLE):
        made = _drawn(graph, overview(graph, network), show, room, _title(graph, show))
    return made


def _drawn(graph: Graph, network: nx.DiGraph[str], show: Show, room: Room, title: str) -> Drawing:
    shown = connected(one_way(network, show))
    made = fitted(subject(graph, shown), room)
    return Drawing(svg(made, title, "\n".join(_told(shown))), dot_of(shown), made, graph)


# -- text alternative -------------------------------------------------------------------------


def _title(graph: Graph, show: Show, layer: str | None = None, steps: int | None = None) -> str:
    names = ", ".join(t.name for t in graph.outputs)
    what = layer or f"Computation graph of {names}"
    ways = "forward and backward" if graph.cotangents and show == "both" else show
    over = "" if steps is None else f", unrolled over {steps} step{'s' * (steps != 1)}"
    return f"{what}, {'forward' if ways == 'both' else ways}{over}"


def _told(network: nx.DiGraph[str]) -> Iterator[str]:
    """What goes in, what is made of it and how, as far as that is short."""
    kinds = network.nodes(data="kind")
    given = [n for n, kind in kinds if kind in ("input", "parameter", "absent")]
    made = [n for n, kind in kinds if n not in given and kind != "cotangent"]
    back = [data["cotangent"] for _, data in network.nodes.items() if data["cotangent"]]
    yield f"From {_listed(given)} to {_listed(made)}." if given else f"{_listed(made)}."
    if back:
        yield f"Back to {_listed(back)}."
    told = [data[k] for data in network.nodes.values() for k in ("formula", "cotangent_formula")]
    formulas = [f for f in told if "=" in f]
    if len(formulas) <= MOST_TOLD:
        yield from formulas


def _listed(names: list[str]) -> str:
    return ", ".join(names)
