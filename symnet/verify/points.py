"""Points at which claims are evaluated: admissible draws at two choices of sizes.

Every extent differs from the others, and between the two choices, so that neither a transposed axis
nor a number in the place of an extent can hide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import sympy

from symnet.notation import CheckFailed, Graph, MatrixHead, ShapeMismatch
from symnet.verify.models.cases import is_distinguishing
from symnet.verify.models.evaluate import Array, Sizes
from symnet.verify.prove import candidate_sizes, extents_of, share_a_number, share_an_extent
from symnet.verify.truth import draws_in_domain

DRAWS = 6
TRIALS = 2
MOST_LISTED = 500
MOST_FAILED = 200


@dataclass(frozen=True)
class Points:
    """Draws of all given tensors at one choice of sizes."""

    sizes: Sizes
    arrays: dict[str, Array]

    @property
    def draws(self) -> int:
        return max((len(a) for a in self.arrays.values()), default=1)

    def at(self, k: int) -> dict[str, Array]:
        """The arrays of one draw."""
        return {n: a[k] if len(a) > 1 else a[0] for n, a in self.arrays.items()}

    def of(self, graph: Graph) -> dict[str, Array]:
        """The arrays that a graph is given."""
        return {t.name: self.arrays[t.name] for t in graph.given if t.name in self.arrays}


class Pool:
    """Points that are drawn once, and serve all graphs with the same given tensors."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._known: dict[object, list[Points]] = {}

    def points(
        self,
        graph: Graph,
        names: Sequence[str],
        smallest: int = 2,
        formulas: Graph | None = None,
    ) -> list[Points]:
        """Points at which the named tensors are finite, and all inverted matrices regular.

        Numbers that are written in the formulas are avoided as sizes, unless signs decide cases: an
        entry has to be seen in all combinations of its signs, and fewer entries have fewer.
        `formulas` is the part of the graph that matters for that.
        Raises CheckFailed if there are no such draws.
        """
        part = formulas or graph
        signed = is_distinguishing(part, [t.name for t in part.outputs])
        literals = frozenset() if smallest == 1 or signed else _literals(part)
        heads = tuple(str(d.name) for d in graph.definitions if _is_inverted(d.expression))
        extents = frozenset(extents_of(graph))
        key = (graph.given, extents, tuple(names), smallest, literals, heads)
        if key not in self._known:
            self._known[key] = self._draw(graph, names, smallest, literals, signed)
        return self._known[key]

    def _draw(
        self,
        graph: Graph,
        names: Sequence[str],
        smallest: int,
        literals: frozenset[int],
        signed: bool,
    ) -> list[Points]:
        """Two choices of sizes that no literal can stand for; where signs decide, a third one,
        so that the two for which models are drawn may be small.
        """
        rng = np.random.default_rng(self.seed)
        listed = list(islice(candidate_sizes(graph, literals, smallest), MOST_LISTED))
        out: list[Points] = []
        failed: list[CheckFailed] = []

        def add(related: Callable[[Sizes, Sizes], bool], wanted: int) -> None:
            for sizes in listed:
                if len(out) >= wanted or len(failed) > MOST_FAILED:
                    return
                before = out[:1] if wanted > TRIALS else out
                if sizes in [p.sizes for p in out] or any(related(sizes, p.sizes) for p in before):
                    continue
                try:
                    drawn = draws_in_domain(graph, list(names), sizes, DRAWS, rng)
                    out.append(Points(sizes, drawn))
                except CheckFailed as e:
                    failed.append(e)

        if signed:
            add(share_an_extent, TRIALS)
            add(share_a_number, TRIALS + 1)
        else:
            add(share_a_number, TRIALS)
            add(share_an_extent, TRIALS)
        if out:
            return out
        if failed:
            raise failed[-1]
        raise ShapeMismatch("no sizes were found at which every extent of the graph is positive")


def _literals(graph: Graph) -> frozenset[int]:
    return frozenset(
        abs(int(n))
        for d in graph.definitions
        for q in d.expression.atoms(sympy.Rational)
        for n in (q.p, q.q)
        if 1 < abs(int(n)) < 12
    )


def _is_inverted(e: sympy.Expr) -> bool:
    return isinstance(e, MatrixHead)
