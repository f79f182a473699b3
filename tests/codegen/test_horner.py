import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.codegen.horner import with_polynomials_in_one_form
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, cos, define, exp, gelu_tanh, tanh, total
from tests.codegen.agreement import agree

n, k = Index("n", "N"), Index("k", "K")
x, y = Tensor("x", n, k), Tensor("y", n, k)
u = x[n, k]
a = sympy.sqrt(2 / sympy.pi)


def one(body: sympy.Expr) -> Graph:
    h = Tensor("h", n, k)
    return Graph(define(h[n, k], body), inputs=[x, y], output=h)


def written(body: sympy.Expr) -> str:
    return text(with_polynomials_in_one_form(lower(one(body))).defs[0].body)


FORMS = [
    (tanh(a * (u + 3 * u**3 / 7)), tanh(a * u * (1 + 3 * u**2 / 7))),
    (cos(u - (-1 - u**2) * u), cos(u * (2 + u**2))),
    (exp(-((u**2 + 2) ** 2)), exp(-(u**4) - 4 * (u**2 + 1))),
    (tanh(u**6 / k.extent + u**2), tanh(u**2 * (1 + u**4 / k.extent))),
]


@pytest.mark.parametrize("first, second", FORMS)
def test_two_ways_of_writing_are_one(
    first: sympy.Expr, second: sympy.Expr, rng: np.random.Generator
) -> None:
    assert written(first) == written(second)
    arrays = {"x": 0.5 * rng.standard_normal((3, 4)), "y": rng.standard_normal((3, 4))}
    f = agree(one(first + y[n, k] * second), arrays)
    calls = ("np.tanh(", "np.cos(", "np.exp(")
    assert sum(f.source.split("def run")[1].count(c) for c in calls) == 1


def test_rewriting_twice_changes_nothing() -> None:
    for body in (form for pair in FORMS for form in pair):
        once = with_polynomials_in_one_form(lower(one(body)))
        assert with_polynomials_in_one_form(once) == once


def test_what_is_no_polynomial_of_one_entry_stays() -> None:
    v = y[n, k]
    for body in (
        tanh(u * (1 + v)),
        tanh(u * (1 + exp(u))),
        tanh(sympy.sqrt(u) + u**2),
        tanh(3 * u),
    ):
        program = lower(one(body))
        assert with_polynomials_in_one_form(program) == program


def test_gelu_has_one_tanh_forward_and_backward(rng: np.random.Generator) -> None:
    z, L = Tensor("z", n, k), Tensor("L")
    graph = Graph(
        define(z[n, k], gelu_tanh(u)),
        define(L[()], total(z[n, k] * y[n, k], over=(n, k))),
        inputs=[x, y],
        output=L,
    )
    arrays = {"x": 3 * rng.standard_normal((4, 5)), "y": rng.standard_normal((4, 5))}
    f = agree(gradient(graph, ["x"], with_value=True), arrays)
    run = f.source.split("def run")[1]
    assert run.count("np.tanh(") == 1
    assert run.count("np.multiply(") + run.count("np.add(") + run.count("np.subtract(") <= 17
