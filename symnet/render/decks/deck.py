"""A deck as what it says, in no format and no layout yet: plain data.

    Deck = title, slides, references;   a slide is one of the kinds below

scene.py and slide_layout.py give everything its place for the painters of pages (Beamer, typst);
slides_html.py shows the same slides as a page for a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from symnet.render.decks.scene import Aspect, Math, Run
from symnet.render.pictures.picture import Picture

__all__ = [
    "Checked",
    "Code",
    "Cover",
    "Curve",
    "Deck",
    "Derivation",
    "Figure",
    "Formulas",
    "Math",
    "Panel",
    "Points",
    "References",
    "Row",
    "Run",
    "Sentence",
    "Slide",
    "Typed",
    "Verdicts",
    "steps",
]

Sentence: TypeAlias = tuple[Run, ...]  # words and mathematics; wrapped where a line is full


@dataclass(frozen=True)
class Row:
    """A formula with its reason. `key` is the tensor that it defines.

    The first of `lines` is `left = right`, further lines go on with it; each is LaTeX (amsmath
    only) that fits into the width it was broken for.
    """

    key: str
    lines: tuple[str, ...]
    reason: Sentence = ()


@dataclass(frozen=True)
class Panel:
    """What stands beside the rows while one of them is shown: a sentence, then an equation chain.

    `chain` holds (left, relation and right), left empty where it goes on.
    """

    words: Sentence = ()
    chain: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A drawing. In a derivation, `order` names for each row the tensors whose cotangents it makes.

    `title` is the text alternative.
    """

    picture: Picture
    title: str
    order: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Cover:
    """The first slide."""

    title: str
    subtitle: Sentence = ()
    foot: Sentence = ()
    notes: str = ""


@dataclass(frozen=True)
class Points:
    """Sentences, one after the other; a step for each one if they are `revealed`."""

    title: str
    items: tuple[Sentence, ...]
    revealed: bool = False
    figure: Figure | None = None
    notes: str = ""


@dataclass(frozen=True)
class Formulas:
    """Rows that are seen at once, with sentences before and after them."""

    title: str
    rows: tuple[Row, ...]
    before: tuple[Sentence, ...] = ()
    after: tuple[Sentence, ...] = ()
    figure: Figure | None = None
    foot: tuple[Sentence, Sentence] = ((), ())
    notes: str = ""


@dataclass(frozen=True)
class Derivation:
    """Rows that are revealed one at a time, each with its panel, and the step in the figure.

    `first` is the number of the first row, `before` how many entries of the figure's order belong
    to rows of earlier slides, `count` the number of all rows, if it is not that of these;
    `foot` stands at the left and at the right below.
    """

    title: str
    rows: tuple[Row, ...]
    panels: tuple[Panel, ...] = ()
    figure: Figure | None = None
    foot: tuple[Sentence, Sentence] = ((), ())
    first: int = 1
    before: int = 0
    count: int = 0
    notes: str = ""


@dataclass(frozen=True)
class Typed:
    """A line that stands as it was typed: a program, or text that has no formula by itself."""

    text: str


@dataclass(frozen=True)
class Checked:
    """A hand formula and what the checker says: verdict is proved, agrees or refuted.

    Its lines are LaTeX, or as they were typed. `said` are sentences (how it is known; or the slip),
    `right` the corrected formula.
    """

    lines: tuple[str | Typed, ...]
    source: Sentence
    verdict: str
    said: tuple[Sentence, ...] = ()
    right: tuple[str | Typed, ...] = ()


@dataclass(frozen=True)
class Verdicts:
    """Hand formulas with their verdicts, revealed one at a time."""

    title: str
    claims: tuple[Checked, ...]
    notes: str = ""


@dataclass(frozen=True)
class Code:
    """A program."""

    title: str
    lines: tuple[str, ...]
    words: tuple[Sentence, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Curve:
    """A chart, as SVG and as PDF, with sentences beside it; `alternative` says what it shows."""

    title: str
    svg: bytes
    pdf: bytes
    alternative: str
    words: tuple[Sentence, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class References:
    """Where formulas and figures are from."""

    title: str
    items: tuple[Sentence, ...]
    notes: str = ""


Slide: TypeAlias = Cover | Points | Formulas | Derivation | Verdicts | Code | Curve | References


@dataclass(frozen=True)
class Deck:
    """A title, slides, and how they are to look: the aspect of a page and the name of a theme."""

    title: str
    slides: tuple[Slide, ...]
    aspect: Aspect = "16:9"
    theme: str = "light"


def steps(slide: Slide) -> int:
    """How many pages a slide has when it is shown: one for each thing that is revealed."""
    match slide:
        case Derivation():
            return max(1, len(slide.rows))
        case Verdicts():
            return max(1, len(slide.claims))
        case Points(revealed=True):
            return max(1, len(slide.items))
        case _:
            return 1
