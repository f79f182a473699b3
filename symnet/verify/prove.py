"""Equality of two tensors of a graph in random models: a proof, at the sizes that were tried.

    left == right in T draws of a field of p elements  =>  false with probability <= (degree/p)^T

Sizes differ from each other within a trial, and each extent has another value in the second one, so
that neither D for N nor 3 for N can pass. Where cases are told apart by signs, an entry must have
been seen in all combinations of its signs, else nothing is proved.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations as combinations_of
from itertools import permutations
from math import ceil, exp, log, prod

import numpy as np
import sympy

from symnet.notation import Graph, ScalarFunction, Tensor, UnsupportedExpression, bound_indices
from symnet.notation.index import extent_at
from symnet.notation.report import Evidence
from symnet.notation.sizes import size_of
from symnet.verify.models.cases import Cases, TooManySigns, combinations, is_branching
from symnet.verify.models.degree import Degrees
from symnet.verify.models.draws import field_draws, real_draws
from symnet.verify.models.evaluate import Array, Evaluator, Named, Sizes
from symnet.verify.models.field import Field, Thinned
from symnet.verify.models.real import Real
from symnet.verify.models.residues import fields_for

DRAWS = 24
MOST_DRAWS = 16384
WANTED = 8  # draws that must be left
MOST_LABELS = 128  # values of masks and labels that have all to be seen
DISCRETE_DRAWS = 512  # where there are more
WATCHED = 64  # draws of float64
FAILURE = 1e-12
MOST_DRAWN = 400  # sizes of many extents
MOST_ENTRIES = 4_000_000  # of a draw, over all draws


@dataclass(frozen=True)
class Comparison:
    """equal: proved, with its evidence. differs: in a model. Neither: `why` nothing is known."""

    equal: bool = False
    differs: bool = False
    evidence: Evidence = dataclasses.field(default_factory=lambda: Evidence("random models"))
    why: str = ""


def compare_in_models(
    graph: Graph, left: str, right: str, trials: Sequence[Sizes], seed: int = 0
) -> Comparison:
    """Whether two tensors of the same shape are equal in random models at these sizes."""
    rng = np.random.default_rng(seed)
    primes = fields_for(_numbers(graph, trials), len(trials))
    if not primes:
        return Comparison(why="a number has a prime factor that is no square in any field tried")
    found = Evidence("random models")
    signed = is_branching(graph, [left, right])
    for k, sizes in enumerate(trials):
        try:
            made = _trial(graph, left, right, sizes, primes[k % len(primes)], signed, rng)
        except UnsupportedExpression as e:
            return Comparison(why=str(e))
        if not made.equal:
            return made
        found = _joined(found, made.evidence)
    return Comparison(True, evidence=found)


def _joined(a: Evidence, b: Evidence) -> Evidence:
    return replace(
        b,
        sizes=a.sizes + b.sizes,
        trials=a.trials + b.trials,
        degree=max(a.degree, b.degree),
        failure=max(a.failure, b.failure),
        cells=b.cells if len(b.cells) >= len(a.cells) else a.cells,
    )


def _trial(
    graph: Graph,
    left: str,
    right: str,
    sizes: Sizes,
    p: int,
    signed: bool,
    rng: np.random.Generator,
) -> Comparison:
    count, need = (8 * DRAWS if signed else DRAWS), WANTED
    labels = _labels(graph, sizes)
    if labels > MOST_LABELS:
        count = need = DISCRETE_DRAWS
    while True:
        drawn = _drawn(graph, left, right, sizes, p, count, need, rng)
        if drawn is None:
            return Comparison(why="roots and maxima rejected too many draws")
        values, field, a, b = drawn
        alive = field.alive
        signed = signed or field.log_roots > 0
        apart = (a - b) % p
        if np.broadcast_to(apart, (len(alive), *apart.shape[1:]))[alive].any():
            return Comparison(differs=True)
        cells, missed = "", 0.0
        if signed:
            try:
                signs, seen = combinations(
                    Cases(values, field, labels <= MOST_LABELS), [left, right], alive
                )
            except TooManySigns:
                return Comparison(why="more than 62 signs decide the cases")
            seen *= 2 ** min(field.log_roots, 40)
            kept = int(alive.sum())
            if kept < enough_for(seen):
                wanted = enough_for(max(seen, 2)) * 5 // 4
                if wanted > MOST_DRAWS or wanted <= need:
                    return Comparison(why=f"{signs} signs decide the cases of one entry")
                count, need = max(count, wanted), wanted
                continue
            missed = seen * exp(-kept / seen)
            if seen > 1:
                cells = (
                    f"an entry depends on up to {signs} signs; all {seen} combinations were drawn"
                )
        evidence = _evidence(graph, left, right, sizes, field, p, cells)
        evidence = replace(evidence, failure=min(1.0, evidence.failure + missed))
        if evidence.failure > FAILURE:
            return Comparison(why=f"the degree may be {evidence.degree}, too large for the field")
        if signed and _has_hidden_root(graph, left, right, sizes, rng, bool(field.log_roots)):
            return Comparison(why="a root stands where its argument may be negative")
        return Comparison(True, evidence=evidence)


def _labels(graph: Graph, sizes: Sizes) -> float:
    """How many values all masks, one-hot and integer tensors have together, roughly."""
    out = 1.0
    for t in graph.given:
        shape = [size_of(e, sizes) for e in t.shape]
        if "mask" in t.assume:
            out *= 2.0 ** min(prod(shape), 99)
        elif "one_hot" in t.assume:
            out *= float(shape[-1]) ** min(prod(shape[:-1]), 99)
        elif t.is_integer_valued:
            below = _largest(t, sizes)
            out *= float(below) ** min(prod(shape), 99)
    return out


def _largest(t: Tensor, sizes: Sizes) -> int:
    return 3 if t.below is None else size_of(t.below, sizes)


def enough_for(combinations: int) -> int:
    """Draws in which none of so many combinations is missed, but with probability FAILURE.

    s e^(-n/s) <= FAILURE for s combinations of the same probability and n draws
    """
    return ceil(combinations * log(max(combinations, 2) / FAILURE)) if combinations > 1 else 1


class _Watched(Real):
    """float64 that notes the draws in which a root has a negative argument."""

    def __init__(self, draws: int, logs: bool) -> None:
        self.negative = np.zeros(draws, dtype=bool)
        self.logs = logs

    def power(self, x: Array, p: int, q: int) -> Array:
        if q != 1:
            self._note(x)
        return super().power(x, p, q)

    def call(self, e: ScalarFunction, at: Evaluator) -> Named:
        if self.logs and type(e).__name__ == "log":
            self._note(at.of(e.args[0]).data)
        return super().call(e, at)

    def _note(self, x: Array) -> None:
        self.negative = self.negative | (x < 0).reshape(len(x), -1).any(axis=1)


def _has_hidden_root(
    graph: Graph, left: str, right: str, sizes: Sizes, rng: np.random.Generator, logs: bool
) -> bool:
    """Whether both are finite at points where a root, not chosen there, has a negative argument.

    The field rejects such draws, so that what is chosen in its place has not been seen.
    """
    model = _Watched(WATCHED, logs)
    with np.errstate(all="ignore"):
        values = Evaluator(graph, real_draws(graph, sizes, WATCHED, rng), sizes, model)
        good = np.ones(WATCHED, dtype=bool)
        for name in (left, right):
            found = values.value(name)
            good = good & np.isfinite(found).reshape(len(found), -1).all(axis=1)
    return bool((good & model.negative).any())


def _drawn(
    graph: Graph,
    left: str,
    right: str,
    sizes: Sizes,
    p: int,
    count: int,
    need: int,
    rng: np.random.Generator,
) -> tuple[Evaluator, Field, Array, Array] | None:
    """Values of both in at least `need` draws that no root and no maximum rejects."""
    entries = sum(int(np.prod([size_of(e, sizes) for e in t.shape])) for t in graph.tensors)
    while count <= MOST_DRAWS and (count == DRAWS or count * entries <= MOST_ENTRIES):
        salts = rng.integers(0, 2**63, size=count).astype(np.uint64)
        arrays = field_draws(graph, sizes, Field(p, salts), count, rng)
        while len(salts) >= need:
            field = Field(p, salts)
            values = Evaluator(graph, arrays, sizes, field)
            try:
                a, b = values.value(left), values.value(right)
            except Thinned as thinned:
                kept = np.flatnonzero(thinned.alive)[: max(4 * need, DRAWS)]
                salts = salts[kept]
                arrays = {n: x[kept] if len(x) > 1 else x for n, x in arrays.items()}
                continue
            if int(field.alive.sum()) >= need:
                return values, field, a, b
            break
        count *= 8
    return None


def _evidence(
    graph: Graph, left: str, right: str, sizes: Sizes, field: Field, p: int, cells: str
) -> Evidence:
    degrees = Degrees(graph, sizes)
    bound = (degrees.tensor(left) + degrees.tensor(right)).whole
    bound = max(1, bound) * field.conjugates
    bound += field.asked**2 * max(1, degrees.argument)
    kept = int(field.alive.sum())
    failure = (bound / p) ** kept if bound < p // 2 else 1.0
    shown = tuple((s.name, n) for s, n in sorted(sizes.items(), key=lambda x: x[0].name))
    return Evidence("random models", (shown,), kept, bound, failure, cells=cells)


def _numbers(graph: Graph, trials: Sequence[Sizes]) -> set[int]:
    """The integers that are written, and the sizes."""
    out = {n for sizes in trials for n in sizes.values()}
    for d in graph.definitions:
        for side in (d.expression, d.base):
            for q in side.atoms(sympy.Rational) if side is not None else ():
                out |= {abs(int(q.p)), int(q.q)}
    return out


def candidate_sizes(
    graph: Graph, avoid: Iterable[int] = (), smallest: int = 2
) -> Iterator[dict[sympy.Symbol, int]]:
    """Legal sizes at which different extents differ, cheap ones first.

    Numbers in `avoid` (the literals of the text) come last.
    """
    symbols = list(graph.extents)
    if not symbols:
        yield {}
        return
    avoided, n = set(avoid), len(symbols)
    extents = _Extents(graph)
    for strict in (True, False):
        pool = [
            k for k in range(smallest, max(14, smallest + n + 4)) if k not in avoided or not strict
        ][: n + 4]
        found = []
        for numbers in _choices(pool, n):
            sizes = dict(zip(symbols, numbers, strict=True))
            volume = extents.volume(sizes)
            if volume is not None:
                found.append((volume, sizes))
        yield from (sizes for _, sizes in sorted(found, key=lambda f: f[0]))


def _choices(pool: Sequence[int], n: int) -> Iterator[tuple[int, ...]]:
    """Different numbers in all orders; of many, neighbours in some orders, and some drawn ones."""
    if n <= 3:
        yield from permutations(pool, n)
        return
    for start in range(len(pool) - n + 1):
        window = pool[start : start + n]
        yield from permutations(window) if n == 4 else _turned(window)
    if n > 4 and len(pool) >= n:
        rng = np.random.default_rng(0)
        for _ in range(MOST_DRAWN):
            yield tuple(map(int, rng.permutation(pool)[:n]))


def _turned(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for k in range(len(numbers)):
        yield (*numbers[k:], *numbers[:k])
        yield (*reversed(numbers[k:]), *reversed(numbers[:k]))


class _Extents:
    """All extents of a graph, and the shapes of its tensors, to be evaluated at many sizes."""

    def __init__(self, graph: Graph) -> None:
        self.shapes = list({t.shape for t in graph.tensors})
        bound = {i.extent for d in graph.definitions for i in bound_indices(d.expression)}
        self.all = {e for shape in self.shapes for e in shape} | bound

    def volume(self, sizes: Sizes) -> int | None:
        """How many entries the tensors have, roughly; None if an extent is not positive."""
        known: dict[sympy.Expr, int] = {}
        for e in self.all:
            value = sizes.get(e) if e.is_Symbol else extent_at(e, sizes)
            if value is None or value != int(value) or value < 1:
                return None
            known[e] = int(value)
        return sum(prod(known[e] for e in shape) for shape in self.shapes)


def share_a_number(a: Sizes, b: Sizes) -> bool:
    """Whether an extent, or a sum, difference or product of two or three, is the same at both.

    A literal could stand for it: 1/6 for 1/(N D) at N, D = 2, 3 and at 3, 2.
    """
    names = list(a)
    for count in (1, 2, 3):
        for some in combinations_of(names, count):
            x, y = [a[s] for s in some], [b[s] for s in some]
            if sum(x) == sum(y) or prod(x) == prod(y):
                return True
            if count == 2 and x[0] - x[1] == y[0] - y[1]:
                return True
    return False


def share_an_extent(a: Sizes, b: Sizes) -> bool:
    """Whether an extent is the same at both sizes."""
    return any(a[s] == b[s] for s in a)


def extents_of(graph: Graph) -> set[sympy.Expr]:
    """Every extent of the graph, also of bound indices."""
    return _Extents(graph).all


def is_legal(graph: Graph, sizes: Sizes) -> bool:
    """Whether every extent of the graph is a positive integer at these sizes."""
    return _Extents(graph).volume(sizes) is not None
