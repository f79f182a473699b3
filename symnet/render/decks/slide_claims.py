"""A hand formula with its verdict, put down on a slide.

| W_bar = X^T (p + t)/N                              refuted
| sign: the sign of t is wrong
| W_bar = X^T (p - t)/N
"""

from __future__ import annotations

from collections.abc import Sequence

from symnet.render.decks.canvas import LEAST, SMALL, Canvas
from symnet.render.decks.deck import Checked, Typed
from symnet.render.decks.scene import Box, Code, Line
from symnet.render.decks.wrap import line_of
from symnet.render.setting.glyphs import formula
from symnet.render.setting.themes import Color

MATHS = 10.4
SMALLEST = 0.4  # scale of a claim
CODE = 8.0  # size of what stands as it was typed


def put_claim(canvas: Canvas, claim: Checked, y: float, scale: float = 1.0) -> float:
    """A hand formula with its verdict in a box, the sentences about it, the right formula.

    `scale` makes all letters smaller, for a claim that would be higher than a page.
    """
    color: Color = "bad" if claim.verdict == "refuted" else "good"
    left, room, start = canvas.left, canvas.room, y
    x, width = left + 12, room - 24
    y += 6
    bold, words = (SMALL + 1) * scale, (SMALL + 0.6) * scale
    said = line_of((claim.verdict,), bold, True)
    canvas.words(left + room - 8, y + 8, said, bold, color=color, bold=True, anchor="right")
    y = _lines(canvas, claim.lines, (x, y), width - said.width - 10, "ink", scale)
    if claim.source:
        y = canvas.sentence(x, y, claim.source, words - 1.2, width, color="soft", italic=True)
    for sentence in claim.said:
        y = canvas.sentence(x, y + 2, sentence, words, width)
    if claim.right:
        y = _lines(canvas, claim.right, (x, y + 4), width, "good", scale)
    y += 4
    canvas.elements.insert(
        _under(canvas), Box(left, start, room, y - start, "shade", None, corner=4.0)
    )
    canvas.put(Line(left + 1, start + 2, left + 1, y - 2, color, 2.0))
    return y


def claim_scale(claim: Checked, width: float, tall: float) -> float:
    """1, or what makes the claim as high as a page."""
    scale = 1.0
    while scale > SMALLEST and put_claim(Canvas(width, 0.0), claim, 0.0, scale) > tall:
        scale *= 0.93
    return scale


def _under(canvas: Canvas) -> int:
    """Where a box goes that lies under everything that is not a box."""
    found = [k for k, e in enumerate(canvas.elements) if isinstance(e, Box)]
    return found[-1] + 1 if found else 0


def _lines(
    canvas: Canvas,
    lines: Sequence[str | Typed],
    at: tuple[float, float],
    room: float,
    color: Color,
    scale: float,
) -> float:
    x, y = at
    code = CODE * scale
    widest = max((formula(f, MATHS).width for f in lines if isinstance(f, str)), default=1.0)
    size = min(MATHS, max(LEAST, MATHS * room / widest)) * scale
    for line in lines:
        if isinstance(line, Typed):
            canvas.put(Code(x, y + code, line.text, code, room, color))
            y += 1.3 * code
            continue
        made = formula(line, size)
        canvas.formula(x, y + made.ascent, line, size, room, color)
        y += made.height + 2.5 * scale
    return y
