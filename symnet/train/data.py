"""Arrays -> minibatches: checked once, shuffled anew in every epoch, the same for the same seed.

    epoch e of seed s visits the samples in the order permutation(N) drawn from (s, e)

So the place in a run is two numbers, epoch and batch, and a resumed run sees the same batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from symnet.notation import ShapeMismatch, Tensor, TrainingError, UnknownTensor
from symnet.notation.sizes import bind_sizes, size_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Data:
    """Checked arrays by tensor name; the first axis of each one in `sampled` counts the samples."""

    arrays: Mapping[str, Array]
    sampled: frozenset[str]
    samples: int

    def take(self, chosen: Array) -> dict[str, Array]:
        """The chosen samples, copied; arrays without a sample axis as they are."""
        return {k: a[chosen] if k in self.sampled else a for k, a in self.arrays.items()}


def order(samples: int, seed: int, epoch: int) -> Array:
    """The order in which an epoch (0, 1, ...) visits the samples: a permutation of 0..samples-1."""
    return np.random.default_rng([seed, epoch]).permutation(samples)


def check_data(
    inputs: Iterable[Tensor],
    data: Mapping[str, Any],
    dtype: type[np.floating[Any]] = np.float64,
    *,
    training: bool = True,
) -> Data:
    """The arrays that the graph's inputs need, checked and converted to `dtype` (integers: intp).

    The first axis of the first input counts samples. For training, labels (integer tensors with
    one axis) must show two classes at least. Raises UnknownTensor for a name that is missing or
    strange, ShapeMismatch for a shape or kind of number, TrainingError for data that is empty, not
    finite, or of a single class.
    """
    tensors = tuple(inputs)
    _check_names(tensors, data)
    arrays = {t.name: _converted(t, data[t.name], dtype) for t in tensors}
    known = bind_sizes(tensors, {k: a.shape for k, a in arrays.items()})
    count = tensors[0].shape[0] if tensors and tensors[0].order else None
    sampled = frozenset(t.name for t in tensors if t.order and t.shape[0] == count)
    check_ranges(tensors, arrays, known)
    for t in tensors:
        _check_values(t, arrays[t.name], training and t.name in sampled)
        if count is not None and count in t.shape[1:]:
            raise ShapeMismatch(f"{t.name}: only its first axis may count samples ({count})")
    samples = len(arrays[tensors[0].name]) if sampled else 1
    return Data(arrays, sampled, samples)


def split(
    data: Mapping[str, Any], part: float, seed: int = 0, stratify: str | None = None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """(rest, part): `part` of the samples, a fraction, drawn at random and put aside.

    With `stratify`, the name of a label array, each class gives the same fraction, rounded.
    Raises TrainingError if one side would be empty.
    """
    arrays = {k: np.asarray(a) for k, a in data.items()}
    samples = len(next(iter(arrays.values()))) if arrays else 0
    generator = np.random.default_rng([seed, samples])
    if stratify is None:
        groups = [np.arange(samples)]
    else:
        found = arrays[stratify]
        groups = [np.flatnonzero(found == c) for c in np.unique(found)]
    aside = np.zeros(samples, bool)
    for group in groups:
        aside[generator.permutation(group)[: round(part * len(group))]] = True
    if aside.all() or not aside.any():
        raise TrainingError(
            f"split: {part} of {samples} samples leaves one side empty; expected a fraction that "
            "leaves samples on both"
        )
    return {k: a[~aside] for k, a in arrays.items()}, {k: a[aside] for k, a in arrays.items()}


def _check_names(tensors: tuple[Tensor, ...], data: Mapping[str, Any]) -> None:
    names = [t.name for t in tensors]
    for name in data:
        if name not in names:
            near = get_close_matches(name, names, 3) or names
            raise UnknownTensor(
                f"data: no input is called {name}; did you mean {' or '.join(near)}"
            )
    for name in names:
        if name not in data:
            raise UnknownTensor(f"data: {name} is missing; the inputs are {', '.join(names)}")


def _converted(t: Tensor, value: Any, dtype: type[np.floating[Any]]) -> Array:
    a = np.asarray(value)
    if not a.size:
        raise TrainingError(f"{t.name} is empty: shape {a.shape}")
    wanted, kinds = ("integers", "iu") if t.is_integer_valued else ("real numbers", "fiub")
    if a.dtype.kind not in kinds:
        raise ShapeMismatch(f"{t.name} has dtype {a.dtype}, expected {wanted}")
    return np.ascontiguousarray(a, np.intp if t.is_integer_valued else dtype)


def check_ranges(
    tensors: Iterable[Tensor], arrays: Mapping[str, Array], sizes: Mapping[Any, int]
) -> None:
    """Raise ShapeMismatch for an integer tensor with an entry outside of 0 .. below-1.

    Where the size of `below` is not known, nothing is checked.
    """
    for t in tensors:
        if t.below is None or not t.below.free_symbols <= set(sizes):
            continue
        a, below = arrays[t.name], size_of(t.below, sizes)
        if a.min() < 0 or a.max() >= below:
            raise ShapeMismatch(
                f"{t.name} holds {a.min()} .. {a.max()}, expected integers 0 .. {below - 1}"
            )


def _check_values(t: Tensor, a: Array, training: bool) -> None:
    if not t.is_integer_valued:
        strange = ~np.isfinite(a)
        if strange.any():
            at, count = tuple(int(k) for k in np.argwhere(strange)[0]), int(strange.sum())
            raise TrainingError(
                f"{t.name}{list(at)} is {a[at]}; {count} of {a.size} values are not finite"
            )
        return
    if training and t.order == 1 and len(a) > 1 and a.min() == a.max():
        raise TrainingError(
            f"{t.name} holds one class only, {a[0]}; a classifier needs two at least"
        )
