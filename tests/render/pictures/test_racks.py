"""Parameters of one definition side by side, with one pair of arrows."""

import pytest

from symnet.render.pictures.layout import places
from symnet.render.pictures.places import Arrow, Box, Spacing
from symnet.render.pictures.racks import racked

BOXES = [Box("x", 40, 30), Box("W", 40, 30), Box("b", 30, 30), Box("a", 120, 40), Box("V", 40, 30)]
ARROWS = [
    Arrow("x", "a"), Arrow("W", "a"), Arrow("b", "a"), Arrow("V", "a"),
    Arrow("a", "b", True, (50, 20)), Arrow("a", "W", True, (70, 20)),
]  # fmt: skip
MOVABLE = frozenset("WbV")


@pytest.mark.parametrize("across", [True, False])
def test_boxes_with_the_same_ends_touch_each_other(across: bool) -> None:
    sized, found = racked(BOXES, ARROWS, Spacing(across), MOVABLE, places)
    assert [b.name for b in sized] == [b.name for b in BOXES]
    by_name = {b.name: b for b in sized}
    (wx, wy), (bx, by) = found.centers["W"], found.centers["b"]
    if across:
        assert wx == bx and by - wy == pytest.approx(30.5)
        assert by_name["b"].width == by_name["W"].width == 40
    else:
        assert wy == by and bx - wx == pytest.approx(35.5)
        assert (by_name["b"].width, by_name["W"].width) == (30, 40)
    assert by_name["V"] == BOXES[-1]  # V has no cotangent, so it stands alone


def test_arrows_of_a_rack_are_one() -> None:
    _, found = racked(BOXES, ARROWS, Spacing(), MOVABLE, places)
    assert found.paths[1] == found.paths[2] != found.paths[3]
    assert found.paths[4] == found.paths[5]


def test_labels_are_in_the_order_of_the_boxes() -> None:
    _, found = racked(BOXES, ARROWS, Spacing(), MOVABLE, places)
    low, high = found.labels[4], found.labels[5]  # of b, of W
    assert low is not None and high is not None
    assert low[1] - high[1] == pytest.approx(20)
    assert low[0] - 25 == pytest.approx(high[0] - 35)  # they begin at the same place


def test_without_anything_to_rack_nothing_changes() -> None:
    sized, found = racked(BOXES, ARROWS, Spacing(), frozenset(), places)
    assert sized == tuple(BOXES) and found == places(BOXES, ARROWS)
