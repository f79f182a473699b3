"""Jacobian, Hessian and Hessian-vector product against each other and against differences."""

import numpy as np
import pytest

from symnet.calculus import gradient, hessian, hvp, jacobian, jvp
from symnet.notation import DerivativeError, Graph, Index, Tensor, define, exp, tanh, total
from symnet.verify import interpret

n, i, j, k = Index("n", "N"), Index("i", "I"), Index("j", "J"), Index("k", "J")
x, w, y = Tensor("x", n, i), Tensor("w", i, j), Tensor("y", n, j)
L = Tensor("L")
net = define(y[n, j], tanh(total(x[n, i] * w[i, j], over=i)))
loss = define(L, total(exp(y[n, j]) * y[n, j], over=(n, j)))
RNG = np.random.default_rng(1)
ARRAYS = {"x": RNG.normal(size=(2, 3)), "w": RNG.normal(size=(3, 4))}


def test_jacobian_has_the_outputs_axes_first_and_contains_the_pushforward() -> None:
    graph = Graph(net, inputs=[x], parameters=[w])
    jac = interpret(jacobian(graph, "w"), ARRAYS)["dy_dw"]
    assert jac.shape == (2, 4, 3, 4)
    v = RNG.normal(size=(3, 4))
    pushed = interpret(jvp(graph, "w"), {**ARRAYS, "w_dot": v})["y_dot"]
    np.testing.assert_allclose(np.tensordot(jac, v, axes=2), pushed, atol=1e-12)


def test_hessian_is_symmetric_and_agrees_with_the_product() -> None:
    graph = Graph(net, loss, inputs=[x], parameters=[w])
    h = interpret(hessian(graph, "w"), ARRAYS)["d2L_dw2"]
    np.testing.assert_allclose(h, h.transpose(2, 3, 0, 1), atol=1e-12)
    v = RNG.normal(size=(3, 4))
    product = interpret(hvp(graph, "w"), {**ARRAYS, "w_dot": v})["w_bar_dot"]
    np.testing.assert_allclose(np.tensordot(h, v, axes=2), product, atol=1e-12)


def test_linear_regression_has_the_normal_matrix_as_its_hessian() -> None:
    weights, target = Tensor("w", i), Tensor("t", n)
    square = (total(x[n, i] * weights[i], over=i) - target[n]) ** 2
    graph = Graph(define(L, total(square, over=n)), inputs=[x, target], parameters=[weights])
    d = hessian(graph, "w")
    values = {"x": ARRAYS["x"], "w": np.zeros(3), "t": np.ones(2)}
    expected = 2 * ARRAYS["x"].T @ ARRAYS["x"]
    np.testing.assert_allclose(interpret(d, values)["d2L_dw2"], expected)
    assert len(d.definitions) == 1


def test_an_array_has_no_hessian() -> None:
    with pytest.raises(DerivativeError, match="a Hessian is of one scalar"):
        hessian(Graph(net, inputs=[x], parameters=[w]), "w")


def test_third_derivative_by_the_same_verbs() -> None:
    s = Tensor("s")
    graph = Graph(define(L, s[()] ** 4), inputs=[s])
    third = jvp(jvp(gradient(graph, "s"), "s"), "s")
    found = interpret(third, {"s": 2.0, "s_dot": 1.0, third.inputs[-1].name: 1.0})
    np.testing.assert_allclose(found[third.output.name], 48.0)
