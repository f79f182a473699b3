"""Cross-entropies on classes: how their gradients read, their ends, and what is refused."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    distillation,
    focal,
    labels,
    selected_cross_entropy,
    smoothed_cross_entropy,
    smoothed_targets,
    softmax_cross_entropy,
    weighted_cross_entropy,
)
from symnet.notation import (
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
)
from symnet.render import text
from symnet.verify import interpret

N, K = Index("n", "N"), Index("k", "K")
X = Tensor("x", N, K)
T = labels(X)


@pytest.mark.parametrize(
    ("graph", "line"),
    [
        (smoothed_cross_entropy(X, T), "x_bar[n,k] = (p[n,k] - y[n,k])/N"),
        (
            selected_cross_entropy(X, T, Tensor("m", N, assume="mask")),
            "x_bar[n,k] = where(M > 0, m[n]*(p[n,k] - [k = t[n]])/M, 0)",
        ),
        (focal(X, T, 0), "x_bar[n,k] = (p[n,k] - [k = t[n]])/N"),
        (distillation(X, Tensor("z", N, K), 1), "x_bar[n,k] = (p[n,k] - q[n,k])/N"),
    ],
)
def test_gradient(graph: Graph, line: str) -> None:
    assert text(gradient(graph, "x"), ("x_bar",)) == line


def test_smoothed_rows_sum_to_1() -> None:
    y = interpret(smoothed_targets(T, K, 0.25), {"t": np.array([1, 0])}, {"K": 4})["y"]
    assert np.allclose(y, [[1 / 16, 13 / 16, 1 / 16, 1 / 16], [13 / 16, 1 / 16, 1 / 16, 1 / 16]])


def test_nothing_selected_is_no_loss(rng: np.random.Generator) -> None:
    m = Tensor("m", N, assume="mask")
    graph = selected_cross_entropy(X, T, m)
    given = {"x": rng.normal(size=(2, 3)), "t": np.array([0, 2])}
    found = interpret(gradient(graph, "x", with_value=True), {**given, "m": np.zeros(2)})
    assert found["L"] == 0 and (found["x_bar"] == 0).all()
    one = interpret(graph, {**given, "m": np.array([0.0, 1.0])})["L"]
    alone = interpret(softmax_cross_entropy(X, T), {"x": given["x"][1:], "t": given["t"][1:]})["L"]
    assert one == pytest.approx(alone, abs=1e-15)


def test_the_teacher_gets_no_cotangent() -> None:
    derived = gradient(distillation(X, Tensor("z", N, K)), "z")
    assert text(derived, ("z_bar",)) == "z_bar[n,k] = 0  # L does not depend on z"


def test_what_does_not_fit_is_refused() -> None:
    for loss in (focal, smoothed_cross_entropy):
        with pytest.raises(IndexMismatch, match="target"):
            loss(X, Tensor("t", N, K, assume="integer", below="K"))
    with pytest.raises(IndexMismatch, match="t has real values; expected labels"):
        focal(X, Tensor("t", N))
    with pytest.raises(ExtentMismatch, match="labels t are below J, expected K"):
        focal(X, Tensor("t", N, assume="integer", below="J"))
    with pytest.raises(ExtentMismatch, match="target w has extents"):
        weighted_cross_entropy(X, T, Tensor("w", N, assume="positive"))
    with pytest.raises(UnsupportedExpression, match="expected a number from 0 to 1"):
        smoothed_targets(T, K, 2)
