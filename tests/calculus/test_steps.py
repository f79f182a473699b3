"""Every step of a derivation is an equality that holds at random points."""

import numpy as np
import pytest

from symnet.calculus import gradient, steps
from symnet.calculus.journal import Journal
from symnet.notation import Definition, Graph, Index, Tensor, define, exp, log, mean, tanh, total
from symnet.verify import interpret, random_sizes, sample

n, i, j, k = Index("n", "N"), Index("i", "I"), Index("j", "J"), Index("k", "J")
x, w, a = Tensor("x", n, i), Tensor("W", i, j), Tensor("a", n, j)
h, p, y, L = Tensor("h", n, j), Tensor("p", n, j), Tensor("y", n, j, assume="simplex"), Tensor("L")
t = Index("t", "T", sequential=True)
c, f = Tensor("c", t), Tensor("f", t)

GRAPHS = {
    "classifier": (
        Graph(
            define(a[n, j], total(x[n, i] * w[i, j], over=i)),
            define(h[n, j], tanh(a[n, j])),
            define(p[n, j], exp(h[n, j]) / total(exp(h[n, k]), over=k)),
            define(L, -mean(total(y[n, k] * log(p[n, k]), over=k), over=n)),
            inputs=[x, y],
            parameters=[w],
        ),
        ["W", "x"],
    ),
    "recurrence": (
        Graph(
            define(c[t], tanh(f[t] * c[t - 1]), base=1),
            define(L, total(c[t] ** 2, over=t)),
            inputs=[f],
        ),
        ["f"],
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_each_step_is_a_true_equality(name: str) -> None:
    graph, wrt = GRAPHS[name]
    log_of = steps(graph, wrt)
    rules = {s.rule for s in log_of}
    assert {"chain", "fold"} <= rules
    last = {s.entry.tensor.name: s for s in log_of}
    cotangents = [Definition(s.entry, s.after) for s in last.values()]
    given = (*graph.inputs, *graph.parameters)
    rng = np.random.default_rng(5)
    sizes = random_sizes(graph, rng, 2)
    arrays = sample(graph, sizes, rng)
    for number, s in enumerate(log_of):
        before = Tensor(f"before{number}", *s.entry.tensor.indices)
        after = Tensor(f"after{number}", *s.entry.tensor.indices)
        both = Graph(
            *graph.definitions,
            *cotangents,
            Definition(before[s.entry.slots], s.before),
            Definition(after[s.entry.slots], s.after),
            inputs=given,
            outputs=[before, after],
        )
        values = interpret(both, arrays, {e.name: v for e, v in sizes.items()})
        np.testing.assert_allclose(
            values[before.name], values[after.name], atol=1e-12, err_msg=str(s)
        )


def test_a_journal_does_not_change_the_result() -> None:
    graph, wrt = GRAPHS["classifier"]
    plain, logged = gradient(graph, wrt), gradient(graph, wrt, journal=Journal(graph))
    assert str(plain) == str(logged)
