"""Graph -> a page for a browser: the drawing, and beside it what is chosen in it, with formulas.

    page(graph)           a box for each layer, opened by a click; forward, backward; pan and zoom
    page(graph, drawing)  this drawing alone

The page is whole: SVG, formulas as MathML, one script. Without the script, and on paper, all
formulas stand below the drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

import networkx as nx
import sympy

from symnet.notation.graph import Graph
from symnet.notation.tensor import Tensor
from symnet.render.formulas import names
from symnet.render.formulas.typeset import Style
from symnet.render.latex import latex, latex_of, style_of
from symnet.render.pictures.copies import is_copy
from symnet.render.pictures.network import to_networkx
from symnet.render.pictures.parts import boxes, members, path, titles
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import drawn, extent_of, outlines
from symnet.render.pictures.views import pictured
from symnet.render.setting.mathml import mathml
from symnet.render.setting.offline import document
from symnet.render.setting.themes import THEMES

ROOM = (1000.0, 800.0)  # for the drawing, in a usual window
LINE = 34  # signs in a line of a formula beside the drawing
KINDS = {
    "absent": "not drawn, only its cotangent",
    "cotangent": "given cotangent",
    "constant": "constant",
    "definition": "defined",
    "input": "input",
    "loss": "scalar output",
    "output": "output",
    "parameter": "parameter",
}
# (class of a node, what it is) in the key to the drawing
KEY = (
    ("input", "input"),
    ("parameter", "parameter"),
    ("definition", "definition"),
    ("loss", "scalar output"),
)


class Drawn(Protocol):
    """A drawing, of which its picture is used."""

    @property
    def picture(self) -> Picture: ...


Costs = Mapping[str, tuple[sympy.Expr, sympy.Expr]]  # tensor -> operations, numbers


@dataclass(frozen=True)
class View:
    """A drawing of the page: of everything, of the layers, or of the inside of one."""

    name: str
    picture: Picture
    layer: str = ""


def page(graph: Graph, drawing: Drawn | None = None, costs: Costs | None = None) -> str:
    """One self-contained page; the same graph gives the same bytes.

    `costs` has the operations and the numbers of each definition, as formulas in the extents.
    """
    shown = [View("drawing", drawing.picture)] if drawing else list(_views(graph))
    glyphs: dict[str, str] = {}
    figures = "\n".join(_figure(view, k, glyphs) for k, view in enumerate(shown))
    bars = {bar for _, bar in graph.cotangents}
    own = [t.name for t in graph.outputs if t.name not in bars]
    named = ", ".join(own or [t.name for t in graph.outputs])
    body = (
        f'<svg class="glyphs" aria-hidden="true"><defs>{outlines(glyphs)}</defs></svg>\n'
        f"{_head(named, shown, bool(graph.cotangents))}\n"
        f'<main><div class="canvas">\n{figures}\n{_tools()}</div>\n'
        f'<aside class="side" aria-label="What is chosen" aria-live="polite">\n'
        f"{_summary(graph, shown)}\n{''.join(_cards(graph, shown, costs or {}))}</aside></main>"
    )
    colors = " ".join(f"--{role}: {color};" for role, color in THEMES["light"].items())
    title = f"Computation graph of {named}"
    css = f":root {{ {colors} }}\n"
    return document(title, ("math.css", "drawing.css"), body, ("drawing.js",), css)


def _views(graph: Graph) -> Iterator[View]:
    """Overview, the inside of each of its boxes, everything; only the last without layers.

    A layer that only copies is none.
    """
    shown = boxes(graph)
    layers = tuple(dict.fromkeys(shown.values()))
    made = {shown[d.name] for d in graph.definitions if d.name in shown and not is_copy(d)}
    if len(made) > 1:
        yield View("overview", pictured(graph, view="overview", room=ROOM).picture)
        yield from (
            View(layer, pictured(graph, layer=layer, room=ROOM).picture, layer) for layer in layers
        )
    yield View("whole graph", pictured(graph, room=ROOM).picture)


# -- the drawing ------------------------------------------------------------------------------


def _figure(view: View, number: int, glyphs: dict[str, str]) -> str:
    used, body = drawn(view.picture, prefix=f"v{number}-")
    glyphs.update(used)
    x, y, width, height = extent_of(view.picture)
    hidden = "" if number == 0 else " hidden"
    return (
        f'<figure class="view" data-view="{escape(view.name)}" data-layer="{escape(view.layer)}"'
        f"{hidden}><figcaption>{escape(view.name)}</figcaption><svg "
        f'viewBox="{x:.2f} {y:.2f} {width:.2f} {height:.2f}" role="group" '
        f'aria-label="{escape(view.name)}">{body}</svg></figure>'
    )


def _head(named: str, views: Sequence[View], backward: bool) -> str:
    """Title, where we are, and what is shown of it."""
    options = "".join(f"<option>{escape(v.name)}</option>" for v in views)
    choose = f'<label>view <select class="views">{options}</select></label>' if views[1:] else ""
    ways = "".join(
        f'<button type="button" class="way" data-way="{way}" aria-pressed="true">{way}</button>'
        for way in (("forward", "backward") if backward else ())
    )
    return (
        f'<header><h1>Computation graph of <span class="names">{escape(named)}</span></h1>'
        f'<nav class="trail" aria-label="Where we are"></nav>'
        f'<div class="choices">{choose}{ways}</div></header>'
    )


def _tools() -> str:
    acts = (("in", "+", "larger"), ("out", "−", "smaller"), ("fit", "fit", "fit to the window"))
    buttons = "".join(
        f'<button type="button" data-zoom="{act}" title="{told}">{sign}</button>'
        for act, sign, told in acts
    )
    return f'<div class="tools">{buttons}</div>'


# -- what stands beside it --------------------------------------------------------------------


def _summary(graph: Graph, views: Sequence[View]) -> str:
    """What is seen before anything is chosen: how to read the drawing, and all that is in it."""
    key = "".join(f'<li><i class="{kind}"></i>{told}</li>' for kind, told in KEY)
    arrows = '<li><i class="forward"></i>computed from</li>'
    if graph.cotangents:
        arrows += '<li><i class="backward"></i>cotangent, backward</li>'
    drawn_names = {n.box.name for v in views for n in v.picture.nodes}
    known = [t for t in graph.tensors if t.name in drawn_names]
    return (
        f'<section class="card summary"><h2>What is drawn</h2><ul class="key">{key}{arrows}</ul>'
        f'<p class="soft">Choose a box by a click, or with Tab and Enter. Esc goes back.</p>'
        f"<h3>Tensors</h3>{_references((t.name for t in known), style_of(graph))}</section>"
    )


def _references(found: Iterable[str], style: Style) -> str:
    buttons = "".join(
        f'<button type="button" class="ref" data-name="{escape(n)}">{_symbol(n, style)}</button>'
        for n in found
    )
    return f'<p class="refs">{buttons}</p>'


def _symbol(name: str, style: Style) -> str:
    return mathml(style.name(name)[0])


def _cards(graph: Graph, views: Sequence[View], costs: Costs) -> Iterator[str]:
    """A card for each box that is drawn."""
    network = to_networkx(graph)
    seen = dict.fromkeys(n.box.name for v in views for n in v.picture.nodes)
    seen |= dict.fromkeys(t.name for t in graph.outputs if t.name in network)  # or a copy in a box
    layers = {v.layer for v in views if v.layer}
    known = titles(graph)
    for name in seen:
        if name in network:
            yield _card(name, graph, network, path(graph, name, known), costs)
        elif name in layers:
            yield _layer_card(name, graph)


def _card(
    name: str,
    graph: Graph,
    network: nx.DiGraph[str],
    layers: Sequence[str],
    costs: Costs,
) -> str:
    data = network.nodes[name]
    bar, style = data["cotangent"], style_of(graph)
    tensor = _tensor(name, graph) or _tensor(bar, graph)
    items = [
        ("formula", _formula(graph, name)),
        ("gradient", _formula(graph, bar)),
        ("note", escape(dict(graph.notes).get(bar or name, ""))),
        ("shape", _shape(tensor, graph)),
        ("indices", _indices(tensor, graph)),
        ("cost", _cost(costs.get(name), graph)),
        ("cost of the gradient", _cost(costs.get(bar), graph)),
        ("part of", escape(" › ".join(layers))),
        ("made from", _listed(_neighbours(network, name, backward=False, to=True), style)),
        ("used by", _listed(_neighbours(network, name, backward=False, to=False), style)),
        ("cotangent from", _listed(_neighbours(network, name, backward=True, to=True), style)),
    ]
    listed = "".join(f"<dt>{told}</dt><dd>{shown}</dd>" for told, shown in items if shown)
    kind = KINDS.get(data["kind"], data["kind"])
    return (
        f'<section class="card" data-card="{escape(name)}"><h2>{_symbol(name, style)} '
        f'<code>{escape(name)}</code> <span class="kind">{kind}</span></h2><dl>{listed}</dl>'
        "</section>\n"
    )


def _layer_card(layer: str, graph: Graph) -> str:
    bars = {bar for _, bar in graph.cotangents}
    inside = [name for name in members(graph, layer) if name not in bars]
    return (
        f'<section class="card" data-card="{escape(layer)}"><h2>{escape(layer)} '
        f'<span class="kind">layer</span></h2><dl><dt>definitions</dt>'
        f"<dd>{_references(inside, style_of(graph))}</dd></dl></section>\n"
    )


def _tensor(name: str, graph: Graph) -> Tensor | None:
    return next((t for t in graph.tensors if t.name == name), None)


def _formula(graph: Graph, name: str) -> str:
    """The rows of a definition, in lines that fit beside the drawing."""
    if not name or graph.definition(name) is None:
        return ""
    rows = latex(graph, which=(name,), width=LINE)
    return mathml(rf"\begin{{aligned}}{rows}\end{{aligned}}", block=True)


def _shape(tensor: Tensor | None, graph: Graph) -> str:
    if tensor is None:
        return ""
    extents = [latex_of(e, graph) for e in tensor.shape]
    return mathml(r" \times ".join(extents)) if extents else "one number"


def _indices(tensor: Tensor | None, graph: Graph) -> str:
    if tensor is None:
        return ""
    ranges = (rf"{names.symbol(i.letter)} < {latex_of(i.extent, graph)}" for i in tensor.indices)
    return ", ".join(map(mathml, ranges))


def _cost(found: tuple[sympy.Expr, sympy.Expr] | None, graph: Graph) -> str:
    if found is None:
        return ""
    operations, numbers = (mathml(latex_of(e, graph)) for e in found)
    return f"{operations} operations, {numbers} numbers"


def _neighbours(network: nx.DiGraph[str], name: str, backward: bool, to: bool) -> list[str]:
    """The names at the other ends of the arrows to a box, or from it."""
    found = network.in_edges(name, data=True) if to else network.out_edges(name, data=True)
    wanted = [
        (tail, head)
        for tail, head, data in found
        if (data["backward"] if backward else data["kind"] != "backward")
    ]
    return [tail if to else head for tail, head in wanted]


def _listed(found: Sequence[str], style: Style) -> str:
    return _references(found, style) if found else ""
