"""Pages as what lies on them: words, formulas, boxes, pictures, each with its place.

    Film = frames;   Frame = one slide, its pages differ by a step;   Page = elements in their order

Places are in points of 1/72 inch from the upper left corner of the page; y of words and formulas
is their baseline. All painters (Beamer, typst) draw the same elements, so their decks agree, and
what is the same element on two pages of a frame does not move between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from symnet.render.pictures.picture import Picture
from symnet.render.setting.themes import Color

Aspect = Literal["16:9", "4:3"]
MILLIMETRE = 72 / 25.4
SIZES: dict[Aspect, tuple[float, float]] = {
    "16:9": (160 * MILLIMETRE, 90 * MILLIMETRE),
    "4:3": (128 * MILLIMETRE, 96 * MILLIMETRE),
}

Anchor = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Math:
    """Mathematics in a line of words, or a line of its own: LaTeX, amsmath only, no alignment."""

    latex: str


Run: TypeAlias = str | Math


@dataclass(frozen=True)
class Words:
    """One line of words and mathematics. `width` is what it was measured to take.

    `room` is what it may take: a painter whose letters are wider makes the line smaller.
    """

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float
    width: float
    room: float
    color: Color = "ink"
    bold: bool = False
    italic: bool = False
    anchor: Anchor = "left"


@dataclass(frozen=True)
class Formula:
    """One line of displayed mathematics, its left end at x; `width` and `room` as in Words."""

    x: float
    y: float
    latex: str
    size: float
    width: float
    room: float
    color: Color = "ink"


@dataclass(frozen=True)
class Code:
    """One line of a program, in letters of one width; spaces count."""

    x: float
    y: float
    text: str
    size: float
    room: float
    color: Color = "ink"


@dataclass(frozen=True)
class Box:
    """A rectangle; without a fill or without a stroke, if these are None."""

    x: float
    y: float
    width: float
    height: float
    fill: Color | None = None
    stroke: Color | None = None
    thick: float = 0.8
    corner: float = 3.0


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    color: Color = "line"
    thick: float = 0.6


@dataclass(frozen=True)
class Drawn:
    """A computation graph, its upper left corner at (x, y), made smaller by `scale`.

    `states` says of each tensor whether its cotangent is done, shown now, or still coming;
    `title` is the text alternative.
    """

    x: float
    y: float
    scale: float
    picture: Picture
    title: str
    states: Mapping[str, str] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class Plot:
    """A chart that was made elsewhere, as SVG and as PDF, in a rectangle."""

    x: float
    y: float
    width: float
    height: float
    svg: bytes
    pdf: bytes
    title: str


Element: TypeAlias = Words | Formula | Code | Box | Line | Drawn | Plot


@dataclass(frozen=True)
class Page:
    """What is seen at one step, from the lowest to the topmost."""

    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Frame:
    """A slide: its title (for bookmarks), a page for each step, what the speaker says."""

    title: str
    pages: tuple[Page, ...]
    notes: str = ""


@dataclass(frozen=True)
class Film:
    """A deck, laid out: its title and author line, the size of a page, frames, colours."""

    title: str
    aspect: Aspect
    frames: tuple[Frame, ...]
    colors: Mapping[Color, str] = field(hash=False)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a page, in points."""
        return SIZES[self.aspect]

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages, in order."""
        return tuple(p for f in self.frames for p in f.pages)
