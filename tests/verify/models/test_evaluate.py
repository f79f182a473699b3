"""Whole arrays against the literal interpreter: random graphs, recurrences, gathers, inverses."""

import numpy as np
import pytest
import sympy

from symnet.notation import Graph, UnsupportedExpression
from symnet.notation.parse import parse
from symnet.verify import interpret
from symnet.verify.models.draws import real_draws
from symnet.verify.models.evaluate import Evaluator
from symnet.verify.models.real import Real
from symnet.verify.sample import random_sizes
from tests.graphs import Seeded, random_case

DRAWS = 3


def compare(graph: Graph, sizes: dict[sympy.Symbol, int], rng: np.random.Generator) -> int:
    """All definitions in all draws; how many values were compared."""
    arrays = real_draws(graph, sizes, DRAWS, rng)
    with np.errstate(all="ignore"):
        values = Evaluator(graph, arrays, sizes, Real())
        found = {d.name: values.value(d.name) for d in graph.definitions}
    named = {s.name: n for s, n in sizes.items() if s in graph.extents}
    compared = 0
    for k in range(DRAWS):
        with np.errstate(all="ignore"):
            expected = interpret(graph, {n: a[k] for n, a in arrays.items()}, named)
        for name, value in expected.items():
            made = np.broadcast_to(found[name], (DRAWS, *found[name].shape[1:]))[k]
            assert made.shape == value.shape
            finite = np.isfinite(value)
            np.testing.assert_allclose(made[finite], value[finite], rtol=1e-8, atol=1e-9)
            compared += int(finite.sum())
    return compared


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed: int, rng: np.random.Generator) -> None:
    case = random_case(Seeded(seed))
    sizes = {s: case.sizes[s.name] for s in case.graph.extents}
    try:
        compare(case.graph, sizes, rng)
    except UnsupportedExpression:
        pytest.skip("a function that has no rule")


TEXTS = [
    ("y[n] = where(n > 0, x[n-1], 0)*2 + x[n]", {"x": "N", "y": "N"}),
    ("y[n,o] = sum[k](x[n+k]*w[k,o])", {"x": "N+2", "w": "3 O"}),
    ("y[u] = sum[p](x[2*u+p]*w[p])", {"x": "2*N+1", "w": "3", "y": "N"}),
    ("h[-1] = 0\nh[t] = tanh(a*h[t-1] + x[t])", {"x": "T", "a": ""}),
    ("h[n,-1] = s[n]\nh[n,t] = a*h[n,t-1]*x[n,t] + 1", {"x": "N T", "a": "", "s": "N"}),
    ("h[t] = where(t < T-1, h[t+1], 1)*x[t]", {"x": "T"}),
    ("B = np.linalg.inv(A); B@x", {"A": "N N", "x": "N"}),
    ("np.linalg.det(A)*np.linalg.slogdet(A)[1]", {"A": "N N"}),
    ("np.pad(x, (2, 1))[::-1]", {"x": "N"}),
    ("np.max(X, axis=0) + np.argmax(X, axis=0)*0", {"X": "N D"}),
    ("softmax(np.where(np.tri(T) > 0, S, -np.inf))", {"S": "T T"}),
    ("np.cumsum(X, axis=1)", {"X": "N D"}),
    ("sum[i,j]([i < j]*x[i]*x[j])", {"x": "N"}),
    ("sum[n,k<4](x[n])", {"x": "N"}),
]


@pytest.mark.parametrize(("text", "shapes"), TEXTS, ids=[t for t, _ in TEXTS])
def test_kinds_of_definition(text: str, shapes: dict[str, str], rng: np.random.Generator) -> None:
    try:
        graph = parse(text, shapes)
    except UnsupportedExpression:
        pytest.skip("not a notation of this version")
    for _ in range(3):
        assert compare(graph, random_sizes(graph, rng), rng) > 0


def test_gathers(rng: np.random.Generator) -> None:
    graph = parse(
        "y[n,d] = E[t[n],d]\nz[v,d] = sum[n]([t[n] == v]*y[n,d])",
        {"E": "V D", "t": "N", "z": "V D"},
        {"t": "integer<V"},
    )
    for _ in range(5):
        assert compare(graph, random_sizes(graph, rng), rng) > 0


def test_an_unknown_value_is_refused() -> None:
    graph = parse("x + 1", {"x": "N"})
    values = Evaluator(graph, {}, {s: 2 for s in graph.extents}, Real())
    with pytest.raises(UnsupportedExpression, match="x has no value"):
        values.value(graph.output.name)
