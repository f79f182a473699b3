"""A defined tensor as a variable: second derivatives do not see its definition."""

import numpy as np
import pytest

from symnet.calculus import gradient, hessian, hvp, jvp
from symnet.notation import DerivativeError, Graph, Index, Tensor, define, tanh, total
from symnet.verify import interpret

n = Index("n", "N")
t = Index("t", "T", sequential=True)
x, u, L = Tensor("x", n), Tensor("u", n), Tensor("L")
graph = Graph(
    define(u[n], tanh(x[n])),
    define(L, total(u[n] ** 3 * x[n] * tanh(x[n]), over=n)),
    parameters=[x],
)
POINT = {"x": np.array([0.3, -1.2, 2.0])}
HELD = 6 * np.tanh(POINT["x"]) * POINT["x"] * np.tanh(POINT["x"])  # d2/du2 of u^3 x tanh(x)


def test_a_hessian_by_a_defined_tensor_holds_everything_else() -> None:
    found = interpret(hessian(graph, "u"), POINT)["d2L_du2"]
    np.testing.assert_allclose(found, np.diag(HELD), rtol=1e-13)


def test_its_product_with_a_vector() -> None:
    v = np.array([1.0, 2.0, -1.0])
    found = interpret(hvp(graph, "u"), {**POINT, "u_dot": v})["u_bar_dot"]
    np.testing.assert_allclose(found, HELD * v, rtol=1e-13)


def test_the_pushforward_is_the_transposed_gradient() -> None:
    v = np.array([1.0, 2.0, -1.0])
    pushed = interpret(jvp(graph, "u"), {**POINT, "u_dot": v})["L_dot"]
    np.testing.assert_allclose(pushed, interpret(gradient(graph, "u"), POINT)["u_bar"] @ v)


def test_a_variable_does_not_determine_another_one() -> None:
    with pytest.raises(DerivativeError, match="x determines u"):
        jvp(graph, ["x", "u"])


def test_a_recurrence_is_not_varied_by_itself() -> None:
    h, z = Tensor("h", t), Tensor("z", t)
    carried = Graph(
        define(h[t], h[t - 1] * z[t], base=1), define(L, total(h[t], over=t)), parameters=[z]
    )
    with pytest.raises(DerivativeError, match="h depends on itself"):
        jvp(carried, "h")
