"""What does not fit on a slide is spread over several, its rows numbered through."""

import pytest

from symnet.render.decks.canvas import FOOT_ROOM, MARGIN, TOP
from symnet.render.decks.deck import Code, Derivation, Formulas, References, Verdicts
from symnet.render.decks.paging import columns, in_columns, paged, readable_scale, top_height
from symnet.render.decks.scene import SIZES
from tests.render.sample_decks import ROWS, deck, derivation, every_kind, figure


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
@pytest.mark.parametrize("with_figure", [True, False])
def test_rows_and_panels_fit(aspect: str, with_figure: bool) -> None:
    parts = paged(deck(derivation(14, with_figure), aspect=aspect)).slides
    width, height = SIZES[aspect]
    assert len(parts) > 1
    for part in parts:
        assert isinstance(part, Derivation)
        assert top_height(part, width - 2 * MARGIN) <= height - FOOT_ROOM - TOP
    assert [p.first for p in parts] == [1 + p.before for p in parts]
    assert sum(len(p.rows) for p in parts) == 14
    assert {p.count for p in parts} == {14}
    assert parts[0].title == f"Backward pass (1 of {len(parts)})"


def test_what_fits_stays_as_it_is() -> None:
    whole = every_kind()
    assert [s.title for s in paged(whole).slides] == [s.title for s in whole.slides]


def test_formulas_use_two_columns_before_a_second_slide() -> None:
    [slide] = paged(deck(Formulas("F", ROWS * 3))).slides
    assert len(in_columns(slide.rows, 413, 190)) == 2
    parts = paged(deck(Formulas("F", ROWS * 12, figure=figure()))).slides
    assert [len(p.rows) for p in parts][-1] == 0  # the figure by itself
    assert sum(len(p.rows) for p in parts) == 36


def test_other_slides_in_parts() -> None:
    claims = next(s for s in every_kind().slides if isinstance(s, Verdicts)).claims
    made = paged(
        deck(
            Verdicts("V", claims * 6),
            Code("C", ("x = 1",) * 60),
            References("R", (("Bishop 2006, eq. (4.106)",),) * 40),
        )
    ).slides
    assert sum(len(s.claims) for s in made if isinstance(s, Verdicts)) == 12
    assert sum(len(s.lines) for s in made if isinstance(s, Code)) == 60
    assert sum(len(s.items) for s in made if isinstance(s, References)) == 40
    assert len(made) > 6


def test_a_statement_stays_on_its_page() -> None:
    """A page ends where a statement ends; only one that no page holds is cut."""
    statement = ("y = (", *("    a",) * 8, ")")
    made = paged(deck(Code("C", statement * 5))).slides
    assert [len(s.lines) for s in made if isinstance(s, Code)] == [20, 20, 10]
    long = ("y = (", *("    a",) * 40, ")")
    made = paged(deck(Code("C", ("x = 1", *long, "z = 2")))).slides
    assert [len(s.lines) for s in made if isinstance(s, Code)] == [1, 26, 17]
    empty = paged(deck(Code("C", ()))).slides
    assert [s.lines for s in empty if isinstance(s, Code)] == [()]


def test_a_panel_takes_room_only_if_it_says_something() -> None:
    assert columns(derivation(3), 400)[2] > 0
    assert columns(Derivation("d", ROWS), 400) == (400, 400, 0.0)


def test_scale_at_which_a_drawing_is_shown() -> None:
    assert 0.1 < readable_scale(figure().picture, "16:9") <= 1
