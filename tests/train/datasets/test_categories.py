"""The language of categories: what may follow, how often, equal draws, what is refused."""

import numpy as np
import pytest

from symnet.notation import TrainingError
from symnet.train.datasets import language


def test_a_category_is_followed_by_its_successors_equally_often() -> None:
    spoken = language(np.random.default_rng(1))
    words = spoken.sentences(np.random.default_rng(2), 4000, 16)
    found = spoken.categories(words)
    for c in range(8):
        after = found[:, 1:][found[:, :-1] == c]
        assert set(after) == set(spoken.successors[c])
        assert abs(float((after == after[0]).mean()) - 0.5) < 0.05


def test_words_of_a_category_are_equally_frequent() -> None:
    spoken = language(np.random.default_rng(1), 3, 5)
    words = spoken.sentences(np.random.default_rng(2), 4000, 9)
    assert words.shape == (4000, 9) and spoken.words == 15
    count = np.bincount(words.ravel(), minlength=15).reshape(3, 5)
    assert np.abs(count / count.mean(axis=1, keepdims=True) - 1).max() < 0.1


def test_every_category_occurs() -> None:
    for seed in range(20):
        spoken = language(np.random.default_rng(seed))
        assert set(spoken.successors.ravel()) == set(range(8))
        assert (spoken.successors[:, 0] != spoken.successors[:, 1]).all()


def test_equal_generators_draw_equal_sentences() -> None:
    one, two = (
        language(np.random.default_rng(4)).sentences(np.random.default_rng(5), 20, 6)
        for _ in range(2)
    )
    assert (one == two).all()


def test_a_single_category() -> None:
    with pytest.raises(TrainingError, match="1 categories"):
        language(np.random.default_rng(0), 1)
