"""Interpolated n-grams of a sequence of symbols: the baselines of language models.

    P_0(s) = 1/V
    P_n(s | c) = (count(c s) + kinds(c) P_{n-1}(s | c')) / (count(c) + kinds(c))

c are the n - 1 symbols before s, c' is c without its first one, kinds(c) counts the different
symbols that were seen after c. A context that was never seen leaves P_{n-1}.
Source: Witten & Bell 1991, method C; interpolated as in Chen & Goodman 1999, sec. 2.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnet.notation import ShapeMismatch

Array = np.ndarray[Any, Any]


def ngram_bits(taught: Array, test: Array, order: int, symbols: int) -> list[float]:
    """Bits per symbol of `test` under n-grams of `taught`: unigram first, n = 1 .. order.

    Both are sequences of integers below `symbols`. The first order - 1 symbols of `test` are
    context only, so that all orders are measured on the same symbols.
    Raises ShapeMismatch if `test` has not more than order - 1 symbols.
    """
    if len(test) < order:
        raise ShapeMismatch(f"{len(test)} symbols; expected {order} at least, for {order}-grams")
    p = np.full(len(test) - order + 1, 1 / symbols)
    found = []
    for n in range(1, order + 1):
        p = _interpolated(p, _codes(taught, n, symbols), _codes(test, n, symbols), symbols)
        found.append(float(-np.log2(p).mean()))
    return found


def _interpolated(lower: Array, seen: Array, asked: Array, symbols: int) -> Array:
    """P_n at the last entries of `asked`, as many as P_{n-1} in `lower` has; both are codes."""
    asked = asked[-len(lower) :]
    grams, times = np.unique(seen, return_counts=True)
    contexts, place = np.unique(grams // symbols, return_inverse=True)
    count = np.bincount(place, weights=times)
    kinds = np.bincount(place)
    both = _looked_up(asked, grams, times)
    before = asked // symbols
    all_of, new = _looked_up(before, contexts, count), _looked_up(before, contexts, kinds)
    known = all_of > 0
    return np.asarray(
        np.where(known, (both + new * lower) / np.where(known, all_of + new, 1), lower)
    )


def _looked_up(asked: Array, keys: Array, values: Array) -> Array:
    """The value at each key, 0 where it is not among the sorted keys."""
    k = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[k] == asked, values[k], 0)


def _codes(ids: Array, n: int, symbols: int) -> Array:
    """Each run of n symbols as one number, the last symbol being its last digit."""
    found = np.zeros(len(ids) - n + 1, np.int64)
    for k in range(n):
        found = found * symbols + ids[k : len(ids) - n + 1 + k]
    return found
