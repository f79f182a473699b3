"""Points far out: near written numbers, of one sign throughout, of one label throughout."""

import numpy as np
import pytest

from symnet.notation.parse import parse
from symnet.verify.far import apart_far_out

FOUND = [
    ("a[i] = minimum(x[i], 10)\nb[i] = x[i]", {}, {"x": "3"}),
    ("a[i] = maximum(x[i], -400)\nb[i] = x[i]", {}, {"x": "3"}),
    ("a[i] = where(x[i] > 20, x[i], softplus(x[i]))\nb[i] = softplus(x[i])", {}, {"x": "3"}),
    ("a[i] = where(x[i] > 900, 1, x[i])\nb[i] = x[i]", {}, {"x": "3"}),
    ("a = prod[i](relu(x[i]))\nb = 0*x[0]", {}, {"x": "9"}),
    ("a = prod[i](relu(-x[i]))\nb = 0*x[0]", {}, {"x": "9"}),
    ("a = prod[i](m[i])\nb = 0*m[0]", {"m": "mask"}, {"m": "9"}),
    ("a = prod[i](y[i,1])\nb = 0*y[0,0]", {"y": "one_hot"}, {"y": "8 3"}),
    ("a[i] = log(x[i] + 50)\nb[i] = log(abs(x[i] + 50))", {}, {"x": "3"}),
    ("a[i] = relu(x[i] - 12)\nb[i] = 0*x[i]", {"x": "positive"}, {"x": "3"}),
]


@pytest.mark.parametrize(("text", "assume", "shapes"), FOUND, ids=[t for t, _, _ in FOUND])
def test_found(text: str, assume: dict[str, str], shapes: dict[str, str]) -> None:
    graph = parse(text, shapes, assume)
    point = apart_far_out(graph, "a", "b", {}, np.random.default_rng(0))
    assert point is not None
    assert all(point[n].shape == tuple(map(int, s.split())) for n, s in shapes.items())


EQUAL = [
    ("a[i] = cosh(x[i])^2\nb[i] = 1 + sinh(x[i])^2", {}, {"x": "3"}),
    ("a[i] = sin(2*x[i])\nb[i] = 2*sin(x[i])*cos(x[i])", {}, {"x": "3"}),
    ("a[i] = log(1 + exp(x[i]))\nb[i] = softplus(x[i])", {}, {"x": "3"}),
    ("a[i] = exp(x[i]) + 1 - exp(x[i])\nb[i] = 1 + 0*x[i]", {}, {"x": "3"}),
    ("a[i] = tanh(x[i])\nb[i] = (1 - exp(-2*x[i]))/(1 + exp(-2*x[i]))", {}, {"x": "3"}),
    ("a = prod[i](relu(-x[i]))\nb = 0*x[0]", {"x": "positive"}, {"x": "3"}),
    ("a = sum[k](y[0,k]^2)\nb = 1 + 0*y[0,0]", {"y": "one_hot"}, {"y": "2 3"}),
    ("a = sum[k](p[k]) - 1\nb = 0*p[0]", {"p": "simplex"}, {"p": "4"}),
    ("a[i,j] = S[i,j]\nb[i,j] = S[j,i]", {"S": "symmetric"}, {"S": "3 3"}),
]


@pytest.mark.parametrize(("text", "assume", "shapes"), EQUAL, ids=[t for t, _, _ in EQUAL])
def test_nothing_is_found_where_nothing_is(
    text: str, assume: dict[str, str], shapes: dict[str, str]
) -> None:
    graph = parse(text, shapes, assume)
    assert apart_far_out(graph, "a", "b", {}, np.random.default_rng(0)) is None
