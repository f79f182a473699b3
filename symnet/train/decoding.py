"""Answers written one id after the other, by what a model says of the next one.

    log p(y) = sum_t log p(y[t] | y[0] .. y[t-1])        beam: keep the `width` best beginnings

A width of 1 is greedy decoding. A beam that is wide enough for all strings finds the likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Memory = Mapping[str, Array]
Step = Callable[[Array, int, Memory], tuple[Array, Memory]]


def beam(
    step: Step, memory: Memory, start: int, count: int, length: int, width: int = 1
) -> tuple[Array, Array]:
    """The best of `width` answers for each of `count` questions (count, length), and log p.

    step(read, place, memory) -> (log p (M, V), memory): ids read (M,), the place of what is written
    next, and log-probabilities of it; M = count width. Arrays of `memory` have one row for each
    question; they are repeated and follow the answers they belong to. `start` is read first.
    """
    kept = {name: a.repeat(width, axis=0) for name, a in memory.items()}
    answers = np.full((count, width, 1), start)
    scores = np.where(np.arange(width) == 0, 0.0, -np.inf) * np.ones((count, 1))
    for place in range(length):
        found, new = step(answers[..., -1].ravel(), place, kept)
        total = (scores[..., None] + found.reshape(count, width, -1)).reshape(count, -1)
        best = np.argsort(-total, axis=1, kind="stable")[:, :width]
        scores = np.take_along_axis(total, best, axis=1)
        parent, written = np.divmod(best, found.shape[1])
        own = np.take_along_axis(answers, parent[..., None], axis=1)
        answers = np.concatenate([own, written[..., None]], axis=2)
        rows = (parent + width * np.arange(count)[:, None]).ravel()
        kept = dict(new) if width == 1 else {name: a[rows] for name, a in new.items()}
    return answers[:, 0, 1:], scores[:, 0]
