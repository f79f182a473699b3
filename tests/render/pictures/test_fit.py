"""Pictures that can be read on a slide: the five graphs that this is promised for."""

from functools import cache

import pytest

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.subject import variables
from symnet.render import Drawing, draw
from symnet.render.pictures import layout
from symnet.render.pictures.fit import COMFORTABLE, ROOM
from symnet.render.pictures.parts import boxes
from tests.render.blocks import NAMES, both_ways
from tests.render.pictures.test_drawing import overlaps, through_nodes

LEGIBLE, WITHOUT_GRAPHVIZ = 8.0, 6.0
WHOLE = ("classifier", "lstm", "attention")  # all formulas in one picture
LAYERED = ("encoder_block", "residual_block")  # an overview, and a picture of each layer


def said(name: str, d: Drawing) -> None:
    size = d.text_size()
    kilobytes = len(d.svg.encode()) / 1000
    print(f"{name:45} {size:5.1f} pt on a slide, {kilobytes:4.0f} kB")


@cache
def promised() -> float:
    """Our own layout is plainer, and takes more room."""
    by_graphviz = layout._by_program("digraph {}") or layout._by_pygraphviz("digraph {}")
    return LEGIBLE if by_graphviz else WITHOUT_GRAPHVIZ


def is_legible(name: str, d: Drawing) -> None:
    said(name, d)
    assert overlaps(d) == [] and through_nodes(d) == []
    assert d.text_size() >= promised()


@pytest.mark.parametrize("name", WHOLE)
def test_all_of_it_on_one_slide(name: str) -> None:
    is_legible(name, draw(both_ways(name)))


def test_the_lstm_as_people_ask_for_it() -> None:
    """With samples, all gradients and its output, as `symnet draw lstm` shows it."""
    graph = names.graph("lstm")
    is_legible("lstm of the catalogue", draw(gradient(graph, variables(graph), "y_bar", True)))


@pytest.mark.parametrize("name", LAYERED)
def test_a_block_as_an_overview_and_layer_by_layer(name: str) -> None:
    graph = both_ways(name)
    said(name, draw(graph))
    is_legible(f"{name}, overview", draw(graph, view="overview"))
    for layer in dict.fromkeys(boxes(graph).values()):
        is_legible(f"{name}, {layer}", draw(graph, layer=layer))


@pytest.mark.parametrize("name", NAMES)
def test_one_direction_alone_does_not_overlap(name: str) -> None:
    for show in ("forward", "backward"):
        d = draw(both_ways(name), show=show)
        assert overlaps(d) == [] and through_nodes(d) == []


def test_a_loop_as_steps_is_legible() -> None:
    for view in ("full", "overview"):
        is_legible(f"lstm, 3 steps, {view}", draw(both_ways("lstm"), unrolled=3, view=view))


def test_the_size_of_letters_is_that_of_the_smallest_where_it_is_fitted() -> None:
    d = draw(both_ways("attention"))
    assert d.text_size() >= COMFORTABLE
    assert d.text_size(*ROOM) == d.text_size() > d.text_size(450, 440) >= d.text_size(450, 100)


def test_the_room_decides_how_it_is_set() -> None:
    graph = both_ways("classifier")
    for room in ((900, 160), (300, 440)):
        d = draw(graph, room=room)
        assert d.text_size(*room) >= draw(graph).text_size(*room) - 1e-9
