"""The digits, the message when scikit-learn is not there, and shifts between pixels."""

import sys

import numpy as np
import pytest

from symnet.notation import TrainingError
from symnet.train.datasets import digits, shifted


def test_digits_are_the_stratified_split() -> None:
    train, test = digits(0)
    assert train["x"].shape == (1347, 64)
    assert test["x"].shape == (450, 64)
    assert train["x"].min() == 0.0
    assert train["x"].max() == 1.0
    assert np.bincount(test["t"]).min() >= 43
    assert (digits(1)[1]["t"] != test["t"]).any()


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(TrainingError, match=r"pip install 'symnet\[data\]'"):
        digits(0)


def test_a_shift_by_a_pixel_moves_down_and_right_and_brings_in_zeros() -> None:
    x = np.random.default_rng(0).random((2, 3, 4))
    found = shifted(x, np.array([[1.0, 0.0], [0.0, -1.0]]))
    np.testing.assert_array_equal(found[0], np.vstack([np.zeros((1, 4)), x[0, :2]]))
    np.testing.assert_array_equal(found[1], np.hstack([x[1, :, 1:], np.zeros((3, 1))]))


def test_a_shift_between_pixels_is_linear_along_each_axis() -> None:
    x = np.zeros((1, 5, 5))
    x[0, 2, 2] = 1.0
    expected = np.zeros((5, 5))
    expected[1:3, 2:4] = [[0.25 * 0.6, 0.25 * 0.4], [0.75 * 0.6, 0.75 * 0.4]]
    np.testing.assert_allclose(shifted(x, np.array([[-0.25, 0.4]]))[0], expected, atol=1e-15)
    np.testing.assert_array_equal(shifted(x, np.zeros((1, 2))), x)


def test_a_shift_of_more_than_a_pixel_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"a shift of 1\.5 pixels; expected at most 1"):
        shifted(np.zeros((1, 2, 2)), np.array([[0.0, -1.5]]))
