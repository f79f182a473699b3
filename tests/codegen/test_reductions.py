import numpy as np
import pytest

from symnet.codegen import build
from symnet.notation import Graph, Index, Tensor, amax, define, product
from tests.codegen.agreement import agree, every

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


def test_products(rng: np.random.Generator) -> None:
    p = Tensor("p", n)
    graph = Graph(define(p[n], product(x[n, j, k], over=(j, k))), inputs=[x], output=p)
    agree(graph, {"x": rng.standard_normal((2, 3, 4))})
