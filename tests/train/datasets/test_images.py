"""The digits, and the message when scikit-learn is not there."""

import sys

import numpy as np
import pytest

from symnet.notation import TrainingError
from symnet.train.datasets import digits


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
