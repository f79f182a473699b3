"""Pooling: formulas, ties, the two ways to count, refusals. Judges: test_catalogue.py."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import average_pool, global_average_pool, global_max_pool, max_pool
from symnet.notation import Graph, Index, IndexMismatch, Tensor, UnsupportedExpression
from symnet.render.text import text
from symnet.verify.differences import gap
from symnet.verify.interpret import interpret

X = Tensor("x", Index("n", "N"), Index("c", "C"), Index("a", "A"), Index("b", "B"))
ROW = Tensor("x", Index("c", "C"), Index("a", "A"))


def pulled(g: Graph, x: np.ndarray, y_bar: np.ndarray) -> np.ndarray:
    """x_bar, by the interpreter and by generated code."""
    derived = gradient(g, "x", "y_bar")
    found = interpret(derived, {"x": x, "y_bar": y_bar})["x_bar"]
    assert gap(build(derived)(x=x, y_bar=y_bar), found) < 1e-14
    return found


def test_formula() -> None:
    assert text(max_pool(X, 3, stride=2, padding=1)).splitlines() == [
        "xp[n,c,u,v,p,q] = where([0 <= 2*u+p-1 < A]*[0 <= 2*v+q-1 < B], "
        "x[n,c,2*u+p-1,2*v+q-1], -inf)",
        "y[n,c,u,v] = max[p](max[q](xp[n,c,u,v,p,q]))",
    ]
    assert text(average_pool(X, (3, 2), "1")).splitlines() == [
        "xp1[n,c,u,v,p,q] = x[n,c,3*u+p,2*v+q]",
        "y1[n,c,u,v] = sum[p,q](xp1[n,c,u,v,p,q])/6",
    ]


def test_overlapping_windows_add_up() -> None:
    x = np.array([[1.0, 5.0, 2.0, 3.0, 0.0]])
    x_bar = pulled(max_pool(ROW, 3, axes=1, stride=1), x, np.array([[1.0, 10.0, 100.0]]))
    assert x_bar.tolist() == [[0, 11, 0, 100, 0]]


def test_the_first_of_a_tie_gets_it() -> None:
    x = np.array([[2.0, 2.0, 1.0, 3.0, 3.0, 3.0]])
    x_bar = pulled(max_pool(ROW, 3, axes=1), x, np.array([[1.0, 10.0]]))
    assert x_bar.tolist() == [[1, 0, 0, 10, 0, 0]]


def test_the_first_of_a_tie_by_rows() -> None:
    x = np.array([[0.0, 4.0, 0.0], [4.0, 0.0, 0.0], [4.0, 4.0, 4.0]])[None, None]
    for g in (max_pool(X, 3), global_max_pool(X)):
        x_bar = pulled(g, x, np.ones(g.output.order * (1,)))
        assert x_bar[0, 0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_padding_is_never_the_largest() -> None:
    x = -np.array([[3.0, 4.0, 5.0]])
    g = max_pool(ROW, 3, axes=1, stride=2, padding=1)
    assert interpret(g, {"x": x})["y"].tolist() == [[-3, -4]]


@pytest.mark.parametrize(("count_padding", "expected"), [(True, [1, 2]), (False, [1.5, 3])])
def test_whether_padding_counts(count_padding: bool, expected: list[float]) -> None:
    g = average_pool(ROW, 3, axes=1, stride=2, padding=1, count_padding=count_padding)
    x = np.array([[0.0, 3.0, 3.0]])
    assert interpret(g, {"x": x})["y"].tolist() == [expected]
    x_bar = pulled(g, x, np.ones((1, 2)))
    share = 1 / 3 if count_padding else 1 / 2
    assert np.allclose(x_bar, [[share, 2 * share, share]])


def test_without_padding_there_is_nothing_to_count() -> None:
    assert str(average_pool(X, 2, count_padding=False)) == str(average_pool(X, 2))


def test_global_pools_of_sequences() -> None:
    assert text(global_average_pool(ROW, axes=1)) == "y[c] = sum[a](x[c,a])/A"
    assert text(global_max_pool(ROW, "1", axes=1)) == "y1[c] = max[a](x[c,a])"


def test_refusals() -> None:
    with pytest.raises(UnsupportedExpression, match="at most half of the kernel, 2"):
        max_pool(X, 2, padding=(1, 2))
    with pytest.raises(UnsupportedExpression, match="without stride=, expected numbers"):
        average_pool(X, "P")
    with pytest.raises(IndexMismatch, match="x has 2 axes; expected 3 of them"):
        global_max_pool(ROW, axes=3)
    with pytest.raises(IndexMismatch, match="slides along 3"):
        max_pool(ROW, axes=3)
