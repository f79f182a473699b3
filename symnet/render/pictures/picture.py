"""Network -> what is to be drawn: boxes with their formulas, arrows with theirs, and their places.

Forward arrows run to the right, backward arrows back to the left, with the cotangent's formula at
two thirds of the size beside the first of them. A carried reference is an arrow out of the order.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeAlias, cast, get_args

import networkx as nx
import sympy

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph
from symnet.render.formulas.arrange import slot_tree
from symnet.render.formulas.broken import broken, unmarked, visible_width
from symnet.render.formulas.formula import Row, rows
from symnet.render.formulas.typeset import Style, typeset
from symnet.render.latex import style_of
from symnet.render.pictures.frames import Framed, framed
from symnet.render.pictures.layout import places
from symnet.render.pictures.lines import in_lines
from symnet.render.pictures.places import LABEL_MARGIN, Arrow, Box, Places, Spacing
from symnet.render.pictures.racks import racked
from symnet.render.setting.glyphs import Formula, formula, stacked, under_each_other, words

ROOMY = Spacing()
BESIDE = 140  # a label up to this wide has room beside an arrow that runs down
NARROW = 20  # signs: where a line is shorter, a name and its extents are two lines
GAP = 5.0  # between a formula and the extents under it
MOST_LINES = 8  # of a formula in the picture; a longer one is only named there

State: TypeAlias = Literal["done", "now", "coming"]  # of a backward step, in a talk


@dataclass(frozen=True)
class Way:
    """How a picture is set: sizes of letters, signs in a line, direction and distances.

    `main` is for formulas, `label` for those of cotangents, `under` for extents; `racks` puts the
    parameters of one definition side by side, `level` a given cotangent beside its tensor;
    `lines` is how many lines a long chain takes.
    """

    main: float = 15.0
    label: float = 11.0
    under: float = 10.0
    box_signs: int = 34
    label_signs: int = 40
    title_signs: int = 16
    padding: float = 9.0
    spacing: Spacing = ROOMY
    racks: bool = False
    level: bool = False
    lines: int = 1


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
    frames: tuple[Framed, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What is drawn, in whatever way: a network, and what is printed about its tensors."""

    network: nx.DiGraph[str]
    printed: Mapping[str, list[Row]]
    shapes: Mapping[str, tuple[sympy.Expr, ...]]
    style: Style
    group: Mapping[str, str]  # tensor -> the layer whose frame it is in

    def symbol(self, name: str) -> str:
        """The LaTeX of a tensor without indices."""
        known: Mapping[str, str] = self.network.graph.get("symbols", {})
        return known.get(name) or self.style.name(name)[0]


def subject(
    graph: Graph, network: nx.DiGraph[str], group: Mapping[str, str] | None = None
) -> Subject:
    """A network of tensors of the graph; those of one group are kept together, in a frame."""
    printed: dict[str, list[Row]] = {}
    for r in rows(graph):
        if r.relation == "=":
            printed.setdefault(r.name, []).append(r)
    shapes = {t.name: t.shape for t in graph.tensors}
    return Subject(network, printed, shapes, style_of(graph), group or {})


def picture(shown: Subject, way: Way | None = None) -> Picture:
    """The picture of a subject, with formulas."""
    way = way or Way()
    nodes = [_node(n, data, shown, way) for n, data in shown.network.nodes.items()]
    made = placed(nodes, _edges(shown, way), way)
    titles = {title: words(title, way.main) for title in dict.fromkeys(shown.group.values())}
    boxes, arrows = [n.box for n in made.nodes], [e.arrow for e in made.edges]
    return replace(made, frames=framed(boxes, arrows, made.places, titles))


def placed(nodes: Sequence[Node], edges: Sequence[Edge], way: Way) -> Picture:
    """Boxes and arrows with their places."""
    boxes, arrows = [n.box for n in nodes], [e.arrow for e in edges]
    layout = places if way.lines == 1 else partial(in_lines, count=way.lines, layout=places)
    if not way.racks:
        return Picture(tuple(nodes), tuple(edges), layout(boxes, arrows, way.spacing))
    movable = frozenset(n.box.name for n in nodes if n.kind == "parameter")
    sized, where = racked(boxes, arrows, way.spacing, movable, layout)
    moved = tuple(replace(n, box=b) for n, b in zip(nodes, sized, strict=True))
    return Picture(moved, tuple(edges), where)


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


def _node(name: str, data: dict[str, Any], shown: Subject, way: Way) -> Node:
    main, under = _inside(name, data, shown, way)
    kind = str(data["kind"])
    width = max(main.width, under.width if under else 0.0) + 2 * way.padding
    height = main.height + (under.height + GAP if under else 0.0) + 1.6 * way.padding
    oval = kind in ("input", "cotangent")
    if oval:
        width, height = width * 1.25 + 4, height * 1.15
    size = max(width, 2.4 * way.main), max(height, 1.9 * way.main)
    box = Box(name, *size, oval, group=shown.group.get(name, ""))
    return Node(box, kind, main, under, str(data["formula"]) or name)


def _inside(
    name: str, data: dict[str, Any], shown: Subject, way: Way
) -> tuple[Formula, Formula | None]:
    """What stands in a box: a formula, a symbol or a title, and in smaller letters under it."""
    if "title" in data:
        return _titled(data, shown, way)
    own = list(shown.printed.get(data.get("row", name), []))
    own += [r for y in data.get("copies", ()) if "row" not in data for r in shown.printed[y]]
    if own and "symbol" not in data and data["formula"]:
        main = stacked(_lines(own, shown.style, way.box_signs), way.main)
    else:
        main = formula(data.get("symbol") or shown.style.name(name)[0], way.main)
    under = _shape(data["shape"], shown.style)
    return main, formula(under, way.under) if under else None


def _titled(data: dict[str, Any], shown: Subject, way: Way) -> tuple[Formula, Formula | None]:
    """The title of a layer; its outputs with their extents and the number of its parameters."""
    lines = textwrap.wrap(data["title"], way.title_signs, break_long_words=False)
    main = under_each_other([words(line, way.main) for line in lines], way.main, centered=True)
    told = []
    for name, shape in data["outputs"]:
        extents = _shape(shape, shown.style)
        symbol = shown.symbol(name)
        told.append(formula(rf"{symbol}\;\;{extents}" if extents else symbol, way.under))
    if data["parameters"]:
        told.append(words(counted(data["parameters"]), way.under))
    return main, under_each_other(told, way.under, centered=True) if told else None


def counted(parameters: int) -> str:
    """1 parameter, 2 parameters."""
    return f"{parameters} parameter{'s' * (parameters != 1)}"


def _shape(shape: Iterable[sympy.Expr], style: Style) -> str:
    return r" \times ".join(_extent(e, style) for e in shape)


def _extent(e: sympy.Expr, style: Style) -> str:
    """An extent as a factor of a shape: a sum stands in parentheses."""
    text = unmarked(typeset(slot_tree(e), style))
    return f"({text})" if isinstance(e, sympy.Add) else text


# -- arrows -----------------------------------------------------------------------------------


def _edges(shown: Subject, way: Way) -> list[Edge]:
    network, labelled = shown.network, set[str]()
    forward, backward = [], []
    for tail, head, data in network.edges(data=True):
        if data["kind"] != "backward":
            forward.append(_forward(tail, head, data, shown, way))
    for tail, head, data in network.edges(data=True):
        if data["backward"] and not _is_through_time(network, tail, head):
            label = _cotangent(head, data, shown, way) if head not in labelled else None
            if label and "cotangents" not in data:
                labelled.add(head)
            backward.append(_backward(tail, head, label, shown, way))
    return [*forward, *backward]


def _forward(tail: str, head: str, data: dict[str, Any], shown: Subject, way: Way) -> Edge:
    kind, told = data["kind"], f"{head} from {tail}"
    flows = ",\\,".join(map(shown.symbol, data.get("tensors", ())))
    if kind == "forward":
        alone = not flows or shown.network.nodes[tail]["kind"] in ("input", "parameter")
        label = None if alone else _flow(data, flows, shown, way)
        return Edge(Arrow(tail, head, label=_room(label) if label else None), kind, label, told)
    text = rf"t{data['shift']:+d}" if data["shift"] else r"\text{update}"
    label = formula(rf"{flows}\;({text})" if flows else text, way.under)
    arrow = Arrow(tail, head, back=tail != head, label=_room(label))
    return Edge(arrow, kind, label, told)


def _flow(data: dict[str, Any], flows: str, shown: Subject, way: Way) -> Formula:
    """What flows between two layers: a name with its extents, or several names."""
    if len(data["tensors"]) > 1:
        return formula(flows, way.label)
    extents = _shape(shown.shapes.get(data["tensors"][0], ()), shown.style)
    if extents and way.label_signs < NARROW:
        lines = [formula(flows, way.label), formula(extents, way.under)]
        return under_each_other(lines, way.under, centered=True)
    return formula(rf"{flows}\;\;{extents}" if extents else flows, way.label)


def _cotangent(head: str, data: dict[str, Any], shown: Subject, way: Way) -> Formula | None:
    """The label of an arrow back: the formula of a cotangent, or the names of what flows."""
    if "cotangents" in data:
        flows = ",\\,".join(map(shown.symbol, data["cotangents"]))
        return formula(flows, way.label) if flows else None
    node = shown.network.nodes[head]
    if "symbol" in node:
        return formula(node["cotangent_latex"], way.label) if node["cotangent_latex"] else None
    if not node["cotangent"]:
        return None
    own = shown.printed[node["cotangent"]]
    return stacked(_lines(own, shown.style, way.label_signs), way.label)


def _backward(tail: str, head: str, label: Formula | None, shown: Subject, way: Way) -> Edge:
    network = shown.network
    told = network.nodes[head]["cotangent_formula"] or f"back from {tail} to {head}"
    level = way.level and network.nodes[tail]["kind"] == "cotangent" and network.degree(tail) == 1
    level &= label is None or label.width < BESIDE or not way.spacing.across
    room = _room(label) if label else None
    return Edge(Arrow(tail, head, True, room, level), "backward", label, told)


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
