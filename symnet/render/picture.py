"""Network -> what is to be drawn: boxes with their formulas, arrows with theirs, and their places.

Forward arrows run to the right, backward arrows back to the left, with the cotangent's formula at
two thirds of the size beside the first of them. A carried reference is an arrow out of the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

import networkx as nx
import sympy

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph
from symnet.render import names
from symnet.render.arrange import slot_tree
from symnet.render.broken import broken, unmarked, visible_width
from symnet.render.formula import Row, rows
from symnet.render.glyphs import Formula, formula, stacked
from symnet.render.latex import style_of
from symnet.render.layout import places
from symnet.render.places import LABEL_MARGIN, Arrow, Box, Places
from symnet.render.typeset import Style, typeset

SIZE = 15.0
SMALL = SIZE * 2 / 3
TINY = SIZE * 0.6
PADDING = 9.0
NODE_WIDTH = 34  # signs in one line of a box
LABEL_WIDTH = 40
MOST_LINES = 8  # of a formula in the picture; a longer one is only named there

State: TypeAlias = Literal["done", "now", "coming"]  # of a backward step, in a talk


@dataclass(frozen=True)
class Node:
    """A box of the picture: its kind, its formula, the extents under it."""

    box: Box
    kind: str
    main: Formula
    extents: Formula | None
    text: str


@dataclass(frozen=True)
class Edge:
    """An arrow of the picture: forward, carried, update or backward, and its label."""

    arrow: Arrow
    kind: str
    label: Formula | None
    text: str


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, with its place."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    places: Places


def picture(graph: Graph, network: nx.DiGraph[str]) -> Picture:
    """The picture of a graph whose network is given."""
    style = style_of(graph)
    printed: dict[str, list[Row]] = {}
    for r in rows(graph):
        if r.relation == "=":
            printed.setdefault(r.name, []).append(r)
    nodes = tuple(_node(n, d, printed.get(n, []), style) for n, d in network.nodes.items())
    edges = tuple(_edges(network, printed, style))
    where = places([n.box for n in nodes], [e.arrow for e in edges])
    return Picture(nodes, edges, where)


def edge_state(edge: Edge, states: Mapping[str, str] | None) -> State:
    """How far a talk is with an arrow, given how far it is with the cotangent of each tensor.

    A backward arrow shares the state of the tensor that it points to; all others are done.
    Raises GraphError for a word that is no state.
    """
    if not states or edge.kind != "backward":
        return "done"
    found = states.get(edge.arrow.head, "done")
    if found not in get_args(State):
        words = ", ".join(get_args(State))
        raise GraphError(f"the state of {edge.arrow.head} is {found!r}; expected one of {words}")
    return cast(State, found)


def _node(name: str, data: dict[str, Any], own: list[Row], style: Style) -> Node:
    if own:
        main = stacked(_lines(own, style, NODE_WIDTH), SIZE)
    else:
        main = formula(names.name(name)[0], SIZE)
    under = r" \times ".join(_extent(e, style) for e in data["shape"])
    extents = formula(under, TINY) if under else None
    kind = str(data["kind"])
    width = max(main.width, extents.width if extents else 0.0) + 2 * PADDING
    height = main.height + (extents.height + 5 if extents else 0.0) + 1.6 * PADDING
    oval = kind in ("input", "cotangent")
    if oval:
        width, height = width * 1.25 + 4, height * 1.15
    box = Box(name, max(width, 36.0), max(height, 28.0), oval)
    return Node(box, kind, main, extents, str(data["formula"]) or name)


def _extent(e: sympy.Expr, style: Style) -> str:
    """An extent as a factor of a shape: a sum stands in parentheses."""
    text = unmarked(typeset(slot_tree(e), style))
    return f"({text})" if isinstance(e, sympy.Add) else text


def _edges(network: nx.DiGraph[str], printed: dict[str, list[Row]], style: Style) -> list[Edge]:
    out = []
    labelled: set[str] = set()
    for tail, head, data in network.edges(data=True):
        if data["kind"] == "forward":
            out.append(Edge(Arrow(tail, head), "forward", None, f"{head} from {tail}"))
        elif data["kind"] in ("carried", "update"):
            text = rf"t{data['shift']:+d}" if data["shift"] else r"\text{update}"
            label = formula(text, TINY)
            arrow = Arrow(tail, head, back=tail != head, label=_room(label))
            out.append(Edge(arrow, data["kind"], label, f"{head} from {tail}"))
    for tail, head, data in network.edges(data=True):
        if not data["backward"] or _is_through_time(network, tail, head):
            continue
        backward = None
        cotangent = network.nodes[head]["cotangent"]
        if cotangent and head not in labelled:
            labelled.add(head)
            backward = stacked(_lines(printed[cotangent], style, LABEL_WIDTH), SMALL)
        room = _room(backward) if backward else None
        arrow = Arrow(tail, head, back=True, label=room)
        told = network.nodes[head]["cotangent_formula"] or f"back from {tail} to {head}"
        out.append(Edge(arrow, "backward", backward, told))
    return out


def _is_through_time(network: nx.DiGraph[str], tail: str, head: str) -> bool:
    """Whether a backward edge retraces a carried reference: the formula shows it, at t+1."""
    return tail == head or (
        network.has_edge(head, tail) and network.edges[head, tail]["kind"] == "carried"
    )


def _room(label: Formula) -> tuple[float, float]:
    return label.width + 2 * LABEL_MARGIN, label.height + 2 * LABEL_MARGIN


def _lines(own: list[Row], style: Style, width: int) -> tuple[str, ...]:
    """left = right, in lines of about `width` signs; what is too much for a picture is left out."""
    out = []
    for row in own:
        left = " = ".join(unmarked(typeset(t, style)) for t in row.lefts)
        first, *more = broken(typeset(row.shown, style), width)
        lines = [f"{left} = {first}", *(rf"\quad {{}}{line}" for line in more)]
        if len(lines) > MOST_LINES or max(map(visible_width, lines)) > 3 * width:
            lines = [rf"{left} = \cdots"]
        out += lines
    return tuple(out)
