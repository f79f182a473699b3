"""Cosines and distances: their gradients, and what is refused."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    cosine_embedding,
    cosine_similarity,
    margin_contrastive,
    triplet,
    unit,
)
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.verify import interpret

N, D = Index("n", "N"), Index("d", "D")
X, Y = Tensor("x", N, D), Tensor("y", N, D)


def test_a_cosine_has_no_gradient_along_its_vector() -> None:
    derived = gradient(cosine_similarity(X, Y), ["x", "y"], "c_bar")
    assert text(derived, ("x_bar",)) == (
        "x_bar[n,d] = r_x[n]*c_bar[n]*(y_hat[n,d] - x_hat[n,d]*c[n])"
    )


def test_unit_vectors(rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, 4))
    assert np.allclose((interpret(unit(X), {"x": x})["x_hat"] ** 2).sum(-1), 1)


def test_one_tensor_as_both_vectors_has_cosine_1(rng: np.random.Generator) -> None:
    graph = cosine_similarity(X, X)
    assert [t.name for t in graph.inputs] == ["x"]
    assert np.allclose(interpret(graph, {"x": rng.normal(size=(2, 3))})["c"], 1)


def test_pairs_beyond_the_margin_are_left_alone() -> None:
    m = Tensor("m", N, assume="mask")
    given = {"x": np.array([[3.0, 4.0]]), "y": np.zeros((1, 2)), "m": np.zeros(1)}
    assert interpret(margin_contrastive(X, Y, m, 4), given)["L"] == 0
    assert interpret(margin_contrastive(X, Y, m, 7), given)["L"] == pytest.approx(2)
    assert interpret(margin_contrastive(X, Y, m, 7), {**given, "m": np.ones(1)})["L"] == 12.5


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="x is a scalar; expected vectors"):
        cosine_similarity(Tensor("x"), Tensor("y"))
    with pytest.raises(ExtentMismatch, match="target y"):
        cosine_similarity(X, Tensor("y", N, Index("e", "E")))
    with pytest.raises(IndexMismatch, match="target m has 2 axes"):
        cosine_embedding(X, Y, Tensor("m", N, D))
    with pytest.raises(ExtentMismatch, match="target f"):
        triplet(X, Y, Tensor("f", N, Index("e", "E")))
