"""Points with a nearly singular matrix are told apart, whatever the axes of the matrix."""

import numpy as np

from symnet.notation import Graph, Index, Tensor, define, det, inverse
from symnet.verify.conditioning import is_well_conditioned

b, i, j, p, q = Index("b", "B"), *(Index(letter, "N") for letter in "ijpq")
X, d, X_inv = Tensor("X", i, b, j), Tensor("d", b), Tensor("X_inv", b, i, j)
HEADS = [
    define(d[b], det(X[p, b, q], (p, q))),
    define(X_inv[b, i, j], inverse(X[p, b, q], (p, q), at=(i, j))),
]


def test_every_head_counts() -> None:
    good = np.stack([np.eye(3), np.diag([1.0, -2.0, 5.0])], axis=1)
    near = good.copy()
    near[2, 1, 2] = 1e-5
    for head in HEADS:
        graph = Graph(head, inputs=[X])
        assert is_well_conditioned(graph, {"X": good})
        assert not is_well_conditioned(graph, {"X": near})
        assert not is_well_conditioned(graph, {"X": np.full((3, 2, 3), np.nan)})
        assert not is_well_conditioned(graph, {"X": np.zeros((3, 2, 3))})


def test_a_graph_without_heads_has_no_condition() -> None:
    y = Tensor("y", i, b, j)
    assert is_well_conditioned(Graph(define(y[i, b, j], X[i, b, j] ** 2), inputs=[X]), {})
