"""One formula -> an SVG document of its own, with air on all sides.

Letters lean out of the measures of a formula, and what leaves a document is cut off: hence the air.
"""

from __future__ import annotations

from symnet.render.setting.glyphs import Formula

AIR = 0.3  # of the size


def formula_svg(formula: Formula, color: str, air: float) -> str:
    """The outlines in one colour; the origin is at the left end of the baseline."""
    width, height = formula.width + 2 * air, formula.height + 2 * air
    view = f"{_n(-air)} {_n(-formula.ascent - air)} {_n(width)} {_n(height)}"
    paths = dict(formula.outlines)
    glyphs = "".join(
        f'<path d="{paths[u.glyph]}" '
        f'transform="translate({_n(u.x)} {_n(u.y)}) scale({u.scale:.6f})"/>'
        for u in formula.uses
    )
    bars = "".join(
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"/>'
        for x, y, w, h in formula.bars
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="{view}"><g fill="{color}">{glyphs}{bars}</g></svg>'
    )


def _n(value: float) -> str:
    """A number to 1/1000: a slide is shown large."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
