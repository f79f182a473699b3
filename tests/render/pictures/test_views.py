"""Which picture of a graph is drawn, and what it is in words."""

import pytest

from symnet.notation import GraphError
from symnet.render.pictures.views import pictured
from tests.render import samples
from tests.render.blocks import both_ways


def test_views() -> None:
    graph = both_ways("encoder_block")
    full, over = pictured(graph), pictured(graph, view="overview")
    assert len(over.picture.nodes) == 8 < len(full.picture.nodes)
    assert pictured(graph, view="auto").picture == over.picture
    assert pictured(samples.softmax(), view="auto").picture == pictured(samples.softmax()).picture
    one = pictured(graph, layer="layer norm y1")
    assert {n.box.name for n in one.picture.nodes} >= {"mu1", "x_hat1", "y1", "z1", "y1_bar"}
    with pytest.raises(GraphError, match="view='half': expected 'full', 'overview' or 'auto'"):
        pictured(graph, view="half")  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="not in an overview, nor unrolled"):
        pictured(graph, layer="attention", view="overview")


def test_directions() -> None:
    graph = both_ways("classifier")
    kinds = {show: {e.kind for e in pictured(graph, show=show).picture.edges}
             for show in ("forward", "backward")}  # fmt: skip
    assert kinds == {"forward": {"forward"}, "backward": {"backward"}}


def test_the_text_alternative_is_short() -> None:
    said = pictured(both_ways("encoder_block")).words
    assert said.startswith("From x, ") and "Back to " in said and "=" not in said
    assert len(said) < 800


def test_what_is_not_connected_is_left_out() -> None:
    names = {n.box.name for n in pictured(both_ways("residual_block")).picture.nodes}
    assert not any(name.startswith("mu_run") for name in names)


def test_titles_say_what_is_seen() -> None:
    block, cell = both_ways("encoder_block"), both_ways("lstm")
    assert pictured(block, layer="attention").title == "attention, forward and backward"
    assert pictured(cell, show="forward", unrolled=2).title.endswith("unrolled over 2 steps")
    assert pictured(cell, show="backward").title.endswith(", backward")
