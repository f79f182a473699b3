"""Determinant and inverse by elimination: exact on fractions, right where a pivot must be found."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from symnet.verify.elimination import eliminated


def exactly(rows: list[list[int]]) -> tuple[Fraction, list[list[Fraction]] | None]:
    return eliminated([[Fraction(x) for x in row] for row in rows], Fraction(0), Fraction(1))


def test_fractions_come_out_exactly() -> None:
    det, inverse = exactly([[2, 1], [5, 3]])
    assert det == 1 and inverse == [[3, -1], [-5, 2]]
    det, inverse = exactly([[3]])
    assert det == 3 and inverse == [[Fraction(1, 3)]]


def test_a_zero_on_the_diagonal_is_no_obstacle() -> None:
    det, inverse = exactly([[0, 2], [4, 0]])
    assert det == -8 and inverse == [[0, Fraction(1, 4)], [Fraction(1, 2), 0]]
    det, inverse = exactly([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    assert det == 1 and inverse == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_a_singular_matrix_has_determinant_0_and_no_inverse() -> None:
    assert exactly([[1, 2], [2, 4]]) == (0, None)
    assert exactly([[0]]) == (0, None)


@pytest.mark.parametrize("n", range(1, 7))
def test_floats_agree_with_lapack(n: int, rng: np.random.Generator) -> None:
    a = rng.standard_normal((n, n))
    det, inverse = eliminated(a.tolist(), 0.0, 1.0)
    assert det == pytest.approx(np.linalg.det(a), rel=1e-12)
    np.testing.assert_allclose(inverse, np.linalg.inv(a), rtol=1e-9, atol=1e-12)


def test_pivots_keep_digits() -> None:
    """Without an exchange of rows, 1e-20 as first pivot would leave nothing of the 1 below it."""
    det, inverse = eliminated([[1e-20, 1.0], [1.0, 1.0]], 0.0, 1.0)
    assert det == -1
    np.testing.assert_allclose(inverse, [[-1, 1], [1, 0]], atol=1e-15)


def test_fifty_digits() -> None:
    ctx = mpmath.MPContext()
    ctx.dps = 50
    n = 5
    hilbert = [[1 / ctx.mpf(i + j + 1) for j in range(n)] for i in range(n)]
    det, inverse = eliminated(hilbert, ctx.mpf(0), ctx.mpf(1))
    assert abs(1 / det - 266716800000) < ctx.mpf(10) ** -30
    assert inverse is not None and abs(inverse[0][0] - 25) < ctx.mpf(10) ** -40
