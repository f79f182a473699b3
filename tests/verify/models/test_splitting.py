"""exp and log taken apart: through definitions, sums, products, choices, recurrences."""

import numpy as np
import pytest

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.verify.models.draws import field_draws
from symnet.verify.models.evaluate import Array, Evaluator
from symnet.verify.models.field import Field
from symnet.verify.models.residues import PRIMES

P = PRIMES[0][0]
GIVEN = {"x": "3", "y": "3", "W": "3 3", "c": ""}


def values(text: str, *names: str, assume: dict[str, str] | None = None) -> list[Array]:
    used = {n: s for n, s in GIVEN.items() if n in text}
    graph: Graph = parse(text, used, assume)
    rng = np.random.default_rng(5)
    salts = rng.integers(0, 2**63, size=6).astype(np.uint64)
    field = Field(P, salts)
    arrays = field_draws(graph, {}, field, 6, rng)
    evaluator = Evaluator(graph, arrays, {}, field)
    return [np.broadcast_to(evaluator.value(n), (6, *evaluator.value(n).shape[1:])) for n in names]


EQUAL = [
    "a[i] = exp(sum[k](W[i,k]*x[k]))\nb[i] = prod[k](exp(W[i,k]*x[k]))",
    "z[i] = sum[k](W[i,k]*x[k])\na[i] = exp(z[i] - 3)\nb[i] = exp(sum[k](x[k]*W[i,k]))/exp(3)",
    "a[i] = exp(c*(x[i] + y[i]))\nb[i] = exp(c*x[i])*exp(y[i]*c)",
    "a[i] = exp((x[i] - y[i])^2/2)\nb[i] = exp(x[i]^2/2)*exp(-x[i]*y[i])*exp(y[i]^2/2)",
    "s = sum[k](x[k])\na = exp(s^2)\nb = prod[i](prod[k](exp(x[i]*x[k])))",
    "a[i] = exp(2*log(x[i]) + y[i])\nb[i] = x[i]^2*exp(y[i])",
    "a[i] = exp(softplus(x[i]))\nb[i] = 1 + exp(x[i])",
    "a[i] = exp(where(x[i] > 0, x[i], y[i]))\nb[i] = where(x[i] > 0, exp(x[i]), exp(y[i]))",
    "a[i] = exp(relu(x[i]))\nb[i] = where(x[i] > 0, exp(x[i]), 1)",
    "a[i] = log(exp(x[i])/exp(y[i]))\nb[i] = x[i] - y[i]",
    "a[i] = log(x[i]^3*y[i])\nb[i] = 3*log(x[i]) + log(y[i])",
    "a = log(sum[i](exp(x[i])))\nb = 7 + log(sum[j](exp(x[j] - 7)))",
    "a = log(sum[i](exp(x[i])))\nb = log(exp(x[2]) + exp(x[0]) + exp(x[1]))",
    "a[i] = log(1 + exp(x[i]))\nb[i] = x[i] + log(1 + exp(-x[i]))",
    "a[i] = log(sigmoid(x[i]))\nb[i] = -log(1 + exp(-x[i]))",
    "a[i] = log(6*x[i])\nb[i] = log(2) + log(3) + log(x[i])",
    "a = log(sum[i<3](c))\nb = log(3) + log(c)",
    "p[i] = exp(x[i])/sum[j](exp(x[j]))\na[i] = log(p[i])\nb[i] = x[i] - log(sum[j](exp(x[j])))",
]


@pytest.mark.parametrize("text", EQUAL)
def test_true_forms_are_the_same_number(text: str) -> None:
    a, b = values(text, "a", "b")
    assert (a == b).all()


APART = [
    "a[i] = exp(x[i]*y[i])\nb[i] = exp(x[i] + y[i])",
    "a[i] = exp(sum[k](W[i,k]*x[k]))\nb[i] = exp(sum[k](W[k,i]*x[k]))",
    "a[i] = exp((x[i] + y[i])^2)\nb[i] = exp(x[i]^2)*exp(y[i]^2)",
    "a[i] = exp(2*log(x[i]))\nb[i] = 2*x[i]",
    "a = log(sum[i](exp(x[i])))\nb = sum[i](log(exp(x[i])))",
    "a = log(sum[i](exp(x[i])))\nb = log(sum[i](exp(x[i] - 7)))",
    "a[i] = log(x[i] + y[i])\nb[i] = log(x[i]*y[i])",
    "a[i] = exp(x[i]/2)\nb[i] = exp(x[i]/3)",
]


@pytest.mark.parametrize("text", APART)
def test_false_forms_are_other_numbers(text: str) -> None:
    a, b = values(text, "a", "b")
    assert (a != b).all()


def test_exponentials_are_positive_and_of_one_family() -> None:
    a, b = values("a[i] = sqrt(exp(x[i]))\nb[i] = exp(x[i]/2)", "a", "b")
    assert (a == b).all()
    assert (Field(P, np.zeros(1, dtype=np.uint64)).sign(a) == 1).all()


def test_a_long_exponent_is_not_taken_apart() -> None:
    """81 products and more: one random function of the value, which is still one of it."""
    text = "z[i] = sum[k](W[i,k]*x[k])\na[i] = exp(z[i]^4)\nb[i] = exp((z[i]^2)^2)"
    a, b = values(text, "a", "b")
    assert (a == b).all()
    sums = " + ".join(f"{k}*x[{k % 3}]*y[i]*c^{k}" for k in range(1, 60))
    a, b = values(f"a[i] = exp({sums})\nb[i] = exp({sums} + 0)", "a", "b")
    assert (a == b).all()
