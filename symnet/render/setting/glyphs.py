r"""LaTeX -> outlines of glyphs with their measures: no TeX here, and no fonts at the reader's side.

    formula(r"\frac{a}{b}", 16)  =>  width, ascent, descent; glyphs to be drawn at (x, y) * scale
    words("layer norm", 16)      =>  the same for plain text, in which no sign means anything

Set in STIX Two Math, whose glyphs keep their numbers: the same name, the same outline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from symnet.render.formulas.macros import expanded
from symnet.render.formulas.names import SIGNS
from symnet.render.setting.pieces import placed

SET = 24.0  # ziamath enlarges scripts of letters below 12 points; made smaller by us
LINE_GAP = 0.25  # of the size, between two lines of one block


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
    plain = expanded(latex)
    row = placed(plain, SET)
    uses: list[Use] = []
    bars: list[tuple[float, float, float, float]] = []
    outlines: dict[str, str] = {}
    left_end = min(0.0, *(x + piece.left for x, piece in row))
    for x, piece in row:
        at = x - left_end
        uses += [Use(glyph, left + at, y, scale) for glyph, left, y, scale in piece.uses]
        bars += [(left + at, y, w, h) for left, y, w, h in piece.bars]
        outlines.update(piece.outlines)
    return Formula(
        max(x + piece.right for x, piece in row) - left_end,
        max(piece.ascent for _, piece in row),
        max(piece.descent for _, piece in row),
        tuple(uses),
        tuple(bars),
        tuple(outlines.items()),
        SET,
        (plain,),
    )


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
