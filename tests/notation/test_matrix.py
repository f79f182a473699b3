"""Heads of a whole matrix: only alone, only of a square named matrix."""

from __future__ import annotations

import pytest

from symnet.notation import (
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Inverse,
    Tensor,
    UnsupportedExpression,
    define,
    det,
    entries,
    free_indices,
    inverse,
    logdet,
    rename,
    same_up_to_bound,
)

B, I, J, P, Q = (Index(x, "D") for x in "bijpq")
X = Tensor("X", B, P, Q)
X_INV = Tensor("X_inv", B, I, J)


def test_an_inverse_is_a_definition_of_its_own() -> None:
    d = define(X_INV[B, I, J], inverse(X[B, P, Q], (P, Q), at=(I, J)))
    graph = Graph(d, inputs=[X])
    assert str(graph) == "X_inv[b,i,j] = inv[p,q](X[b,p,q])[i,j]"
    assert [e.tensor for e in entries(d.expression)] == [X]
    assert free_indices(d.expression) == {B, I, J}


def test_a_head_inside_of_an_expression_is_refused() -> None:
    log_det = Tensor("l", B)
    with pytest.raises(UnsupportedExpression, match=r"l\[b\]: logdet.*definition of its own"):
        define(log_det[B], 2 * logdet(X[B, P, Q], (P, Q)))


def test_the_base_of_a_recurrence_is_no_head() -> None:
    t = Index("t", "T", sequential=True)
    A, d = Tensor("A", P, Q), Tensor("d", t)
    with pytest.raises(UnsupportedExpression, match="definition of its own"):
        define(d[t], 2 * d[t - 1], base=det(A[P, Q], (P, Q)))


def test_only_a_named_square_matrix_is_taken() -> None:
    k = Index("k", "K")
    Y = Tensor("Y", P, k)
    with pytest.raises(ExtentMismatch, match="D rows and K columns"):
        det(Y[P, k], (P, k))
    with pytest.raises(UnsupportedExpression, match="named matrix"):
        det(2 * X[B, P, Q], (P, Q))
    with pytest.raises(UnsupportedExpression, match="named matrix"):
        det(X[P, P, Q], (P, Q))
    with pytest.raises(IndexMismatch, match="i does not stand"):
        det(X[B, P, Q], (P, I))


def test_an_index_that_arrives_in_a_slot_is_not_captured() -> None:
    head = inverse(X[B, P, Q], (P, Q), at=(I, J))
    rows, columns = head.bound
    moved = rename(head, {I: rows, J: columns})
    assert moved.at == (rows, columns)
    assert not set(moved.bound) & {rows, columns}


def test_rows_are_not_columns() -> None:
    head = inverse(X[B, P, Q], (P, Q), at=(I, J))
    transposed = inverse(X[B, P, Q], (Q, P), at=(I, J))
    assert same_up_to_bound(head, Inverse(head.body, *head.bound))
    assert same_up_to_bound(head, inverse(X[B, P, Q], (P, Q), at=(I, J)))
    assert not same_up_to_bound(head, transposed)
