"""The smallest point at which a claim differs from the truth, in numbers that can be read.

Small sizes first, small integers where the assumptions allow it; the entry that is furthest off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symnet.notation import Graph
from symnet.notation.report import Counterexample
from symnet.verify.models.draws import real_draws
from symnet.verify.models.evaluate import Array, Evaluator, Sizes
from symnet.verify.models.real import Real
from symnet.verify.prove import is_legal
from symnet.verify.truth import without

DRAWS = 24
APART = 1e-3
MOST_SHOWN = 12  # entries of one tensor
KEPT = frozenset({"integer", "one_hot", "simplex", "mask", "spd", "orthogonal"})


def counterexample(
    graph: Graph,
    left: str,
    right: str,
    about: str,
    fallback: tuple[Sizes, Mapping[str, Array]],
    rng: np.random.Generator,
) -> Counterexample:
    """A readable point; `fallback` is a point that is known to tell them apart."""
    small = without(graph, {left, right})
    for sizes in _small_sizes(small):
        arrays = _small_arrays(small, sizes, rng)
        found = _differing(small, left, right, sizes, arrays)
        if found is not None:
            k, a, b = found
            return _shown(small, about, {n: x[k] for n, x in arrays.items()}, a, b)
    sizes, point = fallback
    arrays = {n: a[None] for n, a in point.items()}
    a, b = _both(small, left, right, sizes, arrays)
    return _shown(small, about, dict(point), a[0], b[0])


def _small_sizes(graph: Graph) -> Iterator[Sizes]:
    symbols = graph.extents
    for numbers in ([2], [1, 2], [2, 3], [1]):
        for turn in range(min(len(numbers), max(len(symbols), 1))):
            sizes = {s: numbers[(k + turn) % len(numbers)] for k, s in enumerate(symbols)}
            if is_legal(graph, sizes):
                yield sizes
    if symbols:
        sizes = dict(zip(symbols, range(2, 2 + len(symbols)), strict=True))
        if is_legal(graph, sizes):
            yield sizes


def _small_arrays(graph: Graph, sizes: Sizes, rng: np.random.Generator) -> dict[str, Array]:
    arrays = real_draws(graph, sizes, DRAWS, rng)
    for t in graph.given:
        if t.assume & KEPT:
            arrays[t.name] = np.round(arrays[t.name], 12)
            continue
        drawn = rng.integers(1, 4, size=arrays[t.name].shape).astype(float)
        if "positive" not in t.assume:
            signs = rng.choice([1.0, 1.0, -1.0], size=drawn.shape)
            signs[: DRAWS // 2] = 1.0  # half of the draws are positive: logarithms, roots
            drawn = drawn * signs
        if "symmetric" in t.assume:
            drawn = np.triu(drawn) + np.swapaxes(np.triu(drawn, 1), -1, -2)
        arrays[t.name] = drawn
    return arrays


def _both(
    graph: Graph, left: str, right: str, sizes: Sizes, arrays: Mapping[str, Array]
) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        values = Evaluator(graph, arrays, sizes, Real())
        a, b = values.value(left), values.value(right)
    draws = max(len(x) for x in arrays.values()) if arrays else 1
    return (
        np.broadcast_to(a, (draws, *a.shape[1:])),
        np.broadcast_to(b, (draws, *b.shape[1:])),
    )


def _differing(
    graph: Graph, left: str, right: str, sizes: Sizes, arrays: Mapping[str, Array]
) -> tuple[int, Array, Array] | None:
    """The draw that shows the difference in the smallest numbers."""
    a, b = _both(graph, left, right, sizes, arrays)
    best: tuple[float, int] | None = None
    for k in range(len(a)):
        if not (np.isfinite(a[k]).all() and np.isfinite(b[k]).all()):
            continue
        apart = float(np.max(np.abs(a[k] - b[k]), initial=0.0))
        size = float(np.max(np.abs(b[k]), initial=0.0)) + float(np.max(np.abs(a[k]), initial=0.0))
        if apart > APART * max(1.0, size) and size < 1e6 and (best is None or size < best[0]):
            best = size, k
    return None if best is None else (best[1], a[best[1]], b[best[1]])


def _shown(
    graph: Graph, about: str, point: Mapping[str, Array], a: Array, b: Array
) -> Counterexample:
    apart = np.nan_to_num(np.abs(a - b), nan=np.inf)
    at = np.unravel_index(int(np.argmax(apart)), a.shape) if a.shape else ()
    slots = f"[{','.join(str(int(k)) for k in at)}]" if at else ""
    values = tuple((t.name, _array(point[t.name])) for t in graph.given if t.name in point)
    return Counterexample(
        values, f"{about}{slots}", _number(a[at]), _number(b[at]), wrong_part(a, b)
    )


def _number(value: float) -> str:
    return f"{0.0 if abs(value) < 1e-12 else float(value):.6g}"


def _array(value: Array) -> str:
    if value.size > MOST_SHOWN:
        return f"an array of {' x '.join(map(str, value.shape))}, seeded"
    return _nested(value.tolist())


def _nested(value: list[Any] | float) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return _number(value)


def wrong_part(a: Array, b: Array) -> str:
    """Which part of the tensor is wrong: every entry, the diagonal, one row ..."""
    wrong = ~np.isclose(a, b, rtol=1e-8, atol=1e-10)
    if wrong.all() or wrong.ndim == 0 or not wrong.any():
        return "every entry" if wrong.ndim else ""
    if wrong.ndim >= 2 and wrong.shape[-1] == wrong.shape[-2]:
        eye = np.broadcast_to(np.eye(wrong.shape[-1], dtype=bool), wrong.shape)
        if not wrong[~eye].any():
            return "the diagonal only"
        if not wrong[eye].any():
            return "all but the diagonal"
    for axis in range(wrong.ndim):
        lines = np.atleast_1d(wrong.any(axis=tuple(k for k in range(wrong.ndim) if k != axis)))
        if lines.sum() == 1 and len(lines) > 1:
            word = {0: "row", 1: "column"}.get(axis, f"place along axis {axis}")
            return f"{word} {int(np.argmax(lines))} only"
    return f"{int(wrong.sum())} of {wrong.size} entries"
