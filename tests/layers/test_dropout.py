"""Dropout, stochastic depth, noise: what is drawn, what evaluation makes of it, training."""

import numpy as np
import pytest

from symnet.layers import (
    batch_norm,
    chain,
    dense,
    dropout,
    evaluation,
    gaussian_noise,
    join,
    mean_squared_error,
    stochastic_depth,
)
from symnet.notation import (
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
)
from symnet.render import text
from symnet.train.draws import Draws
from symnet.train.loop import fit
from symnet.train.optimizers import sgd
from symnet.verify import interpret

N, K = Index("n", "N"), Index("k", "K")
X, F = Tensor("x", N, K), Tensor("F", N, K)
IMAGES = Tensor("x", N, *(Index(letter, letter.upper()) for letter in "cab"))


def test_the_mean_over_masks_is_x() -> None:
    graph = dropout(X, 0.75)
    x = np.full((300, 200), 2.0)
    mask = Draws(graph, 3).at(0, {N.extent: 300, K.extent: 200})["m"]
    y = interpret(graph, {"x": x, "m": mask})["y"]
    assert set(np.unique(y)) == {0.0, 8 / 3}
    assert y.mean() == pytest.approx(2, abs=4 * 2 * (1 / 3 / y.size) ** 0.5)


def test_a_shared_mask_has_no_such_axes() -> None:
    graph = dropout(IMAGES, 0.5, shared=(2, -1))
    assert [str(e) for e in graph.tensor("m").shape] == ["N", "C"]
    assert text(graph) == "y[n,c,a,b] = 2*x[n,c,a,b]*m[n,c]"


@pytest.mark.parametrize(
    ("graph", "used"),
    [
        (dropout(X, 0.5), "y[n,k] = x[n,k]"),
        (stochastic_depth(X, F, 0.5), "y[n,k] = x[n,k] + F[n,k]/2"),
        (gaussian_noise(X, 0.5), "y[n,k] = x[n,k]"),
    ],
)
def test_evaluation(graph: Graph, used: str) -> None:
    assert len(graph.drawn) == 1
    assert text(evaluation(graph)) == used
    assert not evaluation(graph).drawn


def test_what_does_not_fit_is_refused() -> None:
    for keep in (0, -0.5, 1.5):
        with pytest.raises(UnsupportedExpression, match="above 0, at most 1"):
            dropout(X, keep)
    with pytest.raises(IndexMismatch, match="x has 2 axes; axis 2 is not one"):
        dropout(X, 0.5, shared=[2])
    with pytest.raises(IndexMismatch, match="x has 2 axes and F 1"):
        stochastic_depth(X, Tensor("F", N), 0.5)
    with pytest.raises(ExtentMismatch, match="F has extents"):
        stochastic_depth(X, Tensor("F", N, Index("j", "J")), 0.5)


def network() -> Graph:
    """Dense, batch norm, dropout, a residual branch that is left out, noise."""
    x = Tensor("x", N, Index("i", 3))
    body = chain(
        x,
        lambda h: dense(h, 4, "1"),
        lambda h: batch_norm(h, "1"),
        lambda h: dropout(h, 0.8, "1", output="d"),
    )
    h = body.output
    branch = dense(h, 4, "2")
    deep = stochastic_depth(h, branch.output, 0.8, "2")
    noisy = gaussian_noise(deep.output, 0.1, "3", output="z")
    last = dense(noisy.output, 1, "4")
    target = Tensor("y", *last.output.indices)
    graphs = (body, branch, deep, noisy, last, mean_squared_error(last.output, target))
    return join(*graphs)


def data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 3)) * [1, 2, 3] + [0, 1, 2]
    return {"x": x, "y": x @ [[1.0], [-1.0], [0.5]] + 2}


def test_training_is_reproducible_and_predicts_without_draws() -> None:
    first, again, other = (
        fit(network(), data(), sgd(0.05), epochs=30, batch=8, seed=seed) for seed in (1, 1, 2)
    )
    assert all((first.parameters[k] == again.parameters[k]).all() for k in first.parameters)
    assert (first.parameters["W1"] != other.parameters["W1"]).any()
    x, y = data()["x"], data()["y"]
    found = first.predict("a4", x=x)
    assert (found == first.predict("a4", x=x)).all()
    # No sample sees another: one by one they get the same values.
    assert np.allclose(found, [first.predict("a4", x=row[None])[0] for row in x], atol=1e-12)
    assert np.mean((found - y) ** 2) < 0.25 * y.var()


def test_running_statistics_are_near_those_of_the_data() -> None:
    found = fit(network(), data(), sgd(1e-9), epochs=30, batch=8, seed=1)
    a = data()["x"] @ found.parameters["W1"] + found.parameters["b1"]
    assert np.allclose(found.parameters["mu_run1"], a.mean(0), atol=0.5 * a.std())
    ratio = found.parameters["v_run1"] / a.var(0)
    assert ((ratio > 0.6) & (ratio < 1.6)).all()
