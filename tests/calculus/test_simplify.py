"""The formulas that a lecturer writes come out by general rules."""

import pytest
import sympy

from symnet.calculus import gradient, hessian, jacobian
from symnet.calculus.convert import read
from symnet.calculus.simplify import Simplifier
from symnet.notation import (
    Compare,
    Definition,
    Graph,
    Index,
    Tensor,
    define,
    delta,
    entries,
    exp,
    log,
    mean,
    relu,
    sigmoid,
    sqrt,
    tanh,
    total,
)

n, i, j, k = Index("n", "N"), Index("i", "I"), Index("j", "J"), Index("k", "J")
N, J = n.extent, j.extent
x, z, p = Tensor("x", n, i), Tensor("z", n, j), Tensor("p", n, j)
y_bar = Tensor("y_bar", n, j)
L = Tensor("L")


def of(graph: Graph, name: str) -> Definition:
    found = graph.definition(name)
    assert found is not None
    return found


def assert_formula(graph: Graph, name: str, expected: object, free: tuple[Index, ...]) -> None:
    """The definition is the expected expression, over its own free indices."""
    d = of(graph, name)
    written = Definition(d.tensor[free] if free else d.tensor[()], expected)
    assert read(d.expression) is read(written.instantiate(d.free)), f"{d}\nexpected {written}"


def softmax() -> Definition:
    return define(p[n, j], exp(z[n, j]) / total(exp(z[n, k]), over=k))


def activation(form: object) -> Graph:
    return Graph(define(Tensor("y", n, j)[n, j], form), inputs=[z])


def test_dense() -> None:
    w, b, y = Tensor("W", i, j), Tensor("b", j), Tensor("y", n, j)
    g = Graph(
        define(y[n, j], total(x[n, i] * w[i, j], over=i) + b[j]), inputs=[x], parameters=[w, b]
    )
    d = gradient(g, ["W", "b", "x"], cotangent="y_bar")
    assert_formula(d, "W_bar", total(x[n, i] * y_bar[n, j], over=n), (i, j))
    assert_formula(d, "b_bar", total(y_bar[n, j], over=n), (j,))
    assert_formula(d, "x_bar", total(y_bar[n, j] * w[i, j], over=j), (n, i))
    assert len(d.definitions) == 3


def test_softmax() -> None:
    d = gradient(Graph(softmax(), inputs=[z]), "z", cotangent="p_bar")
    up = Tensor("p_bar", n, j)
    expected = p[n, j] * (up[n, j] - total(p[n, k] * up[n, k], over=k))
    assert_formula(d, "z_bar", expected, (n, j))


def test_softmax_jacobian_and_hessian_of_cross_entropy() -> None:
    d = jacobian(Graph(softmax(), inputs=[z]), "z")
    m, l = n.fresh(), Index("l", "J")
    expected = delta(n, m) * p[n, j] * (delta(j, l) - p[n, l])
    assert_formula(d, "dp_dz", expected, (n, j, m, l))
    target = Tensor("y", n, j, assume="simplex")
    loss = define(L, -mean(total(target[n, k] * log(p[n, k]), over=k), over=n))
    h = hessian(Graph(softmax(), loss, inputs=[z, target]), "z")
    assert_formula(h, "d2L_dz2", expected / N, (n, j, m, l))


@pytest.mark.parametrize("assume", ["one_hot", "simplex"])
def test_cross_entropy_with_targets_that_sum_to_one(assume: str) -> None:
    target = Tensor("y", n, j, assume=assume)
    loss = define(L, -mean(total(target[n, k] * log(p[n, k]), over=k), over=n))
    d = gradient(Graph(softmax(), loss, inputs=[z, target]), "z")
    assert_formula(d, "z_bar", (p[n, j] - target[n, j]) / N, (n, j))


def test_cross_entropy_with_any_targets_keeps_their_sum() -> None:
    target = Tensor("y", n, j)
    loss = define(L, -mean(total(target[n, k] * log(p[n, k]), over=k), over=n))
    d = gradient(Graph(softmax(), loss, inputs=[z, target]), "z")
    expected = (p[n, j] * total(target[n, k], over=k) - target[n, j]) / N
    assert_formula(d, "z_bar", expected, (n, j))


def test_cross_entropy_with_labels() -> None:
    t = Tensor("t", n, assume="integer", below="J")
    loss = define(L, -mean(log(p[n, t[n]]), over=n))
    d = gradient(Graph(softmax(), loss, inputs=[z, t]), "z")
    assert_formula(d, "z_bar", (p[n, j] - delta(j, t[n])) / N, (n, j))


@pytest.mark.parametrize(
    ("form", "slope"),
    [
        (tanh(z[n, j]), lambda y: 1 - y**2),
        (sigmoid(z[n, j]), lambda y: y * (1 - y)),
        ((exp(z[n, j]) - exp(-z[n, j])) / (exp(z[n, j]) + exp(-z[n, j])), lambda y: 1 - y**2),
        (1 / (1 + exp(-z[n, j])), lambda y: y * (1 - y)),
        (exp(z[n, j]), lambda y: y),
        (sqrt(z[n, j]), lambda y: 1 / (2 * y)),
    ],
)
def test_activation_slopes_are_written_with_the_value(form: object, slope: object) -> None:
    d = gradient(activation(form), "z", cotangent="y_bar")
    y = Tensor("y", n, j)
    assert_formula(d, "z_bar", y_bar[n, j] * slope(y[n, j]), (n, j))  # type: ignore[operator]


def test_relu_keeps_its_case() -> None:
    d = gradient(activation(relu(z[n, j])), "z", cotangent="y_bar")
    brackets = of(d, "z_bar").expression.atoms(Compare)
    assert len(brackets) == 1


def layer_norm() -> Graph:
    mu, v, r = Tensor("mu", n), Tensor("v", n), Tensor("r", n)
    hat, gain, b, y = Tensor("x_hat", n, j), Tensor("g", j), Tensor("b", j), Tensor("y", n, j)
    return Graph(
        define(mu[n], mean(z[n, j], over=j)),
        define(v[n], mean((z[n, j] - mu[n]) ** 2, over=j)),
        define(r[n], (v[n] + 1e-5) ** -0.5),
        define(hat[n, j], (z[n, j] - mu[n]) * r[n]),
        define(y[n, j], gain[j] * hat[n, j] + b[j]),
        inputs=[z],
        parameters=[gain, b],
    )


def test_layer_norm_is_the_three_term_formula() -> None:
    d = gradient(layer_norm(), "z", cotangent="y_bar")
    r, hat, gain = Tensor("r", n), Tensor("x_hat", n, j), Tensor("g", j)
    h = d.tensor("x_hat_bar")
    assert_formula(d, "x_hat_bar", gain[j] * y_bar[n, j], (n, j))
    mean, along = total(h[n, k], over=k) / J, total(h[n, k] * hat[n, k], over=k) / J
    assert_formula(d, "z_bar", r[n] * (h[n, j] - mean - hat[n, j] * along), (n, j))


def test_derived_facts_are_proved_from_definitions() -> None:
    facts = {f.tensor.name: f.value for f in Simplifier(layer_norm()).facts}
    assert facts["x_hat"].is_zero
    facts = {f.tensor.name: f.value for f in Simplifier(Graph(softmax(), inputs=[z])).facts}
    assert facts["p"].is_one


def test_a_sum_over_several_axes_is_a_fact_of_all_of_them_together() -> None:
    c, u = Index("c", "C"), Index("u", "C")  # the extent of the channels is that of an axis
    i, t = n.fresh(), u.fresh()
    a, mu, hat = Tensor("a", n, c, u), Tensor("mu", c), Tensor("x_hat", n, c, u)
    graph = Graph(
        define(mu[c], mean(a[i, c, t], over=(i, t))),
        define(hat[n, c, u], a[n, c, u] - mu[c]),
        inputs=[a],
    )
    facts = [(f.axes, f.value.is_zero) for f in Simplifier(graph).facts if f.tensor == hat]
    assert facts == [((0, 2), True)]


def test_no_fact_is_assumed_that_was_not_granted() -> None:
    target = Tensor("y", n, j)
    graph = Graph(define(L, total(target[n, j], over=(n, j))), inputs=[target])
    assert Simplifier(graph).facts == []


def test_attention_scores() -> None:
    d = Index("d", "D")
    q, key, value = Tensor("q", n, d), Tensor("k", i, d), Tensor("v", i, j)
    score, prob, out = Tensor("S", n, i), Tensor("P", n, i), Tensor("O", n, j)
    m = i.fresh()
    g = Graph(
        define(score[n, i], total(q[n, d] * key[i, d], over=d) / sqrt(d.extent)),
        define(prob[n, i], exp(score[n, i]) / total(exp(score[n, m]), over=m)),
        define(out[n, j], total(prob[n, i] * value[i, j], over=i)),
        inputs=[q, key, value],
    )
    b = gradient(g, ["q", "k", "v"], cotangent="O_bar")
    up = Tensor("P_bar", n, i)
    expected = prob[n, i] * (up[n, i] - total(prob[n, m] * up[n, m], over=m))
    assert_formula(b, "S_bar", expected, (n, i))
    s_bar = Tensor("S_bar", n, i)
    assert_formula(b, "q_bar", total(s_bar[n, i] * key[i, d], over=i) / sqrt(d.extent), (n, d))


def test_simplification_is_idempotent_and_deterministic() -> None:
    g = layer_norm()
    first, second = (gradient(g, ["z", "g"], cotangent="y_bar") for _ in range(2))
    for a, b in zip(first.definitions, second.definitions, strict=True):
        left = Definition(b.entry, a.instantiate(b.free))
        assert read(left.expression) is read(b.expression)
    simplifier = Simplifier(g)
    for d in first.definitions:
        once = simplifier.simplify(read(d.expression))
        assert simplifier.simplify(once) is once


def test_no_delta_or_case_is_left_where_the_definition_has_none() -> None:
    d = gradient(layer_norm(), ["z", "g", "b"], cotangent="y_bar")
    for definition in d.definitions:
        assert not definition.expression.has(Compare, sympy.Piecewise, sympy.Heaviside)
        assert all(e.is_plain for e in entries(definition.expression))
