"""Pages of a deck: a page a step, nothing outside, nothing moves but what is revealed."""

import pytest

from symnet.render.decks.deck import Derivation, steps
from symnet.render.decks.paging import paged
from symnet.render.decks.scene import Box, Drawn, Formula, Words
from symnet.render.decks.slide_layout import film
from symnet.render.pictures.svg import extent_of
from tests.render.sample_decks import deck, derivation, every_kind


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_pages_equal_steps(aspect: str) -> None:
    made = film(every_kind(aspect))
    counts = [steps(s) for s in paged(every_kind(aspect)).slides]
    assert [len(f.pages) for f in made.frames] == counts
    handout = film(every_kind(aspect), handout=True)
    assert [len(f.pages) for f in handout.frames] == [1] * len(counts)


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_everything_is_on_the_page(aspect: str) -> None:
    made = film(every_kind(aspect))
    width, height = made.size
    for page in made.pages:
        for e in page.elements:
            if isinstance(e, Words | Formula):
                start = e.x
                taken = min(e.width, e.room)
                if isinstance(e, Words) and e.anchor == "right":
                    start = e.x - taken
                assert start >= 0
                assert start + taken <= width
                assert 0 < e.y < height
            if isinstance(e, Drawn):
                _, _, w, h = extent_of(e.picture)
                assert e.x >= 0
                assert e.x + w * e.scale <= width + 1e-6
                assert e.y + h * e.scale <= height + 1e-6
            if isinstance(e, Box):
                assert e.x + e.width <= width
                assert e.y + e.height <= height


def test_between_steps_nothing_moves() -> None:
    [frame] = film(deck(derivation(2, with_figure=False))).frames
    places = []
    for page in frame.pages:
        rows = [e for e in page.elements if isinstance(e, Formula) and e.size > 9]
        places.append([(e.latex, e.x, e.y, e.size) for e in rows])
    assert places[0] == places[1]
    assert places[0]


def test_one_row_stands_out_and_those_to_come_are_faint() -> None:
    [frame] = film(deck(derivation(2, with_figure=False))).frames
    first, second = frame.pages
    boxes = [[e for e in p.elements if isinstance(e, Box)] for p in (first, second)]
    assert [len(b) for b in boxes] == [1, 1]
    assert boxes[0][0].y < boxes[1][0].y
    colors = [[e.color for e in p.elements if isinstance(e, Formula)] for p in (first, second)]
    assert "faint" in colors[0]
    assert "faint" not in colors[1]


def test_the_figure_shows_the_same_step() -> None:
    pages = film(deck(derivation(2))).pages
    [states] = [e.states for e in pages[0].elements if isinstance(e, Drawn)]
    assert states == {"x": "now"}
    [states] = [e.states for e in pages[-1].elements if isinstance(e, Drawn)]
    assert states == {"x": "done"}


def test_a_handout_hides_nothing() -> None:
    [page] = film(deck(derivation(2)), handout=True).pages
    assert all(getattr(e, "color", "ink") != "faint" for e in page.elements)
    [drawn] = [e for e in page.elements if isinstance(e, Drawn)]
    assert drawn.states is None


def test_steps_are_numbered_through() -> None:
    made = film(deck(derivation(9, with_figure=False)))
    said = [
        e.runs[0]
        for p in made.pages
        for e in p.elements
        if isinstance(e, Words) and str(e.runs[0]).startswith("step ")
    ]
    assert said == [f"step {k} of 9" for k in range(1, 10)]
    assert any(isinstance(s, Derivation) for s in paged(deck(derivation(9))).slides)
