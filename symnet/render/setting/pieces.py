r"""A formula as a row of pieces, each set by ziamath once, however many formulas have it.

    \bar y_{nd} + \frac{a}{b}   =>   \bar y_{nd}, +, \frac{a}{b}, each at its place

All spaces are numbers by then, and no delimiter grows with the row (atoms.py; \left( and \right)
have a row of their own), so a piece looks the same whatever stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from symnet.notation.errors import UnsupportedExpression
from symnet.render.setting.atoms import spaced, unwrapped

LARGE = re.compile(r"\\Big([lr])\\([lr](?:floor|ceil))")
SIDES = {"l": "left", "r": "right"}
NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
NEARER = -4 / 54  # of the size: two fractions side by side, which ziamath sets nearer than others


@dataclass(frozen=True)
class Piece:
    """Outlines with the origin at the left end of the baseline; y grows downwards.

    `left` and `right` are the ends of what is seen, `advance` is where the next piece begins.
    """

    left: float
    right: float
    advance: float
    ascent: float
    descent: float
    uses: tuple[tuple[str, float, float, float], ...]  # glyph, x, y, scale
    bars: tuple[tuple[float, float, float, float], ...]
    outlines: tuple[tuple[str, str], ...]


def placed(latex: str, size: float) -> tuple[tuple[float, Piece], ...]:
    """(x, piece) for what a formula (amsmath only) is made of, with letters of that size."""
    from ziamath.tex import tex2mml

    tree = ET.fromstring(tex2mml(_tuned(latex)).replace(NAMESPACE, ""))
    tree = unwrapped(spaced(tree, size))
    x, made = 0.0, []
    for piece in _pieces(tree, size):
        made.append((x, piece))
        x += piece.advance
    return tuple(made)


def _pieces(row: ET.Element, size: float) -> Iterator[Piece]:
    """What stands in a row, from left to right."""
    last, before = len(row) - 1, ""
    for place, element in enumerate(row):
        if element.tag == "mspace":
            yield _space(float(element.get("width", "0")))
        else:
            if element.tag == "mo" and last:
                form = "prefix" if place == 0 else "postfix" if place == last else "infix"
                element.set("form", form)
            alone = ET.Element(row.tag, row.attrib)
            if element.tag == "mfrac" and before:  # it stands off from what is before it
                alone.append(ET.Element("mspace"))
                if before == "mfrac":
                    yield _space(NEARER * size)
            alone.append(element)
            yield _piece(ET.tostring(alone, "unicode"), size)
        before = element.tag


def _space(width: float) -> Piece:
    return Piece(0.0, width, width, 0.0, 0.0, (), (), ())


@lru_cache(maxsize=8192)
def _piece(mathml: str, size: float) -> Piece:
    import ziamath  # 0.1 s, which only drawings pay for

    made = ziamath.Math(ET.fromstring(mathml), size=size)  # type: ignore[attr-defined]  # no stubs
    box = made.node.bbox
    root = ET.Element("svg")
    made.drawon(root, 0, 0)
    outlines, origins = {}, {}
    for symbol in root.iter("symbol"):
        name = symbol.get("id", "")
        left, top, width, _ = map(float, symbol.get("viewBox", "").split())
        origins[name] = left, top, width
        if path := _outline(symbol):
            outlines[name] = path
        elif width > 0 and len(symbol):
            raise UnsupportedExpression(f"a glyph of {mathml} has no outline")
    uses = []
    ascent = box.ymax
    for use in root.iter("use"):
        name = use.get("href", "").removeprefix("#")
        if name not in outlines:
            continue  # a space
        left, top, width = origins[name]
        scale = _number(use, "width") / width
        x, y = _number(use, "x") - left * scale, _number(use, "y") - top * scale
        uses.append((name, x, y, scale))
        ascent = max(ascent, -y - scale * _top(outlines[name]))  # an accent under an exponent
    bars = tuple(
        (_number(r, "x"), _number(r, "y"), _number(r, "width"), _number(r, "height"))
        for r in root.iter("rect")
    )
    used = {name for name, *_ in uses}
    kept = tuple((name, path) for name, path in outlines.items() if name in used)
    advance = made.node.xadvance()
    return Piece(box.xmin, box.xmax, advance, ascent, -box.ymin, tuple(uses), bars, kept)


def _outline(symbol: ET.Element) -> str:
    """The path of a glyph; a tall bar or brace is put together of several."""
    if any(e.get("transform") for e in symbol.iter()):
        raise UnsupportedExpression(f"the parts of glyph {symbol.get('id')} are moved")
    return " ".join(p.get("d", "").strip() for p in symbol.iter("path")).strip()


@lru_cache(maxsize=2048)
def _top(outline: str) -> float:
    """The highest point of an outline; its path is made of M, L and Q."""
    return min(map(float, re.findall(r"-?[\d.]+", outline)[1::2]))


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "0"))


def _tuned(latex: str) -> str:
    r"""A floor that TeX makes large by its name, \Bigl\lfloor, is made as large as its argument."""
    return LARGE.sub(lambda m: rf"\{SIDES[m[1]]}\{m[2]}", latex)
