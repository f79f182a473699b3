"""One element of a page -> a typst expression that puts it in its place.

    Words      native text, to be searched and copied; its formulas stand on the same baseline
    Formula    outlines of glyphs as a picture, its LaTeX as the text alternative
    Drawn      the SVG of the drawing;   Plot   the SVG that was given

No string of a deck is ever markup: each is a typst string literal. The functions at, one-line and
inline, and the colours c, are defined at the head of a document (typst_pages.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod

from symnet.render.decks.scene import Box, Code, Drawn, Element, Formula, Line, Plot, Run, Words
from symnet.render.pictures.svg import extent_of, svg
from symnet.render.setting.formula_svg import AIR, formula_svg
from symnet.render.setting.glyphs import formula
from symnet.render.setting.themes import Color
from symnet.render.setting.typst_wheel import points, quoted

MONO = '"DejaVu Sans Mono"'
SHARE = {"left": "0", "middle": "0.5", "right": "1"}  # of a line: what is left of its place
WHITE = 'fill="#ffffff"'


class Painter:
    """Writes elements; `files` are the pictures that were needed so far, each once."""

    def __init__(self, colors: Mapping[Color, str], folder: str = "") -> None:
        self.colors, self.folder = colors, folder
        self.files: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._drawn: dict[tuple[object, ...], str] = {}

    @singledispatchmethod
    def code(self, element: Element) -> str:
        raise TypeError(f"{type(element).__name__} is no element of a page")

    @code.register
    def _(self, e: Words) -> str:
        weight = "semibold" if e.bold else "regular"  # both are said: a heading has its own
        style = f'weight: "{weight}", style: "{"italic" if e.italic else "normal"}"'
        runs = "; ".join(self._run(r, e) for r in e.runs)
        body = f"text(size: {points(e.size)}, fill: c.{e.color}, {style}, {{ {runs} }})"
        return f"one-line({_pair(e.x, e.y)}, {points(e.room)}, {SHARE[e.anchor]}, {body})"

    @code.register
    def _(self, e: Code) -> str:
        body = f"text(font: {MONO}, size: {points(e.size)}, fill: c.{e.color}, {quoted(e.text)})"
        return f"one-line({_pair(e.x, e.y)}, {points(e.room)}, 0, {body})"

    @code.register
    def _(self, e: Formula) -> str:
        width = formula(e.latex, e.size).width
        return self._outlines(e.latex, e.size, e.color, e.x, e.y, min(1.0, e.room / (width or 1)))

    @code.register
    def _(self, e: Box) -> str:
        fill = f"c.{e.fill}" if e.fill else "none"
        stroke = f"{points(e.thick)} + c.{e.stroke}" if e.stroke else "none"
        body = (
            f"rect(width: {points(e.width)}, height: {points(e.height)}, "
            f"radius: {points(e.corner)}, fill: {fill}, stroke: {stroke})"
        )
        return f"at({_pair(e.x, e.y)}, {body})"

    @code.register
    def _(self, e: Line) -> str:
        to = f"({_pair(e.to_x - e.x, e.to_y - e.y)})"
        body = f"line(start: (0pt, 0pt), end: {to}, stroke: {points(e.thick)} + c.{e.color})"
        return f"at({_pair(e.x, e.y)}, {body})"

    @code.register
    def _(self, e: Drawn) -> str:
        width, height = (e.scale * v for v in extent_of(e.picture)[2:])
        return f"at({_pair(e.x, e.y)}, {_image(self._drawing(e), width, height, e.title)})"

    @code.register
    def _(self, e: Plot) -> str:
        name = self._file(e.svg, "plot")
        shown = _image(name, e.width, e.height, e.title, fit="contain")
        return f"at({_pair(e.x, e.y)}, {shown})"

    def _run(self, run: Run, line: Words) -> str:
        if isinstance(run, str):
            return quoted(run)
        width = formula(run.latex, line.size).width
        return f"inline({points(width)}, {self._outlines(run.latex, line.size, line.color)})"

    def _outlines(
        self, latex: str, size: float, color: Color, x: float = 0, y: float = 0, small: float = 1
    ) -> str:
        """A formula whose baseline starts at (x, y)."""
        made, air = formula(latex, size), AIR * size
        name = self._file(formula_svg(made, self.colors[color], air).encode(), "formula")
        corner = _pair(x - small * air, y - small * (made.ascent + air))
        width, height = (small * (v + 2 * air) for v in (made.width, made.height))
        return f"at({corner}, {_image(name, width, height, latex)})"

    def _drawing(self, e: Drawn) -> str:
        """The file of a drawing; its background and what lies under its labels is the paper."""
        key = id(e.picture), e.title, frozenset((e.states or {}).items())
        if key not in self._drawn:
            text = svg(e.picture, e.title, "", e.states)
            text = text.replace(WHITE, f'fill="{self.colors["paper"]}"')
            self._drawn[key] = self._file(text.encode(), "drawing")
        return self._drawn[key]

    def _file(self, content: bytes, kind: str) -> str:
        if content not in self._names:
            name = f"{self.folder}{kind}-{len(self.files) + 1}.svg"
            self._names[content] = name
            self.files[name] = content
        return self._names[content]


def _pair(x: float, y: float) -> str:
    return f"{points(x)}, {points(y)}"


def _image(name: str, width: float, height: float, alternative: str, fit: str = "stretch") -> str:
    size = f"width: {points(width)}, height: {points(height)}, fit: {quoted(fit)}"
    return f"image({quoted(name)}, {size}, alt: {quoted(alternative)})"
