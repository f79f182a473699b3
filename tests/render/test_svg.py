"""Slides of one picture: a step stands out, those to come are faint, and nothing moves."""

import re

import pytest

from symnet.notation import GraphError
from symnet.render import draw
from symnet.render.picture import edge_state
from symnet.render.svg import drawn, outlines, svg
from tests.render import samples
from tests.render.test_drawing import both_ways

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
        re.findall(r' d="(M[^"]*)" fill="none"', text),
        re.findall(r'polygon points="([^ ]*) ', text),
        re.findall(r'transform="(translate[^"]*)"', text),
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
