"""Points far from ordinary ones, at which two tensors that agree elsewhere may differ.

clip(x, -10, 10) and x            differ where |x| > 10: entries up to 100, and near each number
prod(relu(-x)) and 0              differ where all x < 0: draws with all shares of signs
m x and m x + prod(m)             differ where all m are 1: entries of masks, labels mixed anew

float64 finds the candidates, more digits decide: no rounding is taken for a difference.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sympy

from symnet.notation import Graph, Tensor, UnsupportedExpression
from symnet.notation.sizes import size_of
from symnet.verify.models.draws import mixed, real_draws
from symnet.verify.models.evaluate import Array, Evaluator, Sizes
from symnet.verify.models.real import Real
from symnet.verify.precise import FAR, is_apart

DRAWS = 4096
MOST_ENTRIES = 400_000
SEEDS = 48  # draws of what is made by construction, of which the others are mixtures
SCALES = np.array([1.0, 1.0, 3.0, 10.0, 30.0, 100.0])
NEGATIVE = np.array([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])  # shares of negative entries in a draw
CLEAR, CLOSE = 1e-6, 1e-13  # relative; the smaller may be rounding
CANDIDATES = 5  # of the clear ones
DOUBTFUL = 3  # of the others
UNSEEN = (0.5, 0.65, 0.8, 0.95)  # of the others, by the size of their entries
LEAST = 1e-80
WHOLE = frozenset({"spd", "orthogonal", "simplex"})  # no entry may be changed by itself


def apart_far_out(
    graph: Graph, left: str, right: str, sizes: Sizes, rng: np.random.Generator
) -> dict[str, Array] | None:
    """Arrays of one draw at which the two differ, or only the right one is defined; else None."""
    shapes = {t.name: tuple(size_of(e, sizes) for e in t.shape) for t in graph.tensors}
    volume = sum(int(np.prod(s)) for s in shapes.values())
    count = int(np.clip(MOST_ENTRIES // max(volume, 1), 64, DRAWS))
    numbers = _numbers(graph)
    near = real_draws(graph, sizes, SEEDS, rng)
    arrays = {t.name: _spread(t, near[t.name], count, numbers, rng) for t in graph.given}
    try:
        order = _candidates(graph, left, right, sizes, arrays)
    except UnsupportedExpression:
        return None
    for k in order:
        point = {n: a[k] for n, a in arrays.items()}
        if is_apart(graph, left, right, sizes, point, LEAST, FAR):
            return point
    return None


def _candidates(
    graph: Graph, left: str, right: str, sizes: Sizes, arrays: Mapping[str, Array]
) -> Array:
    """Draws at which float64 sees a difference: those of small entries, then the largest gaps;
    and some others, since 1 - tanh(30)^2 is 0 in float64.
    """
    count = max((len(a) for a in arrays.values()), default=1)
    with np.errstate(all="ignore"):
        values = Evaluator(graph, arrays, sizes, Real())
        a, b = (
            np.broadcast_to(v, (count, *v.shape[1:])).reshape(count, -1)
            for v in (values.value(left), values.value(right))
        )
        gaps = np.abs(a - b) / (1e-3 + np.maximum(np.abs(a), np.abs(b)))
    defined = np.isfinite(b).all(axis=1)
    gaps = np.where(np.isfinite(a), gaps, 2.0).max(axis=1, initial=0.0)
    largest = np.zeros(count)
    for x in arrays.values():
        largest = np.maximum(largest, np.abs(x).reshape(count, -1).max(axis=1, initial=0.0))
    clear = np.flatnonzero(defined & (gaps > CLEAR))
    clear = clear[np.argsort(largest[clear])][:CANDIDATES]
    doubtful = np.flatnonzero(defined & (gaps > CLOSE) & (gaps <= CLEAR))
    doubtful = doubtful[np.argsort(-gaps[doubtful])][:DOUBTFUL]
    usual = np.flatnonzero(defined)
    usual = usual[np.argsort(largest[usual])]
    unseen = usual[[int(q * (len(usual) - 1)) for q in UNSEEN if len(usual)]]
    return np.concatenate([clear, doubtful, unseen])


def _spread(t: Tensor, near: Array, count: int, numbers: Array, rng: np.random.Generator) -> Array:
    """Many draws of a tensor: of all magnitudes, of all shares of signs, near the numbers."""
    shape = near.shape[1:]
    pick = rng.integers(0, len(near), size=count)
    if t.assume & WHOLE:
        return np.asarray(near[pick])
    if t.is_integer_valued or t.assume & {"one_hot", "mask"}:
        return mixed(t, near, count, rng)
    along = (count, *(1,) * len(shape))
    drawn = rng.uniform(0.2, 1.4, size=(count, *shape)) * rng.choice(SCALES, size=along)
    if len(numbers):
        beside = rng.choice(numbers, size=(count, *shape)) * rng.uniform(0.5, 1.5, (count, *shape))
        drawn = np.where(rng.random(along) < 0.25, beside, drawn)
    if "positive" not in t.assume:
        negative = rng.random((count, *shape)) < rng.choice(NEGATIVE, size=along)
        drawn = np.where(negative, -drawn, drawn)
    if "symmetric" in t.assume:
        drawn = (drawn + drawn.swapaxes(-1, -2)) / 2
    return np.asarray(drawn)


def _numbers(graph: Graph) -> Array:
    """Magnitudes of the numbers that are written: where cases may begin."""
    found = {
        abs(float(q))
        for d in graph.definitions
        for q in d.expression.atoms(sympy.Rational)
        if q != 0 and 1e-6 < abs(q) <= 1e3
    }
    return np.array(sorted(found))
