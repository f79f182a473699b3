"""Which picture of a graph: all of it, its layers, one of them, one direction, a loop as steps.

pictured(graph, view="overview")   =>   Sight: the network that is shown, its picture, its title
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import networkx as nx

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph
from symnet.render.pictures.copies import without_copies
from symnet.render.pictures.fit import ROOM, Room, fitted, text_size
from symnet.render.pictures.network import to_networkx
from symnet.render.pictures.overview import grouped, overview
from symnet.render.pictures.picture import Picture, subject
from symnet.render.pictures.unrolled import unrolled as without_loop
from symnet.render.pictures.zoom import Show, connected, one_way, zoomed

View: TypeAlias = Literal["full", "overview", "auto"]
LEGIBLE = 8.0  # points on a slide
MOST_TOLD = 12  # formulas in the text alternative; each box and arrow says its own


@dataclass(frozen=True)
class Sight:
    """A picture, with the network that it shows, and what it is in words."""

    network: nx.DiGraph[str]
    picture: Picture
    title: str

    @property
    def words(self) -> str:
        """A text alternative."""
        return "\n".join(_told(self.network))


def pictured(
    graph: Graph,
    *,
    view: View = "full",
    layer: str | None = None,
    show: Show = "both",
    unrolled: int | None = None,
    room: Room = ROOM,
) -> Sight:
    """What draw shows; its arguments, and what it raises."""
    if view not in ("full", "overview", "auto"):
        raise GraphError(f"view={view!r}: expected 'full', 'overview' or 'auto'")
    if layer is not None and (view == "overview" or unrolled is not None):
        raise GraphError("a layer is drawn with its formulas: not in an overview, nor unrolled")
    network = to_networkx(graph) if unrolled is None else without_loop(graph, unrolled)
    group = grouped(graph, network) if layer is None and unrolled is None else {}
    if layer is not None:
        network = zoomed(graph, network, layer)
    title = _title(graph, show, layer, unrolled)
    made = None
    if view != "overview":
        flat = network if unrolled is not None else without_copies(graph, network)
        made = _sight(graph, flat, show, room, title, group)
    if made is None or (view == "auto" and text_size(made.picture, room) < LEGIBLE):
        made = _sight(graph, overview(graph, network), show, room, title)
    return made


def _sight(
    graph: Graph,
    network: nx.DiGraph[str],
    show: Show,
    room: Room,
    title: str,
    group: Mapping[str, str] | None = None,
) -> Sight:
    shown = connected(one_way(network, show))
    return Sight(shown, fitted(subject(graph, shown, group or {}), room), title)


# -- in words ---------------------------------------------------------------------------------


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
