"""Picture -> SVG text: glyphs are defined once and used; colour is never the only difference.

Inputs are ovals, parameters amber boxes with a thick edge, the loss a red box with a double edge,
other definitions rounded boxes. Forward arrows are solid and grey, backward arrows dashed and red.
For a slide `states` draws one backward step thick and boxed, those to come faint; nothing moves.
Boxes, arrows and labels are groups that name their tensors, for pages that highlight them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from xml.sax.saxutils import escape, quoteattr

from symnet.render.pictures.frames import Framed
from symnet.render.pictures.picture import Edge, Node, Picture, edge_state
from symnet.render.pictures.places import Point
from symnet.render.setting.glyphs import Formula, Use

INK, GREY, RED = "#1f2937", "#4b5563", "#b91c1c"
FILL = {"parameter": "#fef3c7", "loss": "#fee2e2", "layer": "#f3f4f6"}
STROKE = {"parameter": "#b45309", "loss": RED, "cotangent": RED}
PAPER, TINT, GROUND = "#ffffff", "#fdecec", "#f3f4f6"
TITLE_INSET = 8.0
MARGIN = 5.0
NUMBER, SPACE = re.compile(r"-?\d+\.\d+"), re.compile(r" ?([A-Za-z]) ?")
FRAME = 3.5  # between a label and the frame around it


@dataclass(frozen=True)
class Look:
    """How an arrow and its label are drawn."""

    line: str
    text: str
    width: float = 1.4
    half_head: float = 3.2
    framed: bool = False


FORWARD = Look(GREY, GREY)
BACKWARD = {
    "done": Look(RED, RED),
    "now": Look(RED, RED, width=2.6, half_head=4.4, framed=True),
    "coming": Look("#e6b0b0", "#c97474"),
}


ORDER = ("coming", "done", "now")


def svg(
    picture: Picture, title: str, description: str, states: Mapping[str, str] | None = None
) -> str:
    """A complete SVG document; the same picture gives the same bytes.

    `states` says for tensors how far a talk is with their cotangents: done, now or coming.
    """
    glyphs, body = drawn(picture, states)
    defs = outlines(glyphs)
    left, top, width, height = extent_of(picture)
    size = f'width="{_n(width)}" height="{_n(height)}"'
    view = f'viewBox="{_n(left)} {_n(top)} {_n(width)} {_n(height)}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{size} {view} role="img">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
        f"<defs>{defs}</defs>\n"
        f'<rect x="{_n(left)}" y="{_n(top)}" {size} fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def drawn(
    picture: Picture,
    states: Mapping[str, str] | None = None,
    prefix: str = "",
    framed: bool = False,
) -> tuple[dict[str, str], str]:
    """The outlines of the glyphs that are used, and everything that is drawn with them.

    Several pictures may stand in one page: `prefix` keeps their ids apart. `framed`: labels of
    backward arrows have a frame that is not seen until a style sheet gives it a colour.
    """
    glyphs: dict[str, str] = {}
    body = [_frame(f) for f in picture.frames]
    above = [_frame_title(f, glyphs) for f in picture.frames]
    for node in picture.nodes:
        body.append(_node(node, picture.places.centers[node.box.name], prefix, glyphs))
    places = picture.places
    edges = zip(picture.edges, places.paths, places.labels, strict=True)
    # Arrows that share a path lie on each other: what is shown now is on top.
    for edge, path, place in sorted(edges, key=lambda e: ORDER.index(edge_state(e[0], states))):
        look = look_of(edge, states)
        body.append(_edge(edge, path, look))
        ground = ground_at(picture, place)
        above.append(_label(edge, place, look, framed, ground, glyphs))
    return glyphs, "\n".join([*body, *filter(None, above)])


def outlines(glyphs: Mapping[str, str]) -> str:
    """Definitions of glyphs, which <use> refers to."""
    return "".join(f'<path id="{_id(n)}" d="{_compact(glyphs[n])}"/>' for n in sorted(glyphs))


def extent_of(picture: Picture) -> tuple[float, float, float, float]:
    """Left, top, width, height of everything that is drawn, with a margin."""
    xs: list[float] = []
    ys: list[float] = []
    for node in picture.nodes:
        x, y = picture.places.centers[node.box.name]
        xs += [x - node.box.width / 2, x + node.box.width / 2]
        ys += [y - node.box.height / 2, y + node.box.height / 2]
    for edge, path, place in zip(
        picture.edges, picture.places.paths, picture.places.labels, strict=True
    ):
        xs += [x for x, _ in path]
        ys += [y for _, y in path]
        if edge.label and place:
            xs += [place[0] - edge.label.width / 2, place[0] + edge.label.width / 2]
            ys += [place[1] - edge.label.height / 2, place[1] + edge.label.height / 2]
    for left, top, width, height in (f.frame for f in picture.frames):
        xs += [left, left + width]
        ys += [top, top + height]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top


def _frame(f: Framed) -> str:
    """The frame of a layer: a ground a little darker than paper."""
    ground = _rectangle(*f.frame, 10, f'fill="{GROUND}"')
    return f'<g class="layer"><title>{escape(f.text)}</title>{ground}</g>'


def _frame_title(f: Framed, glyphs: dict[str, str]) -> str:
    """The title of a layer in the upper left corner of its frame."""
    x, y, _, _ = f.frame
    left, top = x + TITLE_INSET, y + TITLE_INSET / 2
    under = _around(f.title, left, top, 2, f'fill="{GROUND}"')
    return under + _formula(f.title, left, top + f.title.ascent, GREY, glyphs)


def _node(node: Node, center: Point, prefix: str, glyphs: dict[str, str]) -> str:
    x, y = center
    w, h = node.box.width, node.box.height
    kind = node.kind
    color, fill = STROKE.get(kind, GREY), FILL.get(kind, "#ffffff")
    thick = 2.2 if kind == "parameter" else 1.4
    dashes = ' stroke-dasharray="5 3"' if kind in ("cotangent", "absent") else ""
    paint = f'fill="{fill}" stroke="{color}" stroke-width="{thick}"{dashes}'
    if node.box.round:
        shape = f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(w / 2)}" ry="{_n(h / 2)}" {paint}/>'
    else:
        corner = 3 if kind == "parameter" else 9
        shape = _rectangle(x - w / 2, y - h / 2, w, h, corner, paint)
        if kind == "loss":
            edge = f'fill="none" stroke="{color}" stroke-width="0.8"'
            shape += _rectangle(x - w / 2 + 3.5, y - h / 2 + 3.5, w - 7, h - 7, 6, edge)
    gap = 5.0 if node.extents else 0.0
    total = node.main.height + (node.extents.height + gap if node.extents else 0.0)
    top = y - total / 2
    inside = _formula(node.main, x - node.main.width / 2, top + node.main.ascent, INK, glyphs)
    if node.extents:
        base = top + node.main.height + gap + node.extents.ascent
        inside += _formula(node.extents, x - node.extents.width / 2, base, GREY, glyphs)
    name = node.box.name
    return (
        f"<g id={quoteattr(f'{prefix}node-{name}')} class={quoteattr('node ' + kind)} "
        f"data-name={quoteattr(name)}>"
        f"<title>{escape(node.text)}</title>{shape}{inside}</g>"
    )


def _rectangle(x: float, y: float, w: float, h: float, corner: float, paint: str) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"'
    return f'<rect {place} rx="{_n(corner)}" {paint}/>'


def look_of(edge: Edge, states: Mapping[str, str] | None) -> Look:
    """The look of an arrow: of its kind, and of how far a talk is with it."""
    return BACKWARD[edge_state(edge, states)] if edge.kind == "backward" else FORWARD


def _edge(edge: Edge, path: tuple[Point, ...], look: Look) -> str:
    dashes = ' stroke-dasharray="6 4"' if edge.kind == "backward" else ""
    *curve, tip = path
    steps = " ".join(f"{_n(x)} {_n(y)}" for x, y in curve[1:])
    line = (
        f'<path d="M{_n(curve[0][0])} {_n(curve[0][1])} C{steps}" fill="none" '
        f'stroke="{look.line}" stroke-width="{look.width}"{dashes}/>'
    )
    head = _head(curve[-1], tip, look)
    return f"<g {_between('edge', edge)}><title>{escape(edge.text)}</title>{line}{head}</g>"


def _between(what: str, edge: Edge) -> str:
    """The attributes of an arrow, or of its label: what it is, from where and to where."""
    ends = f"data-tail={quoteattr(edge.arrow.tail)} data-head={quoteattr(edge.arrow.head)}"
    return f"class={quoteattr(f'{what} {edge.kind}')} {ends}"


def ground_at(picture: Picture, place: Point | None) -> str:
    """The colour on which something lies."""
    inside = place is not None and any(
        0 <= place[0] - x <= w and 0 <= place[1] - y <= h
        for x, y, w, h in (f.frame for f in picture.frames)
    )
    return GROUND if inside else PAPER


def _label(
    edge: Edge,
    place: Point | None,
    look: Look,
    framed: bool,
    ground: str,
    glyphs: dict[str, str],
) -> str:
    """A label on top of everything; its ground is under it, so that no arrow passes through it."""
    if edge.label is None or place is None:
        return ""
    f = edge.label
    left, top = place[0] - f.width / 2, place[1] - f.height / 2
    plain, tinted = f'fill="{ground}"', f'fill="{TINT}" stroke="{look.line}" stroke-width="1.2"'
    paint = tinted if look.framed else plain
    by = FRAME if look.framed else 2
    under = _around(f, left, top, by, paint)
    if framed and edge.kind == "backward":
        under += _around(f, left, top, FRAME, 'class="frame" fill="none"')
    inside = _formula(f, left, top + f.ascent, look.text, glyphs)
    return f"<g {_between('label', edge)}>{under}{inside}</g>"


def _around(f: Formula, left: float, top: float, by: float, paint: str) -> str:
    return _rectangle(left - by, top - by, f.width + 2 * by, f.height + 2 * by, 3, paint)


def _head(base: Point, tip: Point, look: Look) -> str:
    """A triangle from the end of the line to the tip."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    corners = (
        tip,
        (base[0] - uy * look.half_head, base[1] + ux * look.half_head),
        (base[0] + uy * look.half_head, base[1] - ux * look.half_head),
    )
    return f'<polygon points="{_points(corners)}" fill="{look.line}"/>'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _formula(f: Formula, x: float, y: float, color: str, glyphs: dict[str, str]) -> str:
    glyphs.update(f.outlines)
    parts = [f'<use xlink:href="#{_id(u.glyph)}"{_placed(u)}/>' for u in f.uses]
    parts += [
        f'<rect x="{_n(a)}" y="{_n(b)}" width="{_n(w)}" height="{_n(h)}"/>' for a, b, w, h in f.bars
    ]
    return f'<g fill="{color}" transform="translate({_n(x)} {_n(y)})">{"".join(parts)}</g>'


def _placed(u: Use) -> str:
    """translate(x y) scale(s), as short as that can be said."""
    x, y, scale = _n(u.x), _n(u.y), f"{u.scale:.3f}".rstrip("0").rstrip(".").removeprefix("0")
    moved = f"translate({x})" if y == "0" else f"translate({x} {y})"
    said = ("" if (x, y) == ("0", "0") else moved) + ("" if scale == "1" else f"scale({scale})")
    return f' transform="{said}"' if said else ""


@lru_cache(maxsize=2048)
def _compact(path: str) -> str:
    """An outline in numbers to 1/100 of a point, without idle spaces."""
    rounded = NUMBER.sub(lambda m: _n(float(m[0])), path)
    return SPACE.sub(r"\1", rounded)


def _id(glyph: str) -> str:
    """The same in every drawing, so that several may stand in one page."""
    return glyph.replace("STIXTwoMathRegular_", "st")


def _n(value: float) -> str:
    """A number to 1/100, without idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
