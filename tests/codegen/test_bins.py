"""Rows of one index are added up before they are multiplied."""

import numpy as np

from symnet.calculus import gradient
from symnet.codegen.bins import with_bins
from symnet.codegen.hoist import hoisted
from symnet.codegen.lower import lower
from symnet.codegen.program import Program
from symnet.notation import Graph, Index, Tensor, define, delta, log, sin, total
from tests.codegen.agreement import agree

n, t, k, v = Index("n", "N"), Index("t", "T"), Index("k", 3), Index("v", 5)
x = Tensor("x", n, t, assume="integer", below=5)
g = Tensor("g", n, t, k)


def layer(width: int = 20, shared: bool = False) -> Graph:
    """L = sum sin(e W + b), e = E[x]; `shared` reads e also by itself."""
    d = Index("d", width)
    E, e, y, L = Tensor("E", v, d), Tensor("e", n, t, d), Tensor("y", n, t, k), Tensor("L")
    W, b = Tensor("W", d, k), Tensor("b", k)
    value = total(sin(y[n, t, k]), over=[n, t, k])
    if shared:
        value += total(e[n, t, d] ** 3, over=[n, t, d])
    return Graph(
        define(e[n, t, d], E[x[n, t], d]),
        define(y[n, t, k], total(e[n, t, d] * W[d, k], over=d) + b[k]),
        define(L[()], value),
        inputs=[x],
        parameters=[E, W, b],
        output=L,
    )


def given(rng: np.random.Generator, width: int = 20) -> dict[str, np.ndarray]:
    shapes = {"E": (5, width), "W": (width, 3), "b": (3,)}
    arrays = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return {**arrays, "x": rng.integers(0, 5, (4, 6))}


def bins(program: Program) -> list[str]:
    return [d.name for d in with_bins(hoisted(program)).defs if d.name.endswith("_bins")]


def test_rows_are_binned_once_for_all_gradients(rng: np.random.Generator) -> None:
    slope = gradient(layer(), ["E", "W", "b"])
    assert len(bins(lower(slope))) == 1
    source = agree(slope, given(rng)).source
    run = source.split("def run(")[1]
    assert run.count("sum_runs(") == 1
    assert "e_bar" not in run.replace("e_bar[n,t,d]", "")


def test_short_rows_and_those_used_twice_stay(rng: np.random.Generator) -> None:
    short = gradient(layer(15), ["E", "W", "b"])
    assert bins(lower(short)) == []
    agree(short, given(rng, 15))
    shared = gradient(layer(shared=True), ["E"])
    assert bins(lower(shared)) == []
    agree(shared, given(rng))


def binned(body: object, *axes: Index) -> Graph:
    a, E = Tensor("a", *axes), Tensor("E", v, Index("d", 20))
    return Graph(define(a[axes], body), inputs=[x, g], parameters=[E], output=a)


def test_products_with_other_factors(rng: np.random.Generator) -> None:
    """Sums over more than the rows, coefficients, and the index as a factor."""
    d = Index("d", 20)
    E = Tensor("E", v, d)
    arrays = {"g": rng.standard_normal((4, 6, 3)), **given(rng)}
    cases = [
        (total(g[n, t, k] * E[x[n, t], d], over=[n, t]), (k, d), 1),
        (3 * total(g[n, t, k] ** 2 * E[x[n, t], d], over=[n, t, k]), (d,), 1),
        (total(g[n, t, k] * E[x[n, t], d], over=[n, t, d]), (k,), 1),
        (total(g[n, t, k] * x[n, t] * E[x[n, t], d], over=[n, t]), (k, d), 1),
        (total(g[n, t, k] * E[x[n, t], d], over=t), (n, k, d), 0),
        (total(E[x[n, t], d], over=[n, t]), (d,), 0),
        (total(delta(v, x[n, t]) * g[n, t, k], over=[n, t]), (v, k), 0),
    ]
    for body, axes, count in cases:
        graph = binned(body, *axes)
        assert len(bins(lower(graph))) == count, body
        agree(graph, {s.name: arrays[s.name] for s in graph.given})


def test_rows_that_do_not_occur_count_nothing(rng: np.random.Generator) -> None:
    """The logarithm of their entries is not a number, and 0 times that would be none either."""
    d = Index("d", 20)
    body = total(g[n, t, k] * log(Tensor("E", v, d)[x[n, t], d]), over=[n, t])
    graph = binned(body, k, d)
    assert bins(lower(graph)) == []
    E = rng.random((5, 20))
    E[3] = -1
    ids = rng.integers(0, 3, (4, 6))
    agree(graph, {"g": rng.standard_normal((4, 6, 3)), "E": E, "x": ids})


def test_sums_of_rows_in_both_ways(rng: np.random.Generator) -> None:
    """Many short runs, and few long ones."""
    d = Index("d", 20)
    graph = binned(total(g[n, t, k] * Tensor("E", v, d)[x[n, t], d], over=[n, t]), k, d)
    for shape in ((2, 3), (9, 11)):
        arrays = {
            "g": rng.standard_normal((*shape, 3)),
            "E": rng.standard_normal((5, 20)),
            "x": rng.integers(0, 5, shape),
        }
        agree(graph, arrays)
