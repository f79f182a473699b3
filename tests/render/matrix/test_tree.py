"""Nodes of a matrix formula: transposes are pushed in where that is shorter, shapes fit."""

from fractions import Fraction

import pytest

from symnet.notation import Index, Tensor
from symnet.render.matrix.text import Dress, matrix_text
from symnet.render.matrix.tree import (
    Leaf,
    NoMatrixForm,
    Ones,
    Transposed,
    added,
    hadamard,
    negative,
    number,
    oriented,
    price,
    scaled,
    spread,
    times,
    transposed,
)

n, d, k = Index("n", "N"), Index("d", "D"), Index("k", "K")
X = Leaf(n, d, Tensor("X", n, d), (None, None))
Y = Leaf(n, d, Tensor("Y", n, d), (None, None))
W = Leaf(d, k, Tensor("W", d, k), (None, None))
v = Leaf(n, None, Tensor("v", n), (None,))
ONE, TWO = Fraction(1), Fraction(2)


def shown(m) -> str:
    return matrix_text(m, Dress())


def test_a_product_turns_its_factors_round() -> None:
    assert shown(transposed(times(X, W))) == "W^T X^T"
    assert transposed(transposed(times(X, W))) == times(X, W)


def test_a_sum_is_turned_as_a_whole_where_that_is_shorter() -> None:
    both = added([(False, X), (True, Y)], n, d)
    assert shown(transposed(both)) == "(X - Y)^T"
    assert transposed(transposed(both)) == both
    assert isinstance(transposed(both), Transposed)
    other = added([(False, transposed(X)), (True, transposed(Y))], d, n)
    assert shown(transposed(other)) == "X - Y"


def test_a_minus_stays_in_front_of_a_transpose() -> None:
    assert shown(transposed(added([(True, times(X, W))], n, k))) == "-W^T X^T"


def test_numbers_come_out_in_front() -> None:
    twice = scaled(TWO, (), X)
    assert shown(times(twice, scaled(TWO, (), W))) == "4 X W"
    assert shown(hadamard([(twice, TWO)], n, d)) == "4 X.^2"
    assert shown(hadamard([(added([(True, X)], n, d), ONE), (Y, ONE)], n, d)) == "-X * Y"
    assert negative(scaled(-TWO, (), X)) == (True, twice)


def test_equal_factors_become_a_power() -> None:
    assert shown(hadamard([(X, ONE), (X, ONE)], n, d)) == "X.^2"
    assert shown(hadamard([(X, ONE), (Y, -ONE)], n, d)) == "X/Y"


def test_what_lacks_an_axis_is_repeated_along_it() -> None:
    assert shown(spread(v, n, d)) == "v 1^T"
    assert shown(spread(v, k, n)) == "1 v^T"
    assert shown(spread(number(3), n, d)) == "3 1 1^T"
    assert shown(spread(number(0), n, d)) == "0"


def test_vectors_are_free_to_lie() -> None:
    assert price(transposed(v)) == price(Ones(None, n)) == 0
    assert price(transposed(X)) == 1


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(NoMatrixForm, match="do not fit"):
        oriented(X, n, k)
    with pytest.raises(NoMatrixForm, match="not on the left"):
        spread(X, n, None)
