"""Brackets: settled where the ranges decide, and only there."""

from symnet.calculus.affine import affine, of_extent, of_index
from symnet.calculus.brackets import (
    at_least_zero,
    compared,
    differs_from_zero,
    equals_zero,
    negation,
)
from symnet.calculus.convert import read
from symnet.calculus.nodes import UNITY, ZERO, number
from symnet.notation import Index, Tensor, extent

N = extent("N")
n, m, i = Index("n", N), Index("m", N), Index("i", 3)


def only(p: object) -> object:
    ((_, term),) = p.terms
    ((node, _),) = term.factors
    return node


def test_what_the_ranges_decide() -> None:
    assert at_least_zero(of_index(n)) is UNITY
    assert at_least_zero(of_extent(N).plus(-1) - of_index(n)) is UNITY
    assert at_least_zero(of_index(i).plus(-3)) is ZERO
    assert equals_zero(of_index(i).plus(-3)) is ZERO
    assert differs_from_zero(of_index(i).plus(1)) is UNITY
    assert equals_zero(affine(())) is UNITY


def test_what_they_do_not_decide() -> None:
    for p in (at_least_zero(of_index(n).plus(-1)), equals_zero(of_index(n) - of_index(m))):
        assert p is not UNITY and p is not ZERO


def test_one_end_is_an_equality() -> None:
    assert at_least_zero(of_index(i).times(-1)) is equals_zero(of_index(i))


def test_an_equality_has_one_sign() -> None:
    gap = of_index(n) - of_index(m)
    assert equals_zero(gap) is equals_zero(gap.times(-1))


def test_a_negation_is_the_other_bracket_and_back() -> None:
    for p in (at_least_zero(of_index(n) - of_index(m)), equals_zero(of_index(n) - of_index(m))):
        assert negation(only(negation(only(p)))) is p


def test_values_are_compared_where_both_are_known() -> None:
    x = read(Tensor("x", n)[n])
    assert compared("<", number(1), number(2)) is UNITY
    assert compared("==", number(1), number(2)) is ZERO
    assert compared("<=", x, x) is UNITY and compared("<", x, x) is ZERO
    strict = compared("<", x, number(0))
    assert strict is not UNITY and strict is not ZERO
    assert negation(only(strict)) is compared("<=", number(0), x)
