"""Layers on each other, both directions, and what is read of the states."""

from functools import partial

import numpy as np
import pytest

from symnet.layers import (
    bidirectional,
    dense,
    join,
    last_state,
    length_mask,
    lstm,
    masked,
    readout,
    rnn,
    sequence_lengths,
    stack,
)
from symnet.notation import ExtentMismatch, GraphError, Index, IndexMismatch, Tensor
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge
from tests.layers.recurrent.cells import drawn, i, k, m, n, states, t, x


def test_stack_feeds_each_layer_with_the_one_before() -> None:
    graph = stack(x, partial(rnn, width=k, name="_1"), partial(rnn, width="K", name="_2"))
    assert [d.name for d in graph.definitions] == ["a_1", "h_1", "a_2", "h_2"]
    assert [str(e) for e in graph.output.shape] == ["N", "T", "K"]
    assert [str(e) for e in graph.tensor("W_2").shape] == ["H", "K"]


def test_both_directions_are_two_layers_with_weights_of_their_own(
    rng: np.random.Generator,
) -> None:
    graph = bidirectional(partial(rnn, width=k), x)
    assert [o.name for o in graph.outputs] == ["h_fw", "h_bw"]
    arrays = drawn(graph, rng)
    found = interpret(graph, arrays)
    for way in ("fw", "bw"):
        own = {v.removesuffix(f"_{way}"): a for v, a in arrays.items()}
        own = {v: own[v] for v in ("x", "W", "U", "b")}
        single = rnn(x, k, reverse=way == "bw")
        np.testing.assert_array_equal(found[f"h_{way}"], states(single, own))


def test_a_layer_above_reads_both_directions(rng: np.random.Generator) -> None:
    cell = partial(rnn, width=k)
    graph = stack(
        x, lambda z: bidirectional(cell, z, "_1"), lambda z: cell(z, name="_2", activation="relu")
    )
    assert {"W1_2", "W2_2"} <= {p.name for p in graph.parameters}
    assert judge(graph, [v.name for v in graph.given]).passed


def test_readout_is_the_dense_layer_of_the_concatenation(rng: np.random.Generator) -> None:
    z = Tensor("z", n, t, Index("j", "H"))
    graph, one = readout([x, z], "J"), dense(x, "J", output="y")
    shapes = {"N": 2, "T": 3, "I": 4, "H": 5, "J": 6}
    arrays = {v.name: rng.normal(size=[shapes[str(e)] for e in v.shape]) for v in graph.given}
    side_by_side = {
        "x": np.concatenate([arrays["x"], arrays["z"]], -1),
        "W": np.concatenate([arrays["W1"], arrays["W2"]]),
        "b": arrays["b"],
    }
    expected = interpret(one, side_by_side)["y"]
    np.testing.assert_allclose(states(graph, arrays), expected, atol=1e-14)


def test_last_state_and_first_state(rng: np.random.Generator) -> None:
    arrays = {"h": rng.normal(size=(2, 3, 4))}
    h = Tensor("h", n, t, k)
    np.testing.assert_array_equal(states(last_state(h), arrays), arrays["h"][:, -1])
    np.testing.assert_array_equal(states(last_state(h, reverse=True), arrays), arrays["h"][:, 0])


def test_masks_of_lengths_and_outputs_that_are_zero(rng: np.random.Generator) -> None:
    lengths = sequence_lengths(x)
    assert str(lengths.below) == "T + 1"
    valid = length_mask(lengths, t)
    h = Tensor("h", n, t, k)
    graph = join(valid, masked(h, valid.output))
    arrays = {"h": rng.normal(size=(3, 4, 2)), "len": np.array([0, 4, 2])}
    found = interpret(graph, arrays)
    rows = [[0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 0, 0]]
    np.testing.assert_array_equal(found["m"], rows)
    np.testing.assert_array_equal(found["y"], np.array(rows)[..., None] * arrays["h"])


def test_a_mask_serves_all_layers_of_a_stack() -> None:
    cell = partial(lstm, width=k, mask=m)
    graph = stack(x, partial(cell, name="_1"), partial(cell, name="_2"))
    assert [v.name for v in graph.inputs] == ["x", "m"]


def test_what_is_refused() -> None:
    with pytest.raises(GraphError, match="no layer is given"):
        stack(x)
    with pytest.raises(GraphError, match="no tensor is given"):
        readout([], 3)
    with pytest.raises(ExtentMismatch, match="z has extents"):
        readout([x, Tensor("z", n, i)], 3)
    with pytest.raises(GraphError, match="another name="):
        stack(x, partial(rnn, width=k), partial(rnn, width=k))
    with pytest.raises(GraphError, match="not declared integer"):
        length_mask(Tensor("len", n), t)
    with pytest.raises(ExtentMismatch, match="mask m has extents"):
        masked(Tensor("h", t, k), m)
    with pytest.raises(IndexMismatch, match="h has 1 axes"):
        last_state(Tensor("h", k))
