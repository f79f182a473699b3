"""n-grams: the formula by hand, a distribution for each context, the figures of the text."""

import sys

import numpy as np
import pytest

from symnet.notation import ShapeMismatch
from symnet.train.datasets import documentation, ngram_bits


def test_by_hand() -> None:
    """After 0 0 1 0: P_1 = (count + 2/3) / (4 + 2),  P_2(1|0) = (1 + 2 P_1(1)) / (2 + 2)."""
    taught, test = np.array([0, 0, 1, 0]), np.array([0, 1])
    one = (1 + 2 / 3) / 6
    two = (1 + 2 * one) / 4
    assert ngram_bits(taught, test, 2, 3) == pytest.approx([-np.log2(one), -np.log2(two)])


@pytest.mark.parametrize("context", [[0, 1], [1, 1], [2, 2]])
def test_the_probabilities_of_what_may_follow_sum_to_1(context: list[int]) -> None:
    """After a context that was seen, one of which the end was seen, and one never seen."""
    taught = np.array([0, 1, 0, 0, 1, 3, 0, 1, 1])
    bits = [ngram_bits(taught, np.array([*context, s]), 3, 4) for s in range(4)]
    assert np.exp2(-np.array(bits)).sum(0) == pytest.approx([1, 1, 1])


def test_too_short() -> None:
    with pytest.raises(ShapeMismatch, match="2 symbols; expected 3"):
        ngram_bits(np.arange(4), np.arange(2), 3, 4)


def test_the_documentation() -> None:
    text = documentation()
    found = ngram_bits(text.ids[:200_000], text.ids[400_000:420_000], 5, len(text.symbols))
    assert found == sorted(found, reverse=True)
    if sys.version_info[:3] == (3, 11, 7):
        assert found == pytest.approx([4.744, 3.295, 2.699, 2.280, 2.226], abs=2e-3)
