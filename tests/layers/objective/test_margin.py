"""Hinges: nothing beyond the margin, 0 as derivative on it."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import hinge, labels, multi_margin
from symnet.notation import Index, IndexMismatch, Tensor
from symnet.verify import interpret

N, K = Index("n", "N"), Index("k", "K")
X = Tensor("x", N, K)


def test_beyond_the_margin_there_is_no_gradient() -> None:
    x, y = Tensor("x", N), Tensor("y", N)
    given = {"x": np.array([2.0, 1.0, 0.5, -1.0]), "y": np.array([1.0, 1.0, 1.0, -1.0])}
    found = interpret(gradient(hinge(x, y), "x", with_value=True), given)
    assert found["L"] == pytest.approx(0.5 / 4)
    assert np.allclose(found["x_bar"] * 4, [0, 0, -1, 0])


def test_the_own_class_is_left_out() -> None:
    given = {"x": np.array([[3.0, 1.0, 2.5]]), "t": np.array([0])}
    found = interpret(gradient(multi_margin(X, labels(X)), "x", with_value=True), given)
    assert found["L"] * 3 == pytest.approx(0.5)
    assert np.allclose(found["x_bar"] * 3, [[-1, 0, 1]])


def test_a_label_for_each_score_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="target t"):
        multi_margin(X, Tensor("t", N, K, assume="integer", below="K"))
