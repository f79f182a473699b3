"""Normalisation: axes, gains that are shared, running statistics, and how the gradient reads."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import (
    batch_norm,
    dense,
    evaluation,
    group_norm,
    instance_norm,
    join,
    layer_norm,
    rms_norm,
    rules,
)
from symnet.notation import ExtentMismatch, Graph, Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.verify import interpret, judge

N, D = Index("n", "N"), Index("d", "D")
X = Tensor("x", N, D)
IMAGES = Tensor("x", N, *(Index(letter, letter.upper()) for letter in "cab"))


def flat(channels: int) -> Tensor:
    return Tensor("x", N, Index("c", channels), Index("a", "A"))


def test_gains_start_at_1_and_biases_at_0() -> None:
    found = rules(batch_norm(X))
    assert {name: int(rule.mean) for name, rule in found.items()} == {
        **{"gamma": 1, "beta": 0, "mu_run": 0, "v_run": 1}
    }
    assert all(rule.kind == "constant" for rule in found.values())


@pytest.mark.parametrize("extent", ["D", 3, 64])
def test_the_gradient_has_three_terms_at_any_extent(extent: int | str) -> None:
    derived = gradient(layer_norm(Tensor("x", N, Index("d", extent))), "x", "y_bar")
    assert text(derived, ("x_bar",)) == (
        "x_bar[n,d] = r[n]*(x_hat_bar[n,d] - mean[e](x_hat_bar[n,e])"
        " - x_hat[n,d]*mean[e](x_hat[n,e]*x_hat_bar[n,e]))"
    )


def test_the_gradient_of_batch_norm() -> None:
    assert text(gradient(batch_norm(X), "x", "y_bar"), ("x_bar",)) == (
        "x_bar[n,d] = r[d]*gamma[d]*(y_bar[n,d] - mean[m](y_bar[m,d])"
        " - x_hat[n,d]*mean[m](x_hat[m,d]*y_bar[m,d]))"
    )


@pytest.mark.parametrize("wrt", [["b"], ["x", "W", "b", "gamma", "beta"]])
def test_a_bias_before_batch_norm_has_no_gradient(wrt: list[str]) -> None:
    first = dense(X, "J")
    derived = gradient(join(first, batch_norm(first.output)), wrt, "y_bar")
    assert text(derived, ("b_bar",)) == (
        "b_bar[j] = 0  # shift invariance: y does not change when the same number is added to "
        "a[n,j] for all n, and b adds no more than that to a"
    )


def test_running_statistics_move_by_momentum(rng: np.random.Generator) -> None:
    x = rng.normal(size=(5, 2)) * 3 + 1
    run = {"mu_run": rng.normal(size=2), "v_run": np.array([2.0, 0.5])}
    graph = batch_norm(X, momentum=0.25)
    found = interpret(graph, {"x": x, "gamma": np.ones(2), "beta": np.zeros(2), **run})
    assert np.allclose(found["mu_new"], 0.75 * run["mu_run"] + 0.25 * x.mean(0), atol=1e-14)
    assert np.allclose(found["v_new"], 0.75 * run["v_run"] + 0.25 * x.var(0, ddof=1), atol=1e-14)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_one_sample_has_no_unbiased_variance_and_leaves_the_running_one() -> None:
    given = {"x": np.array([[3.0, 4.0]]), "gamma": np.ones(2), "beta": np.ones(2)}
    run = {"mu_run": np.zeros(2), "v_run": np.array([2.0, 0.5])}
    graph = batch_norm(X)
    found = interpret(graph, {**given, **run})
    assert (found["v_new"] == run["v_run"]).all() and (found["y"] == 1).all()
    wanted = Graph(*graph.definitions, inputs=graph.inputs, parameters=graph.parameters,
                   outputs=[graph.tensor("v_new"), graph.tensor("y")])  # fmt: skip
    made = build(wanted)(**given, **run)
    assert (made["v_new"] == run["v_run"]).all() and (made["y"] == 1).all()


def test_evaluation_is_frozen(rng: np.random.Generator) -> None:
    used = evaluation(batch_norm(IMAGES))
    assert [t.name for t in used.inputs] == ["x", "mu_run", "v_run"]
    assert not used.updates and [d.name for d in used.definitions] == ["r", "x_hat", "y"]
    assert text(gradient(used, "x", "y_bar"), ("x_bar",)) == (
        "x_bar[n,c,a,b] = r[c]*x_hat_bar[n,c,a,b]"
    )


def test_group_norm_has_layer_norm_and_instance_norm_at_its_ends(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 6, 3))
    plain = Tensor("x", N, Index("c", 6), Index("a", "A"))

    def normalised(graph: Graph) -> np.ndarray:
        given = {t.name: np.ones([int(e) for e in t.shape]) for t in graph.parameters[:1]}
        return interpret(graph, {"x": x, **given, "beta": 0 * given["gamma"]})["y"]

    whole = interpret(layer_norm(plain, axes=2, affine=False), {"x": x})["y"]
    assert np.allclose(normalised(group_norm(plain, 1)), whole, atol=1e-14)
    single = normalised(instance_norm(plain))
    assert np.allclose(normalised(group_norm(plain, 6)), single, atol=1e-14)


@pytest.mark.parametrize("leading", [0, 2])
def test_any_number_of_leading_axes(leading: int) -> None:
    x = Tensor("x", *(Index(c, c.upper()) for c in "mn"[:leading]), D)
    for graph in (layer_norm(x), rms_norm(x)):
        verdict = judge(graph, [t.name for t in graph.given])
        assert verdict.passed, str(verdict)


def test_shared_gain_is_a_parameter_of_the_graph() -> None:
    gain = Tensor("scale", D)
    graph = layer_norm(X, gain=gain)
    assert [t.name for t in graph.parameters] == ["scale", "beta"]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="layer_norm: x has 2 axes; 3 of them"):
        layer_norm(X, axes=3)
    with pytest.raises(IndexMismatch, match="x has 1 axes, expected channels on axis 1"):
        batch_norm(Tensor("x", N))
    with pytest.raises(IndexMismatch, match="instance_norm: x has 2 axes"):
        instance_norm(X)
    with pytest.raises(IndexMismatch, match=r"group_norm: x has 2 axes, expected \(N, G, M, ..\)"):
        group_norm(X)
    with pytest.raises(ExtentMismatch, match="x has 6 channels, expected a number times 4"):
        group_norm(flat(6), 4)
    with pytest.raises(ExtentMismatch):
        layer_norm(X, gain=Tensor("g", N))
