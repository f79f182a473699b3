"""An assumption under which a refuted claim would be true: symmetry, rows that sum to 1 ...

    2 A x  for  (A + A^T) x     p - t  for  p sum(t) - t

Claim and truth are compared at draws in which the assumption holds, and no more than it: rows that
sum to 1 may have entries of either sign, so that no x >= 0 is taken for a sum.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.notation import Graph, Tensor
from symnet.notation.report import Slip, SlipKind
from symnet.verify.asked import Asked
from symnet.verify.claims import Read
from symnet.verify.layouts import Reading
from symnet.verify.models.draws import real_draws
from symnet.verify.models.evaluate import Array, Evaluator, Sizes
from symnet.verify.models.real import Real
from symnet.verify.sample import sample_tensor
from symnet.verify.truth import Truth, without

DRAWS = 6
CLOSE = 1e-9
K = SlipKind
# An edit of these kinds is what was meant, also where an assumption would make the claim true.
RATHER = {
    "symmetric": frozenset({K.TRANSPOSE, K.ORDER, K.WRONG_AXIS, K.SHIFT, K.SIGN}),
    "simplex": frozenset(
        {
            K.TRANSPOSE,
            K.ORDER,
            K.WRONG_AXIS,
            K.SHIFT,
            K.SIGN,
            K.MASK,
            K.POWER,
            K.EXTRA_TERM,
            K.EXTRA_SUM,
        }
    ),
    "positive": frozenset(K) - {K.OTHER},
}
RATHER["orthogonal"] = RATHER["symmetric"]


def granted(
    checker: Asked, read: Read, truth: Truth, reading: Reading, edit: Slip | None
) -> Slip | None:
    """The slip of an assumption that was not granted, unless the edit explains the claim better."""
    graph = without(reading.graph, {reading.name, truth.name})
    points = checker.points(graph, [truth.name])
    for t in graph.given:
        for word in _words(t):
            if edit is not None and edit.kind in RATHER[word]:
                continue
            if all(
                _is_equal(graph, t, word, reading.name, truth.name, p.sizes, checker.seed)
                for p in points
            ):
                sentence = (
                    f"true if {_said(t, word)}, which is not given "
                    f'(assume={{"{t.name}": "{word}"}} would grant it)'
                )
                right = checker.in_notation(truth, read.notation)
                return Slip(SlipKind.ASSUMPTION, sentence, correction=right)
    return None


def _words(t: Tensor) -> Iterator[str]:
    if t.is_integer_valued or t.assume & {"mask", "one_hot"}:
        return
    if t.order >= 2 and t.shape[-1] == t.shape[-2] and not t.assume & {"orthogonal"}:
        if not t.assume & {"symmetric", "spd"}:
            yield "symmetric"
        yield "orthogonal"
    if t.order and not t.assume & {"simplex", "symmetric", "spd", "orthogonal"}:
        yield "simplex"
    if not t.assume & {"positive", "simplex", "symmetric", "spd", "orthogonal"}:
        yield "positive"


def _said(t: Tensor, word: str) -> str:
    if word == "simplex":
        return f"the {'rows' if t.order > 1 else 'entries'} of {t.name} sum to 1"
    return f"{t.name} is {word}"


def _drawn(
    graph: Graph, t: Tensor, word: str, sizes: Sizes, rng: np.random.Generator
) -> dict[str, Array]:
    arrays = real_draws(graph, sizes, DRAWS, rng)
    plain = arrays[t.name]
    if word == "positive":
        arrays[t.name] = np.abs(plain)
    elif word == "simplex":
        rest = 1 - plain.sum(axis=-1, keepdims=True)
        arrays[t.name] = plain + rest / plain.shape[-1]
    else:
        known = Tensor(t.name, *t.indices, assume=(word,))
        arrays[t.name] = np.stack([sample_tensor(known, sizes, rng) for _ in range(DRAWS)])
    return arrays


def _is_equal(
    graph: Graph, t: Tensor, word: str, left: str, right: str, sizes: Sizes, seed: int
) -> bool:
    arrays = _drawn(graph, t, word, sizes, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        values = Evaluator(graph, arrays, sizes, Real())
        a, b = np.broadcast_arrays(values.value(left), values.value(right))
    finite = np.isfinite(a) & np.isfinite(b)
    if not finite.any() or not np.any(b[finite]):
        return False
    apart = np.abs(a - b)[finite] / (1e-3 + np.abs(b)[finite])
    return bool(np.max(apart) < CLOSE)
