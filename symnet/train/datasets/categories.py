"""A language of hidden categories: which words may follow is decided by the category alone.

    c[t+1] is one of the two successors of c[t], each with probability 1/2
    word[t] is one of the words of c[t], uniformly:  word = size c + (0 .. size-1)

The order of sentences tells which words belong together, so a tagger can learn a category from a
word that nobody labelled. Knowing the category, a word costs log(size) nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import TrainingError

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Language:
    """`successors` (C, 2): the two categories that may follow each; `size` words in each."""

    successors: Array
    size: int

    @property
    def words(self) -> int:
        return len(self.successors) * self.size

    def categories(self, words: Array) -> Array:
        """The category of each word."""
        return np.asarray(words // self.size)

    def sentences(self, generator: np.random.Generator, count: int, length: int) -> Array:
        """Words (count, length); the first category of a sentence is drawn uniformly."""
        chosen = np.empty((count, length), np.intp)
        chosen[:, 0] = generator.integers(len(self.successors), size=count)
        turn = generator.integers(2, size=(count, length))
        for t in range(1, length):
            chosen[:, t] = self.successors[chosen[:, t - 1], turn[:, t]]
        return chosen * self.size + generator.integers(self.size, size=(count, length))


def language(generator: np.random.Generator, categories: int = 8, size: int = 12) -> Language:
    """A language whose pairs of distinct successors are drawn uniformly.

    Every category follows another one: successors are drawn again until this is so.
    Raises TrainingError for fewer than two categories or no words.
    """
    if categories < 2 or size < 1:
        raise TrainingError(
            f"language: {categories} categories of {size} words; expected 2 of 1 at least"
        )
    while True:
        successors = generator.random((categories, categories)).argsort(axis=1)[:, :2]
        if len(np.unique(successors)) == categories:
            return Language(successors, size)
