"""Arrays -> minibatches: checked once, shuffled anew in every epoch, the same for the same seed.

    epoch e of seed s visits the samples in the order permutation(N) drawn from (s, e)

So the place in a run is two numbers, epoch and batch, and a resumed run sees the same batches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from symnet.notation import Graph, ShapeMismatch, Tensor, TrainingError, UnknownTensor
from symnet.notation.index import Extent
from symnet.notation.sizes import bind_sizes, size_of
from symnet.train.source import Arrays, counted

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Data:
    """Checked arrays by tensor name; the first axis of each one in `sampled` counts the samples.

    An array in a file (np.memmap) stays there: the samples of a batch are read, converted and
    checked when they are needed. With `drop_last`, an epoch has whole batches only. `part` are the
    samples that belong to these data, if not all of them do.
    """

    arrays: Mapping[str, Array]
    sampled: frozenset[str]
    total: int
    dtype: type[np.floating[Any]] = np.float64
    drop_last: bool = False
    part: Array | None = None

    @property
    def is_slow(self) -> bool:
        return any(isinstance(a, np.memmap) for a in self.arrays.values())

    def samples(self, size: int) -> int:
        return min(self.total, size * self.count(size))

    def count(self, size: int) -> int:
        return counted(self.total, size, self.drop_last and bool(self.sampled))

    def batch(self, seed: int, epoch: int, k: int, size: int) -> tuple[Arrays, int]:
        """The k-th batch of an epoch, in its random order."""
        chosen = order(self.total, seed, epoch)[k * size : (k + 1) * size]
        return self.take(chosen), len(chosen)

    def take(self, chosen: Array) -> Arrays:
        """The chosen samples, copied; arrays without a sample axis as they are."""
        if self.part is not None:
            chosen = self.part[chosen]
        taken = {k: a[chosen] if k in self.sampled else a for k, a in self.arrays.items()}
        if not self.is_slow:
            return taken
        return {k: self._read(k, a, chosen) for k, a in taken.items()}

    def _read(self, name: str, a: Array, chosen: Array) -> Array:
        """What came from a file, in the type of a step; refused if it is not finite."""
        if not isinstance(self.arrays[name], np.memmap) or a.dtype.kind in "iu":
            return np.asarray(a, np.intp) if a.dtype.kind in "iu" else a
        found = np.asarray(a, self.dtype, order="C")
        if not np.isfinite(found).all():
            at = np.argwhere(~np.isfinite(found))[0]
            row = [int(chosen[at[0]]), *map(int, at[1:])] if name in self.sampled else at.tolist()
            raise TrainingError(f"{name}{row} is {found[tuple(at)]}: not finite")
        return found

    def split(self, part: float, seed: int) -> tuple[Data, Data]:
        """(rest, part): a fraction of the samples, drawn at random and put aside.

        Samples in a file stay there. Raises TrainingError if one side would be empty.
        """
        kept = _aside([np.arange(self.total)], part, seed)
        sides = (np.flatnonzero(~kept), np.flatnonzero(kept))
        if self.is_slow:
            known = np.arange(self.total) if self.part is None else self.part
            rest, aside = (replace(self, total=len(s), part=known[s]) for s in sides)
            return rest, aside
        rest, aside = (Data(self.take(s), self.sampled, len(s), self.dtype) for s in sides)
        return rest, aside

    def digest(self) -> str:
        """A hash of all arrays; of one in a file, of its shape and of 64 of its samples."""
        found = hashlib.sha256()
        for name in sorted(self.arrays):
            a = self.arrays[name]
            found.update(f"{name} {a.dtype.str} {a.shape}".encode())
            if isinstance(a, np.memmap):
                a = a[np.unique(np.linspace(0, len(a) - 1, 64).astype(int))]
            found.update(np.ascontiguousarray(a).tobytes())
        if self.part is not None:
            found.update(self.part.tobytes())
        return found.hexdigest()


def sample_extent(graph: Graph) -> Extent | None:
    """The extent that counts samples: None if the graph has none (then all data is one batch).

    It is a symbol that counts the first axis of inputs, and no other axis of an input or parameter.
    If there are several, the one that most inputs have, then the first.
    """
    firsts = [t.shape[0] for t in graph.data if t.order and isinstance(t.shape[0], sympy.Symbol)]
    sampled = (*graph.data, *graph.states, *(t for t, _ in graph.drawn))
    others = {
        s
        for t in graph.given
        for e in (t.shape[1:] if t in sampled else t.shape)
        for s in e.free_symbols
    }
    found = [e for e in firsts if e not in others]
    return max(found, key=found.count) if found else None


def carried(graph: Graph) -> tuple[Tensor, ...]:
    """The states with an entry for each sample of a batch: they belong to a run, not to a model."""
    count = sample_extent(graph)
    return tuple(t for t in graph.states if count is not None and t.order and t.shape[0] == count)


@lru_cache(4)
def order(samples: int, seed: int, epoch: int) -> Array:
    """The order in which an epoch (0, 1, ...) visits the samples: a permutation of 0..samples-1."""
    return np.random.default_rng([seed, epoch]).permutation(samples)


def check_data(
    inputs: Iterable[Tensor],
    data: Mapping[str, Any],
    dtype: type[np.floating[Any]] = np.float64,
    count: Extent | None = None,
    *,
    training: bool = True,
) -> Data:
    """The arrays that the graph's inputs need, checked and converted to `dtype` (integers: intp).

    `count` is the extent that counts samples. For training, labels (integer tensors with one axis)
    must show two classes at least. Raises UnknownTensor for a name that is missing or strange,
    ShapeMismatch for a shape or kind of number, TrainingError for data that is empty, not finite,
    or of a single class.
    """
    tensors = tuple(inputs)
    check_names(tensors, data)
    arrays = {t.name: _converted(t, data[t.name], dtype) for t in tensors}
    known = bind_sizes(tensors, {k: a.shape for k, a in arrays.items()})
    sampled = frozenset(t.name for t in tensors if t.order and t.shape[0] == count)
    check_ranges(tensors, arrays, known)
    for t in tensors:
        _check_values(t, arrays[t.name], training and t.name in sampled)
    samples = known[count] if count is not None else 1
    return Data(arrays, sampled, samples, dtype)


def split(
    data: Mapping[str, Any], part: float, seed: int = 0, stratify: str | None = None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """(rest, part): `part` of the samples, a fraction, drawn at random and put aside.

    With `stratify`, the name of a label array, each class gives the same fraction, rounded.
    Raises ShapeMismatch if the arrays differ in their number of samples, UnknownTensor if
    `stratify` names none of them, TrainingError if one side would be empty.
    """
    arrays = {k: np.asarray(a) for k, a in data.items()}
    counts = {k: a.shape[0] if a.ndim else 0 for k, a in arrays.items()}
    samples = next(iter(counts.values()), 0)
    if set(counts.values()) - {samples}:
        raise ShapeMismatch(f"split: the arrays have different numbers of samples: {counts}")
    if stratify is not None and stratify not in arrays:
        raise UnknownTensor(f"split: no array is called {stratify}; there are {', '.join(arrays)}")
    if stratify is None:
        groups = [np.arange(samples)]
    else:
        found = arrays[stratify]
        groups = [np.flatnonzero(found == c) for c in np.unique(found)]
    kept = _aside(groups, part, seed)
    return {k: a[~kept] for k, a in arrays.items()}, {k: a[kept] for k, a in arrays.items()}


def _aside(groups: list[Array], part: float, seed: int) -> Array:
    """Which samples are put aside: the same fraction, rounded, of each group."""
    samples = sum(map(len, groups))
    generator = np.random.default_rng([seed, samples])
    aside = np.zeros(samples, bool)
    for group in groups:
        aside[generator.permutation(group)[: round(part * len(group))]] = True
    if aside.all() or not aside.any():
        raise TrainingError(
            f"split: {part} of {samples} samples leaves one side empty; expected a fraction that "
            "leaves samples on both"
        )
    return aside


def check_names(tensors: Iterable[Tensor], data: Collection[str]) -> None:
    """Raise UnknownTensor, with the nearest names, for a name that is missing or strange."""
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
    a = value if isinstance(value, np.memmap) else np.asarray(value)
    if not a.size:
        raise TrainingError(f"{t.name} is empty: shape {a.shape}")
    wanted, kinds = ("integers", "iu") if t.is_integer_valued else ("real numbers", "fiub")
    if a.dtype.kind not in kinds:
        raise ShapeMismatch(f"{t.name} has dtype {a.dtype}, expected {wanted}")
    if isinstance(a, np.memmap):
        return a
    return np.asarray(a, np.intp if t.is_integer_valued else dtype, order="C")


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
    if isinstance(a, np.memmap) and not t.is_integer_valued:
        return  # read and checked batch by batch
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
