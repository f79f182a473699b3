"""The derivation of a gradient, step by step: what the sweep did, in the order it did it."""

from __future__ import annotations

from collections.abc import Iterable

from symnet.calculus.journal import Journal, Step
from symnet.calculus.reverse import gradient
from symnet.notation import Graph, Tensor


def steps(
    graph: Graph, wrt: str | Tensor | Iterable[str | Tensor], cotangent: str | None = None
) -> tuple[Step, ...]:
    """The rules applied to derive the gradient, each an equality that can be evaluated.

    Rules: chain (with the definitions that mention the tensor), contract (Kronecker deltas), fold,
    expand, group, complement, inline. Arguments and errors as for `gradient`.
    """
    journal = Journal(graph)
    gradient(graph, wrt, cotangent, journal=journal)
    return journal.steps()
