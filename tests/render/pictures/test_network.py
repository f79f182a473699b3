"""The network: every tensor a node, cotangents folded into the tensors to which they belong."""

import networkx as nx
import pytest
import sympy

import symnet as sn
from symnet.calculus import cost, gradient, hvp, jvp
from symnet.notation import Graph, Index, Tensor, define, detach, total
from symnet.render import to_networkx
from tests.render import samples
from tests.render.blocks import both_ways


def classifier() -> nx.DiGraph:
    return to_networkx(gradient(samples.classifier(), ["W1", "b1", "W2", "b2"], with_value=True))


def kinds(network: nx.DiGraph) -> dict[str, str]:
    return dict(network.nodes(data="kind"))


def test_nodes_are_tensors_in_the_order_of_the_graph() -> None:
    assert list(kinds(classifier()).items()) == [
        ("x", "input"), ("y", "input"),
        ("W1", "parameter"), ("b1", "parameter"), ("W2", "parameter"), ("b2", "parameter"),
        ("a", "definition"), ("h", "definition"), ("z", "definition"), ("p", "definition"),
        ("L", "loss"),
    ]  # fmt: skip


def test_attributes() -> None:
    network = classifier()
    h = network.nodes["h"]
    assert h["formula"] == "h[n,j] = tanh(a[n,j])"
    assert h["latex"] == r"h_{nj} = \tanh(a_{nj})"
    assert h["extents"] == "N x H"
    assert [str(e) for e in h["shape"]] == ["N", "H"]
    assert h["cotangent"] == "h_bar"
    assert h["cotangent_formula"] == "h_bar[n,j] = sum[k](W2[j,k]*z_bar[n,k])"
    assert h["cotangent_latex"] == r"\bar h_{nj} = \sum_k W^{(2)}_{jk}\,\bar z_{nk}"
    assert network.nodes["x"]["formula"] == network.nodes["L"]["cotangent"] == ""
    assert network.edges["x", "a"] == {
        "kind": "forward", "shift": 0, "backward": False, "extents": "N x D"
    }  # fmt: skip


def test_backward_edges_retrace_the_forward_ones() -> None:
    network = classifier()
    backward = {(u, v) for u, v, back in network.edges(data="backward") if back}
    assert backward == {
        ("L", "p"), ("p", "z"), ("z", "W2"), ("z", "b2"), ("z", "h"), ("h", "a"),
        ("a", "W1"), ("a", "b1"),
    }  # fmt: skip
    forward = {(u, v) for u, v, kind in network.edges(data="kind") if kind == "forward"}
    assert {(v, u) for u, v in backward} <= forward
    assert ("y", "L") in forward and ("x", "a") in forward


def test_a_given_cotangent_is_a_node_at_its_tensor() -> None:
    network = to_networkx(gradient(samples.softmax(), "z", cotangent="p_bar", with_value=True))
    assert kinds(network) == {"z": "input", "p_bar": "cotangent", "p": "output"}
    assert set(network.edges) == {("z", "p"), ("p_bar", "p"), ("p", "z")}
    without_value = to_networkx(gradient(samples.dense(), "W", cotangent="y_bar"))
    assert kinds(without_value)["y_bar"] == "cotangent"
    assert without_value.edges["y_bar", "W"]["kind"] == "backward"


def test_carried_references() -> None:
    network = to_networkx(samples.lstm())
    carried = {(u, v, s) for u, v, s in network.edges(data="shift") if s}
    assert carried == {(u, v, -1) for u, v in [("h", g) for g in "ifog"] + [("c", "c")]}
    assert network.edges["c", "c"]["kind"] == "carried"
    assert "h[n,-1,k] = 0" in network.nodes["h"]["formula"]
    g = gradient(samples.cell(), "W", cotangent="y_bar", with_value=True)
    assert to_networkx(g).nodes["h"]["cotangent"] == "h_bar"


def test_detached_paths_carry_no_cotangent() -> None:
    i = Index("i", "D")
    x, a, b, loss = Tensor("x", i), Tensor("a", i), Tensor("b", i), Tensor("L")
    forward = Graph(
        define(a[i], x[i] ** 2),
        define(b[i], x[i] ** 3),
        define(loss[()], total(a[i] + detach(b[i]), i)),
        inputs=[x],
    )
    network = to_networkx(gradient(forward, "x", with_value=True))
    assert network.edges["L", "a"]["backward"]
    assert not network.has_edge("L", "b")


def test_updates_and_constants() -> None:
    k = Index("k", "K")
    w, g, new, one = Tensor("w", k), Tensor("g", k), Tensor("w_new", k), Tensor("one")
    network = to_networkx(
        Graph(
            define(one[()], 1),
            define(new[k], w[k] - one[()] * g[k]),
            inputs=[g],
            parameters=[w],
            updates=[(w, new)],
        )
    )
    assert kinds(network)["one"] == "constant"
    assert network.edges["w_new", "w"]["kind"] == "update"


def test_the_layers_of_a_node() -> None:
    network = to_networkx(both_ways("encoder_block"))
    assert network.nodes["mu1"]["part"] == ("encoder block", "layer norm y1")
    assert network.nodes["x"]["part"] == ()
    layers = {data["part"][1] for _, data in network.nodes.items() if len(data["part"]) > 1}
    assert "multi-head attention" in layers


def test_costs() -> None:
    graph = both_ways("classifier")
    assert "flops" not in to_networkx(graph).nodes["h1"]
    network = sn.to_networkx(graph)
    rows = {r.name: r for r in cost(graph).rows}
    nodes = network.nodes
    assert nodes["a2"]["flops"] == rows["a2"].flops
    assert nodes["W1"]["cotangent_flops"] == rows["W1_bar"].flops
    assert nodes["W1"]["flops"] == nodes["x"]["cotangent_entries"] == 0
    total = sum(d["flops"] + d["cotangent_flops"] for d in nodes.values())
    assert sympy.expand(total - cost(graph).forward - cost(graph).backward) == 0


@pytest.mark.parametrize("verb", ["gradient", "jvp", "hvp"])
def test_every_derived_graph_has_a_network(verb: str) -> None:
    g = samples.classifier()
    made = {"gradient": gradient, "jvp": jvp, "hvp": hvp}[verb](g, "W1")
    network = to_networkx(made)
    folded = {bar for _, bar in made.cotangents}
    assert {t.name for t in made.tensors} - folded <= set(network)
