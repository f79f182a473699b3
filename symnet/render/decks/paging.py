"""A deck whose slides all fit: what is too long for a slide is spread over several.

Derivation of 17 rows   =>   "Backward pass (1 of 5)", ..., its rows numbered through
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from symnet.render.decks.canvas import FOOT_ROOM, LEADING, MARGIN, MATHS, TEXT, TOP, Canvas, fitted
from symnet.render.decks.deck import (
    Code,
    Deck,
    Derivation,
    Figure,
    Formulas,
    Panel,
    Points,
    References,
    Row,
    Sentence,
    Slide,
    Verdicts,
)
from symnet.render.decks.scene import SIZES, Aspect
from symnet.render.decks.slide_claims import put_claim
from symnet.render.decks.slide_rows import INDENT, Measured, measured, panel_height, rows_height
from symnet.render.decks.wrap import wrapped
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import extent_of
from symnet.render.setting.glyphs import formula

FIGURE_GAP = 8.0
PANEL = 0.40  # of the room, if there is one
READABLE = 0.40  # the least scale of a drawing on a slide: its smallest letters have 3.6 points
ROW_GAP = 1.0  # between rows that are seen at once
COLUMN_GAP = 16.0
BULLET = 12.0  # room for the mark of a point
HALF = 0.55  # of the height: the most that a drawing gets beside rows
CODE_LINES = 26
CLOSING = tuple(")]}")
T = TypeVar("T")


def paged(deck: Deck) -> Deck:
    """The deck with every slide that is too long in parts."""
    room, tall = whole_room(deck.aspect)
    slides = tuple(part for slide in deck.slides for part in _parts(slide, room, tall))
    return replace(deck, slides=slides)


def _parts(slide: Slide, room: float, tall: float) -> Iterator[Slide]:
    match slide:
        case Derivation():
            yield from _derivations(slide, room, tall)
        case Formulas():
            yield from _formulas(slide, room, tall)
        case Verdicts():
            yield from _verdicts(slide, room, tall)
        case Code():
            yield from _programs(slide)
        case References():
            groups = _greedy(slide.items, lambda s: _text_height(s, TEXT, room) + 5, tall)
            yield from (
                replace(slide, title=t, items=tuple(g))
                for t, g in zip(_titles(slide.title, len(groups)), groups, strict=True)
            )
        case Points():
            yield from _points(slide, room, tall)
        case _:
            yield slide


def _titles(title: str, count: int) -> list[str]:
    if count == 1:
        return [title]
    return [f"{title} ({k} of {count})" for k in range(1, count + 1)]


def _greedy(items: Sequence[T], height: Callable[[T], float], tall: float) -> list[list[T]]:
    """Items in groups that fit, in their order; one that is too high is a group by itself."""
    groups: list[list[T]] = []
    used = 0.0
    for item in items:
        needed = height(item)
        if groups and used + needed <= tall:
            groups[-1].append(item)
            used += needed
        else:
            groups.append([item])
            used = needed
    return groups or [[]]


def _text_height(sentence: Sentence, size: float, room: float) -> float:
    heights = [max(LEADING * size, line.height) for line in wrapped(sentence, size, room)]
    return sum(heights)


# -- derivations --------------------------------------------------------------------------------


def columns(slide: Derivation, room: float) -> tuple[float, float, float]:
    """(width of the rows, where the panel starts, its width)."""
    if not any(map(_says, slide.panels)):
        return room, room, 0.0
    panel = PANEL * room
    return room - panel - 20, room - panel, panel


def _says(panel: Panel) -> bool:
    return bool(panel.chain)


def top_height(slide: Derivation, room: float) -> float:
    """How high rows and panels are, whichever is higher at any step."""
    width, _, beside = columns(slide, room)
    rows = rows_height([measured(r, width) for r in slide.rows])
    panels: list[float] = [panel_height(p, beside) + 2 for p in slide.panels if _says(p)]
    return max([rows, *panels])


def least_height(figure: Figure | None, room: float) -> float:
    """What a figure needs to be readable; 0 if it is not at any height, or is not there."""
    if figure is None:
        return 0.0
    *_, height = extent_of(figure.picture)
    scale = min(fitted(figure.picture, room, 1e9), READABLE)
    return height * scale + FIGURE_GAP


def whole_room(aspect: Aspect) -> tuple[float, float]:
    """What a drawing gets that has a slide to itself."""
    width, height = SIZES[aspect]
    return width - 2 * MARGIN, height - FOOT_ROOM - TOP


def half_room(aspect: Aspect) -> tuple[float, float]:
    """What a drawing gets beside rows, at the most."""
    width, height = whole_room(aspect)
    return width, HALF * height


def readable_scale(
    picture: Picture, aspect: Aspect, room: tuple[float, float] | None = None
) -> float:
    """The scale of a drawing in a room, that beside rows if no other is given."""
    return fitted(picture, *(room or half_room(aspect)))


def _derivations(slide: Derivation, room: float, tall: float) -> Iterator[Derivation]:
    space = tall - least_height(slide.figure, room)
    groups: list[list[int]] = []
    for k in range(len(slide.rows)):
        if groups and top_height(_some(slide, [*groups[-1], k]), room) <= space:
            groups[-1].append(k)
        else:
            groups.append([k])
    for title, group in zip(_titles(slide.title, len(groups)), groups, strict=True):
        yield replace(_some(slide, group), title=title)


def _some(slide: Derivation, chosen: Sequence[int]) -> Derivation:
    """The slide with some of its rows; in the figure, those before are done."""
    return replace(
        slide,
        rows=tuple(slide.rows[k] for k in chosen),
        panels=tuple(slide.panels[k] for k in chosen if k < len(slide.panels)),
        first=slide.first + chosen[0],
        before=slide.before + chosen[0],
        count=slide.count or len(slide.rows),
    )


# -- the others ---------------------------------------------------------------------------------


def in_columns(
    rows: Sequence[Row], room: float, tall: float
) -> list[tuple[list[Measured], float, float]]:
    """The rows in one column, or in two if one is too high and they are narrow enough.

    For each column: its rows, where it starts, how wide it is.
    """
    whole = [measured(r, room, numbered=False) for r in rows]
    half = (room - COLUMN_GAP) / 2
    if not rows or _high(whole) <= tall or any(_wide(r) > half for r in rows):
        return [(whole, 0.0, room)]
    halves = [measured(r, half, numbered=False) for r in rows]
    cut = next(k for k in range(1, len(rows) + 1) if 2 * _high(halves[:k]) >= _high(halves))
    return [(halves[:cut], 0.0, half), (halves[cut:], half + COLUMN_GAP, half)]


def _high(rows: Sequence[Measured]) -> float:
    return sum(r.height + ROW_GAP for r in rows)


def _wide(row: Row) -> float:
    return max(
        formula(line, MATHS).width + (INDENT if k else 0) for k, line in enumerate(row.lines)
    )


def _formulas(slide: Formulas, room: float, tall: float) -> Iterator[Slide]:
    before = sum(_text_height(s, TEXT, room) + 4 for s in slide.before)
    after = sum(_text_height(s, TEXT, room) + 4 for s in slide.after)
    space = tall - before - after
    figure = least_height(slide.figure, room)
    if not slide.rows or _height(slide.rows, room, space - figure) <= space - figure:
        yield slide
        return
    groups: list[list[Row]] = []
    for row in slide.rows:
        if groups and _height([*groups[-1], row], room, space) <= space:
            groups[-1].append(row)
        else:
            groups.append([row])
    for k, (title, group) in enumerate(
        zip(_titles(slide.title, len(groups)), groups, strict=True), start=1
    ):
        yield replace(
            slide,
            title=title,
            rows=tuple(group),
            before=slide.before if k == 1 else (),
            after=slide.after if k == len(groups) else (),
            figure=None,
        )
    if slide.figure is not None:
        yield Formulas(slide.title, (), figure=slide.figure, foot=slide.foot)


def _height(rows: Sequence[Row], room: float, tall: float) -> float:
    """The height of rows in the columns that they get."""
    return max((_high(column) for column, _, _ in in_columns(rows, room, tall)), default=0.0)


def _points(slide: Points, room: float, tall: float) -> Iterator[Points]:
    size = TEXT + 1
    groups = _greedy(
        slide.items, lambda s: _text_height(s, size, room - BULLET) + 0.45 * size, tall - 4
    )
    for k, (title, group) in enumerate(
        zip(_titles(slide.title, len(groups)), groups, strict=True), start=1
    ):
        figure = slide.figure if k == len(groups) else None
        yield replace(slide, title=title, items=tuple(group), figure=figure)


def _verdicts(slide: Verdicts, room: float, tall: float) -> Iterator[Verdicts]:
    groups = _greedy(
        slide.claims, lambda c: put_claim(Canvas(room + 2 * MARGIN, 0.0), c, 0.0) + 7, tall + 7
    )
    for title, group in zip(_titles(slide.title, len(groups)), groups, strict=True):
        yield replace(slide, title=title, claims=tuple(group))


def _programs(slide: Code) -> Iterator[Code]:
    """As many whole statements as a page holds; one that is longer than a page is cut."""
    groups: list[tuple[str, ...]] = [()]
    for statement in _statements(slide.lines):
        if groups[-1] and len(groups[-1]) + len(statement) > CODE_LINES:
            groups.append(())
        lines = (*groups[-1], *statement)
        cut = [lines[k : k + CODE_LINES] for k in range(0, len(lines), CODE_LINES)]
        groups[-1:] = cut
    for title, group in zip(_titles(slide.title, len(groups)), groups, strict=True):
        yield replace(slide, title=title, lines=group)


def _statements(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Lines with those that go on with them: indented, or a bracket that closes."""
    made: list[tuple[str, ...]] = []
    for line in lines:
        if made and (line[:1] in CLOSING or line[:1].isspace()):
            made[-1] = (*made[-1], line)
        else:
            made.append((line,))
    return made
