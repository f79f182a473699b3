"""Scaling: mean 0 and deviation 1, of the training data only; back again; constant columns."""

from pathlib import Path

import numpy as np
import pytest

from symnet.notation import ShapeMismatch, TrainingError
from symnet.train.scaling import BLOCK, scaling


@pytest.mark.parametrize("shape", [(1,), (7, 3), (2 * BLOCK + 1, 2), (5, 2, 3), (9,)])
def test_by_the_formula(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    x = rng.normal(100, 20, shape)
    found = scaling(x)
    assert found.mean == pytest.approx(x.mean(0), abs=1e-11)
    if len(x) > 1:
        assert found.deviation == pytest.approx(x.std(0))
        assert found(x).std(0) == pytest.approx(np.ones(shape[1:]))
    assert found(x).mean(0) == pytest.approx(np.zeros(shape[1:]), abs=1e-10)
    assert found.inverse(found(x)) == pytest.approx(x)


def test_other_samples_have_no_say() -> None:
    found = scaling([[0.0, 10.0], [2.0, 30.0]])
    assert found([[5.0, 20.0]]).tolist() == [[4.0, 0.0]]


def test_a_constant_column_becomes_0() -> None:
    """Also one whose mean is not exact: three times 0.1 is not 0.3."""
    found = scaling([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]])
    assert found.deviation[0] == 1.0
    assert found([[0.1, 2.0], [1.1, 2.0]]).tolist() == [[0.0, 0.0], [1.0, 0.0]]


def test_a_file_and_integers(tmp_path: Path, rng: np.random.Generator) -> None:
    x = rng.integers(0, 256, (3 * BLOCK, 2)).astype(np.uint8)
    np.save(tmp_path / "x.npy", x)
    found = scaling(np.load(tmp_path / "x.npy", mmap_mode="r"))
    assert found.mean == pytest.approx(x.mean(0)) and found.deviation == pytest.approx(x.std(0))


def test_refusals() -> None:
    for x in (np.zeros((0, 2)), 3.0, ["a"], np.zeros((2, 0))):
        with pytest.raises(TrainingError, match="expected samples of real numbers"):
            scaling(x)
    for bad in (np.nan, np.inf, 1e200):
        with pytest.raises(TrainingError, match="not finite, or too large"):
            scaling([[bad], [1.0]])
    with pytest.raises(ShapeMismatch, match=r"samples of shape \(3,\), expected \(2,\)"):
        scaling(np.zeros((4, 2)))(np.zeros((4, 3)))
    with pytest.raises(ShapeMismatch, match="expected"):
        scaling(np.zeros((4, 2))).inverse(1.0)
