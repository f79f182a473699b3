"""Graph -> a drawing that shows itself in a notebook and saves itself in every usual format.

draw(graph)                                  all of it, forward and backward
draw(graph, view="overview")                 a box for each layer, and what flows between them
draw(graph, layer="layer norm y1")           one layer with its formulas
draw(graph, show="backward")                 one direction alone
draw(graph, unrolled=3)                      a recurrence as three steps instead of a loop
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from symnet.notation.graph import Graph
from symnet.render.pictures.dot import dot_of
from symnet.render.pictures.fit import ROOM, Room, text_size
from symnet.render.pictures.formats import SUFFIXES, saved
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import svg
from symnet.render.pictures.views import LEGIBLE, View, pictured
from symnet.render.pictures.zoom import Show

__all__ = ["LEGIBLE", "SUFFIXES", "Drawing", "draw"]


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph: `svg` and `dot` as text, `picture` with the place of everything."""

    svg: str
    dot: str
    picture: Picture
    graph: Graph

    def save(self, path: str | Path) -> Path:
        """Write the drawing; the suffix says how: .svg, .dot, .gv, .png, .pdf, .tex, .html.

        Raises SymnetError for another one. PNG and PDF are made by typst (pip install
        'symnet[slides]'); without it by rsvg-convert or cairosvg, if one of these is found.
        """
        return saved(Path(path), self)

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
    seen = pictured(graph, view=view, layer=layer, show=show, unrolled=unrolled, room=room)
    drawn = svg(seen.picture, seen.title, seen.words)
    return Drawing(drawn, dot_of(seen.network), seen.picture, graph)
