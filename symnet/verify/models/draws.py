"""Many draws at once of all given tensors, in each model; assumptions hold by construction.

real:  sample.py, draw by draw      field: uniform elements; positive: squares; simplex: squares
over their sum, which is a square too; spd: L L^T; orthogonal: Cayley's (I-S)(I+S)^-1, rows signed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import sympy

from symnet.notation import Graph, MatrixHead, Tensor
from symnet.notation.sizes import size_of
from symnet.verify.models.evaluate import Array
from symnet.verify.models.field import Field
from symnet.verify.sample import sample_tensor

Sizes = Mapping[sympy.Symbol, int]
DISCRETE = frozenset({"integer", "one_hot", "mask"})
SEEDS = 48  # draws of a discrete tensor, of which all others are mixtures


def real_draws(
    graph: Graph, sizes: Sizes, count: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Arrays of float64 (integers for integer tensors), draws first.

    What is plain or positive is drawn at once, away from 0; the rest draw by draw (sample.py).
    """
    inverted = {
        d.expression.matrix.tensor.name
        for d in graph.definitions
        if isinstance(d.expression, MatrixHead)
    }
    return {t.name: _real(t, graph, sizes, count, rng, inverted) for t in graph.given}


def _real(
    t: Tensor, graph: Graph, sizes: Sizes, count: int, rng: np.random.Generator, inverted: set[str]
) -> Array:
    if t.name in inverted or t.assume - {"real", "positive"}:
        return np.stack([sample_tensor(t, sizes, rng, graph) for _ in range(count)])
    shape = (count, *(size_of(e, sizes) for e in t.shape))
    if "positive" in t.assume:
        return rng.uniform(0.3, 1.5, size=shape)
    return rng.uniform(0.2, 1.4, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def field_draws(
    graph: Graph, sizes: Sizes, field: Field, count: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Arrays of field elements, draws first."""
    return {t.name: _draw(t, graph, sizes, field, count, rng) for t in graph.given}


def _draw(
    t: Tensor, graph: Graph, sizes: Sizes, field: Field, count: int, rng: np.random.Generator
) -> Array:
    shape = (count, *(size_of(e, sizes) for e in t.shape))
    if t.assume & DISCRETE:
        near = np.stack([sample_tensor(t, sizes, rng, graph) for _ in range(SEEDS)])
        return mixed(t, near, count, rng).astype(np.int64)
    rule = next((rule for word, rule in RULES.items() if word in t.assume), _any)
    return rule(shape, field, rng)


def mixed(t: Tensor, near: Array, count: int, rng: np.random.Generator) -> Array:
    """Each entry, or each row of a one-hot tensor, from a draw of its own; half with few values."""
    shape = near.shape[1:-1] if "one_hot" in t.assume else near.shape[1:]
    places = rng.integers(0, len(near), size=(count, *shape))
    if "one_hot" in t.assume:
        rows = np.eye(near.shape[-1])
        kinds = rng.integers(0, near.shape[-1], size=(count, *shape))
        same = rng.integers(0, near.shape[-1], size=(count, *(1,) * len(shape)))
        few = rng.random((count, *(1,) * len(shape))) < 0.5
        rare = rng.random((count, *shape)) < 0.8
        return np.asarray(rows[np.where(few & rare, same, kinds)])
    grid = np.ix_(*(range(n) for n in shape)) if shape else ()
    drawn = near[(places, *grid)]
    same = near.reshape(len(near), -1)[rng.integers(0, len(near), size=count), 0]
    along = (count, *(1,) * len(shape))
    few = (rng.random(along) < 0.5) & (rng.random((count, *shape)) < 0.8)
    made = np.where(few, same.reshape(along), drawn)
    if "mask" in t.assume and shape:  # as in sample.py, no row is empty
        made = np.maximum(made, np.eye(shape[-1])[rng.integers(0, shape[-1], (count, *shape[:-1]))])
    return np.asarray(made)


def _any(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    return rng.integers(1, field.p, size=shape)


def _positive(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    drawn = _any(shape, field, rng)
    return drawn * drawn % field.p


def _simplex(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    weights = _positive(shape, field, rng)
    while True:
        total = weights.sum(axis=-1, keepdims=True) % field.p
        bad = field.numbers.sign(total)[..., 0] != 1
        if not bad.any():
            break
        weights[bad] = _positive((int(bad.sum()), shape[-1]), field, rng)
    return weights * field.numbers.reciprocal(total) % field.p


def _symmetric(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    drawn = _any(shape, field, rng)
    return (drawn + drawn.swapaxes(-1, -2)) % field.p


def _matmul(a: Array, b: Array, field: Field) -> Array:
    return np.asarray((a[..., :, :, None] * b[..., None, :, :] % field.p).sum(axis=-2) % field.p)


def _spd(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    drawn = _any(shape, field, rng)
    return _matmul(drawn, drawn.swapaxes(-1, -2), field)


def _orthogonal(shape: tuple[int, ...], field: Field, rng: np.random.Generator) -> Array:
    drawn = _any(shape, field, rng)
    skew = (drawn - drawn.swapaxes(-1, -2)) % field.p
    eye = np.eye(shape[-1], dtype=np.int64)
    made = _matmul((eye - skew) % field.p, field.inverse((eye + skew) % field.p), field)
    signs = rng.choice(np.array([1, field.p - 1]), size=(*shape[:-1], 1))
    return made * signs % field.p


# The narrower set first: an spd tensor may be called symmetric too.
RULES: dict[str, Callable[[tuple[int, ...], Field, np.random.Generator], Array]] = {
    "simplex": _simplex,
    "orthogonal": _orthogonal,
    "spd": _spd,
    "symmetric": _symmetric,
    "positive": _positive,
}
