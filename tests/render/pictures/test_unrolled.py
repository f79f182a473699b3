"""A recurrence as steps: what each step reads, forward and backward."""

import networkx as nx
import pytest

from symnet.calculus import gradient
from symnet.layers import dense, join, last_state, mean_squared_error, rnn
from symnet.notation import Graph, GraphError, Index, Tensor
from symnet.render.pictures.unrolled import MOST_STEPS, unrolled
from tests.render.blocks import both_ways


def classifier(extent: int | str = "T") -> Graph:
    """A recurrent layer of which the last state is used."""
    t = Index("t", extent, sequential=True)
    h = rnn(Tensor("x", Index("n", "N"), t, Index("i", "D")), Index("k", "H"))
    y = last_state(h.output)
    a = dense(y.output, Index("c", "C"), "2")
    loss = mean_squared_error(a.output, Tensor("z", *a.output.indices))
    forward = join(h, y, a, loss)
    return gradient(forward, [p.name for p in forward.parameters], with_value=True)


def ways(network: nx.DiGraph, backward: bool) -> set[tuple[str, str]]:
    return {(u, v) for u, v, data in network.edges(data=True)
            if (data["backward"] if backward else data["kind"] != "backward")}  # fmt: skip


def test_carried_references_go_to_the_next_step() -> None:
    forth = ways(unrolled(both_ways("lstm"), 3), False)
    assert {("c@0", "c@1"), ("c@1", "c@2"), ("h@1", "a_i@2"), ("x@2", "a_o@2")} <= forth
    assert not any(u.endswith("@2") and not v.endswith("@2") for u, v in forth)
    assert not any(int(v[-1]) - int(u[-1]) not in (0, 1) for u, v in forth)


def test_cotangents_come_back_from_the_next_step_and_not_from_beyond_the_last() -> None:
    back = ways(unrolled(both_ways("lstm"), 2), True)
    assert {("c@1", "c@0"), ("a_i@1", "h@0"), ("h@0", "c@0"), ("h_bar@1", "h@1")} <= back
    assert {u for u, v in back if v == "h@1"} == {"h_bar@1"}


@pytest.mark.parametrize("extent", ["T", 20])
def test_a_bracket_that_does_not_hold_settles_its_product(extent: int | str) -> None:
    network = unrolled(classifier(extent), 3)
    assert set(network.predecessors("y")) >= {"h@2"}
    assert ("h@0", "y") not in ways(network, False)
    assert {v for u, v in ways(network, True) if u == "y"} == {"h@2"}  # [t + 1 = T]


def test_a_step_is_not_the_number_of_a_layer() -> None:
    network = unrolled(classifier(), 3)
    assert network.nodes["h@2"]["symbol"] == "h_2"
    assert network.nodes["a2"]["symbol"] == "a^{(2)}"
    assert network.nodes["h@2"]["formula"] == "h at step 2"


def test_parameters_are_left_out() -> None:
    network = unrolled(both_ways("lstm"), 2)
    assert not any(kind == "parameter" for _, kind in network.nodes(data="kind"))


def test_what_cannot_be_unrolled() -> None:
    with pytest.raises(GraphError, match="no sequential index, so there is no loop to unroll"):
        unrolled(both_ways("attention"), 3)
    for steps in (0, MOST_STEPS + 1):
        with pytest.raises(GraphError, match=f"unrolled={steps}: expected 1 to {MOST_STEPS} steps"):
            unrolled(both_ways("lstm"), steps)
