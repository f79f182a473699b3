"""Losses on values: at their bend, and at their ends."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import huber, mean_absolute_error, smooth_l1
from symnet.notation import ExtentMismatch, Index, Tensor
from symnet.verify import interpret

N = Index("n", "N")
X, Y = Tensor("x", N), Tensor("y", N)


def test_huber_is_a_square_inside_and_a_line_outside() -> None:
    given = {"x": np.array([0.25, 0.5, 2.0, -2.0]), "y": np.zeros(4)}
    found = interpret(gradient(huber(X, Y, 0.5), "x", with_value=True), given)
    assert found["L"] * 4 == pytest.approx(1 / 32 + 1 / 8 + 2 * 0.5 * 1.75)
    assert np.allclose(found["x_bar"] * 4, [0.25, 0.5, 0.5, -0.5])
    scaled = interpret(smooth_l1(X, Y, 0.5), given)["L"]
    assert scaled == pytest.approx(found["L"] / 0.5)


def test_the_derivative_of_a_size_at_0_is_0() -> None:
    given = {"x": np.zeros(2), "y": np.zeros(2)}
    assert (interpret(gradient(mean_absolute_error(X, Y), "x"), given)["x_bar"] == 0).all()


def test_a_target_of_another_shape_is_refused() -> None:
    for loss in (huber, smooth_l1, mean_absolute_error):
        with pytest.raises(ExtentMismatch, match="target y"):
            loss(X, Tensor("y", Index("k", "K")))
