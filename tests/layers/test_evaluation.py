"""Training graph -> evaluation graph: masks by their means, batch statistics by their estimates."""

import numpy as np
import sympy

from symnet.layers import bernoulli, evaluation, mlp
from symnet.notation import Graph, Index, Tensor, define, mean, sqrt, total
from symnet.verify.interpret import interpret


def trained() -> Graph:
    """y = m/q (x - mu) with a mask, and the running mean of x."""
    n, k = Index("n", "N"), Index("k", "K")
    x, m = Tensor("x", n, k), Tensor("m", n, k, assume="mask")
    mu, run, new = Tensor("mu", k), Tensor("mu_run", k), Tensor("mu_new", k)
    y = Tensor("y", n, k)
    return Graph(
        define(mu[k], mean(x[n, k], over=n)),
        define(y[n, k], m[n, k] * 4 / 3 * (x[n, k] - mu[k])),
        define(new[k], run[k] * sympy.Rational(9, 10) + mu[k] / 10),
        inputs=[x, m, run],
        output=y,
        updates=[(run, new)],
        rules=[(m, bernoulli(sympy.Rational(3, 4)))],
        estimates=[(mu, run)],
    )


def test_who_gives_which_input() -> None:
    graph = trained()
    assert [t.name for t in graph.data] == ["x"]
    assert [t.name for t in graph.states] == ["mu_run"]
    assert [t.name for t, _ in graph.drawn] == ["m"]


def test_nothing_is_drawn_and_no_sample_sees_another(rng: np.random.Generator) -> None:
    used = evaluation(trained())
    assert [t.name for t in used.inputs] == ["x", "mu_run"]
    assert [d.name for d in used.definitions] == ["y"]
    assert not used.drawn and not used.updates and not used.estimates
    x, run = rng.normal(size=(3, 2)), rng.normal(size=2)
    assert np.allclose(interpret(used, {"x": x, "mu_run": run})["y"], x - run, atol=1e-15)


def test_a_graph_without_masks_and_estimates_is_itself() -> None:
    graph = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [2])
    assert evaluation(graph) is graph


def test_what_a_recurrence_carries_is_still_carried() -> None:
    n, k = Index("n", "N"), Index("k", "K")
    x, h, m = Tensor("x", n, k), Tensor("h", n, k), Tensor("m", n, k, assume="mask")
    y = Tensor("y", n, k)
    value = m[n, k] * x[n, k] / sqrt(2) + h[n, k]
    graph = Graph(
        define(y[n, k], value),
        inputs=[x, h, m],
        output=y,
        updates=[(h, y)],
        rules=[(m, bernoulli(sympy.Rational(1, 2)))],
    )
    assert [(a.name, b.name) for a, b in evaluation(graph).updates] == [("h", "y")]


def test_an_output_that_is_estimated_becomes_the_state() -> None:
    n = Index("n", "N")
    x, mu, run, new = Tensor("x", n), Tensor("mu"), Tensor("run"), Tensor("new")
    graph = Graph(
        define(mu[()], total(x[n], over=n) / n.extent),
        define(new[()], (run[()] + mu[()]) / 2),
        inputs=[x, run],
        output=mu,
        updates=[(run, new)],
        estimates=[(mu, run)],
    )
    assert evaluation(graph).output == run
