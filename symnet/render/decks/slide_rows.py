"""Numbered rows of formulas with their reasons, and the panel beside them: measured, then put down.

1   V_bar = P^T O_bar                    product rule
2   S_bar = P (P_bar - r 1^T)            softmax          <- in a box while it is shown
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnet.render.decks.canvas import LEADING, LEAST, MATHS, SMALL, Canvas
from symnet.render.decks.deck import Panel, Row
from symnet.render.decks.scene import Box, Line
from symnet.render.decks.wrap import Lined, line_of, wrapped
from symnet.render.setting.glyphs import formula
from symnet.render.setting.themes import Color

NUMBER = 17.0  # room for the number of a row
INDENT = 14.0  # of a line that goes on
PADDING = 4.5  # over and under a row, inside its box
COUNT = 9.0  # size of the number
BETWEEN = 3.0  # between two lines of a row
REASON_GAP = 12.0
HIGHEST, SMALLEST = 180.0, 3.5  # of a row: its height, and the size of its letters
APART = 3.5  # between two rows
GAP = 0.42  # of the size, before the relations of a panel
LINK_GAP = 3.0  # between two lines of a panel
PANEL_TEXT, PANEL_MATHS = 8.2, 8.8


@dataclass(frozen=True)
class Measured:
    """A row with the size of its letters, its height, and where its reason stands."""

    row: Row
    size: float
    height: float
    beside: Lined | None
    below: tuple[Lined, ...]


def measured(row: Row, room: float, size: float = MATHS, numbered: bool = True) -> Measured:
    """A row in a column of that width; made smaller if it is too wide, or higher than a page."""
    space = room - (NUMBER if numbered else 0.0) - 4.0
    widest = max(_width(row.lines, k, size) for k in range(len(row.lines)))
    if widest > space:
        size = max(LEAST, size * space / widest)
    made = _at(row, space, size, numbered)
    while made.height > HIGHEST and size > SMALLEST:
        size *= 0.93
        made = _at(row, space, size, numbered)
    return made


def _at(row: Row, space: float, size: float, numbered: bool) -> Measured:
    reason = line_of(row.reason, SMALL) if row.reason else None
    last = _width(row.lines, len(row.lines) - 1, size)
    fits = reason is not None and last + REASON_GAP + reason.width <= space
    below = () if fits or not row.reason else tuple(wrapped(row.reason, SMALL, space - INDENT))
    padding = PADDING if numbered else PADDING / 2
    height = 2 * padding + sum(formula(line, size).height for line in row.lines)
    height += BETWEEN * (len(row.lines) - 1) + sum(LEADING * SMALL for _ in below)
    return Measured(row, size, height, reason if fits else None, below)


def _width(lines: Sequence[str], k: int, size: float) -> float:
    return formula(lines[k], size).width + (INDENT if k else 0.0)


def rows_height(rows: Sequence[Measured]) -> float:
    """The height of rows under one another."""
    return sum(r.height for r in rows) + APART * max(0, len(rows) - 1)


def put_row(
    canvas: Canvas,
    found: Measured,
    at: tuple[float, float],
    room: float,
    number: int | None,
    color: Color = "ink",
    is_now: bool = False,
) -> None:
    """A row with its upper left corner at `at`; in a box if it is the one shown now."""
    x, y = at
    if is_now:
        canvas.put(Box(x, y, room, found.height, "tint", "accent"))
    start = x + (NUMBER if number is not None else 4.0)
    base = y + (PADDING if number is not None else PADDING / 2)
    for k, latex in enumerate(found.row.lines):
        made = formula(latex, found.size)
        base += made.ascent
        if not k and number is not None:
            tone: Color = "faint" if color == "faint" else "accent"
            figures = line_of((str(number),), COUNT, True)
            canvas.words(x + 5, base, figures, COUNT, color=tone, bold=True)
        here = start + (INDENT if k else 0.0)
        canvas.formula(here, base, latex, found.size, x + room - here - 2, color)
        last = base
        base += made.descent + BETWEEN
    soft: Color = "faint" if color == "faint" else "soft"
    if found.beside is not None:
        end = x + room - 4
        canvas.words(end, last, found.beside, SMALL, color=soft, italic=True, anchor="right")
    base -= BETWEEN
    for lined in found.below:
        canvas.words(
            start + INDENT, base + SMALL, lined, SMALL, color=soft, italic=True,
            room=room - (start - x) - INDENT,
        )  # fmt: skip
        base += LEADING * SMALL


# -- the panel ----------------------------------------------------------------------------------


def panel_height(panel: Panel, room: float) -> float:
    """How high a panel is in a column of that width."""
    canvas = Canvas(room, 0.0)
    return put_panel(canvas, panel, (0.0, 0.0), room)


def put_panel(canvas: Canvas, panel: Panel, at: tuple[float, float], room: float) -> float:
    """Words, then a chain of equations aligned at their relations; the height below it."""
    x, y = at
    if panel.words:
        y = canvas.sentence(x, y, panel.words, PANEL_TEXT, room) + 2
    if not panel.chain:
        return y
    size = _chain_size(panel, room)
    left = max(formula(a, size).width if a else 0.0 for a, _ in panel.chain)
    gap = GAP * size
    for before, after in panel.chain:
        made = formula(after, size)
        other = formula(before, size) if before else made
        base = y + max(made.ascent, other.ascent)
        if before:
            canvas.formula(x + left - other.width, base, before, size, other.width + 0.7 * gap)
        canvas.formula(x + left + gap, base, after, size, room - left - gap)
        y = base + max(made.descent, other.descent) + LINK_GAP
    return y - LINK_GAP


def _chain_size(panel: Panel, room: float) -> float:
    """The size at which the widest line of the chain fits."""
    size = PANEL_MATHS
    left = max(formula(a, size).width if a else 0.0 for a, _ in panel.chain)
    right = max(formula(b, size).width for _, b in panel.chain)
    needed = left + GAP * size + right
    return max(LEAST - 1.5, min(size, size * room / needed))


def put_rule(canvas: Canvas, x: float, top: float, bottom: float) -> None:
    """The rule between rows and panel."""
    canvas.put(Line(x, top, x, bottom, "accent", 1.4))
