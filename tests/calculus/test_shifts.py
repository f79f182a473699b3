"""A cotangent that is 0 says why; each of them is 0 for the judges too."""

import numpy as np

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, define, exp, log, mean, sqrt, total
from symnet.verify import interpret, judge, random_sizes, sample

n, m, l, d, k = (Index(a, e) for a, e in ("nN", "mM", "lM", "dD", "kK"))
x, z, g = Tensor("x", n, d), Tensor("z", m, d), Tensor("G", n, m)
wq, wk, b, c = Tensor("W", d, k), Tensor("V", d, k), Tensor("b", k), Tensor("c", k)
q, key, s, p, L = (
    *(Tensor("Q", n, k), Tensor("K", m, k), Tensor("S", n, m), Tensor("P", n, m)),
    Tensor("L"),
)
ATTENTION = Graph(
    define(q[n, k], total(x[n, d] * wq[d, k], over=d) + c[k]),
    define(key[m, k], total(z[m, d] * wk[d, k], over=d) + b[k]),
    define(s[n, m], total(q[n, k] * key[m, k], over=k) / sqrt(k.extent)),
    define(p[n, m], exp(s[n, m]) / total(exp(s[n, l]), over=l)),
    define(L, total(g[n, m] * p[n, m] ** 2, over=(n, m))),
    inputs=[x, z, g],
    parameters=[wq, wk, b, c],
)


def test_the_key_bias_of_attention_is_zero_by_shift_invariance() -> None:
    derived = gradient(ATTENTION, ["b", "c"])
    notes = dict(derived.notes)
    definition = derived.definition("b_bar")
    assert definition is not None and definition.expression == 0
    assert "shift invariance: P does not change" in notes["b_bar"]
    assert "S[n,m] for all m" in notes["b_bar"]
    assert "c_bar" not in notes  # the query's bias matters
    sizes = {"N": 2, "M": 3, "D": 2, "K": 4}
    assert judge(ATTENTION, ["b"], sizes=sizes).passed


def test_a_bias_before_batch_normalisation_is_zero() -> None:
    y, mu, v, r = Tensor("y", n, k), Tensor("mu", k), Tensor("x_hat", n, k), Tensor("r", k)
    w = Tensor("w", n, k)
    graph = Graph(
        define(y[n, k], total(x[n, d] * wq[d, k], over=d) + b[k]),
        define(mu[k], mean(y[n, k], over=n)),
        define(r[k], (mean((y[n, k] - mu[k]) ** 2, over=n) + 1) ** -0.5),
        define(v[n, k], (y[n, k] - mu[k]) * r[k]),
        define(L, total(w[n, k] * v[n, k] ** 3, over=(n, k))),
        inputs=[x, w],
        parameters=[wq, b],
    )
    derived = gradient(graph, "b")
    rng = np.random.default_rng(0)
    sizes = random_sizes(derived, rng, 2)
    values = interpret(
        derived, sample(derived, sizes, rng), {e.name: size for e, size in sizes.items()}
    )
    np.testing.assert_allclose(values["b_bar"], 0, atol=1e-12)
    assert "shift invariance" in dict(derived.notes)["b_bar"]


def test_a_bias_before_batch_normalisation_of_pictures_is_zero() -> None:
    """Mean and variance over three axes together: y_bar sums to 0 over all, over none alone."""
    u, v = Index("u", "U"), Index("v", "V")
    i, j, t = n.fresh(), u.fresh(), v.fresh()
    a, mu, r = Tensor("a", n, k, u, v), Tensor("mu", k), Tensor("r", k)
    y, hat, w = (Tensor(name, n, k, u, v) for name in ("y", "x_hat", "w"))
    over = (i, j, t)
    graph = Graph(
        define(y[n, k, u, v], a[n, k, u, v] + b[k]),
        define(mu[k], mean(y[i, k, j, t], over=over)),
        define(r[k], (mean((y[i, k, j, t] - mu[k]) ** 2, over=over) + 1) ** -0.5),
        define(hat[n, k, u, v], (y[n, k, u, v] - mu[k]) * r[k]),
        define(L, total(w[n, k, u, v] * hat[n, k, u, v] ** 3, over=(n, k, u, v))),
        inputs=[a, w],
        parameters=[b],
    )
    derived = gradient(graph, "b")
    definition = derived.definition("b_bar")
    assert definition is not None and definition.expression == 0
    assert "to y[n,k,u,v] for all n, u, v, and b adds" in dict(derived.notes)["b_bar"]
    assert judge(graph, ["a"], sizes={"N": 2, "K": 3, "U": 2, "V": 1}).passed


def test_what_is_not_reached_says_so() -> None:
    graph = Graph(define(L, total(b[k] ** 2, over=k)), inputs=[b, c])
    assert dict(gradient(graph, "c").notes) == {"c_bar": "L does not depend on c"}


def test_contributions_that_cancel_say_so() -> None:
    graph = Graph(
        define(p[n, m], exp(s[n, m]) / total(exp(s[n, l]), over=l)),
        define(L, total(log(total(p[n, m], over=m)), over=n)),
        inputs=[s],
    )
    notes = dict(gradient(graph, "S").notes)
    assert "S_bar" in notes
