"""Whether the matrices that are inverted at a point are far enough from singular ones.

cond(A) = |A| |A^-1| <= LARGEST for the matrix A of every inverse, determinant and log-determinant

Differences in float64 lose as many digits as the condition number has; X'X of a wide X has none
left. A determinant as such has a value there, but its derivative is written with the inverse.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symnet.notation import Graph, MatrixHead

LARGEST = 1e3


def is_well_conditioned(graph: Graph, values: Mapping[str, np.ndarray]) -> bool:
    """Whether all matrices of heads have a small condition number; values by name of tensor."""
    return all(
        _condition(d.expression, values) <= LARGEST
        for d in graph.definitions
        if isinstance(d.expression, MatrixHead)
    )


def _condition(head: MatrixHead, values: Mapping[str, np.ndarray]) -> float:
    """The largest condition number of the matrices of the head; inf for a singular one."""
    rows, columns = (head.matrix.slots.index(i) for i in head.bound)
    stack = np.asarray(values[head.matrix.tensor.name], dtype=np.float64)
    if not np.isfinite(stack).all():
        return float("inf")
    return float(np.max(np.linalg.cond(np.moveaxis(stack, (rows, columns), (-2, -1))), initial=0.0))
