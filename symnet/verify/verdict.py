"""Whether two tensors of a graph are equal: refuted at a point, proved in models, or agreeing.

float64 at admissible points    a clear difference refutes; a small one is looked at in 50 digits
random models                   equality proves, at the sizes that were tried; also where tensors in
                                between may have any values
canonical form                  proves it for all sizes, where the models have not refuted it
50 digits                       equal to 40 digits at five points: agrees, not proved
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import sympy

from symnet.notation import CheckFailed, Compare, Graph, Index, ShapeMismatch, exp, log
from symnet.notation.report import Evidence, Verdict
from symnet.verify import precise
from symnet.verify.canonical import same_form
from symnet.verify.cuts import compare_with_cuts
from symnet.verify.far import apart_far_out
from symnet.verify.kinks import at_kinks
from symnet.verify.models.evaluate import Array, Evaluator, Sizes, is_whole
from symnet.verify.models.real import Real
from symnet.verify.points import TRIALS, Points, Pool
from symnet.verify.prove import compare_in_models
from symnet.verify.truth import without

MOST_LARGE = 80  # a number beyond which no sizes are tried
CLEAR = 1e-4  # relative; a smaller difference is looked at in 50 digits
CLOSE = 1e-9
LARGER = 5
PARTLY = "the claim is not defined at some points where the truth is"


@dataclass(frozen=True)
class Apart:
    """Where two tensors differ: the draw of some points."""

    points: Points
    draw: int


@dataclass(frozen=True)
class Equal:
    """proved or agrees, and how it is known."""

    verdict: Verdict
    evidence: Evidence
    notes: tuple[str, ...] = ()


def judged_equal(graph: Graph, left: str, right: str, pool: Pool) -> Equal | Apart:
    """The verdict on left == right; `right` is the true one, and has to be finite."""
    whole, graph = graph, without(graph, {left, right})
    points = pool.points(whole, [right], formulas=graph)
    powers = _has_whole_power(graph)
    partly = False
    for p in (*points, *_larger(whole, right, graph, pool)):
        gaps, undefined = _gaps(graph, left, right, p)
        for draw in np.flatnonzero(undefined)[:1]:
            if not _has_whole_power(graph) and precise.is_apart(
                graph, left, right, p.sizes, p.at(int(draw))
            ):
                return Apart(p, int(draw))
            partly = True
        if (gaps > CLEAR).any():
            return Apart(p, int(np.argmax(gaps > CLEAR)))
        if (gaps > CLOSE).any():
            draw = int(np.argmax(gaps))
            exact = precise.gap(graph, left, right, p.sizes, p.at(draw))
            if exact is not None and not precise.is_equal(exact):
                return Apart(p, draw)
    notes = (PARTLY,) if partly else ()
    models = compare_in_models(graph, left, right, [p.sizes for p in points[:TRIALS]], pool.seed)
    if not models.equal and not models.differs:
        trials = [p.sizes for p in points[:TRIALS]]
        if (cut := compare_with_cuts(graph, left, right, trials, pool.seed)) is not None:
            models, notes = cut[0], (*notes, cut[1])
    small = points
    if not models.equal:
        small = pool.points(whole, [right], smallest=1, formulas=graph)
        if not models.differs:
            models = compare_in_models(
                graph, left, right, [p.sizes for p in small[:TRIALS]], pool.seed
            )
    beyond = _largest_number(graph)
    if models.equal and not partly and beyond <= MOST_LARGE:
        evidence = models.evidence
        if same_form(graph, left, right):
            evidence = replace(evidence, kind="canonical form")
        kinks = at_kinks(graph, left, right, points[0].sizes)
        return Equal(Verdict.PROVED, replace(evidence, kinks=kinks), notes)
    tried = [(p, k) for k in range(precise.POINTS) for p in small if k < p.draws]
    if powers:  # what counts are the points at which they are defined
        tried = [(p, k) for p, k in tried if not _gaps(graph, left, right, p)[1][k:][:1].any()]
    tried = tried[: precise.POINTS]
    at = [(p.sizes, p.at(k)) for p, k in tried]
    same, seen, place = precise.agree(graph, left, right, at)
    if not same:
        return Apart(*tried[place])
    for p in () if powers else (points[-1], small[-1]):
        found = apart_far_out(graph, left, right, p.sizes, np.random.default_rng(pool.seed))
        if found is not None:
            return Apart(Points(p.sizes, {n: a[None] for n, a in found.items()}), 0)
    why = models.why or "the models do not know a law that is needed"
    if beyond > MOST_LARGE:
        why = f"an index is compared with {beyond}, and sizes beyond it were not tried"
    sizes = tuple(_named(p.sizes) for p in small)
    return Equal(Verdict.AGREES, Evidence("50 digits", sizes, seen, remarks=(why,)), notes)


def _has_whole_power(graph: Graph) -> bool:
    """Whether a^k stands with an index in k, which is read as exp(k log a): undefined for a < 0."""
    return any(
        any(isinstance(f, log) for f in e.args[0].args)
        and any(is_whole(f) and f.has(Index) for f in e.args[0].args)
        for d in graph.definitions
        for e in d.expression.atoms(exp)
        if isinstance(e.args[0], sympy.Mul)
    )


def _largest_number(graph: Graph) -> int:
    """The largest number with which an index or an extent is compared; 0 if there is none."""
    return max(
        (
            abs(int(n))
            for d in graph.definitions
            for e in d.expression.atoms(Compare)
            if all(map(is_whole, e.sides))
            for n in e.atoms(sympy.Integer)
        ),
        default=0,
    )


def _larger(whole: Graph, right: str, graph: Graph, pool: Pool) -> list[Points]:
    """A point at larger sizes: min(N, 4) is not N, and a formula may be true of short axes only.

    They are beyond every number with which an index is compared: [n < 50] is no 1.
    """
    if not graph.extents:
        return []
    number = _largest_number(graph)
    smallest = max(LARGER, number + 2) if number <= MOST_LARGE else LARGER
    try:
        return pool.points(whole, [right], smallest=smallest, formulas=graph)[:1]
    except (CheckFailed, ShapeMismatch):
        return []


def _gaps(graph: Graph, left: str, right: str, p: Points) -> tuple[Array, Array]:
    """The relative difference in each draw, and in which draws the claim is not finite.

    What overflows in float64 may be finite in more digits, which decide about such a draw.
    """
    with np.errstate(all="ignore"):
        values = Evaluator(graph, p.of(graph), p.sizes, Real())
        a, b = values.value(left), values.value(right)
        apart = np.abs(a - b) / (1e-3 + np.abs(b))
    flat = apart.reshape(len(apart), -1).max(axis=1, initial=0.0)
    finite = np.isfinite(flat)
    return np.where(finite, flat, 0.0), ~finite


def _named(sizes: Sizes) -> tuple[tuple[str, int], ...]:
    return tuple((s.name, n) for s, n in sorted(sizes.items(), key=lambda x: x[0].name))
