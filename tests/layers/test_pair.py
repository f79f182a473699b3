"""Layers on pairs: they start as 0, mirror each other, and see what they should."""

from collections.abc import Callable

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    column_attention,
    outer_product_mean,
    row_attention,
    rules,
    transition,
    triangle_attention,
    triangle_multiplication,
)
from symnet.notation import ExtentMismatch, Graph, Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.train.initial import initialise
from symnet.verify import interpret, sizes_of
from symnet.verify.sample import sample

Z = Tensor("z", Index("i", "I"), Index("j", "I"), Index("d", "D"))
M = Tensor("m", Index("s", "N"), Index("i", "I"), Index("a", "M"))
SIZES = {"I": 3, "D": 4, "M": 5, "N": 2, "H": 2, "C": 3, "F": 6}
BUILDERS: dict[str, Callable[[], Graph]] = {
    "outgoing": lambda: triangle_multiplication(Z, "C"),
    "incoming": lambda: triangle_multiplication(Z, "C", outgoing=False),
    "starting": lambda: triangle_attention(Z, "H", "C"),
    "ending": lambda: triangle_attention(Z, "H", "C", starting=False),
    "row": lambda: row_attention(M, Z, "H", "C"),
    "column": lambda: column_attention(M, "H", "C"),
    "outer": lambda: outer_product_mean(M, "C", "D"),
    "transition": lambda: transition(Z, "F"),
}


def drawn(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    return sample(graph, sizes_of(graph, {}, {s.name: SIZES[s.name] for s in graph.extents}), rng)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_layer_starts_as_no_update_with_open_gates(
    name: str, rng: np.random.Generator
) -> None:
    graph = BUILDERS[name]()
    sizes = sizes_of(graph, {}, {s.name: SIZES[s.name] for s in graph.extents})
    start = initialise(graph.parameters, rules(graph), 1, sizes, graph)
    found = interpret(graph, {**drawn(graph, rng), **start})
    assert (found["y"] == 0).all()
    for gate in {"g", "g_a", "g_b"} & set(found):
        assert np.allclose(found[gate], 1 / (1 + np.exp(-1)), atol=1e-15)


def test_the_ending_node_is_the_starting_node_on_transposed_pairs(
    rng: np.random.Generator,
) -> None:
    starting, ending = BUILDERS["starting"](), BUILDERS["ending"]()
    given = drawn(starting, rng)
    turned = {**given, "z": given["z"].swapaxes(0, 1)}
    found = interpret(ending, turned)["y"].swapaxes(0, 1)
    assert np.allclose(found, interpret(starting, given)["y"], atol=1e-13)


def test_the_sum_of_incoming_edges_is_that_of_outgoing_ones_on_transposed_pairs(
    rng: np.random.Generator,
) -> None:
    outgoing, incoming = BUILDERS["outgoing"](), BUILDERS["incoming"]()
    given = drawn(outgoing, rng)
    turned = {**given, "z": given["z"].swapaxes(0, 1)}
    found, other = interpret(incoming, turned), interpret(outgoing, given)
    assert np.allclose(found["P"], other["P"], atol=1e-13)
    assert not np.allclose(found["y"], other["y"], atol=1e-3)
    assert np.allclose(found["g"].swapaxes(0, 1), other["g"], atol=1e-13)


def test_the_bias_of_the_pairs_norm_is_seen_by_nothing() -> None:
    graph = BUILDERS["row"]()
    derived = gradient(graph, [t.name for t in graph.given], "y_bar")
    line = text(derived, ("beta_z_bar",))
    assert line.startswith("beta_z_bar[d] = 0  # shift invariance: P does not change")
    assert text(derived, ("b_bar",)) == "b_bar[h,i,j] = sum[s](S_bar[s,h,i,j])"


def test_a_name_is_appended_to_all_that_is_made() -> None:
    for build in (
        lambda n: triangle_multiplication(Z, "C", n),
        lambda n: triangle_attention(Z, "H", "C", n),
        lambda n: row_attention(M, Z, "H", "C", n),
        lambda n: column_attention(M, "H", "C", n),
        lambda n: outer_product_mean(M, "C", "D", n),
        lambda n: transition(Z, "F", n),
    ):
        graph = build("_7")
        made = [t.name for t in graph.tensors if t.name not in ("z", "m")]
        assert all(name.endswith("_7") for name in made), made


def test_the_hidden_layer_of_a_transition_is_four_times_as_wide() -> None:
    assert str(transition(Z).tensor("h").shape[-1]) == "4*D"


def test_what_does_not_fit_is_refused() -> None:
    i, j = Index("i", "I"), Index("j", "J")
    with pytest.raises(IndexMismatch, match=r"z has 2 axes, expected \(I, I, D\)"):
        triangle_multiplication(Tensor("z", i, j), "C")
    with pytest.raises(ExtentMismatch, match="z has pairs of I and J, expected one extent"):
        triangle_attention(Tensor("z", i, j, Index("d", "D")), "H", "C")
    with pytest.raises(ExtentMismatch, match="z has pairs of J, expected I for m"):
        row_attention(M, Tensor("z", j, Index("k", "J"), Index("d", "D")), "H", "C")
    with pytest.raises(IndexMismatch, match=r"m has 2 axes, expected \(N, I, M\)"):
        outer_product_mean(Tensor("m", i, j), "C", "D")
    with pytest.raises(IndexMismatch, match="x is a scalar"):
        transition(Tensor("x"))
