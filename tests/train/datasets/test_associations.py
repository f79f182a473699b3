"""Associative recall: distinct keys, the value of the asked one, equal draws, what is refused."""

import numpy as np
import pytest

from symnet.notation import TrainingError
from symnet.train.datasets import associations


def test_keys_are_distinct_and_the_answer_is_the_value() -> None:
    found = associations(np.random.default_rng(3), 300, pairs=5, keys=9, values=4)
    assert found.keys.shape == found.values.shape == (300, 5)
    for n in range(300):
        given = dict(zip(found.keys[n], found.values[n], strict=True))
        assert len(given) == 5 and given[found.asked[n]] == found.answer[n]


def test_all_numbers_occur_equally() -> None:
    found = associations(np.random.default_rng(0), 16_000)
    for drawn, count in ((found.keys, 16), (found.values, 8), (found.place, 8), (found.asked, 16)):
        share = np.bincount(drawn.ravel(), minlength=count) / drawn.size
        assert share.shape == (count,) and np.abs(share * count - 1).max() < 0.15


def test_equal_generators_draw_equal_samples() -> None:
    one, two = (associations(np.random.default_rng(5), 20) for _ in range(2))
    assert (one.keys == two.keys).all() and (one.answer == two.answer).all()


def test_more_pairs_than_keys() -> None:
    with pytest.raises(TrainingError, match="17 pairs"):
        associations(np.random.default_rng(0), 1, pairs=17)
