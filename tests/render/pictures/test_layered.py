"""Our own layout: columns, order, heights."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from symnet.render.pictures.layered import _separated, layered
from symnet.render.pictures.places import Arrow, Box


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0, 30))
def test_heights_are_apart_and_as_close_as_can_be(wanted: list[float], room: float) -> None:
    found = _separated(wanted, [room] * (len(wanted) - 1))
    assert all(b - a >= room - 1e-9 for a, b in pairwise(found))
    assert abs(sum(found) - sum(wanted)) < 1e-6
    if all(b - a >= room for a, b in pairwise(wanted)):
        assert all(abs(a - b) < 1e-9 for a, b in zip(found, wanted, strict=True))


def test_an_arrow_passes_beside_the_box_between_its_ends() -> None:
    boxes = [Box("a", 40, 30), Box("b", 40, 60), Box("c", 40, 30)]
    found = layered(boxes, [Arrow("a", "b"), Arrow("b", "c"), Arrow("a", "c")])
    x, y = found.centers["b"]
    bend = [p for p in found.paths[2] if abs(p[0] - x) <= 20]
    assert bend and all(abs(p[1] - y) >= 30 for p in bend)


def test_a_parameter_stands_beside_its_layer() -> None:
    boxes = [Box(name, 40, 30) for name in ("x", "a", "b", "w")]
    found = layered(boxes, [Arrow("x", "a"), Arrow("a", "b"), Arrow("w", "b")])
    assert found.centers["w"][0] == found.centers["a"][0]


def test_a_cycle_is_drawn_all_the_same() -> None:
    boxes = [Box("a", 40, 30), Box("b", 40, 30)]
    found = layered(boxes, [Arrow("a", "b"), Arrow("b", "a")])
    assert found.centers["a"][0] < found.centers["b"][0]
    assert found.paths[1][-1][0] < found.centers["a"][0] + 25


def test_one_box_and_no_arrow() -> None:
    found = layered([Box("a", 40, 30)], [])
    assert found.centers == {"a": (20.0, 15.0)}
