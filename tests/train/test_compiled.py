"""Equal graphs share their code; graphs that differ in anything that counts do not."""

from functools import partial

import numpy as np
import pytest

from symnet.codegen import Function
from symnet.layers import activation, dense, join, mean_squared_error
from symnet.notation import Graph, Index, Tensor, replace
from symnet.train import compiled, curvature
from symnet.train.compiled import code, slope


def model(kind: str = "tanh", width: int = 3, letter: str = "j") -> Graph:
    """L = mean (f(x W + b) - y)^2, with indices of its own."""
    n, j = Index("n", "N"), Index(letter, width)
    first = dense(Tensor("x", n, Index("i", 2)), j)
    h = activation(first.output, kind)
    return join(first, h, mean_squared_error(h.output, Tensor("y", n, j)))


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    compiled._memory.clear()


def test_equal_graphs_are_derived_once() -> None:
    assert slope(model(), np.float64) is slope(model(letter="k"), np.float64)
    assert code(model(), np.float64) is code(model(), np.float64)


@pytest.mark.parametrize("other", [model("sigmoid"), model(width=4)])
def test_another_model_has_other_code(other: Graph) -> None:
    assert slope(model(), np.float64) is not slope(other, np.float64)


def test_another_type_of_number_has_other_code() -> None:
    assert code(model(), np.float64) is not code(model(), np.float32)
    assert code(model(), np.float32).dtype is np.float32


def test_a_parameter_that_becomes_an_input_counts() -> None:
    graph = model()
    b = graph.tensor("b")
    frozen = replace(
        graph, inputs=(*graph.inputs, b), parameters=[t for t in graph.parameters if t != b]
    )
    assert set(slope(graph, np.float64).bars) == {"W", "b"}
    assert set(slope(frozen, np.float64).bars) == {"W"}


def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    used = slope(model(), np.float64)
    for width in range(2, 2 + compiled.KEPT):
        code(model(width=width), np.float64)
        assert slope(model(), np.float64) is used
    assert len(compiled._memory) == compiled.KEPT


def test_two_bindings_of_one_function_do_not_meet() -> None:
    function = code(model(), np.float64)
    rng = np.random.default_rng(0)
    given = [
        {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3), "y": np.zeros((5, 3))}
        for _ in range(2)
    ]
    x = rng.normal(size=(5, 2))
    bound = [function.bind(**arrays) for arrays in given]
    found = [b.run(x) for b in bound]
    alone = [function(x=x, **arrays) for arrays in given]
    assert found == pytest.approx([float(a) for a in alone])
    assert found[0] != found[1]


def test_a_block_of_curvature_is_made_once_for_each_way_and_place() -> None:
    newton, gauss = curvature.hessian_block, partial(curvature.gauss_newton_block, at="h")

    def made(way: compiled.Block, *pair: str) -> Function:
        return compiled.block(way, model(), *pair, np.float64)

    assert made(newton, "W", "b") is made(newton, "W", "b")
    assert made(newton, "W", "b") is not made(newton, "W", "W")
    again = partial(curvature.gauss_newton_block, at="h")
    assert made(gauss, "W", "b") is made(again, "W", "b")
    assert made(gauss, "W", "b") is not made(newton, "W", "b")
    assert made(gauss, "b", "b") is not made(
        partial(curvature.gauss_newton_block, at="a"), "b", "b"
    )
