"""Admissible random arrays for the given tensors of a graph, and sizes that hide no mistake.

sizes: all different, so that a transposed axis cannot hide; with and without an extent of 1
real:  entries apart from 0 and from each other, where most kinks are
one_hot, simplex, spd ...: by construction
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import sympy

from symnet.notation import (
    Entry,
    Graph,
    MatrixHead,
    ShapeMismatch,
    Tensor,
    bound_indices,
    entries,
    size_of,
)

Sizes = Mapping[sympy.Symbol, int]


def random_sizes(
    graph: Graph, rng: np.random.Generator, smallest: int = 1
) -> dict[sympy.Symbol, int]:
    """Different sizes for all extents: smallest, smallest + 1, ... in random order.

    Raises ShapeMismatch if none of 200 orders makes every extent of the graph positive.
    """
    symbols = graph.extents
    for attempt in range(200):
        room = len(symbols) + attempt // 20  # composed extents (H - K + 1) may need larger sizes
        if attempt == 100:
            smallest = max(smallest, 2)  # where an extent of 1 leaves none, as N - 1 for N = 1
        drawn = smallest + rng.permutation(room)[: len(symbols)]
        if smallest == 1 and symbols and 1 not in drawn:
            drawn[rng.integers(len(symbols))] = 1
        sizes = dict(zip(symbols, map(int, drawn), strict=True))
        if _all_positive(graph, sizes):
            return sizes
    raise ShapeMismatch("no sizes were found at which every extent of the graph is positive")


def _all_positive(graph: Graph, sizes: Sizes) -> bool:
    try:
        for t in graph.tensors:
            for e in t.shape:
                size_of(e, sizes)
        for d in graph.definitions:
            for i in bound_indices(d.expression):
                size_of(i.extent, sizes)
    except ShapeMismatch:
        return False
    return True


def sample(graph: Graph, sizes: Sizes, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """An array for every given tensor, as its assumptions say."""
    return {t.name: sample_tensor(t, sizes, rng, graph) for t in graph.given}


def sample_tensor(
    t: Tensor, sizes: Sizes, rng: np.random.Generator, graph: Graph | None = None
) -> np.ndarray:
    """An array for one tensor; the graph shows what an integer tensor without `below` indexes."""
    shape = tuple(size_of(e, sizes) for e in t.shape)
    if t.is_integer_valued:
        return rng.integers(0, _below(t, sizes, graph), size=shape)
    drawn = next((rule for word, rule in RULES.items() if word in t.assume), _real)(shape, rng)
    axes = _matrix_axes(t, graph)
    if axes is None or t.assume & WELL_CONDITIONED:
        return drawn
    return _regular(drawn, axes, rng)


def direction(t: Tensor, value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random direction in which the linear laws of the tensor stay true.

    simplex, one_hot: entries of a row sum to 0;  symmetric, spd: symmetric;
    orthogonal: Q'v + v'Q = 0, the directions in which Q'Q = 1 stays true to first order.
    A derivative is compared along such directions only: of a symmetric matrix, the gradient counts
    up to a matrix that is antisymmetric, of a simplex up to a constant for each row.
    """
    v = rng.uniform(-1, 1, size=value.shape)
    if t.assume & {"simplex", "one_hot"}:
        v = v - v.mean(axis=-1, keepdims=True)
    if t.assume & {"symmetric", "spd"}:
        v = (v + v.swapaxes(-1, -2)) / 2
    if "orthogonal" in t.assume:
        across = value.swapaxes(-1, -2) @ v
        v = v - value @ (across + across.swapaxes(-1, -2)) / 2
    return v


def _below(t: Tensor, sizes: Sizes, graph: Graph | None) -> int:
    if t.below is not None:
        return size_of(t.below, sizes)
    indexed = [
        size_of(own.extent, sizes)
        for d in (graph.definitions if graph is not None else ())
        for e in entries(d.expression)
        for own, slot in zip(e.tensor.indices, e.slots, strict=True)
        if isinstance(slot, Entry) and slot.tensor == t
    ]
    return min(indexed, default=3)


def _magnitudes(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Different numbers in (0, 1), at least half a mean distance apart, in random order."""
    count = int(np.prod(shape))
    steps = (np.arange(count) + 0.25 + 0.5 * rng.random(count)) / max(count, 1)
    return rng.permutation(steps).reshape(shape)


def _real(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return (0.2 + 1.2 * _magnitudes(shape, rng)) * rng.choice([-1.0, 1.0], size=shape)


def _matrix_axes(t: Tensor, graph: Graph | None) -> tuple[int, int] | None:
    """The axes of the rows and columns of the matrix of which an inverse or determinant is taken.

    None if no such thing is taken of the tensor itself.
    """
    for d in graph.definitions if graph is not None else ():
        head = d.expression
        if isinstance(head, MatrixHead) and head.matrix.tensor.name == t.name:
            rows, columns = (head.matrix.slots.index(i) for i in head.bound)
            return rows, columns
    return None


def _regular(drawn: np.ndarray, axes: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """The matrices, made far from singular ones; of either sign unless all entries are positive."""
    size = drawn.shape[axes[0]]
    signs = rng.choice([-1.0, 1.0], size=size) if (drawn < 0).any() else np.ones(size)
    moved = np.moveaxis(drawn, axes, (-2, -1)) / size + 1.5 * np.diag(signs)
    return np.moveaxis(moved, (-2, -1), axes)


def _positive(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 0.3 + 1.2 * _magnitudes(shape, rng)


def _one_hot(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return np.eye(shape[-1])[rng.integers(0, shape[-1], size=shape[:-1])]


def _simplex(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    weights = _positive(shape, rng)
    return weights / weights.sum(axis=-1, keepdims=True)


def _mask(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """0 or 1; along the last axis at least one 1, since an empty row often means 0/0."""
    drawn = rng.integers(0, 2, size=shape).astype(np.float64)
    return np.maximum(drawn, _one_hot(shape, rng)) if shape else np.ones(())


def _symmetric(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    drawn = _real(shape, rng)
    return (drawn + drawn.swapaxes(-1, -2)) / 2


def _spd(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    drawn = _real(shape, rng)
    return drawn @ drawn.swapaxes(-1, -2) / shape[-1] + np.eye(shape[-1])


def _orthogonal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=shape))[0]


# Drawn by construction, or for which a multiple of the diagonal would break the assumption.
WELL_CONDITIONED = frozenset({"spd", "orthogonal", "one_hot", "simplex", "mask"})

# The narrower set first: an spd tensor may be called symmetric too.
RULES: dict[str, Callable[[tuple[int, ...], np.random.Generator], np.ndarray]] = {
    "one_hot": _one_hot,
    "simplex": _simplex,
    "mask": _mask,
    "orthogonal": _orthogonal,
    "spd": _spd,
    "symmetric": _symmetric,
    "positive": _positive,
}
