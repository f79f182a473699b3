"""Products under sums: which index goes first, traces, norms, and what has no matrix product."""

from fractions import Fraction

import pytest

from symnet.notation import Index, Tensor
from symnet.render.matrix.product import contract
from symnet.render.matrix.text import Dress, matrix_text
from symnet.render.matrix.tree import Eye, Leaf, Matrix, NoMatrixForm, added

i, j, k, l = Index("i", "I"), Index("j", "J"), Index("k", "K"), Index("l", "L")
ONE, TWO = Fraction(1), Fraction(2)


def leaf(name: str, *axes: Index) -> Leaf:
    rows, cols = (*axes, None, None)[:2]
    return Leaf(rows, cols, Tensor(name, *axes), (None,) * len(axes))


def shown(factors: list[Matrix], *bound: Index) -> str:
    return matrix_text(contract([(f, ONE) for f in factors], bound), Dress())


def test_chains_and_outer_products() -> None:
    assert shown([leaf("A", i, j), leaf("B", j, k), leaf("C", k, l)], j, k) == "A B C"
    assert shown([leaf("a", i), leaf("b", j)]) == "a b^T"
    assert shown([leaf("A", i, j), leaf("B", k, j), leaf("v", j)], j) == "A diag(v) B^T"


def test_entries_first_where_two_share_both_indices() -> None:
    assert shown([leaf("P", i, j), leaf("V", j, k), leaf("G", i, k)], j, k) == "(G * (P V)) 1"


def test_scalars_of_every_kind() -> None:
    assert shown([leaf("a", i), leaf("A", i, j), leaf("b", j)], i, j) == "a^T A b"
    assert matrix_text(contract([(leaf("A", i, j), TWO)], (i, j)), Dress()) == "||A||_F^2"
    assert matrix_text(contract([(leaf("a", i), TWO)], (i,)), Dress()) == "||a||^2"
    difference = added([(False, leaf("A", i, j)), (True, leaf("B", i, j))], i, j)
    assert matrix_text(contract([(difference, TWO)], (i, j)), Dress()) == "||A - B||_F^2"
    assert shown([leaf("A", i, j), leaf("B", i, j), leaf("C", i, j)], i, j) == "1^T (A * B * C) 1"


def test_a_delta_makes_a_diagonal_matrix() -> None:
    assert shown([Eye(i, j), leaf("v", i)]) == "diag(v)"
    assert (
        shown([Eye(i, j), leaf("v", i), leaf("A", i, j), leaf("u", j)]) == "diag(v * u * diag(A))"
    )
    assert shown([Eye(i, j)]) == "I"


def test_what_has_no_matrix_product() -> None:
    three = [leaf("A", i, j), leaf("B", i, k), leaf("C", i, l)]
    with pytest.raises(NoMatrixForm, match="three matrices meet at the summed index i"):
        shown(three, i)
    with pytest.raises(NoMatrixForm, match="more than two axes"):
        shown([leaf("a", i), leaf("b", j), leaf("c", k)])
    assert shown(three, i, j, k, l) == "1^T C^T ((A 1) * (B 1))"
