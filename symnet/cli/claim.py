"""A formula derived by hand against the derived one: in text, and at random points.

identical   the same formula up to bound letters; and equal at every point tried
agrees      another form, equal at every point tried (not proved)
refuted     another value at a point, which is shown
undefined   a value that is not finite, on either side: then nothing was shown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.notation import (
    Definition,
    Entry,
    Graph,
    GraphError,
    Tensor,
    replace,
    same_up_to_bound,
)
from symnet.render.text import text_of
from symnet.verify import interpret
from symnet.verify.sample import random_sizes, sample

Array = np.ndarray[Any, Any]

POINTS = 5
TOLERANCE = 1e-11  # max |difference| / max(1, max |derived|), in float64


@dataclass(frozen=True)
class Claim:
    """A hand formula for one tensor, with its source.

    `derived` is what it is compared with; without it, the graph's own definition of the same name.
    `right` is False for a well-known mistake, which has to be refuted.
    """

    claimed: Definition
    source: str
    derived: Definition | None = None
    right: bool = True


@dataclass(frozen=True)
class Finding:
    """What the comparison of a claim gave; `where` and the values show the worst entry."""

    claim: Claim
    verdict: str
    gap: float
    shown: str
    derived: str
    where: str = ""

    @property
    def as_expected(self) -> bool:
        """Refuted if the page calls it a mistake; identical or agrees if not."""
        return self.verdict in (("identical", "agrees") if self.claim.right else ("refuted",))

    def __str__(self) -> str:
        lines = [f"claim ({self.claim.source}):  {self.shown}"]
        if self.verdict == "identical":
            lines.append(f"  identical formula; {POINTS} points, largest difference {self.gap:.1e}")
        elif self.verdict == "agrees":
            lines.append(f"  derived as {self.derived}")
            lines.append(f"  agrees at {POINTS} points, largest difference {self.gap:.1e}")
        else:
            known = "REFUTED" if self.claim.right else "refuted, as a known mistake should be"
            lines.append(f"  {known if self.verdict == 'refuted' else 'UNDEFINED'}: {self.where}")
        return "\n".join(lines)


def examine(
    graph: Graph,
    derived: Graph,
    claim: Claim,
    seed: int = 0,
    fixed: Mapping[str, float] | None = None,
) -> Finding:
    """Compare a claim with the definition that was derived; `fixed` are values that are not drawn.

    Raises GraphError if neither graph defines the tensor that is claimed.
    """
    together = _merged(graph, derived)
    truth = claim.derived or together.definition(claim.claimed.name)
    if truth is None:
        names = ", ".join(d.name for d in together.definitions)
        raise GraphError(
            f"claim about {claim.claimed.name}, which is not derived; there are {names}"
        )
    left, right = _named(claim.claimed, "claimed"), _named(truth, "derived")
    both = replace(
        together, definitions=(*together.definitions, left, right), outputs=(left.tensor,)
    )
    rng = np.random.default_rng(seed)
    worst, where = 0.0, ""
    for k in range(POINTS):
        sizes = random_sizes(together, rng, smallest=1 + k % 2)
        arrays = {**sample(together, sizes, rng), **(fixed or {})}
        values = interpret(both, arrays, sizes={s.name: m for s, m in sizes.items()})
        gap = _gap(values[left.name], values[right.name])
        if gap >= worst:
            worst, where = gap, _worst_entry(values, left, right, claim.claimed.name)
    same = _like(truth, claim)
    shown, known = text_of(claim.claimed, together), text_of(same, together)
    identical = shown == known or same_up_to_bound(claim.claimed.expression, same.expression)
    verdict = "identical" if identical else "agrees"
    if worst > TOLERANCE:
        verdict = "refuted" if np.isfinite(worst) else "undefined"
    return Finding(claim, verdict, worst, shown, known, where)


def _merged(graph: Graph, derived: Graph) -> Graph:
    """All definitions of both, the graph's own first; all given tensors of both."""
    own = {d.name for d in graph.definitions}
    given = {t.name: t for t in (*graph.given, *derived.given)}
    return Graph(
        *graph.definitions,
        *(d for d in derived.definitions if d.name not in own),
        inputs=given.values(),
        outputs=graph.outputs[:1],
        cotangents=derived.cotangents,
    )


def _named(d: Definition, name: str) -> Definition:
    made = Tensor(f"{d.name}_{name}", *d.tensor.indices)
    return Definition(Entry(made, *d.free), d.expression)


def _like(truth: Definition, claim: Claim) -> Definition:
    """The derived definition over the free indices of the claim, so that letters agree."""
    free = claim.claimed.free
    return Definition(claim.claimed.entry, truth.instantiate(free))


def _gap(found: Array, reference: Array) -> float:
    scale = max(1.0, float(np.max(np.abs(reference), initial=0.0)))
    gap = float(np.max(np.abs(found - reference), initial=0.0)) / scale
    return gap if np.isfinite(gap) else float("inf")


def _worst_entry(
    values: Mapping[str, Array], left: Definition, right: Definition, name: str
) -> str:
    a, b = np.asarray(values[left.name]), np.asarray(values[right.name])
    apart = np.nan_to_num(np.abs(a - b), nan=np.inf)
    at = np.unravel_index(int(np.argmax(apart)), a.shape) if a.shape else ()
    slots = f"[{','.join(str(int(k)) for k in at)}]" if at else ""
    return f"{name}{slots} is {float(b[at]):.10g}, claimed {float(a[at]):.10g} (shape {a.shape})"
