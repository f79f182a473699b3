"""Forward mode: tangents of recurrences, of outputs that do not move, and clear errors."""

import numpy as np
import pytest

from symnet.calculus import jvp
from symnet.notation import (
    DerivativeError,
    Graph,
    Index,
    Tensor,
    UnknownTensor,
    compare,
    define,
    tanh,
    total,
    where,
)
from symnet.verify import interpret

n = Index("n", "N")
t = Index("t", "T", sequential=True)
x, u, L = Tensor("x", n), Tensor("u", n), Tensor("L")


def test_the_tangent_of_a_square() -> None:
    graph = Graph(define(u[n], x[n] ** 2), parameters=[x])
    assert str(jvp(graph, "x")) == "u_dot[n] = 2*x[n]*x_dot[n]"


def test_an_output_that_does_not_move_has_tangent_0() -> None:
    w = Tensor("w", n)
    graph = Graph(define(u[n], x[n] ** 2), inputs=[x], parameters=[w])
    assert str(jvp(graph, "w")) == "u_dot[n] = 0"


def test_a_base_case_has_a_tangent_that_knows_how_far_before_the_start_it_is() -> None:
    h, a, b = Tensor("h", t), Tensor("a"), Tensor("b")
    base = where(compare("==", t, -1), a[()], b[()] ** 2)
    graph = Graph(
        define(h[t], tanh(h[t - 1]) + h[t - 2] ** 2, base=base),
        define(L, total(h[t], over=t)),
        parameters=[a, b],
    )
    point = {"a": 0.3, "b": -0.6}
    pushed = interpret(jvp(graph, ["a", "b"]), {**point, "a_dot": 1.0, "b_dot": 2.0}, {"T": 4})

    def value(s: float) -> float:
        return float(interpret(graph, {"a": 0.3 + s, "b": -0.6 + 2 * s}, {"T": 4})["L"])

    step = 1e-5
    slope = (value(step) - value(-step)) / (2 * step)
    np.testing.assert_allclose(pushed["L_dot"], slope, rtol=1e-8)


def test_errors() -> None:
    label = Tensor("label", n, assume="integer", below=3)
    graph = Graph(define(u[n], x[n] * label[n]), inputs=[label], parameters=[x])
    with pytest.raises(DerivativeError, match="label holds integers"):
        jvp(graph, "label")
    with pytest.raises(UnknownTensor, match="no tensor y"):
        jvp(graph, "y")
    with pytest.raises(DerivativeError, match="no tensor named"):
        jvp(graph, [])
