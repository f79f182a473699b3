"""Two tensors of a graph in 50-digit arithmetic, at points that the literal interpreter evaluates.

agrees: equal to 40 digits at every point. It is no proof, and is never called one.
A difference is one if it stays the same in 100 and in 200 digits: an error of rounding does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import mpmath
import numpy as np

from symnet.notation import Graph, Tensor
from symnet.verify.interpret import interpret
from symnet.verify.models.evaluate import Array, Sizes
from symnet.verify.numbers import Numbers, digits
from symnet.verify.truth import without

DIGITS = 50
EQUAL = 40
POINTS = 5
NUMBERS = digits(DIGITS)
NEAR = (digits(100), digits(200))  # at ordinary points
FAR = (digits(100), digits(1200))  # where exp(x) may be 1e400, beside a 1 that counts


def gap(
    graph: Graph,
    left: str,
    right: str,
    sizes: Sizes,
    arrays: Mapping[str, Array],
    numbers: Numbers = NUMBERS,
) -> mpmath.mpf | None:
    """The largest difference at one point, relative to the largest value; None if not finite."""
    a, b = _both(graph, left, right, sizes, arrays, numbers)
    if not all(mpmath.isfinite(v) for v in (*a, *b)):
        return None
    scale = max([mpmath.mpf(1), *(abs(v) for v in b)])
    return max([mpmath.mpf(0), *(abs(p - q) for p, q in zip(a, b, strict=True))]) / scale


def is_apart(
    graph: Graph,
    left: str,
    right: str,
    sizes: Sizes,
    arrays: Mapping[str, Array],
    least: float = 1e-90,
    numbers: tuple[Numbers, Numbers] = NEAR,
) -> bool:
    """Whether the two differ at a point, or only the right one is defined there.

    A difference is larger than `least`, relative to what is larger than 1, and the same in fewer
    and in more digits. So exp(-1e9), which stands for 0 in a mask, is none.
    """
    found = []
    for kind in numbers:
        a, b = _both(graph, left, right, sizes, arrays, kind)
        if not all(map(mpmath.isfinite, b)):
            return False
        if not all(map(mpmath.isfinite, a)):
            return True
        scale = max([mpmath.mpf(1), *map(abs, b)])
        gaps = [abs(p - q) for p, q in zip(a, b, strict=True)]
        found.append(max([mpmath.mpf(0), *gaps]) / scale)
        if found[0] <= least:
            return False
    coarse, fine = found
    return bool(abs(coarse - fine) < fine / 100)


def _both(
    graph: Graph,
    left: str,
    right: str,
    sizes: Sizes,
    arrays: Mapping[str, Array],
    numbers: Numbers,
) -> tuple[Array, Array]:
    small = without(graph, {left, right})
    point = {t.name: _exact(t, arrays[t.name], numbers) for t in small.given if t.name in arrays}
    known = {s.name for s in small.extents}
    named = {s.name: n for s, n in sizes.items() if s.name in known}
    values = interpret(small, point, named, numbers)
    a, b = (np.ravel(values[n] if n in values else point[n]) for n in (left, right))
    return a, b


def is_equal(found: Any) -> bool:
    """Whether a gap is one of 40 equal digits."""
    return bool(found < mpmath.mpf(10) ** -EQUAL)


def _exact(t: Tensor, array: Array, numbers: Numbers) -> Array:
    """The array with its assumption true to all digits: rows sum to 1, are at right angles."""
    if t.is_integer_valued or t.assume & {"one_hot", "mask"}:
        return array
    make = numbers.make
    exact = np.vectorize(lambda v: make(float(v)), otypes=[object])(np.asarray(array))
    if "simplex" in t.assume:
        return np.asarray(exact / exact.sum(axis=-1, keepdims=True))
    if "orthogonal" in t.assume:
        return _orthogonal(exact, numbers)
    if t.assume & {"symmetric", "spd"}:
        return np.asarray((exact + exact.swapaxes(-1, -2)) / 2)
    return np.asarray(exact).reshape(np.shape(array))


def _orthogonal(a: Array, numbers: Numbers) -> Array:
    """Gram and Schmidt on the rows of each matrix."""
    out = a.copy()
    for at in np.ndindex(*a.shape[:-2]):
        rows: list[Array] = []
        for row in a[at]:
            for other in rows:
                row = row - other * (row * other).sum()
            rows.append(row / numbers.power((row * row).sum(), 1, 2))
        out[at] = np.array(rows, dtype=object)
    return out


def agree(
    graph: Graph, left: str, right: str, points: Sequence[tuple[Sizes, Mapping[str, Array]]]
) -> tuple[bool, int, int]:
    """(whether all points agree to 40 digits and more, how many, the last place looked at)."""
    seen, place = 0, 0
    for place, (sizes, arrays) in enumerate(points):
        found = gap(graph, left, right, sizes, arrays)
        if found is None:
            continue
        seen += 1
        if not is_equal(found) or is_apart(graph, left, right, sizes, arrays):
            return False, seen, place
    return seen > 0, seen, place
