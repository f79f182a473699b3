import numpy as np
import pytest

from symnet.codegen import build
from symnet.notation import Graph, Index, Tensor, amax, define, product, total
from tests.codegen.agreement import agree, every, legal

n, j, k = Index("n", "N"), Index("j", "J"), Index("k", "K")
x = Tensor("x", n, j, k)


def largest(*over: Index, integer: bool = False) -> Graph:
    kept = [i for i in (n, j, k) if i not in over]
    given = Tensor("x", n, j, k, assume="integer" if integer else ())
    m = Tensor("m", *kept)
    return Graph(define(m.at(), amax(given[n, j, k], over=over)), inputs=[given], output=m)


@pytest.mark.parametrize("shape", [(3, 2, 5), (1, 1, 1), (2, 1, 7), (4, 6, 1)])
def test_maxima_over_any_axes(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    arrays = {"x": rng.standard_normal(shape)}
    for over in ((k,), (j,), (n,), (j, k), (n, k), (n, j, k)):
        agree(largest(*over), arrays)


def test_a_maximum_along_rows_is_read_at_its_place(rng: np.random.Generator) -> None:
    X = rng.standard_normal((3, 2, 5))
    assert "argmax" in agree(largest(k), {"x": X}).source
    for over in ((j,), (n,)):
        assert "maximum.reduce" in agree(largest(*over), {"x": X}).source
    ints = rng.integers(0, 9, (3, 2, 5))
    f = agree(largest(k, integer=True), {"x": ints})
    assert "maximum.reduce" in f.source


def test_what_is_no_number_is_the_largest() -> None:
    """As in np.maximum: a maximum with a nan is nan; an infinite one is what it is."""
    X = np.array([[[1.0, np.nan, 2.0], [-np.inf, -np.inf, -np.inf], [0.0, np.inf, 1.0]]])
    found = build(largest(k))(x=X)
    assert np.array_equal(found, X.max(axis=2), equal_nan=True)


def test_equal_maxima_are_computed_once(rng: np.random.Generator) -> None:
    a, b = Tensor("a", n, j), Tensor("b", n, j)
    top = amax(x[n, j, k], over=k)
    graph = every(Graph(define(a[n, j], 2 * top), define(b[n, j], top + 1), inputs=[x], output=b))
    f = agree(graph, {"x": rng.standard_normal((2, 3, 4))})
    assert f.source.count("argmax(") == 1 and f.source.count(".take(") == 1


@pytest.mark.parametrize("size", range(1, 10))
def test_a_maximum_between_other_axes_takes_halves(rng: np.random.Generator, size: int) -> None:
    y, m, z = Tensor("y", n, j, k), Tensor("m", n, k), Tensor("z", n)
    graph = Graph(
        define(y[n, j, k], 3 * x[n, j, k]),
        define(m[n, k], amax(y[n, j, k], over=j)),
        define(z[n], total(m[n, k], over=k)),
        inputs=[x],
        output=z,
    )
    X = rng.standard_normal((3, size, 4))
    X[1, size // 2, 2] = np.nan
    f = legal(graph)
    assert "np.maximum(low, high, out=larger)" in f.source
    for _ in range(2):  # the work array is used again
        assert np.allclose(f(x=X), (3 * X).max(axis=1).sum(axis=1), equal_nan=True)


def test_a_sum_between_other_axes_is_a_product(rng: np.random.Generator) -> None:
    a = Tensor("a", n, k)
    graph = Graph(define(a[n, k], total(x[n, j, k], over=j)), inputs=[x], output=a)
    f = agree(graph, {"x": rng.standard_normal((3, 5, 4))})
    assert "np.matmul(ones" in f.source
    agree(graph, {"x": rng.standard_normal((1, 1, 1))})


def test_products(rng: np.random.Generator) -> None:
    p = Tensor("p", n)
    graph = Graph(define(p[n], product(x[n, j, k], over=(j, k))), inputs=[x], output=p)
    agree(graph, {"x": rng.standard_normal((2, 3, 4))})
