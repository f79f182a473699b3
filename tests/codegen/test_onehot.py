"""Brackets [k = e] become places; repeated places add up."""

import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, argmax, compare, define, delta, total
from tests.codegen.agreement import agree

n, k, d = Index("n", "N"), Index("k", "K"), Index("d", "D")
p, y, s = Tensor("p", n, k), Tensor("y", n, d), Tensor("s", n)
t = Tensor("t", n, assume="integer", below=k.extent)
N, K, D = 6, 4, 3
ARRAYS = {
    "p": np.arange(24.0).reshape(N, K),
    "y": np.cos(np.arange(18.0)).reshape(N, D),
    "s": np.sin(np.arange(6.0)),
    "t": np.array([1, 3, 1, 0, 1, 3]),
}


def check(body: object, *axes: Index, inputs: list[Tensor]) -> str:
    a = Tensor("a", *axes)
    arrays = {x.name: ARRAYS[x.name] for x in inputs}
    sizes = {"N": N, "K": K, "D": D}
    graph = Graph(define(a[axes], body), inputs=inputs, output=a)
    known = {str(e) for e in graph.extents}
    return agree(graph, arrays, {e: v for e, v in sizes.items() if e in known}).source


def test_labels_are_subtracted_at_their_places() -> None:
    source = check((p[n, k] - delta(k, t[n])) / n.extent, n, k, inputs=[p, t])
    assert "+= " in source and "equal" not in source


def test_rows_are_added_also_at_repeated_places() -> None:
    source = check(total(delta(k, t[n]) * y[n, d], over=n), k, d, inputs=[y, t])
    assert "sum_runs(" in source and "add.at" not in source


def test_counts() -> None:
    check(total(delta(k, t[n]), over=n), k, inputs=[t])
    check(total(delta(k, t[n]) * s[n], over=n), k, inputs=[s, t])


def test_places_beside_dense_terms() -> None:
    check(total(delta(k, t[n]) * y[n, d], over=n) + k + d, k, d, inputs=[y, t])
    check(p[n, k] ** 2 + 3 * delta(k, t[n]) * s[n] - delta(n, k) * s[n], n, k, inputs=[p, s, t])


def test_delta_over_a_bound_index_is_contracted() -> None:
    source = check(total(delta(k, t[n]) * p[n, k], over=k), n, inputs=[p, t])
    assert "scatter_add" not in source and "equal" not in source
    m = n.fresh()
    check(total(delta(n, m) * s[m], over=m), n, inputs=[s])
    check(total(delta(n, m + 1) * s[m], over=m), n, inputs=[s])


@pytest.mark.parametrize(
    "body",
    [
        lambda i, j: delta(i, j) * s[i],
        lambda i, j: delta(i, j + 1) * s[j] + delta(i + 2, j),
        lambda i, j: delta(i, i.extent - 1 - j) * s[j],
        lambda i, j: delta(i, 2 * j) * s[j],
        lambda i, j: delta(i, 3) * delta(j, 5) * s[j],
        lambda i, j: delta(i, i.extent - 1) * s[j] + delta(i, 0),
    ],
)
def test_affine_places(body: object) -> None:
    i, j = n, n.fresh()
    check(body(i, j), i, j, inputs=[s])  # type: ignore[operator]


def test_place_of_the_largest() -> None:
    j = k.fresh()
    check(delta(k, argmax(-p[n, j], over=j)) * s[n], n, k, inputs=[p, s])


def test_data_that_may_lie_outside_is_compared() -> None:
    source = check(compare("==", k, t[n] + 1) * s[n], n, k, inputs=[s, t])
    assert "np.equal" in source


def test_outer_products_of_places() -> None:
    i, j = k.fresh(), k.fresh()
    check(total(delta(i, t[n]) * delta(j, t[n]) * s[n], over=n), i, j, inputs=[s, t])
    check(total(delta(i, t[n]) * p[n, j], over=n), i, j, inputs=[p, t])
    check(delta(i, t[n]) * p[n, j], n, i, j, inputs=[p, t])


def test_place_that_only_a_guard_keeps_in_range() -> None:
    i, j = n, k.fresh()
    ahead = argmax(p[i + 2, j], over=j)
    check(compare("<", i + 2, i.extent) * delta(k, ahead) * s[i], i, k, inputs=[p, s])


def test_places_in_another_order_than_the_source_make_planes(rng: np.random.Generator) -> None:
    """y lies (n, u, c): its entries go to planes of one position q each, in the same order."""
    u, c, q = Index("u", "U"), Index("c", "C"), Index("q", 3)
    x, w, g = Tensor("x", n, u, d), Tensor("w", c, d), Tensor("g", n, c, u)
    at = Tensor("t", n, c, u, assume="integer", below=q.extent)
    z = Tensor("z", n, c, u, q)
    graph = Graph(
        define(g[n, c, u], total(x[n, u, d] * w[c, d], over=d)),
        define(z[n, c, u, q], compare("==", q, at[n, c, u]) * g[n, c, u]),
        define(s[n], total(z[n, c, u, q] * z[n, c, u, q] * q, over=(c, u, q))),
        inputs=[x, w, at],
        outputs=[z, s],
    )
    arrays = {
        "x": rng.standard_normal((2, 5, 3)),
        "w": rng.standard_normal((4, 3)),
        "t": rng.integers(0, 3, (2, 4, 5)),
    }
    assert "empty((3, N, U, C), DTYPE)" in agree(graph, arrays).source
