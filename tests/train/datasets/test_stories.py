"""Generated stories: the fact and the answer, read off by a loop; the words; equal draws."""

import numpy as np

from symnet.train.datasets import stories
from symnet.train.datasets.stories import ACTORS, PLACES


def test_fact_and_answer() -> None:
    found = stories(np.random.default_rng(3), 200, sentences=7)
    assert found.actors.shape == found.places.shape == (200, 7)
    for n, asked in enumerate(found.asked):
        last = [i for i in range(7) if found.actors[n, i] == asked][-1]
        assert (found.fact[n], found.answer[n]) == (last, found.places[n, last])


def test_every_actor_that_occurs_is_asked_for_equally() -> None:
    """Two of three sentences are the first actor's: it is still asked for in half of the draws."""
    found = stories(np.random.default_rng(0), 40_000, sentences=3)
    once = np.sort(found.actors, axis=1)
    twice = (once[:, 0] == once[:, 1]) != (once[:, 1] == once[:, 2])
    common = once[:, 1] == found.asked
    assert abs(float(common[twice].mean()) - 0.5) < 0.02


def test_all_numbers_occur() -> None:
    found = stories(np.random.default_rng(1), 500)
    assert set(found.actors.ravel()) == set(found.asked) == set(range(len(ACTORS)))
    assert set(found.places.ravel()) == set(found.answer) == set(range(len(PLACES)))
    assert set(found.fact) == set(range(8))


def test_words_and_their_counts() -> None:
    found = stories(np.random.default_rng(2), 5)
    assert found.counts.shape == (5, 8, 11) and (found.counts.sum(axis=-1) == 2).all()
    vocabulary = (*ACTORS, *PLACES)
    for sentence, row in zip(found.sentences(4), found.counts[4], strict=True):
        actor, place = (vocabulary[k] for k in np.flatnonzero(row))
        assert sentence == f"{actor} went to the {place}"


def test_equal_generators_draw_equal_stories() -> None:
    one, two = (stories(np.random.default_rng(5), 20) for _ in range(2))
    for name in ("actors", "places", "asked", "answer", "fact"):
        assert (getattr(one, name) == getattr(two, name)).all()
