"""Convolutions: windows copied once for a matrix product; their adjoint by slices."""

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, amax, define, guard, mean, tanh, total, where
from tests.codegen.agreement import agree

n, c, o = Index("n", "N"), Index("c", "C"), Index("o", "O")
u, v, p, q = Index("u", "U"), Index("v", "V"), Index("p", 3), Index("q", 2)
a, b = Index("a", "A"), Index("b", "B")
L = Tensor("L")


@pytest.mark.parametrize(
    ("stride", "padding", "length"), [(1, 0, 4), (1, 1, 6), (2, 1, 4), (2, 0, 2), (3, 2, 3)]
)
def test_strided_padded_convolution(
    stride: int, padding: int, length: int, rng: np.random.Generator
) -> None:
    x, w = Tensor("x", n, c, a), Tensor("w", n, c, u, p)
    K, y = Tensor("K", o, c, p), Tensor("y", n, o, u)
    at = stride * u + p - padding
    graph = Graph(
        define(w[n, c, u, p], guard(0, at, a.extent) * x[n, c, at]),
        define(y[n, o, u], total(w[n, c, u, p] * K[o, c, p], over=[c, p])),
        define(L[()], total(tanh(y[n, o, u]), over=[n, o, u])),
        inputs=[x],
        parameters=[K],
        output=L,
    )
    given = {"x": rng.standard_normal((2, 3, 6)), "K": rng.standard_normal((4, 3, 3))}
    source = agree(gradient(graph, ["x", "K"], with_value=True), given, {"U": length}).source
    assert ("= part(U, " in source) == (stride > 1)  # with stride 1 it is a correlation
    products = [line for line in source.splitlines() if ".dot(" in line and "out=" in line]
    assert len(products) == 3


def test_convolution_over_two_axes(rng: np.random.Generator) -> None:
    x, w = Tensor("x", n, c, a, b), Tensor("w", n, c, u, v, p, q)
    K, y = Tensor("K", o, c, p, q), Tensor("y", n, o, u, v)
    row, column = 2 * u + p - 1, v + q - 1
    inside = guard(0, row, a.extent) * guard(0, column, b.extent)
    graph = Graph(
        define(w[n, c, u, v, p, q], inside * x[n, c, row, column]),
        define(y[n, o, u, v], total(w[n, c, u, v, p, q] * K[o, c, p, q], over=[c, p, q])),
        define(L[()], total(y[n, o, u, v] ** 2, over=[n, o, u, v])),
        inputs=[x],
        parameters=[K],
        output=L,
    )
    given = {"x": rng.standard_normal((2, 2, 5, 4)), "K": rng.standard_normal((3, 2, 3, 2))}
    slope = gradient(graph, ["x", "K"], with_value=True)
    source = agree(slope, given, {"U": 3, "V": 4}).source
    assert source.count("= part(") == 2
    (added,) = (line for line in source.splitlines() if " += " in line)
    assert "transpose" not in added  # the sum has the order of what is added


def test_pooling_over_windows(rng: np.random.Generator) -> None:
    x, w, y = Tensor("x", n, Index("j", 8)), Tensor("w", n, u, q), Tensor("y", n, u)
    graph = Graph(
        define(w[n, u, q], guard(0, 2 * u + q, 8) * x[n, 2 * u + q]),
        define(y[n, u], amax(w[n, u, q], over=q)),
        define(L[()], total(y[n, u] ** 2, over=[n, u])),
        inputs=[x],
        output=L,
    )
    given = {"x": rng.standard_normal((3, 8))}
    agree(gradient(graph, "x", with_value=True), given, {"U": 4})


@pytest.mark.parametrize("kind", ["max", "mean"])
@pytest.mark.parametrize(("padding", "length"), [(1, 3), (0, 2)])
def test_overlapping_pooling_over_two_axes(
    kind: str, padding: int, length: int, rng: np.random.Generator
) -> None:
    """3 x 3 with stride 2: with padding, and with a last row that no window reaches."""
    x, y, p, q = Tensor("x", n, c, a, b), Tensor("y", n, c, u, v), Index("p", 3), Index("q", 3)
    w = Tensor("w", n, c, u, v, p, q)
    row, column = 2 * u + p - padding, 2 * v + q - padding
    inside = guard(0, row, a.extent) * guard(0, column, b.extent)
    entry = x[n, c, row, column]
    window = where(inside, entry, -sympy.oo) if kind == "max" else inside * entry
    pool = amax if kind == "max" else mean
    graph = Graph(
        define(w[n, c, u, v, p, q], window),
        define(y[n, c, u, v], pool(w[n, c, u, v, p, q], over=(p, q))),
        define(L[()], total(tanh(y[n, c, u, v]), over=[n, c, u, v])),
        inputs=[x],
        output=L,
    )
    given = {"x": rng.standard_normal((2, 3, 6, 6))}
    slope = gradient(graph, "x", with_value=True)
    source = agree(slope, given, {"U": length, "V": length}).source
    assert "part(" in source and "places(" not in source and ".reduce" not in source
