"""Curvature: the matrix against differences of the gradient, Gauss-Newton against J^T H_a J."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from symnet.calculus import gradient, hessian, jacobian
from symnet.layers import (
    activation,
    add,
    dense,
    join,
    l2_penalty,
    labels,
    mean_squared_error,
    mlp,
    softmax_cross_entropy,
    weights,
)
from symnet.notation import (
    Graph,
    GraphError,
    Index,
    Tensor,
    UnknownTensor,
    define,
    mean,
    restrict,
    total,
)
from symnet.render.text import text
from symnet.train.curvature import Curvature, gauss_newton_block, hessian_block
from symnet.verify.interpret import interpret

Arrays = dict[str, np.ndarray]


def classifier() -> Graph:
    net = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [4, 2])
    loss = softmax_cross_entropy(net.output, labels(net.output))
    penalty = l2_penalty(weights(net), 0.1)
    return join(net, loss, penalty, add(loss.output, penalty.output))


def regression() -> Graph:
    net = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [2, 2], "sigmoid")
    return join(net, mean_squared_error(net.output, Tensor("y", *net.output.indices)))


def scalars() -> Graph:
    """L = mean (sigmoid(u x + v) - y)^2 with numbers u and v."""
    n = Index("n", "N")
    x, y, a = (Tensor(name, n) for name in "xya")
    u, v, L = Tensor("u"), Tensor("v"), Tensor("L")
    line = Graph(define(a[n], u[()] * x[n] + v[()]), inputs=[x], parameters=[u, v], output=a)
    s = activation(a, "sigmoid", output="s")
    value = mean((s.output[n] - y[n]) ** 2, over=n)
    return join(line, s, Graph(define(L[()], value), inputs=[s.output, y], output=L))


def drawn(graph: Graph, rng: np.random.Generator, count: int = 5) -> tuple[Arrays, Arrays]:
    """(data, parameters)."""

    def one(t: Tensor) -> np.ndarray:
        shape = [count if e.is_Symbol else int(e) for e in t.shape]
        return rng.integers(0, 2, shape) if t.is_integer_valued else rng.normal(size=shape)

    return {t.name: one(t) for t in graph.data}, {t.name: one(t) for t in graph.parameters}


def slope(graph: Graph, data: Arrays, parameters: Arrays) -> np.ndarray:
    names = [t.name for t in graph.parameters]
    derived = gradient(graph, names)
    bars = interpret(derived, {**data, **parameters})
    return np.concatenate([np.ravel(bars[t.name]) for t in derived.outputs])


def by_differences(graph: Graph, data: Arrays, parameters: Arrays, h: float = 1e-5) -> np.ndarray:
    """Rows d g/d theta[k] by central differences of the gradient."""
    rows = []
    for name, a in parameters.items():
        for place in np.ndindex(a.shape):
            ends = []
            for sign in (1, -1):
                moved = {k: v.copy() for k, v in parameters.items()}
                moved[name][place] += sign * h
                ends.append(slope(graph, data, moved))
            rows.append((ends[0] - ends[1]) / (2 * h))
    return np.array(rows)


@pytest.mark.parametrize("make", [classifier, regression, scalars])
def test_the_hessian_is_that_of_differences(
    make: Callable[[], Graph], rng: np.random.Generator
) -> None:
    graph = make()
    data, parameters = drawn(graph, rng)
    found = Curvature(graph, hessian_block, parameters, {})(data)
    assert np.abs(found - by_differences(graph, data, parameters)).max() < 1e-8
    assert np.abs(found - found.T).max() < 1e-15


def test_of_one_parameter_it_is_the_hessian(rng: np.random.Generator) -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    net = dense(x, 2)
    graph = join(net, softmax_cross_entropy(net.output, labels(net.output)))
    data, parameters = drawn(graph, rng)
    found = Curvature(graph, hessian_block, {"W": parameters["W"]}, {"b": parameters["b"]})(data)
    wanted = interpret(hessian(graph, "W"), {**data, **parameters})["d2L_dW2"]
    assert np.abs(found - wanted.reshape(6, 6)).max() < 1e-14


def bend(graph: Graph, at: str) -> Graph:
    """<c, a> as a scalar of the parameters; the input c = `slope` is for the numbers dL/da."""
    a = graph.tensor(at)
    c, v = Tensor("slope", *a.indices), Tensor("product")
    last = Graph(define(v[()], total(c.at() * a.at(), over=a.indices)), inputs=[a, c], output=v)
    return join(restrict(graph, [a]), last)


CASES = [(classifier, "a2"), (classifier, "h1"), (regression, "h1"), (scalars, "s"), (scalars, "a")]


@pytest.mark.parametrize(("make", "at"), CASES)
def test_gauss_newton_is_the_hessian_without_the_bend_of_a(
    make: Callable[[], Graph], at: str, rng: np.random.Generator
) -> None:
    graph = make()
    data, parameters = drawn(graph, rng)
    slopes = gradient(graph, at)
    c = interpret(slopes, {**data, **parameters})[slopes.output.name]
    bent = Curvature(bend(graph, at), hessian_block, parameters, {})({**data, "slope": c})
    whole = Curvature(graph, hessian_block, parameters, {})(data)
    found = Curvature(graph, partial(gauss_newton_block, at=at), parameters, {})(data)
    assert np.abs(found - (whole - bent)).max() < 1e-14
    assert np.abs(bent).max() > 1e-3 or (make, at) == (scalars, "a")


def test_gauss_newton_is_the_product_of_jacobians(rng: np.random.Generator) -> None:
    """J^T (d2L/da2) J, each factor interpreted by itself."""
    graph = regression()
    data, parameters = drawn(graph, rng)
    known = {**data, **parameters}
    inner = restrict(graph, [graph.tensor("a2")])
    slopes = [jacobian(inner, name) for name in parameters]
    values = [interpret(g, known)[g.output.name] for g in slopes]
    J = np.hstack([v.reshape(10, -1) for v in values])
    H = interpret(hessian(graph, "a2"), known)["d2L_da22"].reshape(10, 10)
    found = Curvature(graph, partial(gauss_newton_block, at="a2"), parameters, {})(data)
    assert np.abs(found - J.T @ H @ J).max() < 1e-14
    assert np.linalg.eigvalsh(found)[0] > -1e-15


def test_where_a_is_linear_gauss_newton_is_the_hessian() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    net = dense(x, "K")
    graph = join(net, softmax_cross_entropy(net.output, labels(net.output)))
    H, G = hessian_block(graph, "W", "b"), gauss_newton_block(graph, "W", "b", "a")
    assert text(G).replace("G_W_b", "dW_bar_db") == text(H)


def test_copies_of_the_parameters_are_gone() -> None:
    names = {t.name for t in gauss_newton_block(classifier(), "W1", "b1", "a2").tensors}
    assert {"W1", "b1", "G_W1_b1"} <= names
    assert not [name for name in ("W1_0", "b1_0", "a1_0", "h1_0") if name in names]


def test_names_that_end_like_copies_are_no_trouble(rng: np.random.Generator) -> None:
    x = Tensor("x_0", Index("n", "N"), Index("i", 2))
    net = dense(x, 2, "_0")
    graph = join(net, softmax_cross_entropy(net.output, labels(net.output)))
    data, parameters = drawn(graph, rng)
    found = Curvature(graph, partial(gauss_newton_block, at="a_0"), parameters, {})(data)
    assert np.abs(found - by_differences(graph, data, parameters)).max() < 1e-8


def test_another_batch_and_other_parameters(rng: np.random.Generator) -> None:
    """The arrays are kept: the matrix is that of the parameters as they are."""
    graph = classifier()
    _, parameters = drawn(graph, rng)
    curvature = Curvature(graph, hessian_block, parameters, {})
    for count in (5, 2):
        data, other = drawn(graph, rng, count)
        for name, a in parameters.items():
            a[...] = other[name]
        found = curvature(data)
        assert np.abs(found - by_differences(graph, data, parameters)).max() < 1e-8


def test_tensors_that_gauss_newton_refuses() -> None:
    with pytest.raises(UnknownTensor, match="no tensor z"):
        gauss_newton_block(classifier(), "W1", "W1", "z")
    with pytest.raises(GraphError, match="x is given; Gauss-Newton needs a tensor that the graph"):
        gauss_newton_block(classifier(), "W1", "W1", "x")
    t = Index("t", "T", sequential=True)
    h, x, w, L = Tensor("h", t), Tensor("x", t), Tensor("w"), Tensor("L")
    graph = Graph(
        define(h[t], w[()] * h[t - 1] + x[t], base=0),
        define(L[()], mean(h[t] ** 2, over=t)),
        inputs=[x],
        parameters=[w],
        output=L,
    )
    with pytest.raises(GraphError, match="h depends on itself"):
        gauss_newton_block(graph, "w", "w", "h")
