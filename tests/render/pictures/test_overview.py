"""An overview: a box for each layer, and what flows between the boxes."""

import networkx as nx

from symnet.notation import Graph
from symnet.render import to_networkx
from symnet.render.pictures.overview import overview
from symnet.render.pictures.unrolled import unrolled
from tests.render.blocks import both_ways


def of(graph: Graph) -> nx.DiGraph:
    return overview(graph, to_networkx(graph))


def block() -> nx.DiGraph:
    return of(both_ways("encoder_block"))


def test_boxes_in_the_order_of_the_graph() -> None:
    assert list(block()) == [
        "x", "y2_bar", "multi-head attention", "z1", "layer norm y1", "feed-forward layer", "z2",
        "layer norm y2",
    ]  # fmt: skip


def test_a_box_says_its_title_its_outputs_and_its_parameters() -> None:
    box = block().nodes["layer norm y1"]
    assert (box["kind"], box["title"], box["parameters"]) == ("layer", "layer norm", 2)
    assert [name for name, _ in box["outputs"]] == ["y1"]
    assert box["extents"] == "y1 (N x T x D), 2 parameters"


def test_a_sum_between_layers_is_a_plus() -> None:
    assert block().nodes["z1"]["title"] == "+"


def test_what_flows_forward_and_back() -> None:
    network = block()
    assert network.edges["multi-head attention", "z1"]["tensors"] == ("a",)
    assert network.edges["z1", "layer norm y1"]["tensors"] == ("z1",)
    back = network.edges["layer norm y1", "z1"]
    assert (back["kind"], back["cotangents"]) == ("backward", ("z1_bar",))
    # a_bar is z1_bar, and has no name of its own
    assert network.edges["z1", "multi-head attention"]["cotangents"] == ("z1_bar",)


def test_a_cotangent_passes_a_layer_in_which_it_has_no_name() -> None:
    network = of(both_ways("residual_block"))
    back = {(u, v) for u, v, data in network.edges(data=True) if data["backward"]}
    assert {("z", "batch norm n2"), ("batch norm n2", "convolution a2")} <= back
    assert ("z", "convolution a2") not in back


def test_a_recurrence_is_a_box_with_a_loop() -> None:
    network = of(both_ways("lstm"))
    assert list(network) == ["x", "h_bar", "LSTM"]
    loop = network.edges["LSTM", "LSTM"]
    assert (loop["kind"], loop["shift"], set(loop["tensors"])) == ("carried", -1, {"c", "h"})
    assert network.nodes["LSTM"]["parameters"] == 12


def test_a_recurrence_without_its_loop_is_a_box_for_each_step() -> None:
    graph = both_ways("lstm")
    network = overview(graph, unrolled(graph, 2))
    assert [n for n in network if "LSTM" in n] == ["LSTM step 0", "LSTM step 1"]
    assert set(network.edges["LSTM step 0", "LSTM step 1"]["tensors"]) == {"c@0", "h@0"}
    assert set(network.edges["LSTM step 1", "LSTM step 0"]["cotangents"]) == {"c_bar@0", "h_bar2@0"}
