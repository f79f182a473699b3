"""Which drawing stands where: all of it, or layers; and of which layer each cotangent is."""

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.decks.figures import alone, beside, by_layer, layers, users
from symnet.notation import Graph
from symnet.render.decks.paging import READABLE, readable_scale
from symnet.render.pictures.fit import least


def whole(name: str) -> tuple[Graph, Graph]:
    graph = names.graph(name)
    wrt = [t.name for t in graph.given if not t.is_integer_valued]
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    return graph, gradient(graph, wrt, cotangent, with_value=True)


def test_a_small_graph_is_drawn_whole() -> None:
    _, derived = whole("attention")
    found = beside(derived, "attention", "16:9")
    assert found is not None
    assert readable_scale(found.picture, "16:9") >= READABLE


def test_a_block_is_an_overview_and_its_layers() -> None:
    graph, derived = whole("encoder_block")
    assert beside(derived, "block", "16:9") is None
    [slide] = alone(derived, "Block", "16:9")
    assert slide.title == "Block: its layers"
    assert slide.figure is not None
    kinds = {n.kind for n in slide.figure.picture.nodes}
    assert "layer" in kinds
    assert least(slide.figure.picture) > 0
    assert layers(graph) == (
        "multi-head attention", "layer norm y1", "feed-forward layer", "layer norm y2"
    )  # fmt: skip
    assert beside(derived, "norm", "16:9", "layer norm y1") is not None


def test_cotangents_by_layer() -> None:
    graph, _ = whole("encoder_block")
    found = by_layer(graph, ["x", "q", "a", "z1", "y1", "W1", "gamma2"])
    assert found == {
        "": ["x"],
        "multi-head attention": ["q", "a"],
        "layer norm y1": ["z1", "y1"],
        "feed-forward layer": ["W1"],
        "layer norm y2": ["gamma2"],
    }


def test_users() -> None:
    graph, _ = whole("attention")
    assert [t.name for t in users(graph, "V")] == ["O"]
    assert users(graph, "O") == []
