"""Slides of one picture, on which nothing moves; contrast of everything that is drawn."""

import re
from xml.etree import ElementTree as ET

import pytest

from symnet.notation import GraphError
from symnet.render import draw
from symnet.render.pictures.picture import edge_state
from symnet.render.pictures.svg import drawn, outlines, svg
from symnet.render.setting.glyphs import formula
from tests.render import blocks, samples
from tests.render.pictures.test_drawing import both_ways

SVG = "{http://www.w3.org/2000/svg}"
STEPS = ({"z": "now", "W2": "coming"}, {"z": "done", "W2": "now"}, {"z": "done", "W2": "done"})


def slides() -> list[str]:
    d = draw(both_ways(samples.classifier))
    return [svg(d.picture, "t", "d", states) for states in STEPS]


def test_without_states_all_is_done() -> None:
    d = draw(both_ways(samples.classifier))
    assert svg(d.picture, "t", "d", None) == svg(d.picture, "t", "d", {}) == slides()[2]


def places(text: str) -> tuple[str, list[str], list[str], list[str]]:
    """The view, the lines, the tips of arrows and the places of formulas."""
    return (
        re.findall(r"<svg [^>]*>", text)[0],
        sorted(re.findall(r' d="(M[^"]*)" fill="none"', text)),
        sorted(re.findall(r'polygon points="([^ ]*) ', text)),
        sorted(re.findall(r'transform="(translate[^"]*)"', text)),
    )


def test_nothing_moves_between_slides() -> None:
    first, second, third = map(places, slides())
    assert first == second == third


def test_one_step_stands_out_and_the_next_is_faint() -> None:
    first, second, third = slides()
    assert first.count('stroke-width="2.6"') == second.count('stroke-width="2.6"') == 1
    assert 'stroke-width="2.6"' not in third and "#fdecec" not in third
    assert first.count("#e6b0b0") == 2 and "#e6b0b0" not in second  # line and head
    assert first.count("stroke-dasharray") == third.count("stroke-dasharray")


def test_the_state_of_an_arrow_is_that_of_the_tensor_at_its_head() -> None:
    d = draw(both_ways(samples.classifier))
    found = {(e.kind, e.arrow.tail, e.arrow.head): edge_state(e, STEPS[0]) for e in d.picture.edges}
    assert found["backward", "p", "z"] == "now"
    assert found["backward", "z", "W2"] == "coming"
    assert found["forward", "h", "z"] == found["backward", "z", "h"] == "done"


def test_of_arrows_with_one_path_that_shown_now_is_on_top() -> None:
    d = draw(both_ways(samples.lstm))
    lines = re.findall(r' d="(M[^"]*)" fill="none"', svg(d.picture, "t", "d"))
    shared = [e.arrow.head for e, p in zip(d.picture.edges, d.picture.places.paths, strict=True)
              if e.kind == "backward" and d.picture.places.paths.count(p) > 1]  # fmt: skip
    assert len(set(lines)) < len(lines) and shared
    shown = svg(d.picture, "t", "d", {shared[0]: "now", shared[-1]: "coming"})
    assert shown.rindex('stroke-width="2.6"') > shown.rindex('stroke="#e6b0b0"')


def test_a_word_that_is_no_state_is_refused() -> None:
    with pytest.raises(GraphError, match="the state of z is 'later'; expected one of done, now"):
        svg(draw(both_ways(samples.classifier)).picture, "t", "d", {"z": "later"})


def test_boxes_arrows_and_labels_name_their_tensors() -> None:
    text = draw(both_ways(samples.classifier)).svg
    assert 'id="node-h" class="node definition" data-name="h"' in text
    assert 'class="edge backward" data-tail="p" data-head="z"' in text
    assert 'class="label backward" data-tail="p" data-head="z"' in text


def test_pictures_that_share_a_page() -> None:
    d = draw(both_ways(samples.classifier))
    glyphs, body = drawn(d.picture, prefix="k-", framed=True)
    assert 'id="k-node-h"' in body and 'id="node-h"' not in body
    assert body.count('class="frame"') == body.count('class="label backward"') > 0
    assert outlines(glyphs).count("<path") == len(glyphs)
    assert all(
        f'id="{used}"' in outlines(glyphs) for used in re.findall(r'xlink:href="#(.*?)"', body)
    )


# -- contrast: of everything on what it lies on, from the colours in the SVG

SVG = "{http://www.w3.org/2000/svg}"
ENOUGH, FAINT = 4.5, 3.0  # WCAG 2.1, 1.4.3 for text, and for large text
GROUNDS = {"#ffffff", "#f3f4f6", "#fef3c7", "#fee2e2", "#fdecec"}


def luminance(color: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(text: str) -> set[tuple[str, str, str]]:
    """(what, colour, ground) of words, edges of boxes, arrows; the ground is what lies under it."""
    root = ET.fromstring(text)
    under = {"#ffffff"} | ({"#f3f4f6"} if 'class="layer"' in text else set())
    out = set()
    for group in root.iter(f"{SVG}g"):
        kind = group.get("class", "")
        shapes = [e for e in group if e.tag in (f"{SVG}rect", f"{SVG}ellipse")]
        fills = {e.get("fill") for e in shapes} - {"none"}
        words = {e.get("fill") for e in group if e.tag == f"{SVG}g"}
        if kind.startswith(("node", "label")):
            out |= {("words", w, g) for w in words for g in fills}
            edges = {e.get("stroke") for e in shapes if e.get("stroke")}
            out |= {("edge of a box", s, g) for s in edges for g in {*fills, *under}}
        if kind.startswith("edge"):
            colors = set(re.findall(r'(?:stroke|fill)="(#\w+)"', ET.tostring(group).decode()))
            out |= {("arrow", c, g) for c in colors for g in under}
    return out


@pytest.mark.parametrize("name", blocks.NAMES)
@pytest.mark.parametrize("view", ["full", "overview"])
def test_words_and_lines_stand_out(name: str, view: str) -> None:
    found = pairs(draw(blocks.both_ways(name), view=view).svg)
    assert {what for what, *_ in found} == {"words", "edge of a box", "arrow"}
    assert {ground for *_, ground in found} <= GROUNDS
    assert {p for p in found if contrast(*p[1:]) < ENOUGH} == set()


def test_a_step_that_is_shown_stands_out_and_those_to_come_can_be_read() -> None:
    d = draw(blocks.both_ways("classifier"))
    words = {(c, g) for what, c, g in pairs(svg(d.picture, "t", "d", {"a2": "now", "W2": "coming"}))
             if what == "words"}  # fmt: skip
    low = {p for p in words if contrast(*p) < ENOUGH}
    assert ("#b91c1c", "#fdecec") in words
    assert len(low) == 1 and all(contrast(*p) >= FAINT for p in low)


def test_in_grey_a_step_to_come_is_fainter_than_one_that_is_done() -> None:
    assert contrast("#c97474", "#ffffff") < 0.6 * contrast("#b91c1c", "#ffffff")


def test_outlines_are_short_and_the_same() -> None:
    made = formula(r"\bar W_{ij} = \sum_n x_{ni}\,\bar y_{nj}", 12.0)
    short = dict(re.findall(r'<path id="([^"]+)" d="([^"]+)"/>', outlines(dict(made.outlines))))
    assert len(short) == len(made.outlines)
    for glyph, path in made.outlines:
        again = short[glyph.replace("STIXTwoMathRegular_", "st")]
        assert len(again) < 0.85 * len(path)
        assert re.findall("[A-Za-z]", again) == re.findall("[A-Za-z]", path)
        before, after = (list(map(float, re.findall(r"-?[\d.]+", p))) for p in (path, again))
        assert after == pytest.approx(before, abs=0.0051)


def test_glyphs_stand_where_the_formula_has_them() -> None:
    """However short a place is said: translate(x) for y = 0, no scale of 1."""
    d = draw(both_ways(samples.classifier))
    root = ET.fromstring(d.svg)
    [group] = [g for g in root.iter(f"{SVG}g") if g.get("data-name") == "z"]
    main = next(n.main for n in d.picture.nodes if n.box.name == "z")
    drawn_uses = [u for g in group.iter(f"{SVG}g") for u in g.findall(f"{SVG}use")]
    for use, wanted in zip(drawn_uses, main.uses, strict=False):
        told = use.get("transform", "")
        moved = re.search(r"translate\(([^ )]+)(?: ([^ )]+))?\)", told)
        scaled = re.search(r"scale\(([^ )]+)\)", told)
        x, y = (float(moved[1]), float(moved[2] or 0)) if moved else (0.0, 0.0)
        assert (x, y) == pytest.approx((wanted.x, wanted.y), abs=0.0051)
        assert (float(scaled[1]) if scaled else 1.0) == pytest.approx(wanted.scale, abs=0.00051)
    assert len(drawn_uses) >= len(main.uses) > 3
