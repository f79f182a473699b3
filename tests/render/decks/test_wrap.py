"""Sentences are wrapped within their width, and nothing of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.render.decks.scene import Math
from symnet.render.decks.wrap import SLACK, line_of, width_of, wrapped
from symnet.render.setting.glyphs import formula

WORDS = st.lists(
    st.one_of(
        st.text("ab cdé%_&日", max_size=12), st.sampled_from([Math("x"), Math(r"\sum_j P_{ij}")])
    ),
    max_size=8,
)


def flat(runs: tuple) -> str:
    text = "".join(r.latex if isinstance(r, Math) else r for r in runs)
    return "".join(text.split())


@given(WORDS, st.floats(20, 200))
def test_nothing_is_lost_and_lines_fit(sentence: list, width: float) -> None:
    lines = wrapped(tuple(sentence), 8.0, width)
    assert "".join(flat(line.runs) for line in lines) == flat(tuple(sentence))
    for line in lines:
        words = [w for r in line.runs for w in (r.split() if isinstance(r, str) else [r])]
        assert line.width <= width * SLACK + 1e-9 or len(words) <= 1 or _is_glued(line.runs)


def _is_glued(runs: tuple) -> bool:
    return all(isinstance(r, Math) or " " not in r.strip() for r in runs)


def test_a_formula_keeps_the_comma_after_it() -> None:
    lines = wrapped(("with ", Math("r_q"), ", hence"), 8.0, width_of("with", 8.0) * 1.2)
    assert [line.runs for line in lines] == [("with",), (Math("r_q"), ","), ("hence",)]


def test_heights_are_those_of_the_highest() -> None:
    assert line_of(("x", Math(r"\sum_j x_j")), 8.0).ascent == pytest.approx(
        formula(r"\sum_j x_j", 8.0).ascent
    )


def test_bold_is_wider_and_a_strange_letter_has_some_width() -> None:
    assert width_of("abc", 10.0, bold=True) > width_of("abc", 10.0)
    assert width_of("日", 10.0) > 0
