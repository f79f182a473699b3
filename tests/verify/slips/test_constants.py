"""Fitted numbers and their names."""

from fractions import Fraction

import pytest

from symnet.verify.slips.constants import Coefficient, named
from symnet.verify.slips.writing import Writer

SIZES = [("N", [3.0, 4.0]), ("D", [5.0, 2.0]), ("lam", [0.7, -0.3])]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([2.0, 2.0], "2"),
        ([0.5, 0.5], "1/2"),
        ([-1.5, -1.5], "-(3/2)"),
        ([1 / 3, 1 / 4], "1/N"),
        ([2 / 3, 2 / 4], "2/N"),
        ([9.0, 16.0], "N**2"),
        ([3**0.5, 2.0], "np.sqrt(N)"),
        ([1.4, -0.6], "2*lam"),
        ([1 / 15, 1 / 8], "1/N/D"),
        ([0.7 / 3, -0.3 / 4], "lam/N"),
    ],
)
def test_short_names(values: list[float], shown: str) -> None:
    found = named(values, SIZES)
    assert found is not None
    assert Writer("", "numpy").written(found.node("numpy")) == shown


def test_no_name() -> None:
    assert named([0.1234567, 9.87], SIZES) is None
    assert named([float("nan")] * 2, SIZES) is None


def test_one() -> None:
    assert named([1.0, 1.0], SIZES) == Coefficient(Fraction(1))
    assert Coefficient(Fraction(1)).is_one
