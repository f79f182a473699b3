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
        drawn = [sample_tensor(t, sizes, rng, graph) for _ in range(count)]
        return np.stack(drawn).astype(np.int64)
    rule = next((rule for word, rule in RULES.items() if word in t.assume), _any)
    return rule(shape, field, rng)


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
