"""Lazy brackets and cases: what they exclude never reaches the result."""

import warnings

import numpy as np

from symnet.codegen import build
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    compare,
    define,
    exp,
    guard,
    log,
    relu,
    sqrt,
    total,
    where,
)
from tests.codegen.agreement import agree

n, k = Index("n", "N"), Index("k", "K")
K = k.extent
x = Tensor("x", n, k)
y = Tensor("y", n, k)
X = np.array([[-2.0, 0.0, 3.0], [1.0, -1.0, 0.5]])


def test_shift_reads_zeros_and_needs_no_mask(rng: np.random.Generator) -> None:
    a = Tensor("a", n, k)
    body = guard(0, k - 1, K) * x[n, k - 1] + guard(0, k + 2, K) * x[n, k + 2] * y[n, k]
    f = agree(
        Graph(define(a[n, k], body), inputs=[x, y], output=a),
        {"x": rng.standard_normal((3, 4)), "y": rng.standard_normal((3, 4))},
    )
    assert "less" not in f.source


def test_undefined_values_do_not_leak() -> None:
    a, b, c = Tensor("a", n, k), Tensor("b", n, k), Tensor("c", n)
    v = x[n, k]
    graph = Graph(
        define(a[n, k], compare(">", v, 0) * log(v)),
        define(b[n, k], where(compare(">=", v, 0), sqrt(v), 1 / v) + compare("!=", v, 0) / v),
        define(c[n], total(compare(">", v, 0) * log(v) * y[n, k], over=k)),
        inputs=[x, y],
        outputs=[a, b, c],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        agree(graph, {"x": X, "y": X + 1})


def test_named_infinite_tensor_under_a_mask() -> None:
    l, a = Tensor("l", n, k), Tensor("a", n, k)
    graph = Graph(
        define(l[n, k], where(compare(">", x[n, k], 0), log(x[n, k]), -np.inf)),
        define(a[n, k], compare(">", x[n, k], 0) * l[n, k]),
        inputs=[x],
        output=a,
    )
    found = build(graph)(x=X)
    assert np.array_equal(found, np.where(X > 0, np.log(np.where(X > 0, X, 1)), 0))


def test_relu_backward_multiplies_by_the_mask() -> None:
    z, h = Tensor("z", n, k), Tensor("h", n, k)
    graph = Graph(
        define(h[n, k], relu(x[n, k])),
        define(z[n, k], compare(">", x[n, k], 0) * y[n, k]),
        inputs=[x, y],
        outputs=[h, z],
    )
    f = agree(graph, {"x": X, "y": X - 5})
    assert "np.where" not in f.source and "where=" not in f.source


def test_masked_softmax_ignores_what_is_masked() -> None:
    p, j = Tensor("p", n, k), k.fresh()
    inside = compare("<=", k, n)
    body = inside * exp(x[n, k]) / total(compare("<=", j, n) * exp(x[n, j]), over=j)
    f = build(Graph(define(p[n, k], body), inputs=[x]))
    big = np.array([[1.0, 5000.0, 9000.0], [700.0, 701.0, 9e5]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = f(x=big)
    assert np.allclose(found, [[1, 0, 0], [1 / (1 + np.e), np.e / (1 + np.e), 0]])


def test_causal_mask_is_added_once() -> None:
    p, j = Tensor("p", n, k), k.fresh()
    body = compare("<=", k, n) * exp(x[n, k])
    quotient = body / total(compare("<=", j, n) * exp(x[n, j]), over=j)
    source = build(Graph(define(p[n, k], quotient), inputs=[x])).source
    code = [line for line in source.split("def run")[1].splitlines() if "out=" in line]
    assert sum("np.exp" in line for line in code) == 1
    assert not any("where=" in line for line in code)


def test_sum_of_excluded_exponentials_is_zero() -> None:
    a, j = Tensor("a", n), k.fresh()
    some = total(compare("<", n, k) * exp(x[n, k]), over=k)
    graph = Graph(define(a[n], some / total(exp(x[n, j]), over=j)), inputs=[x], output=a)
    given = np.array([[1.0, 2, 3], [800, 1, 2], [3, 2, 1], [1, 1, 1]])
    f = agree(graph, {"x": given - 700})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(x=given)[2:].tolist() == [0, 0]


def test_conditions_that_are_no_brackets(rng: np.random.Generator) -> None:
    a = Tensor("a", n, k)
    both = compare(">", x[n, k], 0) * compare("<", k, 2)
    body = where(1 - both, x[n, k], y[n, k]) + where(both, 1, k) + where(2, x[n, k], log(-1 - n))
    agree(
        Graph(define(a[n, k], body), inputs=[x, y], output=a),
        {"x": rng.standard_normal((3, 4)), "y": rng.standard_normal((3, 4))},
    )


def test_a_number_goes_into_a_sum_whose_terms_have_numbers(rng: np.random.Generator) -> None:
    a, b = Tensor("a", n, k), Tensor("b", n, k)
    v = x[n, k]
    graph = Graph(
        define(a[n, k], 3 * y[n, k] * (2 * v**2 + 1)),
        define(b[n, k], 3 * y[n, k] * (v**2 + 1)),
        inputs=[x, y],
        outputs=[a, b],
    )
    f = agree(graph, {"x": rng.standard_normal((3, 4)), "y": rng.standard_normal((3, 4))})
    run = f.source.split("def run")[1].split("return run")[0]
    assert run.count("np.multiply(") == 5  # the square, which both have; 6 and y; y and 3
