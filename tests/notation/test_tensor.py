"""Tensors, entries and their slots: what is equal, and what is refused where it is written."""

import pytest
import sympy

from symnet.notation import (
    Entry,
    ExtentMismatch,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    extent,
)

n, d = Index("n", "N"), Index("d", "D")
x = Tensor("x", n, d)


def test_shape_and_order():
    assert x.shape == (extent("N"), extent("D")) and x.order == 2
    assert Tensor("s").shape == ()
    assert str(x[n, d]) == "x[n,d]" and str(Tensor("s")[()]) == "s"


def test_entries_are_scalars_of_sympy():
    assert x[n, d] + x[n, d] == 2 * x[n, d]
    assert x[n, d] - x[n, d] == 0
    assert (x[n, d] ** 2).is_nonnegative
    assert x.at() == x[n, d]


@pytest.mark.parametrize("name", ["", "2x", "a b", "a.b", "__import__", "lambda", "x" + "\n"])
def test_a_name_is_an_identifier(name):
    with pytest.raises(UnsupportedExpression, match="expected an identifier"):
        Tensor(name)


def test_assumptions_are_known_words():
    assert Tensor("y", n, assume=("one_hot", "simplex")).assume == {"one_hot", "simplex"}
    with pytest.raises(UnsupportedExpression, match="unknown assumption 'onehot'; known are"):
        Tensor("y", n, assume="onehot")


def test_axes_are_indices():
    with pytest.raises(UnsupportedExpression, match="Index objects"):
        Tensor("y", "n")


def test_equality_is_by_name_letters_extents_and_assumptions():
    other = Tensor("x", Index("n", "N"), Index("d", "D"))
    assert x == other and hash(x) == hash(other)
    assert x != Tensor("x", n)
    assert x != Tensor("x", n, Index("d", "K"))
    assert x != Tensor("x", n, d, assume="positive")
    assert Tensor("t", n, assume="integer", below=3) != Tensor("t", n, assume="integer", below="K")
    assert Tensor("t", n) != Tensor(
        "t", Index("n", sympy.Symbol("N", integer=True, positive=True) + 1)
    )


def test_equal_tensors_can_be_ordered_by_sympy():
    """SymPy compares the contents of atoms of one class; None and extents have no order."""
    twin = Tensor("x", Index("n", "N"), Index("d", "D"))
    i, j = Index("i", "N"), Index("j", "D")
    assert x.compare(twin) == 0
    e = Entry(x, i, j) * Entry(twin, n, d) + Entry(twin, i, d) * Entry(x, n, j)
    assert len(e.args) == 2


def test_like_makes_fresh_indices_of_the_same_extents():
    y = x.like("y", assume="positive")
    assert y.shape == x.shape and y.assume == {"positive"}
    assert not set(y.indices) & set(x.indices)


# -- slots ------------------------------------------------------------------------------------


def test_the_number_of_slots_is_the_order():
    with pytest.raises(IndexMismatch, match=r"x: 1 indices given, expected 2 \(n, d\)"):
        x[n]
    with pytest.raises(IndexMismatch, match="s: 1 indices given, expected 0"):
        Tensor("s")[n]


def test_an_index_of_another_extent_is_refused():
    with pytest.raises(ExtentMismatch, match="axis 0 of x has extent N, index d runs to D"):
        x[d, d]


def test_slots_may_be_affine_or_gathered():
    t = Tensor("t", n, assume="integer", below="D")
    assert str(x[n, 2 * d - 1]) == "x[n,2*d - 1]"
    assert str(x[0, t[n]]) == "x[0,t[n]]"
    assert not x[0, t[n]].is_plain and not x[n, 0].is_plain
    square = Tensor("a", n, Index("m", "N"))
    assert not square[n, n].is_plain


@pytest.mark.parametrize("slot", ["d", 1.5, None, True, slice(None)])
def test_other_slots_are_refused(slot):
    with pytest.raises(UnsupportedExpression, match="is not an index"):
        x[n, slot]
