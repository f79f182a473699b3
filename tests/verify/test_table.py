"""A table computes an entry once, when it is read first, and takes only arrays that fit."""

import numpy as np
import pytest

from symnet.notation import GraphError, Index, ShapeMismatch, Tensor
from symnet.verify import FLOAT64, digits
from symnet.verify.table import Table

n, k = Index("n", "N"), Index("k", "K")


def test_an_entry_is_computed_once():
    table = Table(Tensor("x", n, k), (2, 3))
    table.empty()
    asked = []
    table.compute = lambda place: asked.append(tuple(place)) or sum(place)
    assert table.read((1, 2)) == 3 and table.read((1, 2)) == 3 and table.read((0, 0)) == 0
    assert asked == [(1, 2), (0, 0)]
    assert table.values == [0, None, None, None, None, 3]


def test_an_entry_that_needs_itself():
    table = Table(Tensor("x", n), (2,))
    table.empty()
    table.compute = lambda place: table.read((1 - place[0],))
    with pytest.raises(GraphError, match=r"x\[0\] is defined by its own value \(a cycle\)"):
        table.read((0,))


def test_a_table_without_a_rule():
    table = Table(Tensor("x"), ())
    table.empty()
    with pytest.raises(ShapeMismatch, match="no array is given for x"):
        table.read(())


def test_arrays_are_taken_row_by_row():
    table = Table(Tensor("x", n, k), (2, 3))
    table.fill(np.arange(6).reshape(2, 3), None, FLOAT64)
    assert table.read((1, 0)) == 3.0 and isinstance(table.read((1, 0)), float)
    table.fill(np.ones((2, 3), dtype=bool), None, digits(30))
    assert table.read((0, 0)) == 1


def test_arrays_that_do_not_fit():
    table = Table(Tensor("t", n, assume="integer"), (2,))
    for array, below, words in (
        (np.zeros(3, int), None, r"t has shape \(3,\), expected \(2,\)"),
        (np.zeros(2), None, "t holds float64, expected integers"),
        (np.array([0, -1]), None, r"t\[1\] is -1, expected an integer 0 or more"),
        (np.array([4, 0]), 4, r"t\[0\] is 4, expected an integer 0 \.\. 3"),
    ):
        with pytest.raises(ShapeMismatch, match=words):
            table.fill(array, below, FLOAT64)
