"""Where things go on a slide: margins, sizes of letters, and the elements put down so far.

    title ............................ step 2 of 3
    ------------------------------------------
    content, from TOP to the foot
    foot at the left                     foot at the right

Sizes are in points of the page (160 or 128 mm wide), as in Beamer: 11 points for text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symnet.render.decks.deck import Sentence
from symnet.render.decks.scene import Anchor, Drawn, Element, Formula, Line, Page, Words
from symnet.render.decks.wrap import ASCENT, Lined, line_of, wrapped
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import extent_of
from symnet.render.setting.glyphs import formula
from symnet.render.setting.themes import Color

MARGIN = 20.0
TITLE, TEXT, SMALL, FOOT = 16.0, 10.0, 8.0, 6.6
MATHS = 11.0  # displayed formulas
LEAST = 6.5  # no formula is made smaller than that
TITLE_AT, RULE_AT, TOP = 24.0, 31.5, 40.0
FOOT_AT = 11.0  # from the lower edge
FOOT_ROOM = 22.0
LENIENT = 1.12  # what a painter's own letters may take more than they were measured to
LEADING = 1.32  # from one line of words to the next, of their size


@dataclass
class Canvas:
    """A page that is being filled: its size, and what lies on it."""

    width: float
    height: float
    elements: list[Element] = field(default_factory=list)

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def right(self) -> float:
        return self.width - MARGIN

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.width - 2 * MARGIN

    @property
    def bottom(self) -> float:
        """The lower end of the content, above the foot."""
        return self.height - FOOT_ROOM

    def page(self) -> Page:
        return Page(tuple(self.elements))

    def put(self, *elements: Element) -> None:
        self.elements += elements

    def words(
        self,
        x: float,
        y: float,
        line: Lined,
        size: float,
        *,
        color: Color = "ink",
        room: float = 0.0,
        bold: bool = False,
        italic: bool = False,
        anchor: Anchor = "left",
    ) -> None:
        """One line of words, its baseline at y."""
        space = room or line.width * LENIENT
        self.put(Words(x, y, line.runs, size, line.width, space, color, bold, italic, anchor))

    def formula(
        self, x: float, y: float, latex: str, size: float, room: float, color: Color = "ink"
    ) -> None:
        """One line of mathematics, its baseline at y."""
        self.put(Formula(x, y, latex, size, formula(latex, size).width, room, color))

    def sentence(
        self,
        x: float,
        y: float,
        text: Sentence,
        size: float,
        room: float,
        *,
        color: Color = "ink",
        italic: bool = False,
    ) -> float:
        """A wrapped sentence from the height y down; the height below it."""
        for lined in wrapped(text, size, room):
            y += lined.ascent
            self.words(x, y, lined, size, color=color, italic=italic, room=room)
            y += max(lined.descent, (LEADING - ASCENT) * size)
        return y

    def head(self, title: str, said: str = "") -> None:
        """The title of a slide, what stands at its right, and the rule under both."""
        beside = line_of((said,), SMALL) if said else None
        room = self.room - (beside.width + 12 if beside else 0.0)
        lined = line_of((title,), TITLE, bold=True)
        size = min(TITLE, TITLE * room / max(lined.width, 1.0))
        self.words(self.left, TITLE_AT, line_of((title,), size, True), size, room=room, bold=True)
        if beside:
            self.words(self.right, TITLE_AT, beside, SMALL, color="soft", anchor="right")
        self.put(Line(self.left, RULE_AT, self.right, RULE_AT))

    def foot(self, left: Sentence, right: Sentence) -> None:
        """One line at each side under the content."""
        y = self.height - FOOT_AT
        lines = [line_of(side, FOOT) for side in (left, right)]
        room = self.room - 10
        total = sum(f.width for f in lines)
        ends: tuple[tuple[float, Anchor], ...] = ((self.left, "left"), (self.right, "right"))
        for lined, (x, anchor) in zip(lines, ends, strict=True):
            if lined.runs:
                share = lined.width * min(LENIENT, room / total)
                self.words(x, y, lined, FOOT, color="soft", room=share, anchor=anchor)

    def figure(
        self,
        box: tuple[float, float, float, float],
        picture: Picture,
        title: str,
        states: Mapping[str, str] | None = None,
    ) -> None:
        """A drawing as large as it fits into (x, y, width, height), in its middle."""
        x, y, width, height = box
        _, _, w, h = extent_of(picture)
        scale = fitted(picture, width, height)
        left, top = x + (width - w * scale) / 2, y + (height - h * scale) / 2
        self.put(Drawn(left, top, scale, picture, title, states))


LARGEST = 0.72  # of a drawing's own size: its letters are then about as large as the text


def fitted(picture: Picture, width: float, height: float) -> float:
    """The scale at which a drawing fits."""
    _, _, w, h = extent_of(picture)
    return min(width / w, height / h, LARGEST)
