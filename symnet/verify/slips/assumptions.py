"""Claims that hold only under an assumption that was not granted.

2*A@x for (A + A.T)@x        A symmetric           p - t for p*sum(t) - t      rows of t sum to 1

The points are moved to ones where the assumption holds; claim and true formula agree there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from symnet.verify.slips.node import walk, walk_inside
from symnet.verify.slips.reading import Formula
from symnet.verify.slips.setting import Array, Setting, Values
from symnet.verify.slips.trial import TOLERANCE, Evaluator

Rule = tuple[str, Callable[[Array], bool], Callable[[Array], Array]]


def _is_square(x: Array) -> bool:
    return x.ndim >= 2 and x.shape[-1] == x.shape[-2] > 1


def _orthogonal(x: Array) -> Array:
    return np.linalg.qr(x)[0]


def _symmetric(x: Array) -> Array:
    return (x + np.swapaxes(x, -1, -2)) / 2


def _positive(x: Array) -> Array:
    return np.abs(x) + 0.1


def _simplex(x: Array) -> Array:
    return x / x.sum(axis=-1, keepdims=True)


def _one_hot(x: Array) -> Array:
    return np.eye(x.shape[-1])[np.argmax(x, axis=-1)]


def _has_rows(x: Array) -> bool:
    return x.ndim >= 1 and x.shape[-1] > 1


SYMMETRY: tuple[Rule, ...] = (("{} is symmetric", _is_square, _symmetric),)
SIMPLEX: tuple[Rule, ...] = (("{} sums to 1 along its last axis", _has_rows, _simplex),)
WEAK: tuple[Rule, ...] = (
    ("{} is one-hot", _has_rows, _one_hot),
    ("{} is orthogonal", lambda x: x.ndim == 2 and _is_square(x), _orthogonal),
    ("{} is positive", lambda x: True, _positive),
    ("{} is 1", lambda x: x.ndim == 0, lambda x: np.ones(())),
)


def needed(
    setting: Setting,
    claim: Formula,
    derived: Formula,
    function: Formula | None,
    rules: Sequence[Rule],
) -> Iterator[str]:
    """The assumptions under which the claim agrees with the true formula."""
    inner = set(function.definitions) if function is not None else set()
    inputs = {
        name
        for name, value in setting.values[0].items()
        if name not in inner and isinstance(value, np.ndarray)
    }
    used = {n.word for n in walk(claim.root) if n.head == "name"}
    used |= {n.word for n in walk(derived.root) if n.head == "name"}
    stale = used & (set(setting.values[0]) - inputs) & inner
    wrt = derived.name.removesuffix("_bar")
    moving = sorted((inputs & used) - {wrt})

    def holds(names: Sequence[str], moved: Callable[[Array], Array]) -> bool:
        points = tuple(
            {**v, **{n: moved(np.asarray(v[n], dtype=float)) for n in names}}
            for v in setting.values
        )
        known = _redone(setting, points, function, stale)
        return known is not None and _agree(setting, known, claim, derived)

    for words, fits, moved in rules:
        fitting = [n for n in moving if all(fits(np.asarray(v[n])) for v in setting.values)]
        for name in fitting:
            if moved is _simplex and not _is_summed(name, derived):
                continue
            if holds([name], moved) and not (moved is not _positive and holds([name], _positive)):
                yield words.format(name)
        if len(fitting) > 1 and moved is _symmetric and holds(fitting, moved):
            yield words.replace("is", "are").format(" and ".join(fitting))


def _is_summed(name: str, derived: Formula) -> bool:
    """Whether the true formula has a sum over the tensor."""
    for node in walk(derived.root):
        if node.head in ("call", "method", "reduce") and node.word.name in ("sum", "mean"):
            inner = node.parts[0]
            if any(n.head == "name" and n.word == name for n in walk_inside(inner)):
                return True
    return False


def _redone(
    setting: Setting, points: tuple[Values, ...], function: Formula | None, stale: set[str]
) -> tuple[Values, ...] | None:
    """The points with the function's own values computed anew."""
    if not stale:
        return points
    if function is None:
        return None
    evaluator = Evaluator(setting, (), points, may_read=False)
    out = []
    for k, point in enumerate(points):
        again = dict(point)
        for name in stale:
            node = function.definitions[name]
            if node.head == "definition":
                return None
            value = evaluator.raw(node, k)
            if value is None:
                return None
            again[name] = value
        out.append(again)
    return tuple(out)


def _agree(setting: Setting, points: tuple[Values, ...], claim: Formula, derived: Formula) -> bool:
    mine = Evaluator(setting, claim.letters or (), points, may_read=False)
    true = Evaluator(setting, derived.letters or (), points, may_read=False)
    for k in range(len(points)):
        a, b = mine.value(claim.root, k), true.value(derived.root, k)
        if a is None or b is None or a.shape != b.shape:
            return False
        if not np.abs(a - b).max(initial=0.0) <= TOLERANCE * max(1.0, np.abs(b).max(initial=0.0)):
            return False
    return True
