"""Deck -> Film: every slide laid out, a page for each of its steps.

All pages of a slide are laid out at once: what has a place keeps it from step to step, and only
colours, boxes and the panel change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symnet.render.decks.canvas import (
    SMALL,
    TEXT,
    TOP,
    Canvas,
    fitted,
)
from symnet.render.decks.deck import (
    Code,
    Cover,
    Curve,
    Deck,
    Derivation,
    Figure,
    Formulas,
    Points,
    References,
    Slide,
    Verdicts,
    steps,
)
from symnet.render.decks.paging import (
    BULLET,
    FIGURE_GAP,
    ROW_GAP,
    columns,
    in_columns,
    least_height,
    paged,
    top_height,
)
from symnet.render.decks.scene import SIZES, Box, Film, Frame, Line, Page, Plot
from symnet.render.decks.scene import Code as CodeLine
from symnet.render.decks.slide_claims import claim_scale, put_claim
from symnet.render.decks.slide_rows import (
    APART,
    measured,
    put_panel,
    put_row,
    put_rule,
    rows_height,
)
from symnet.render.decks.wrap import wrapped
from symnet.render.setting.themes import THEMES, Color

CODE = 9.0  # the largest size of a program
TINY = 0.34  # a drawing that would be smaller is left out beside a high panel


def film(deck: Deck, *, handout: bool = False) -> Film:
    """The pages of a deck; a handout has one page a slide, with everything shown on it."""
    size = SIZES[deck.aspect]
    slides = paged(deck).slides
    frames = []
    for slide in slides:
        count = 1 if handout else steps(slide)
        pages = tuple(_page(slide, None if handout else k, size) for k in range(count))
        frames.append(Frame(slide.title, pages, slide.notes))
    return Film(deck.title, deck.aspect, tuple(frames), THEMES[deck.theme])


def _page(slide: Slide, step: int | None, size: tuple[float, float]) -> Page:
    """One page; without a step everything is shown and nothing stands out."""
    canvas = Canvas(*size)
    match slide:
        case Cover():
            _cover(canvas, slide)
        case Derivation():
            _derivation(canvas, slide, step)
        case Formulas():
            _formulas(canvas, slide)
        case Points():
            _points(canvas, slide, step)
        case Verdicts():
            _verdicts(canvas, slide, step)
        case Code():
            _code(canvas, slide)
        case Curve():
            _curve(canvas, slide)
        case References():
            _points(canvas, Points(slide.title, slide.items), None, SMALL + 0.6)
    return canvas.page()


# -- the kinds ------------------------------------------------------------------------------------


def _cover(canvas: Canvas, slide: Cover) -> None:
    y = canvas.height * 0.36
    room = canvas.room - 20
    for lined in wrapped((slide.title,), 24.0, room, bold=True):
        canvas.words(canvas.left + 10, y, lined, 24.0, room=room, bold=True)
        y += 30.0
    canvas.put(Line(canvas.left + 10, y - 16, canvas.left + 90, y - 16, "accent", 2.0))
    canvas.sentence(canvas.left + 10, y, slide.subtitle, 11.0, room * 0.86, color="soft")
    canvas.foot(slide.foot, ())


def _derivation(canvas: Canvas, slide: Derivation, step: int | None) -> None:
    count = slide.count or len(slide.rows)
    stepwise = step is not None and count > 1
    canvas.head(slide.title, f"step {slide.first + (step or 0)} of {count}" if stepwise else "")
    shown = slide if step is not None else replace(slide, panels=())
    room, panel_x, panel_room = columns(shown, canvas.room)
    height = top_height(shown, canvas.room)
    found = [measured(r, room) for r in slide.rows]
    spare = height - rows_height(found)
    gap = APART + min(spare / max(1, len(found) - 1), 9.0) if len(found) > 1 else APART
    y = TOP
    for k, row in enumerate(found):
        coming = step is not None and k > step
        color: Color = "faint" if coming else "ink"
        put_row(canvas, row, (canvas.left, y), room, slide.first + k, color, k == step)
        y += row.height + gap
    if step is not None and panel_room and step < len(shown.panels):
        put_rule(canvas, canvas.left + panel_x - 10, TOP, TOP + height)
        put_panel(canvas, shown.panels[step], (canvas.left + panel_x, TOP + 2), panel_room)
    if slide.figure is not None:
        top = TOP + height + FIGURE_GAP
        box = (canvas.left, top, canvas.room, canvas.bottom - top)
        states = None if step is None else _states(slide.figure, slide.before + step)
        if fitted(slide.figure.picture, box[2], box[3]) >= TINY:
            canvas.figure(box, slide.figure.picture, slide.figure.title, states)
    canvas.foot(*slide.foot)


def _states(figure: Figure, step: int) -> Mapping[str, str]:
    """Of each tensor whose cotangent a row makes: done, now, or coming."""
    out: dict[str, str] = {}
    for k, names in enumerate(figure.order):
        word = "now" if k == step else "done" if k < step else "coming"
        out.update(dict.fromkeys(names, word))
    return out


def _formulas(canvas: Canvas, slide: Formulas) -> None:
    canvas.head(slide.title)
    y = TOP
    for sentence in slide.before:
        y = canvas.sentence(canvas.left, y, sentence, TEXT, canvas.room) + 4
    start = y
    tall = canvas.bottom - y - least_height(slide.figure, canvas.room)
    for column, x, room in in_columns(slide.rows, canvas.room, tall):
        at = start
        for row in column:
            put_row(canvas, row, (canvas.left + x, at), room, None)
            at += row.height + ROW_GAP
        y = max(y, at)
    for sentence in slide.after:
        y = canvas.sentence(canvas.left, y + 4, sentence, TEXT, canvas.room)
    if slide.figure is not None:
        top = y + FIGURE_GAP
        box = (canvas.left, top, canvas.room, canvas.bottom - top)
        canvas.figure(box, slide.figure.picture, slide.figure.title)
    canvas.foot(*slide.foot)


def _points(canvas: Canvas, slide: Points, step: int | None, size: float = TEXT + 1) -> None:
    canvas.head(slide.title)
    y = TOP + 4
    for k, item in enumerate(slide.items):
        color: Color = "faint" if slide.revealed and step is not None and k > step else "ink"
        mark: Color = "faint" if color == "faint" else "accent"
        canvas.put(Box(canvas.left + 2, y + 0.3 * size, 3.4, 3.4, mark, None, corner=1.0))
        end = canvas.sentence(
            canvas.left + BULLET, y, item, size, canvas.room - BULLET, color=color
        )
        y = end + 0.45 * size
    if slide.figure is not None:
        box = (canvas.left, y + 2, canvas.room, canvas.bottom - y - 2)
        canvas.figure(box, slide.figure.picture, slide.figure.title)


def _verdicts(canvas: Canvas, slide: Verdicts, step: int | None) -> None:
    canvas.head(slide.title)
    y = TOP
    for k, claim in enumerate(slide.claims):
        if step is not None and k > step:
            break
        scale = claim_scale(claim, canvas.width, canvas.bottom - TOP)
        y = put_claim(canvas, claim, y, scale) + 7.0


def _code(canvas: Canvas, slide: Code) -> None:
    canvas.head(slide.title)
    y = TOP
    for sentence in slide.words:
        y = canvas.sentence(canvas.left, y, sentence, TEXT, canvas.room) + 3
    widest = max((len(line) for line in slide.lines), default=1)
    room, height = canvas.room - 16, canvas.bottom - y - 10
    size = min(CODE, room / (0.61 * widest), height / (1.35 * max(1, len(slide.lines))))
    box = Box(canvas.left, y, canvas.room, 1.35 * size * len(slide.lines) + 9, "shade", None)
    canvas.put(box)
    y += 5
    for text in slide.lines:
        y += 1.05 * size
        color: Color = "soft" if text.lstrip().startswith(("#", '"""')) else "ink"
        if text.strip():
            canvas.put(CodeLine(canvas.left + 8, y, text, size, room, color))
        y += 0.3 * size


def _curve(canvas: Canvas, slide: Curve) -> None:
    canvas.head(slide.title)
    y = TOP
    for sentence in slide.words:
        y = canvas.sentence(canvas.left, y, sentence, TEXT, canvas.room) + 3
    height = canvas.bottom - y - 4
    width = min(canvas.room, height * 1.9)
    x = canvas.left + (canvas.room - width) / 2
    canvas.put(Plot(x, y + 4, width, height, slide.svg, slide.pdf, slide.alternative))
