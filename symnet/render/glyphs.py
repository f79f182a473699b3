r"""LaTeX -> outlines of glyphs with their measures: no TeX here, and no fonts at the reader's side.

    formula(r"\frac{a}{b}", 16)  =>  width, ascent, descent; glyphs to be drawn at (x, y) * scale

Set by ziamath in STIX Two Math, whose glyphs keep their numbers: the same name, the same outline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from symnet.render.macros import expanded

LINE_GAP = 0.25  # of the size, between two lines of one block
OPERATOR = r"\\(?:sum|prod|max|operatorname\{mean\})(?![A-Za-z])"
MEAN = re.compile(r"(\\operatorname\{mean\}_(?:\w|\{[^{}]*\}))(?=[\w\\])(?!\\[Bb]igg?l)")


@dataclass(frozen=True)
class Use:
    """A glyph at a place: its outline times `scale`, moved by (x, y)."""

    glyph: str
    x: float
    y: float
    scale: float


@dataclass(frozen=True)
class Formula:
    """Outlines with the origin at the left end of the baseline; y grows downwards.

    `outlines` are pairs (glyph, SVG path); `bars` are rectangles (x, y, width, height).
    """

    width: float
    ascent: float
    descent: float
    uses: tuple[Use, ...]
    bars: tuple[tuple[float, float, float, float], ...]
    outlines: tuple[tuple[str, str], ...]

    @property
    def height(self) -> float:
        return self.ascent + self.descent


LARGE = re.compile(r"\\Big([lr])\\([lr](?:floor|ceil))")
SIDES = {"l": "left", "r": "right"}


@lru_cache(maxsize=4096)
def formula(latex: str, size: float) -> Formula:
    """The outlines of one formula, `size` being that of its letters."""
    import ziamath  # 0.1 s, which only drawings pay for

    made = ziamath.Latex(_tuned(expanded(latex)), size=size)  # type: ignore[attr-defined]
    box = made.node.bbox
    root = ET.Element("svg")
    made.drawon(root, -box.xmin, 0)
    symbols = {s.get("id", ""): s for s in root.iter("symbol")}
    outlines, origins = {}, {}
    for name, symbol in symbols.items():
        left, top, width, _ = map(float, symbol.get("viewBox", "").split())
        origins[name] = left, top, width
        path = symbol.find("path")
        if path is not None:
            outlines[name] = path.get("d", "").strip()
    uses = []
    for use in root.iter("use"):
        name = use.get("href", "").removeprefix("#")
        if name not in outlines:
            continue  # a space
        left, top, width = origins[name]
        scale = _number(use, "width") / width
        x, y = _number(use, "x") - left * scale, _number(use, "y") - top * scale
        uses.append(Use(name, x, y, scale))
    bars = tuple(
        (_number(r, "x"), _number(r, "y"), _number(r, "width"), _number(r, "height"))
        for r in root.iter("rect")
    )
    used = {u.glyph for u in uses}
    kept = tuple((name, path) for name, path in outlines.items() if name in used)
    return Formula(box.xmax - box.xmin, box.ymax, -box.ymin, tuple(uses), bars, kept)


def stacked(lines: tuple[str, ...], size: float) -> Formula:
    """Several lines as one formula, aligned at the left."""
    made = [formula(line, size) for line in lines]
    uses: list[Use] = []
    bars: list[tuple[float, float, float, float]] = []
    down = 0.0
    for k, f in enumerate(made):
        if k:
            down += made[k - 1].descent + LINE_GAP * size + f.ascent
        uses += [Use(u.glyph, u.x, u.y + down, u.scale) for u in f.uses]
        bars += [(x, y + down, w, h) for x, y, w, h in f.bars]
    outlines = dict(pair for f in made for pair in f.outlines)
    return Formula(
        max(f.width for f in made),
        made[0].ascent,
        down + made[-1].descent,
        tuple(uses),
        tuple(bars),
        tuple(outlines.items()),
    )


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "0"))


def _tuned(latex: str) -> str:
    r"""What TeX does by itself: thin spaces around \sum, none after a sign of one number.

    A floor that TeX makes large by its name, \Bigl\lfloor, is made as large as its argument.
    """
    fitted = LARGE.sub(lambda m: rf"\{SIDES[m[1]]}\{m[2]}", latex)
    spaced = re.sub(rf"(?<=[\w}}])({OPERATOR})", r"\\,\1", MEAN.sub(r"\1\\,", fitted))
    return re.sub(r"(^|= )-", r"\1{-}", spaced)
