"""What layers are called, and which of them an overview shows."""

import pytest

from symnet.notation import Graph, GraphError
from symnet.render.pictures.parts import boxes, members, path, titles
from tests.render import samples
from tests.render.blocks import both_ways


def test_layers_alike_are_called_by_their_output() -> None:
    names = list(titles(both_ways("encoder_block")).values())
    assert names[0] == "encoder block"
    assert "attention" in names and "layer norm y1" in names and "layer norm" not in names


def test_a_path_from_the_outside_in() -> None:
    graph = both_ways("encoder_block")
    found = path(graph, "mu1", titles(graph))
    assert found == ("encoder block", "layer norm y1")
    assert path(graph, "x", titles(graph)) == path(graph, "mu1_bar", titles(graph)) == ()


def test_members() -> None:
    graph = both_ways("encoder_block")
    assert members(graph, "attention") == ("S", "P", "O")
    assert members(graph, "layer norm y1") == ("mu1", "v1", "r1", "x_hat1", "y1")
    assert members(graph, "attention O") == ("S", "P", "O")


def test_an_unknown_layer_and_a_title_of_several() -> None:
    graph = both_ways("encoder_block")
    with pytest.raises(GraphError, match=r"no layer 'atention'; did you mean .*'attention'"):
        members(graph, "atention")
    with pytest.raises(
        GraphError, match="2 layers are called 'layer norm': say 'layer norm y1' or"
    ):
        members(graph, "layer norm")
    with pytest.raises(GraphError, match="no layer 'x'; it has none"):
        members(samples.softmax(), "x")


def shown(graph: Graph) -> list[str]:
    return list(dict.fromkeys(boxes(graph).values()))


def test_the_outermost_level_with_three_boxes() -> None:
    block = ["multi-head attention", "layer norm y1", "feed-forward layer", "layer norm y2"]
    assert shown(both_ways("encoder_block")) == block  # and two sums beside them
    assert "L" not in boxes(both_ways("classifier"))
    assert shown(both_ways("classifier"))[-1] == "softmax"


def test_a_layer_without_layers_in_it_is_one_box() -> None:
    assert shown(both_ways("attention")) == ["attention"]
    assert boxes(samples.softmax()) == {}
