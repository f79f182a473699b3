"""Bounds of index expressions, whatever the extents; equal expressions are one object."""

import pytest
import sympy

from symnet.calculus.affine import affine, bound_index, largest, of_extent, of_index, smallest
from symnet.notation import Index, extent

N, M = extent("N"), extent("M")
n, m, i = Index("n", N), Index("m", M), Index("i", 4)


def test_equal_expressions_are_one_object() -> None:
    assert of_index(n) + of_index(m) is affine([(m, 1), (n, 1)])
    assert of_index(n) - of_index(n) is affine(())
    assert affine([(n, 2), (n, -2)], 3) is affine((), 3)
    assert bound_index(1, 0, N) is bound_index(1, 0, N)
    assert bound_index(1, 0, N) is not bound_index(1, 0, M)


@pytest.mark.parametrize(
    ("e", "low", "high"),
    [
        (of_index(i), 0, 3),
        (of_index(i).times(-2).plus(1), -5, 1),
        (of_index(n), 0, None),
        (of_index(n).times(-1), None, 0),
        (of_extent(N - 1) - of_index(n), 0, None),
        (of_extent(N) - of_extent(M), None, None),
        (of_extent(N * M - 1), 0, None),
    ],
)
def test_bounds(e: object, low: int | None, high: int | None) -> None:
    assert (smallest(e), largest(e)) == (low, high)


@pytest.mark.parametrize("part", [sympy.floor(N / 2), sympy.floor((N - M) / 2), M - N / 2, N / 2])
def test_a_part_that_may_be_0_or_less_is_not_taken_for_1(part: sympy.Expr) -> None:
    """floor(N/2) - 1 is negative for N = 1."""
    low = smallest(of_extent(part - 1))
    assert low is None or low < 0


def test_an_index_over_a_part_cancels_its_extent() -> None:
    half = Index("h", sympy.floor(N / 2) + 1)
    assert smallest(of_extent(half.extent - 1) - of_index(half)) == 0
