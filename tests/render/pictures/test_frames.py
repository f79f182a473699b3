"""A frame around each layer, if it holds nothing else."""

from symnet.render import draw
from symnet.render.pictures.frames import framed
from symnet.render.pictures.places import Arrow, Box, Places
from symnet.render.pictures.svg import extent_of
from symnet.render.setting.glyphs import words
from tests.render.blocks import both_ways
from tests.render.pictures.test_drawing import boxes

A, B, C = Box("a", 20, 20, group="one"), Box("b", 20, 20, group="one"), Box("c", 20, 20)
ARROWS = [Arrow("a", "b", label=(10, 6)), Arrow("b", "c", label=(10, 6))]
TITLES = {"one": words("one", 10.0)}


def places(c: tuple[float, float]) -> Places:
    centers = {"a": (20.0, 40.0), "b": (80.0, 40.0), "c": c}
    return Places(200, 80, centers, ((), ()), ((50.0, 20.0), (90.0, 40.0)))


def test_a_frame_holds_boxes_labels_and_title() -> None:
    (found,) = framed([A, B, C], ARROWS, places((150, 40)), TITLES)
    left, top, width, height = found.frame
    assert found.text == "one"
    assert left < 10 and left + width > 90 and top + found.title.height < 17 and top + height > 50


def test_no_frame_that_would_hold_something_else() -> None:
    assert framed([A, B, C], ARROWS, places((50, 40)), TITLES) == ()


def test_frames_of_a_block() -> None:
    d = draw(both_ways("encoder_block"))
    assert [f.text for f in d.picture.frames] == [
        "multi-head attention", "layer norm y1", "feed-forward layer", "layer norm y2",
    ]  # fmt: skip
    left, top, width, height = extent_of(d.picture)
    groups = {n.box.name: n.box.group for n in d.picture.nodes}
    assert groups["mu1"] == groups["gamma1"] == "layer norm y1" and groups["z1"] == ""
    for f in d.picture.frames:
        x, y, w, h = f.frame
        assert left <= x and top <= y and x + w <= left + width and y + h <= top + height
        inside = {n for n, a, b, c, e in boxes(d) if a < x + w and x < c and b < y + h and y < e}
        assert inside & set(groups) == {n for n, g in groups.items() if g == f.text}
    assert d.svg.count('class="layer"') == 4


def test_one_layer_has_no_frame() -> None:
    assert draw(both_ways("lstm")).picture.frames == ()
    assert draw(both_ways("encoder_block"), layer="attention").picture.frames == ()
