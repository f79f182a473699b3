"""Words put out of sight, to be guessed: the corruption of a masked language model.

    a place is selected with probability 0.15; what is read there is
    [MASK] with probability 0.8, a random word with 0.1, the word itself with 0.1

Source: Devlin et al. 2019, sec. 3.1 and app. A.1. Ours: each place is drawn independently (there,
15 % of the places of each sentence).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def masked_words(
    generator: np.random.Generator,
    ids: Array,
    mask: int,
    first: int,
    below: int,
    share: float = 0.15,
) -> tuple[Array, Array]:
    """(read, selected), both of the shape of `ids`: what the model reads, and 1 where it is judged.

    Words are the numbers first .. below-1; smaller ones are special, and never selected.
    `mask` is the number of [MASK].
    """
    selected = (generator.random(ids.shape) < share) & (ids >= first)
    fate = generator.random(ids.shape)
    random = generator.integers(first, below, size=ids.shape)
    read = np.where(selected & (fate < 0.8), mask, ids)
    read = np.where(selected & (fate >= 0.8) & (fate < 0.9), random, read)
    return read, selected.astype(np.intp)
