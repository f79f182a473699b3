"""NumPy form: run by Python itself, every definition is what the interpreter computes."""

from collections.abc import Callable

import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, define, delta, inverse, total
from symnet.render import text
from tests.render.subjects import (
    MODELS,
    NETWORKS,
    TYPED,
    backward,
    drawn,
    network,
    random_graphs,
    shape,
    typed,
)


def run(graph: Graph, rng: np.random.Generator, sizes: dict[str, int] | None = None) -> str:
    """The program, after it has been run and compared; every definition must have its text."""
    arrays, expected, named = drawn(graph, rng, sizes, smallest=1)
    program = text(graph, form="numpy")
    assert not [line for line in program.splitlines() if line.startswith("#")]
    scope = {"np": np, **named, **arrays}
    with np.errstate(all="ignore"):
        exec(compile(program, "<numpy form>", "exec"), scope)
    for name, value in expected.items():
        assert np.shape(scope[name]) == shape(graph, name, named), (name, program)
        np.testing.assert_allclose(scope[name], value, rtol=1e-9, atol=1e-9, err_msg=program)
    return program


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str, rng: np.random.Generator) -> None:
    run(MODELS[name](), rng)
    run(backward(MODELS[name]()), rng)


@pytest.mark.parametrize("name", TYPED)
def test_typed(name: str, rng: np.random.Generator) -> None:
    for graph in typed(name):
        run(graph, rng)


@pytest.mark.parametrize("subscripts", NETWORKS)
def test_networks(subscripts: str, rng: np.random.Generator) -> None:
    run(network(subscripts), rng)


def test_random_graphs(rng: np.random.Generator) -> None:
    for name, graph, sizes in random_graphs(range(40)):
        print(name)
        run(graph, rng, sizes)


@pytest.mark.slow
def test_more_random_graphs(rng: np.random.Generator) -> None:
    for name, graph, sizes in random_graphs(range(40, 600)):
        print(name)
        run(graph, rng, sizes)


def test_texts(golden: Callable[[str, str], None]) -> None:
    names = ("dense", "layer_norm", "attention", "sample_cell", "embedding", "max_pool")
    pages = [f"# {name}\n{text(backward(MODELS[name]()), form='numpy')}\n" for name in names]
    golden("forms.numpy.txt", "\n".join(pages))


def test_what_is_asked_for() -> None:
    graph = backward(MODELS["dense"]())
    assert text(graph, ("W_bar",), form="numpy") == "W_bar = x.T @ y_bar"
    assert text(graph, "gradient", form="numpy").splitlines() == [
        "b_bar = np.sum(y_bar, axis=0)",
        "W_bar = x.T @ y_bar",
        "x_bar = y_bar @ W.T",
    ]


def test_a_function_that_numpy_lacks_is_imported() -> None:
    program = text(MODELS["gelu"](), form="numpy")
    assert program.splitlines()[0] == "from math import erf"


def test_an_inverse_is_read_anywhere(rng: np.random.Generator) -> None:
    p, q, i = Index("p", "N"), Index("q", "N"), Index("i", "N")
    A, y = Tensor("A", p, q), Tensor("y", i)
    graph = Graph(define(y[i], inverse(A[p, q], (p, q), at=(i, 0))), inputs=[A])
    assert run(graph, rng, {"N": 3}) == "y = np.linalg.inv(A)[:, 0]"


def test_the_loop_variable_is_no_other_name(rng: np.random.Generator) -> None:
    t, k = Index("t", "T", sequential=True), Index("k", "K")
    x, taken, h = Tensor("x", t, k), Tensor("t", k), Tensor("h", t, k)
    step = x[t, k] * taken[k] + h[t - 1, k] / 2
    graph = Graph(define(h[t, k], step, base=1), inputs=[x, taken])
    assert "for s in range" in run(graph, rng)


def test_brackets_are_counted(rng: np.random.Generator) -> None:
    n, v = Index("n", "N"), Index("v", "V")
    ids, y = Tensor("ids", n, assume="integer", below="V"), Tensor("y", v)
    count = total(delta(v, ids[n]), n)
    run(Graph(define(y[v], count), inputs=[ids]), rng, {"N": 9, "V": 2})


def test_a_constant_has_its_whole_shape(rng: np.random.Generator) -> None:
    i, j = Index("i", "I"), Index("j", "J")
    x, y = Tensor("x", i), Tensor("y", i, j)
    summed = define(y[i, j], total(x[i], i), constant_along=[i, j])
    run(Graph(summed, inputs=[x]), rng, {"I": 3, "J": 2})
