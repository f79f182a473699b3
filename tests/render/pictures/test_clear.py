"""Labels move to where nothing crosses them."""

from symnet.render.pictures.clear import along, cleared, crossed
from symnet.render.pictures.places import Arrow, Box, Places

BOXES = [Box("a", 20, 20), Box("b", 20, 20)]
LINE = ((20.0, 50.0), (60.0, 50.0), (140.0, 50.0), (170.0, 50.0), (180.0, 50.0))
OTHER = ((100.0, 0.0), (100.0, 30.0), (100.0, 60.0), (100.0, 90.0), (100.0, 100.0))
CENTERS = {"a": (10.0, 50.0), "b": (190.0, 50.0)}
ARROWS = [Arrow("a", "b", label=(40, 10)), Arrow("b", "a")]


def places(label: tuple[float, float], other: tuple[tuple[float, float], ...] = OTHER) -> Places:
    return Places(200, 100, CENTERS, (LINE, other), (label, None))


def test_a_label_that_an_arrow_crosses_moves_along_its_own() -> None:
    before = places((100.0, 43.0))
    assert crossed(before, BOXES, ARROWS) == 1
    after = cleared(before, BOXES, ARROWS)
    assert crossed(after, BOXES, ARROWS) == 0
    assert after.paths == before.paths and after.labels[0] is not None
    x, y = after.labels[0]
    assert abs(x - 100) >= 19 and abs(y - 50) < 10  # still beside its arrow


def test_a_label_leaves_its_own_arrow_and_boxes() -> None:
    for on in ((60.0, 50.0), (12.0, 42.0)):
        assert crossed(places(on), BOXES, ARROWS) == 1
        after = cleared(places(on), BOXES, ARROWS)
        assert crossed(after, BOXES, ARROWS) == 0
        [label, _] = after.labels
        assert label is not None
        assert abs(label[1] - 50) >= 5
        assert abs(label[0] - 10) >= 30 or abs(label[1] - 50) >= 15  # beside the box, or off it


def test_a_label_leaves_the_page_where_the_slide_has_room() -> None:
    """Beyond a side that does not decide how large the picture is, rather than on an arrow."""
    walls = tuple(
        ((x, 0.0), (x, 30.0), (x, 60.0), (x, 90.0), (x, 100.0)) for x in range(30, 180, 15)
    )
    arrows = [Arrow("a", "b", label=(40, 10)), *(Arrow("b", "a") for _ in walls)]
    before = Places(200, 100, CENTERS, (LINE, *walls), ((100.0, 43.0), *(None for _ in walls)))
    assert crossed(before, BOXES, arrows) == 1
    assert crossed(cleared(before, BOXES, arrows), BOXES, arrows) == 0


def test_a_label_in_a_good_place_stays() -> None:
    before = places((60.0, 42.0))
    assert cleared(before, BOXES, ARROWS) == before


def test_labels_keep_clear_of_each_other() -> None:
    arrows = [ARROWS[0], Arrow("b", "a", label=(40, 10))]
    before = Places(200, 100, CENTERS, (LINE, LINE[::-1]), ((90.0, 43.0), (100.0, 43.0)))
    one, other = cleared(before, BOXES, arrows).labels
    assert one is not None and other is not None
    assert abs(one[0] - other[0]) >= 40 or abs(one[1] - other[1]) >= 10


def test_nothing_to_move() -> None:
    empty = Places(10, 10, {}, (), ())
    assert cleared(empty, [], []) == empty and crossed(empty, [], []) == 0


def test_points_along_an_arrow_end_at_its_tip() -> None:
    found = along(LINE)
    assert tuple(found[0]) == LINE[0] and tuple(found[-1]) == LINE[-1] and len(found) == 14
