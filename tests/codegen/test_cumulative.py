"""Running sums and products without one factor: one pass, equal to the interpreter."""

from typing import Any

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient, jvp
from symnet.codegen import Function, build
from symnet.codegen.plan import Accumulate
from symnet.codegen.traverse import everything
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    compare,
    define,
    log,
    product,
    sin,
    tanh,
    total,
    where,
)
from tests.codegen.agreement import agree, legal

n, m, k, j = Index("n", "N"), Index("m", "N"), Index("k", "K"), Index("j", "K")
x, X, z = Tensor("x", n), Tensor("X", n, k), Tensor("z", n)


def passes(f: Function) -> list[Accumulate]:
    return [op for op in everything(f.plan.ops) if isinstance(op, Accumulate)]


def of(body: Any, *free: Index) -> Graph:
    y = Tensor("y", *free)
    return Graph(define(y[free], body), inputs=[x, X, z], output=y)


RUNNING = {
    "up to": (total(compare("<=", m, n) * x[m], m), (n,)),
    "before": (total(compare("<", m, n) * x[m], m), (n,)),
    "from": (total(compare(">=", m, n) * x[m], m), (n,)),
    "after": (total(compare("<", n, m) * x[m], m), (n,)),
    "long before": (total(compare("<=", m, n - 2) * x[m], m), (n,)),
    "long after": (total(compare(">=", m, n + 2) * x[m], m), (n,)),
    "rows": (total(compare("<=", m, n) * X[m, k], m), (n, k)),
    "columns first": (total(compare("<=", m, n) * X[m, k], m), (k, n)),
    "of sums": (total(compare("<=", m, n) * X[m, k] * x[m], (m, k)), (n,)),
    "of a function": (total(compare("<=", m, n) * tanh(x[m]) * z[m], m), (n,)),
    "with a factor outside": (total(compare("<=", m, n) * x[m] * z[n], m), (n,)),
    "the next one": (total(compare("<", m, n) * x[m + 1], m), (n,)),
}


@pytest.mark.parametrize("name", RUNNING)
def test_running_sums(name: str, rng: np.random.Generator) -> None:
    body, free = RUNNING[name]
    graph = of(body, *free)
    for N, K in ((5, 3), (1, 2), (2, 1), (3, 4)):
        given = {"x": rng.standard_normal(N), "X": rng.standard_normal((N, K))}
        found = agree(graph, given | {"z": rng.standard_normal(N)})
        assert len(passes(found)) == 1
        agree(graph, given | {"z": rng.standard_normal(N)}, dtype=np.float32, tolerance=1e-5)


@pytest.mark.parametrize("name", RUNNING)
def test_their_gradients(name: str, rng: np.random.Generator) -> None:
    body, free = RUNNING[name]
    graph = of(body, *free)
    derived = gradient(graph, ["x", "X", "z"], cotangent="w")
    sizes = {"N": 4, "K": 3}
    shape = tuple(sizes[str(i.extent)] for i in free)
    given = {"x": rng.standard_normal(4), "X": rng.standard_normal((4, 3))}
    agree(derived, given | {"z": rng.standard_normal(4), "w": rng.standard_normal(shape)})


MASKED = {
    "the other end": (total(compare("<=", m, n + 1) * x[m], m), (n,)),
    "depends on n": (total(compare("<=", m, n) * tanh(x[m] + z[n]), m), (n,)),
    "two brackets": (total(compare("<=", m, n) * compare("<=", 1, m) * x[m], m), (n,)),
    "half as fast": (total(compare("<=", 2 * m, n) * x[m], m), (n,)),
}


@pytest.mark.parametrize("name", MASKED)
def test_other_sums_stay_masked(name: str, rng: np.random.Generator) -> None:
    body, free = MASKED[name]
    given = {"x": rng.standard_normal(5), "z": rng.standard_normal(5)}
    assert not passes(agree(of(body, *free), given | {"X": np.ones((5, 2))}))


def test_what_comes_later_does_not_count() -> None:
    """An infinity at m = 2 is in no sum before: a mask would make nan of it."""
    f = legal(of(total(compare("<=", m, n) * x[m], m), n))
    assert f(x=[1.0, 2.0, np.inf, 1.0]).tolist() == [1, 3, np.inf, np.inf]


# -- products ---------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [lambda e: e, lambda e: 1 + tanh(e), sin])
def test_the_gradient_of_a_product_with_zeros(function: Any, rng: np.random.Generator) -> None:
    p = Tensor("p", n)
    graph = Graph(define(p[n], product(function(X[n, k]), over=k)), inputs=[X])
    derived = gradient(graph, "X", cotangent="w")
    for N, K in ((5, 4), (2, 1), (1, 3), (3, 2)):
        given = {"X": rng.standard_normal((N, K)), "w": rng.standard_normal(N)}
        given["X"][0, 0] = 0
        given["X"][-1, :2] = 0
        assert len(passes(agree(derived, given))) == 2
    second = jvp(derived, "X")
    agree(second, given | {"X_dot": rng.standard_normal((3, 2))})


def test_the_place_left_out_may_be_undefined() -> None:
    """Its factor is not evaluated: log of a negative number."""
    y = Tensor("y", k)
    alone = product(where(compare("==", j, k), 1, log(x1[j])), over=j)
    graph = Graph(define(y[k], alone), inputs=[x1])
    found = legal(graph)
    with np.errstate(all="ignore"):
        assert found(x1=[-1.0, np.e])[0] == pytest.approx(1)


x1 = Tensor("x1", k)


def test_cost_is_one_pass(rng: np.random.Generator) -> None:
    """No array of N x N: 20000 entries would need 3 GB."""
    graph = of(total(compare("<=", m, n) * x[m], m), n)
    given = rng.standard_normal(20000)
    assert np.allclose(build(graph)(x=given), np.cumsum(given))
    p = Tensor("p")
    prod = Graph(define(p[()], product(1 + x[n] / sympy.Integer(10000), over=n)), inputs=[x])
    slope = build(gradient(prod, "x"))(x=given)
    assert np.allclose(slope, np.prod(1 + given / 1e4) / (1e4 + given))
