"""TikZ of a picture: what the SVG has, in LaTeX's mathematics, and nothing moves."""

import re
from functools import cache

import pytest

from symnet.notation import Graph, GraphError, Index, Tensor, define
from symnet.render import draw
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import extent_of, svg
from symnet.render.pictures.tikz import lines, style_name, tikz, tikz_document
from symnet.render.setting.engine import Document
from tests.render import blocks, samples, tex
from tests.render.pictures.test_drawing import awkward, both_ways

STATES = {"z": "now", "W2": "coming", "x": "done"}


@cache
def classifier() -> Picture:
    return draw(both_ways(samples.classifier)).picture


@cache
def lstm() -> Picture:
    return draw(both_ways(samples.lstm)).picture


@pytest.mark.parametrize("picture", [classifier, lstm])
def test_every_formula_is_there(picture) -> None:
    text = tikz(picture())
    formulas = [f for n in picture().nodes for f in (n.main, n.extents) if f]
    formulas += [e.label for e in picture().edges if e.label]
    assert len(formulas) > 20
    for f in formulas:
        assert all(line in text for line in f.lines)


def test_a_formula_of_several_lines_is_one_stack() -> None:
    stacks = [line for line in lines(lstm()) if r"\snstack{" in line]
    assert stacks and all(r"\cr " in line for line in stacks)


def test_colours_are_those_of_the_svg() -> None:
    drawn = svg(classifier(), "t", "d", STATES)
    known = {f"#{c.lower()}" for c in re.findall(r"\{HTML\}\{(\w+)\}", tikz(classifier(), STATES))}
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', drawn)) <= known


def test_places_are_those_of_the_svg() -> None:
    """Boxes, and where arrows start and where their tips are."""
    text, drawn = tikz(classifier()), svg(classifier(), "t", "d")
    centers = re.findall(r"\\draw\[[^]]*\] \(([^)]*)\) ellipse", text)
    assert centers == [f"{x},{y}" for x, y in re.findall(r'cx="(\S+)" cy="(\S+)"', drawn)]
    arrows = re.findall(r"\\draw\[[^]]*\] (\(\S+\)) \.\. .* -- \((\S+)\);", text)
    assert [t for _, t in arrows] == re.findall(r'polygon points="(\S+) ', drawn)
    starts = re.findall(r' d="M(\S+) (\S+) C', drawn)
    assert [s for s, _ in arrows] == [f"({x},{y})" for x, y in starts]


def test_states_change_options_only() -> None:
    plain, shown = tikz(classifier()).splitlines(), tikz(classifier(), STATES).splitlines()
    changed = [(a, b) for a, b in zip(plain, shown, strict=True) if a != b]
    assert len(changed) == 1
    assert "sn arrow to z/.style=sn now, sn text of z/.style=sn now text" in changed[0][1]
    assert "sn arrow to x/" not in changed[0][1]


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(GraphError, match="expected one of done, now, coming"):
        tikz(classifier(), {"z": "later"})


def test_names_of_styles() -> None:
    assert style_name("W_q") == "W_q"
    assert style_name("größe") != style_name("grüße")
    assert style_name("größe").isascii()


@pytest.mark.parametrize("make", [classifier, lstm, lambda: draw(awkward()).picture])
def test_a_document_is_one_page_as_large_as_the_picture(make) -> None:
    made = tex.made(Document(tikz_document(make(), {"z": "now"})))
    (page,) = tex.read(made).pages
    _, _, width, height = extent_of(make())
    assert abs(float(page.mediabox.width) - width) < 0.1
    assert abs(float(page.mediabox.height) - height) < 0.1
    assert min(tex.smaller(made.log), default=1) > 0.85


@pytest.mark.parametrize("name", ["größe", "имя", "数据", "λ_1", "W_q_bar"])
def test_names_in_any_letters(name: str) -> None:
    i = Index("i", "N")
    x, y = Tensor(name, i), Tensor("y", i)
    drawn = draw(Graph(define(y[i], 2 * x[i]), inputs=[x])).picture
    tex.made(Document(tikz_document(drawn, {name: "now"})))


def test_nothing_moves() -> None:
    first, second = (
        tex.read(tex.made(Document(tikz_document(classifier(), states))))
        for states in (None, STATES)
    )
    assert tex.pieces(first, 0) == tex.pieces(second, 0)


def test_words_stand_where_they_were_measured() -> None:
    """A name in its box: the middle of the letter is that of the box, to 2 points."""
    reader = tex.read(tex.made(Document(tikz_document(classifier()))))
    left, top, _, height = extent_of(classifier())
    (x,) = (n for n in classifier().nodes if n.box.name == "x")
    at = classifier().places.centers["x"]
    found = [(u, v) for t, u, v in tex.pieces(reader, 0) if t == "x"]
    near = [abs(u + 4 - (at[0] - left)) for u, v in found if abs(height - v - (at[1] - top)) < 10]
    assert min(near) < 2
    assert x.box.round


def test_frames_of_layers_lie_under_everything_and_titles_on_top() -> None:
    made = list(lines(draw(blocks.both_ways("encoder_block")).picture))
    frames = [k for k, line in enumerate(made) if line.startswith(r"\fill[sn frame]")]
    titles = [k for k, line in enumerate(made) if r"\text{layer norm y1}" in line]
    assert frames == [0, 1, 2, 3] and titles and titles[0] >= len(made) - 4


def test_a_box_of_a_layer_has_centered_lines() -> None:
    made = list(lines(draw(blocks.both_ways("encoder_block"), view="overview").picture))
    assert any(r"\snmiddle{\text{multi-head}\cr \text{attention}}" in line for line in made)
    assert any("sn box, sn layer" in line for line in made)
