"""The primes are what they are said to be; powers, signs, reciprocals, random functions."""

import numpy as np
import pytest
import sympy

from symnet.verify.models.residues import PRIMES, Residues, fields_for

P = PRIMES[0][0]
SALTS = np.array([1, 2, 3], dtype=np.uint64)


@pytest.mark.parametrize(("p", "small"), PRIMES)
def test_primes(p: int, small: int) -> None:
    """p and (p-1)/2 prime, p = 7 mod 8, all primes below `small` squares, products fit in int64."""
    assert sympy.isprime(p)
    assert sympy.isprime((p - 1) // 2)
    assert p % 8 == 7
    assert pow(p - 1, (p - 1) // 2, p) == p - 1
    assert all(pow(q, (p - 1) // 2, p) == 1 for q in sympy.primerange(small))
    assert 2 * (p - 1) ** 2 < 2**63


def test_fields_for_large_primes() -> None:
    """A field is chosen in which a large prime is a square, and does not vanish."""
    for number in (61, 97, 1009, 61 * 97, P, 6 * P):
        found = fields_for([number], 2)
        assert len(found) == 2
        assert all(pow(number, (p - 1) // 2, p) == 1 for p in found)
    assert P not in fields_for([P], 3)
    assert fields_for(range(1, 50), 1) == [P]


@pytest.fixture
def field() -> Residues:
    return Residues(P)


def test_powers(field: Residues, rng: np.random.Generator) -> None:
    x = rng.integers(1, P, size=50)
    for n in (0, 1, 2, 7, 1000, P - 1):
        assert (field.raised(x, n) == [pow(int(v), n, P) for v in x]).all()
    exponents = rng.integers(0, P, size=50)
    expected = [pow(int(v), int(n), P) for v, n in zip(x, exponents, strict=True)]
    assert (field.raised(x, exponents) == expected).all()


def test_reciprocals_and_rationals(field: Residues, rng: np.random.Generator) -> None:
    x = rng.integers(1, P, size=50)
    assert (field.times(x, field.reciprocal(x)) == 1).all()
    assert field.reciprocal(np.array([0])) == 0
    assert field.rational(-3, 7) * 7 % P == P - 3
    big = field.times(np.full(3, P - 1), np.full(3, P - 1))
    assert (big == 1).all()


def test_signs(field: Residues, rng: np.random.Generator) -> None:
    x, y = rng.integers(1, P, size=(2, 50))
    assert (field.sign(field.times(x, x)) == 1).all()
    assert (field.sign(P - x) == -field.sign(x)).all()
    assert (field.sign(field.times(x, y)) == field.sign(x) * field.sign(y)).all()
    assert field.sign(np.array([0])) == 0
    assert 15 < (field.sign(x) == 1).sum() < 35


def test_roots_of_squares_are_unique(field: Residues, rng: np.random.Generator) -> None:
    x = rng.integers(1, P, size=50)
    square = field.times(x, x)
    for a, b in ((1, 2), (1, 3), (-1, 2), (3, 2), (5, 7)):
        root = field.raised(square, field.root_exponent(a, b))
        assert (field.sign(root) == 1).all()
        back = field.raised(root, b)
        assert (back == field.raised(square, a % (P - 1))).all()


def test_scrambled_is_a_function_of_value_tag_and_salt(field: Residues) -> None:
    x = np.array([[5, 6], [5, 6], [5, 7]])
    made = field.scrambled(x, 1, SALTS)
    assert made.shape == (3, 2)
    assert len(np.unique(made)) == 6
    assert (made == field.scrambled(x, 1, SALTS)).all()
    assert (made != field.scrambled(x, 2, SALTS)).all()
    assert made.min() > 0 and made.max() < P
    assert field.scrambled(np.array([[5]]), 1, SALTS).shape == (3, 1)
