"""One layer alone, one direction alone."""

import networkx as nx
import pytest

from symnet.notation import GraphError
from symnet.render import to_networkx
from symnet.render.pictures.zoom import OUTSIDE, connected, one_way, zoomed
from tests.render.blocks import both_ways


def zoom(name: str, layer: str) -> nx.DiGraph:
    graph = both_ways(name)
    return zoomed(graph, to_networkx(graph), layer)


def test_what_comes_in_is_an_oval_without_a_formula() -> None:
    network = zoom("encoder_block", "layer norm y1")
    assert [n for n, k in network.nodes(data="kind") if k == "definition"] == [
        "mu1", "v1", "r1", "x_hat1", "y1",
    ]  # fmt: skip
    assert network.nodes["z1"]["kind"] == "input" and network.nodes["z1"]["formula"] == ""
    assert network.nodes["gamma1"]["kind"] == "parameter"
    assert network.edges["x_hat1", "z1"]["backward"]  # and its cotangent goes out there


def test_the_cotangent_of_what_goes_out_is_given() -> None:
    network = zoom("encoder_block", "layer norm y1")
    assert network.nodes["y1_bar"]["kind"] == "cotangent"
    assert network.edges["y1_bar", "y1"]["backward"]
    assert network.nodes["y1"]["cotangent"] == ""  # its formula belongs to other layers


def test_other_cotangents_that_formulas_mention_are_ovals() -> None:
    network = zoom("encoder_block", "multi-head attention")
    assert set(network.successors("z1_bar")) == {"O", "W_o", "b_o"}
    assert OUTSIDE not in network


def test_three_dots_stand_for_what_is_made_elsewhere() -> None:
    network = zoom("residual_block", "convolution a1")
    assert "x" in network
    network = zoom("encoder_block", "attention")
    assert set(network.predecessors("q")) == {"S"}


def test_both_is_the_whole() -> None:
    network = to_networkx(both_ways("classifier"))
    assert one_way(network, "both") is network


def test_forward_alone() -> None:
    network = one_way(to_networkx(both_ways("lstm")), "forward")
    assert "h_bar" not in network
    assert not any(back for _, _, back in network.edges(data="backward"))
    assert network.edges["c", "c"]["kind"] == "carried"
    assert all(d["cotangent"] == d["cotangent_formula"] == "" for d in network.nodes.values())


def test_backward_alone() -> None:
    network = one_way(to_networkx(both_ways("classifier")), "backward")
    assert list(network.predecessors("W1")) == ["a1"] and "x" not in network
    assert network.nodes["W1"]["formula"].startswith("W1_bar[i,j] = ")
    assert {kind for *_, kind in network.edges(data="kind")} == {"backward"}


def test_directions_that_there_are_not() -> None:
    graph = both_ways("classifier")
    forward = one_way(to_networkx(graph), "forward")
    with pytest.raises(GraphError, match="no cotangents to draw: take its gradient first"):
        one_way(forward, "backward")
    with pytest.raises(GraphError, match="show='up': expected 'both', 'forward' or 'backward'"):
        one_way(forward, "up")  # type: ignore[arg-type]


def test_what_nothing_mentions_is_left_out() -> None:
    network = to_networkx(both_ways("residual_block"))
    idle = [n for n in network if not network.degree(n)]
    assert idle and not set(idle) & set(connected(network))
    alone: nx.DiGraph = nx.DiGraph()
    alone.add_node("x", kind="input")
    assert list(connected(alone)) == ["x"]
