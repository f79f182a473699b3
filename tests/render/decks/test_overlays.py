"""Pages of a frame as one list: every page is found in it again, in its order."""

from hypothesis import given
from hypothesis import strategies as st

from symnet.render.decks.overlays import merged, specification

PAGES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=4)


@given(PAGES)
def test_every_page_is_there_in_its_order(pages: list[list[str]]) -> None:
    found = merged(pages)
    for number, page in enumerate(pages, 1):
        assert [line for line, on in found if number in on] == page


def test_what_is_on_several_pages_stands_once() -> None:
    pages = [
        ["title", "rule", "box", "row1", "row2", "foot"],
        ["title", "rule", "row1", "box", "row2", "foot"],
    ]
    found = merged(pages)
    assert [line for line, _ in found].count("title") == 1
    assert dict(found)["foot"] == (1, 2)
    assert len(found) == 7  # one more: the box is moved up


def test_specification() -> None:
    assert specification((1, 2, 3), 3) == ""
    assert specification((2, 3), 3) == "<2->"
    assert specification((3,), 3) == "<3>"
    assert specification((1, 2), 4) == "<1-2>"
    assert specification((1, 3, 4, 6, 7), 7) == "<1,3-4,6->"
