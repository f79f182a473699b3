"""A chain in lines: where it is cut, and how arrows go on in the next line."""

from itertools import pairwise
from math import hypot

import pytest

from symnet.render.pictures.layout import places
from symnet.render.pictures.lines import in_lines
from symnet.render.pictures.places import Arrow, Box, Places, Spacing

NAMES = "abcdef"
BOXES = [Box(n, 60, 30) for n in NAMES]
FORTH = [Arrow(u, v) for u, v in pairwise(NAMES)]
BACK = [Arrow(v, u, back=True, label=(40, 12)) for u, v in pairwise(NAMES)]
ARROWS = [*FORTH, *BACK]


def laid(count: int, boxes: list[Box] = BOXES, arrows: list[Arrow] = ARROWS) -> Places:
    return in_lines(boxes, arrows, Spacing(), count, places)


def lines(found: Places) -> list[str]:
    """The names of each line, from left to right."""
    order = sorted(found.centers, key=lambda n: found.centers[n])
    heights = sorted({round(y / 60) for _, y in found.centers.values()})
    return ["".join(n for n in order if round(found.centers[n][1] / 60) == h) for h in heights]


@pytest.mark.parametrize("count", [2, 3])
def test_a_chain_is_cut_into_equal_parts(count: int) -> None:
    size = len(NAMES) // count
    assert lines(laid(count)) == [NAMES[k : k + size] for k in range(0, len(NAMES), size)]


def test_one_line_is_the_layout_itself() -> None:
    assert laid(1) == places(BOXES, ARROWS)
    assert in_lines([BOXES[0]], [], Spacing(), 2, places).turns == 0


def test_arrows_end_at_their_boxes() -> None:
    found = laid(3)
    assert found.turns == 4  # two forward, two back
    for a, path in zip(ARROWS, found.paths, strict=True):
        assert len(path) % 3 == 2
        for name, (x, y) in ((a.tail, path[0]), (a.head, path[-1])):
            u, v = found.centers[name]
            assert abs(x - u) <= 31 and abs(y - v) <= 16, (a, name)


def test_no_path_jumps() -> None:
    for path in laid(2).paths:
        curve = path[:-1]
        for k in range(0, len(curve) - 1, 3):
            a, b, c, d = curve[k : k + 4]
            assert hypot(b[0] - a[0], b[1] - a[1]) <= 400 and hypot(d[0] - c[0], d[1] - c[1]) <= 400
    lengths = [hypot(p[-1][0] - p[-2][0], p[-1][1] - p[-2][1]) for p in laid(2).paths]
    assert max(lengths) < 15  # heads of arrows


def test_everything_is_on_the_page_and_apart() -> None:
    found = laid(2)
    for path in found.paths:
        assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y in path)
    bottom = max(found.centers[n][1] for n in "abc") + 15
    assert all(found.centers[n][1] - 15 > bottom + 10 for n in "def")


def test_a_parameter_stays_with_its_layer() -> None:
    boxes, arrows = [*BOXES, Box("W", 40, 30)], [*ARROWS, Arrow("W", "d")]
    found = laid(2, boxes, arrows)
    assert found.turns == 2 and abs(found.centers["W"][1] - found.centers["d"][1]) < 60


def test_a_group_is_not_cut_if_there_is_another_place() -> None:
    boxes = [Box(n, 60, 30, group="g" if n in "bcd" else "") for n in NAMES]
    found = laid(2, boxes)
    heights = {round(found.centers[n][1] / 60) for n in "bcd"}
    assert len(heights) == 1


def test_an_arrow_over_three_lines() -> None:
    found = laid(3, BOXES, [*FORTH, Arrow("a", "f")])
    path = found.paths[-1]
    heights = [y for _, y in path]
    assert heights[0] < 60 < heights[-1] and found.turns == 4
