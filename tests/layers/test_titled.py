"""Each definition knows its layers, in a model, in its gradient, and under other names."""

from symnet.calculus import gradient
from symnet.layers import activation, dense, encoder_block, join, reuse, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.layers.transformer import Block
from symnet.notation import Graph, Index, Tensor


def titles(graph: Graph, name: str) -> list[str]:
    return [part.title for part in dict(graph.parts)[name]]


def block() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", "T"), Index("d", "D"))
    return encoder_block(x, Block("H", "C", "F"))


def test_layers_in_a_block_from_the_outside() -> None:
    graph = block()
    assert titles(graph, "S") == ["encoder block", "multi-head attention", "attention"]
    assert titles(graph, "z1") == ["encoder block"]
    assert titles(graph, "y2") == ["encoder block", "layer norm"]
    assert all(titles(graph, d.name) for d in graph.definitions)


def test_layers_alike_are_told_apart_by_their_output() -> None:
    paths = dict(block().parts)
    assert paths["mu1"][1] != paths["mu2"][1]
    assert paths["mu1"][1].title == paths["mu2"][1].title
    assert (paths["mu1"][1].output, paths["mu2"][1].output) == ("y1", "y2")


def test_joined_layers_are_beside_each_other() -> None:
    first = dense(Tensor("x", Index("n", "N"), Index("i", "I")), "K")
    h = activation(first.output, "leaky_relu")
    graph = join(first, h, softmax_cross_entropy(h.output, labels(h.output)))
    assert titles(graph, "a") == ["dense layer"]
    assert titles(graph, "h") == ["leaky relu"]
    assert titles(graph, "p") == ["softmax cross-entropy", "softmax"]


def test_a_gradient_keeps_them() -> None:
    graph = block()
    assert dict(gradient(graph, ["x"], "y2_bar").parts) == dict(graph.parts)


def test_the_same_layer_on_other_inputs() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    again = reuse(dense(x, "J"), {"x": Tensor("z", Index("n", "N"), Index("i", "I"))}, "2")
    assert [part.output for part in dict(again.parts)["a2"]] == ["a2"]
