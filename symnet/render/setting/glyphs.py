r"""LaTeX -> outlines of glyphs with their measures: no TeX here, and no fonts at the reader's side.

    formula(r"\frac{a}{b}", 16)  =>  width, ascent, descent; glyphs to be drawn at (x, y) * scale
    words("layer norm", 16)      =>  the same for plain text, in which no sign means anything

Set by ziamath in STIX Two Math, whose glyphs keep their numbers: the same name, the same outline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas.macros import expanded
from symnet.render.formulas.names import SIGNS
from symnet.render.setting.atoms import spaced

SET = 24.0  # ziamath enlarges scripts of letters below 12 points; made smaller by us
LINE_GAP = 0.25  # of the size, between two lines of one block
NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


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

    `outlines` are pairs (glyph, SVG path); `bars` are rectangles (x, y, width, height). `lines` is
    what was set, in LaTeX (amsmath only), at `size`; the first baseline is the origin. Lines are
    `centered`, or begin at the left.
    """

    width: float
    ascent: float
    descent: float
    uses: tuple[Use, ...]
    bars: tuple[tuple[float, float, float, float], ...]
    outlines: tuple[tuple[str, str], ...]
    size: float = SET
    lines: tuple[str, ...] = ()
    centered: bool = False

    @property
    def height(self) -> float:
        return self.ascent + self.descent


LARGE = re.compile(r"\\Big([lr])\\([lr](?:floor|ceil))")
SIDES = {"l": "left", "r": "right"}


@lru_cache(maxsize=8192)
def formula(latex: str, size: float) -> Formula:
    """The outlines of one formula, `size` being that of its letters."""
    return scaled(_set(latex), size)


def scaled(f: Formula, size: float) -> Formula:
    """The same formula with letters of another size."""
    k = size / f.size
    return Formula(
        f.width * k,
        f.ascent * k,
        f.descent * k,
        tuple(Use(u.glyph, u.x * k, u.y * k, u.scale * k) for u in f.uses),
        tuple((x * k, y * k, w * k, h * k) for x, y, w, h in f.bars),
        f.outlines,
        size,
        f.lines,
    )


@lru_cache(maxsize=4096)
def _set(latex: str) -> Formula:
    import ziamath  # 0.1 s, which only drawings pay for
    from ziamath.tex import tex2mml

    tree = ET.fromstring(tex2mml(_tuned(expanded(latex))).replace(NAMESPACE, ""))
    made = ziamath.Math(spaced(tree, SET), size=SET)  # type: ignore[attr-defined]  # no stubs
    box = made.node.bbox
    left_end = min(box.xmin, 0.0)
    root = ET.Element("svg")
    made.drawon(root, -left_end, 0)
    symbols = {s.get("id", ""): s for s in root.iter("symbol")}
    outlines, origins = {}, {}
    for name, symbol in symbols.items():
        left, top, width, _ = map(float, symbol.get("viewBox", "").split())
        origins[name] = left, top, width
        if path := _outline(symbol):
            outlines[name] = path
        elif float(width) > 0 and len(symbol):
            raise UnsupportedExpression(f"a glyph of {latex} has no outline")
    uses = []
    ascent = box.ymax
    for use in root.iter("use"):
        name = use.get("href", "").removeprefix("#")
        if name not in outlines:
            continue  # a space
        left, top, width = origins[name]
        scale = _number(use, "width") / width
        x, y = _number(use, "x") - left * scale, _number(use, "y") - top * scale
        uses.append(Use(name, x, y, scale))
        ascent = max(ascent, -y - scale * _top(outlines[name]))  # an accent under an exponent
    bars = tuple(
        (_number(r, "x"), _number(r, "y"), _number(r, "width"), _number(r, "height"))
        for r in root.iter("rect")
    )
    used = {u.glyph for u in uses}
    kept = tuple((name, path) for name, path in outlines.items() if name in used)
    width = box.xmax - left_end
    return Formula(width, ascent, -box.ymin, tuple(uses), bars, kept, SET, (expanded(latex),))


def _outline(symbol: ET.Element) -> str:
    """The path of a glyph; a tall bar or brace is put together of several."""
    if any(e.get("transform") for e in symbol.iter()):
        raise UnsupportedExpression(f"the parts of glyph {symbol.get('id')} are moved")
    return " ".join(p.get("d", "").strip() for p in symbol.iter("path")).strip()


@lru_cache(maxsize=1024)
def words(text: str, size: float) -> Formula:
    """The outlines of plain text in upright letters."""
    stix = font()
    em = float(stix.info.layout.unitsperem)
    x, uses, outlines = 0.0, [], {}
    for character in text:
        glyph = stix.glyph(character)
        symbol = glyph.svgsymbol()
        path = symbol.find("path") if symbol is not None else None
        if path is not None and path.get("d", "").strip():
            outlines[glyph.id] = path.get("d", "").strip()
            uses.append(Use(glyph.id, x, 0.0, size / float(glyph.DFLT_SIZE_PT)))
        x += float(glyph.advance()) * size / em
    said = (_text_latex(text),)
    up, down = 0.72 * size, 0.24 * size
    return Formula(x, up, down, tuple(uses), (), tuple(outlines.items()), size, said)


@cache
def font() -> Any:
    """The font that formulas are set in."""
    import ziafont
    import ziamath

    fonts = Path(ziamath.__file__).parent / "fonts"
    return ziafont.Font(str(fonts / "STIXTwoMath-Regular.ttf"))  # type: ignore[attr-defined]  # no stubs


def _text_latex(text: str) -> str:
    """Words for LaTeX's math mode: what it reads as a command is set as the sign that it is."""
    pieces = filter(None, re.split(r"([_$#%&{}<>\\^~])", text))
    return "".join(f"{{{SIGNS[p]}}}" if p in SIGNS else rf"\text{{{p}}}" for p in pieces)


def stacked(lines: tuple[str, ...], size: float) -> Formula:
    """Several lines as one formula, aligned at the left."""
    return under_each_other([formula(line, size) for line in lines], size)


def under_each_other(made: Sequence[Formula], size: float, centered: bool = False) -> Formula:
    """Formulas as the lines of one, `size` saying how far apart; at the left, or centered."""
    widest = max(f.width for f in made)
    uses: list[Use] = []
    bars: list[tuple[float, float, float, float]] = []
    down = 0.0
    for k, f in enumerate(made):
        if k:
            down += made[k - 1].descent + LINE_GAP * size + f.ascent
        in_by = (widest - f.width) / 2 if centered else 0.0
        uses += [Use(u.glyph, u.x + in_by, u.y + down, u.scale) for u in f.uses]
        bars += [(x + in_by, y + down, w, h) for x, y, w, h in f.bars]
    outlines = dict(pair for f in made for pair in f.outlines)
    return Formula(
        widest,
        made[0].ascent,
        down + made[-1].descent,
        tuple(uses),
        tuple(bars),
        tuple(outlines.items()),
        size,
        tuple(line for f in made for line in f.lines),
        centered,
    )


@lru_cache(maxsize=2048)
def _top(outline: str) -> float:
    """The highest point of an outline; its path is made of M, L and Q."""
    return min(map(float, re.findall(r"-?[\d.]+", outline)[1::2]))


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "0"))


def _tuned(latex: str) -> str:
    r"""A floor that TeX makes large by its name, \Bigl\lfloor, is made as large as its argument."""
    return LARGE.sub(lambda m: rf"\{SIDES[m[1]]}\{m[2]}", latex)
