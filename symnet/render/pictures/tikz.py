r"""Picture -> TikZ: the same boxes, arrows and places as svg.py, with mathematics set by LaTeX.

    tikz(picture)           a tikzpicture, to be pasted: amsmath, tikz, \usetikzlibrary{arrows.meta}
    tikz_document(picture)  a document whose only page is the picture

One unit is 1/72 inch and y grows downwards. LaTeX's letters are a little wider or narrower than
those that the boxes were measured for: a formula is centered, and made smaller if it is too wide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symnet.render.pictures.frames import Framed
from symnet.render.pictures.picture import Edge, Node, Picture, edge_state
from symnet.render.pictures.places import LABEL_MARGIN, Point
from symnet.render.pictures.svg import (
    BACKWARD,
    FILL,
    FORWARD,
    FRAME,
    GREY,
    GROUND,
    INK,
    STROKE,
    TINT,
    TITLE_INSET,
    Look,
    extent_of,
    ground_at,
)
from symnet.render.setting.glyphs import Formula
from symnet.render.setting.tex_words import comment, mathematics

# A style `sn text of S` or `sn arrow to S` says how far a talk is with the cotangent of S.
COLORS = {
    **{"snbox": GREY, "snboxfill": "#ffffff", "sntext": INK, "snunder": GREY},
    **{f"sn{kind}": color for kind, color in STROKE.items()},
    **{f"sn{kind}fill": color for kind, color in FILL.items()},
    "snground": GROUND,
    **{"snforward": FORWARD.line, "snclear": "#ffffff", "snnowfill": TINT},
    **{f"sn{state}": look.line for state, look in BACKWARD.items()},
    **{f"sn{state}text": look.text for state, look in BACKWARD.items()},
}
CR = r"\cr "  # between two lines of one formula
TIP = 9.5  # the length of an arrow's head
# lmodern has large signs (sums, brackets) of one size only; this takes them in all sizes.
LARGE = r"\DeclareFontFamily{OMX}{lmex}{}\DeclareFontShape{OMX}{lmex}{m}{n}{<->lmex10}{}"
# Set at 12 points and made smaller: letters and scripts in the same proportion at all sizes. Sizes
# of their own would be wider by a tenth below 8 points, and places are measured without them.
MACROS = r"""% \snfit{size}{room}{..}: what is too wide is made smaller still, and the log says so.
\providecommand{\snfit}[3]{\setbox0\hbox{\fontsize{12bp}{12bp}\selectfont#3}%
  \pgfmathsetmacro{\snscale}{#1/12}\dimen0=\snscale\wd0
  \ifdim\dimen0>#2bp
    \pgfmathsetmacro{\snpart}{#2bp/(\snscale*\wd0)}\typeout{symnet: made smaller: \snpart}%
    \pgfmathsetmacro{\snscale}{\snpart*\snscale}\fi
  \scalebox{\snscale}{\box0}}
% \snstack{a\cr b}: lines of one formula, \snmiddle: centered;  \snmissing{4E2D}: no font has it
\providecommand{\snmissing}[1]{{\fboxsep1pt\fbox{\tiny\ttfamily #1}}}
\providecommand{\snstack}[1]{\vbox{\baselineskip0pt \lineskiplimit\maxdimen \lineskip.25em
  \halign{$\displaystyle##$\hfil\cr#1\crcr}}}
\providecommand{\snmiddle}[1]{\vbox{\baselineskip0pt \lineskiplimit\maxdimen \lineskip.25em
  \halign{\hfil$\displaystyle##$\hfil\cr#1\crcr}}}"""


def number(value: float) -> str:
    """A number to 1/100, without idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _arrow(line: str, look: Look) -> str:
    head = f"Triangle[length={TIP}bp, width={number(2 * look.half_head)}bp]"
    return f"draw={line}, line width={number(look.width)}bp, -{{{head}}}"


def _states() -> Iterator[tuple[str, str]]:
    """For each state the style of an arrow and of its label."""
    for state, look in BACKWARD.items():
        yield f"sn {state}", f"dash pattern=on 6bp off 4bp, {_arrow(f'sn{state}', look)}"
        frame = f", fill=snnowfill, draw=sn{state}, line width=1.2bp, inner sep={FRAME}bp"
        yield f"sn {state} text", f"text=sn{state}text{frame if look.framed else ''}"


STYLES = {
    "every node": "inner sep=0pt, outer sep=0pt",
    "sn frame": "fill=snground, rounded corners=10bp",
    "sn box": "draw=snbox, fill=snboxfill, line width=1.4bp, rounded corners=9bp",
    "sn parameter": "draw=snparameter, fill=snparameterfill, line width=2.2bp, rounded corners=3bp",
    "sn layer": "fill=snlayerfill",
    "sn loss": "draw=snloss, fill=snlossfill",
    "sn inner": "draw=snloss, line width=0.8bp, rounded corners=6bp",
    "sn cotangent": "draw=sncotangent, dash pattern=on 5bp off 3bp",
    "sn absent": "dash pattern=on 5bp off 3bp",
    "sn forward": _arrow("snforward", FORWARD),
    "sn label": "text=snforward, fill=snclear, inner sep=2bp, rounded corners=3bp",
    **dict(_states()),
}


def tikz(picture: Picture, states: Mapping[str, str] | None = None) -> str:
    """A tikzpicture; `states` as in svg(). Its needs are defined in front of it."""
    return "\n".join(
        (
            r"% Needs \usepackage{amsmath,tikz} and \usetikzlibrary{arrows.meta}.",
            definitions(),
            *_picture(picture, states),
            "",
        )
    )


def tikz_document(picture: Picture, states: Mapping[str, str] | None = None) -> str:
    """A document of one page, as large as the picture."""
    _, _, width, height = extent_of(picture)
    size = f"paperwidth={number(width)}bp, paperheight={number(height)}bp"
    return "\n".join(
        (
            r"\documentclass{article}",
            r"\usepackage[T1]{fontenc}",
            r"\usepackage{amsmath,lmodern,tikz}",
            LARGE,
            r"\usetikzlibrary{arrows.meta}",
            rf"\usepackage[{size}, margin=0pt]{{geometry}}",
            r"\pagestyle{empty}",
            definitions(),
            r"\begin{document}",
            r"\vbox to 0pt{\kern-\topskip\hbox to 0pt{%",
            *_picture(picture, states),
            r"\hss}\vss}",
            r"\end{document}",
            "",
        )
    )


def definitions() -> str:
    """Colours, styles and macros that the lines of a picture use."""
    colors = (rf"\definecolor{{{k}}}{{HTML}}{{{v[1:].upper()}}}" for k, v in COLORS.items())
    styles = (f"  {name}/.style={{{style}}}," for name, style in STYLES.items())
    return "\n".join((*colors, r"\tikzset{sn drawing/.style={", *styles, "}}", MACROS))


def _picture(picture: Picture, states: Mapping[str, str] | None) -> Iterator[str]:
    left, top, width, height = extent_of(picture)
    options = ["x=1bp", "y=-1bp", "sn drawing"]
    options += (style for t, s in states_of(picture, states).items() for style in _state(t, s))
    yield rf"\begin{{tikzpicture}}[{', '.join(options)}]"
    corner = _point((left + width, top + height))
    yield rf"\useasboundingbox {_point((left, top))} rectangle {corner};"
    yield from lines(picture)
    yield r"\end{tikzpicture}"


def _state(tensor: str, state: str) -> tuple[str, str]:
    return f"sn arrow to {tensor}/.style=sn {state}", f"sn text of {tensor}/.style=sn {state} text"


def states_of(picture: Picture, states: Mapping[str, str] | None) -> dict[str, str]:
    """The states that change something: of tensors with a backward arrow, other than done."""
    backward = [e for e in picture.edges if e.kind == "backward"]
    found = {style_name(e.arrow.head): edge_state(e, states) for e in backward}
    return {tensor: state for tensor, state in found.items() if state != "done"}


def style_name(tensor: str) -> str:
    """A name of a tensor as a part of the name of a style."""
    return re.sub(r"[^A-Za-z0-9_]", lambda m: f"u{ord(m[0]):X}", tensor)


def lines(picture: Picture) -> Iterator[str]:
    """Statements of TikZ, from the lowest to the topmost."""
    places = picture.places
    for framed in picture.frames:
        yield _frame(framed)
    for node in picture.nodes:
        yield from _node(node, places.centers[node.box.name])
    for edge, path in zip(picture.edges, places.paths, strict=True):
        yield _edge(edge, path)
    for edge, place in zip(picture.edges, places.labels, strict=True):
        if edge.label and place:
            yield _label(edge, edge.label, place, ground_at(picture, place) == GROUND)
    for framed in picture.frames:
        yield _frame_title(framed)


def _frame(framed: Framed) -> str:
    x, y, w, h = framed.frame
    return rf"\fill[sn frame] {_rectangle((x + w / 2, y + h / 2), w, h)};"


def _frame_title(framed: Framed) -> str:
    f, (x, y, _, _) = framed.title, framed.frame
    place = x + TITLE_INSET + f.width / 2, y + TITLE_INSET / 2
    return _formula(f, place, f.width + TITLE_INSET, "snunder")


def _node(node: Node, center: Point) -> Iterator[str]:
    x, y = center
    w, h = node.box.width, node.box.height
    yield f"% {comment(node.text)}"
    style = f"sn box, sn {node.kind}" if f"sn {node.kind}" in STYLES else "sn box"
    if node.box.round:
        radii = f"x radius={number(w / 2)}, y radius={number(h / 2)}"
        yield rf"\draw[{style}] {_point(center)} ellipse [{radii}];"
    else:
        yield rf"\draw[{style}] {_rectangle(center, w, h)};"
    if node.kind == "loss":
        yield rf"\draw[sn inner] {_rectangle(center, w - 7, h - 7)};"
    gap = 5.0 if node.extents else 0.0
    total = node.main.height + (node.extents.height + gap if node.extents else 0.0)
    top, room = y - total / 2, w - (14.0 if node.kind == "loss" else 10.0)
    yield _formula(node.main, (x, top), room, "sntext")
    if node.extents:
        yield _formula(node.extents, (x, top + node.main.height + gap), room, "snunder")


def _edge(edge: Edge, path: tuple[Point, ...]) -> str:
    *curve, tip = path
    start, *rest = map(_point, curve)
    pieces = zip(rest[0::3], rest[1::3], rest[2::3], strict=True)
    drawn = "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in pieces)
    return rf"\draw[{_edge_style(edge)}] {start}{drawn} -- {_point(tip)};"


def _edge_style(edge: Edge) -> str:
    if edge.kind != "backward":
        return "sn forward"
    return f"sn done, sn arrow to {style_name(edge.arrow.head)}/.try"


def _label(edge: Edge, label: Formula, place: Point, in_frame: bool) -> str:
    style = "sn label, fill=snground" if in_frame else "sn label"
    if edge.kind == "backward":
        style += f", sn done text, sn text of {style_name(edge.arrow.head)}/.try"
    content = _fit(label, label.width + 1.5 * LABEL_MARGIN)
    return rf"\node[{style}] at {_point(place)} {{{content}}};"


def _formula(f: Formula, top: Point, room: float, color: str) -> str:
    """A formula below a point, centered in the room that it was measured to take."""
    place = _point((top[0], top[1] + f.height / 2))
    return rf"\node[text={color}] at {place} {{{_fit(f, room)}}};"


def _fit(f: Formula, room: float) -> str:
    made = CR.join(map(mathematics, f.lines))
    stack = r"\snmiddle" if f.centered else r"\snstack"
    content = rf"$\displaystyle {made}$" if len(f.lines) == 1 else rf"{stack}{{{made}}}"
    return rf"\snfit{{{number(f.size)}}}{{{number(room)}}}{{{content}}}"


def _rectangle(center: Point, w: float, h: float) -> str:
    (x, y), (u, v) = center, (w / 2, h / 2)
    return f"{_point((x - u, y - v))} rectangle {_point((x + u, y + v))}"


def _point(p: Point) -> str:
    return f"({number(p[0])},{number(p[1])})"
