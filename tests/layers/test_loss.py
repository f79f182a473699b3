"""Losses: what fits, and what is refused."""

import pytest

from symnet.layers import (
    add,
    binary_cross_entropy,
    l2_penalty,
    labels,
    mean_squared_error,
    softmax_cross_entropy,
)
from symnet.notation import ExtentMismatch, GraphError, Index, IndexMismatch, Tensor

N, K = Index("n", "N"), Index("k", "K")
X = Tensor("x", N, K)


def test_labels_are_integers_below_the_number_of_classes() -> None:
    t = labels(X)
    assert t.is_integer_valued
    assert (str(t.below), [str(e) for e in t.shape]) == ("K", ["N"])


def test_loss_without_batch_axis() -> None:
    x = Tensor("x", K)
    assert softmax_cross_entropy(x, labels(x)).output.order == 0
    assert softmax_cross_entropy(x, Tensor("y", K)).output.order == 0
    assert mean_squared_error(Tensor("x"), Tensor("y")).output.order == 0


def test_target_with_wrong_order_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="target y has 1 axes, expected 2"):
        softmax_cross_entropy(X, Tensor("y", N))
    with pytest.raises(IndexMismatch, match="target t has 2 axes, expected 1"):
        softmax_cross_entropy(X, Tensor("t", N, K, assume="integer", below="K"))


@pytest.mark.parametrize("loss", [softmax_cross_entropy, mean_squared_error, binary_cross_entropy])
def test_target_with_wrong_extent_is_refused(loss) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ExtentMismatch, match=r"target y has extents \(N, J\), expected \(N, K\)"):
        loss(X, Tensor("y", N, Index("j", "J")))


def test_penalty_of_nothing_is_refused() -> None:
    with pytest.raises(GraphError, match="no tensor"):
        l2_penalty([], 1e-4)


def test_only_scalars_are_added_up() -> None:
    with pytest.raises(IndexMismatch, match="x has 2 axes"):
        add(X)
