"""Decoding: greedy, and by a beam, against all strings there are."""

from itertools import product

import numpy as np
import pytest

from symnet.train.decoding import Memory, Step, beam

IDS, LENGTH, COUNT = 3, 4, 5


def chain(seed: int) -> np.ndarray:
    """log p of the next id, for each question, by the last two ids (IDS: nothing yet)."""
    z = 2 * np.random.default_rng(seed).normal(size=(COUNT, IDS + 1, IDS + 1, IDS))
    return np.asarray(z - np.log(np.exp(z).sum(-1, keepdims=True)))


def step_of(table: np.ndarray) -> Step:
    def step(read: np.ndarray, place: int, memory: Memory) -> tuple[np.ndarray, Memory]:
        which, before = memory["question"], memory["before"]
        return table[which, before, read], {"question": which, "before": read}

    return step


def found(table: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    memory = {"question": np.arange(COUNT), "before": np.full(COUNT, IDS)}
    return beam(step_of(table), memory, IDS, COUNT, LENGTH, width)


def log_p(table: np.ndarray, question: int, answer: tuple[int, ...]) -> float:
    read = (IDS, IDS, *answer)
    return float(sum(table[(question, *read[k : k + 3])] for k in range(LENGTH)))


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_finds_the_likeliest(seed: int) -> None:
    table = chain(seed)
    answers, scores = found(table, IDS ** (LENGTH - 1))
    for k in range(COUNT):
        best = max(product(range(IDS), repeat=LENGTH), key=lambda y: log_p(table, k, y))
        assert tuple(answers[k]) == best
        np.testing.assert_allclose(scores[k], log_p(table, k, best), rtol=0, atol=1e-12)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_the_score_is_that_of_the_answer(width: int) -> None:
    """The memory follows the answer it belongs to."""
    table = chain(7)
    answers, scores = found(table, width)
    own = [log_p(table, k, tuple(answers[k])) for k in range(COUNT)]
    np.testing.assert_allclose(scores, own, rtol=0, atol=1e-12)


def test_a_width_of_one_is_greedy() -> None:
    table = chain(3)
    answers, _ = found(table, 1)
    for k in range(COUNT):
        read = [IDS, IDS]
        for _ in range(LENGTH):
            read.append(int(table[k, read[-2], read[-1]].argmax()))
        assert list(answers[k]) == read[2:]
