"""Reshaped arrays and windows: one operation on the whole, equal to the interpreter."""

from typing import Any

import numpy as np
import pytest

from symnet.codegen import Function
from symnet.codegen.algebra import of_axis, of_size
from symnet.codegen.flatten import row_major
from symnet.codegen.plan import Copy, Gather, Iota, Map, Place, Reshape
from symnet.codegen.scalar import Axis
from symnet.codegen.size import size
from symnet.codegen.traverse import everything
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    compare,
    define,
    delta,
    entries,
    extent,
    guard,
    total,
)
from tests.codegen.agreement import agree

N, K, L = extent("N"), extent("K"), extent("L")
n, k, l, m = Index("n", N), Index("k", K), Index("l", L), Index("m", 3 * N)
x, z, w = Tensor("x", n), Tensor("z", k, l), Tensor("w", m)
f, g = Index("f", K * L), Index("g", 3 * N)


def kinds(f: Function) -> set[type]:
    return {type(op) for op in (*everything(f.plan.static), *everything(f.plan.ops))}


def largest(f: Function, sizes: dict[str, int]) -> int:
    """The number of entries of the largest value."""
    made = [op.out for op in (*everything(f.plan.static), *everything(f.plan.ops))]
    return max(int(v.entries.at(sizes)) for v in made)


def of(body: Any, *free: Index) -> Graph:
    y = Tensor("y", *free)
    left = define(y[free], body)
    read = {e.tensor for e in entries(left.expression)}
    return Graph(left, inputs=[t for t in (x, z, w, v, u, A) if t in read], output=y)


v, u = Tensor("v", f), Tensor("u", n, k, l)
A = Tensor("A", Index("a", 4), Index("b", 6))
i, j = Index("i", 3), Index("j", 8)
c, d = A.indices
ARRAYS = {
    "x": (4,),
    "z": (2, 3),
    "w": (12,),
    "v": (6,),
    "u": (4, 2, 3),
    "A": (4, 6),
}
r = Index("r", 3)


def given(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {t.name: rng.standard_normal(ARRAYS[t.name]) for t in graph.given}


RESHAPED = {
    "flat": (total(delta(f, L * k + l) * z[k, l], over=(k, l)), (f,)),
    "of each example": (total(delta(f, L * k + l) * u[n, k, l], over=(k, l)), (n, f)),
    "solved for l": (total(guard(0, f - L * k, L) * z[k, f - L * k], over=k), (f,)),
    "to other sides": (total(delta(8 * i + j, 6 * c + d) * A[c, d], over=(c, d)), (i, j)),
    "to other sides, solved": (
        total(guard(0, 8 * i + j - 6 * c, 6) * A[c, 8 * i + j - 6 * c], over=c),
        (i, j),
    ),
    "each entry three times": (total(delta(g, 3 * n + r) * x[n], over=(n, r)), (g,)),
    "of a product": (total(delta(f, L * k + l) * z[k, l] * v[L * k], over=(k, l)), (f,)),
}


@pytest.mark.parametrize("name", RESHAPED)
def test_entries_counted_in_another_way(name: str, rng: np.random.Generator) -> None:
    body, free = RESHAPED[name]
    graph = of(body, *free)
    found = agree(graph, given(graph, rng))
    assert Reshape in kinds(found) and not kinds(found) & {Place, Iota, Gather}
    assert largest(found, {"N": 4, "K": 2, "L": 3}) <= 24


def test_a_kronecker_product(rng: np.random.Generator) -> None:
    p, q = Index("p", N), Index("q", "M")
    P, Q = Tensor("P", p, q), Tensor("Q", k, l)
    row, column = Index("r", N * K), Index("c", q.extent * L)
    y = Tensor("y", row, column)
    both = delta(row, K * p + k) * delta(column, L * q + l)
    body = total(both * P[p, q] * Q[k, l], over=(p, q, k, l))
    graph = Graph(define(y[row, column], body), inputs=[P, Q])
    for shapes in (((2, 3), (4, 5)), ((1, 3), (2, 1)), ((1, 1), (1, 1))):
        a, b = (rng.standard_normal(s) for s in shapes)
        found = agree(graph, {"P": a, "Q": b})
        assert np.allclose(found(P=a, Q=b), np.kron(a, b)) and kinds(found) <= {Map, Copy, Reshape}


def test_a_part_of_what_is_counted_is_gathered(rng: np.random.Generator) -> None:
    """y[h] = B as one axis at 2h+1: not all of it, so its places are listed."""
    h, a, b = Index("h", 2), Index("a", 2), Index("b", 3)
    B, y = Tensor("B", a, b), Tensor("y", h)
    body = total(delta(2 * h + 1, 3 * a + b) * B[a, b], over=(a, b))
    graph = Graph(define(y[h], body), inputs=[B])
    found = agree(graph, {"B": rng.standard_normal((2, 3))})
    assert Gather in kinds(found)


def test_what_is_not_counted_through_stays_as_it_is(rng: np.random.Generator) -> None:
    """Steps that leave gaps or overlap, places out of range, brackets of their own."""
    wide = Index("f", 4 * K * L)
    for body, free in (
        (total(delta(f, 2 * k + l) * z[k, l], over=(k, l)), (f,)),
        (total(delta(wide, 4 * (L * k + l)) * z[k, l], over=(k, l)), (wide,)),
        (total(delta(wide, L * k + l) * z[k, l], over=(k, l)), (wide,)),
        (total(delta(f, L * k + l) * compare("<=", l, k) * z[k, l], over=(k, l)), (f,)),
        (total(delta(f, L * k + l) * z[k, l] * v[f], over=(k, l)), (f,)),
    ):
        assert Reshape not in kinds(agree(of(body, *free), given(of(body, *free), rng)))


# -- windows ----------------------------------------------------------------------------------


def between(low: Any, index: Any, high: Any) -> Any:
    return compare("<=", low, index) * compare("<=", index, high)


WINDOWS = {
    "of three": (total(between(3 * n, m, 3 * n + 2) * w[m], over=m), (n,)),
    "backwards": (total(between(3 * N - 3 - 3 * n, m, 3 * N - 1 - 3 * n) * w[m], over=m), (n,)),
    "over the edge": (total(between(g - 1, m, g + 1) * w[m], over=m), (g,)),
    "with weights": (total(between(3 * n, m, 3 * n + 2) * w[m] * w[m - 3 * n], over=m), (n,)),
    "one": (total(between(3 * n + 1, m, 3 * n + 1) * w[m], over=m), (n,)),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_as_long_as_it_is(name: str, rng: np.random.Generator) -> None:
    body, free = WINDOWS[name]
    for length in (4, 2, 1):
        found = agree(of(body, *free), {"w": rng.standard_normal(3 * length)}, {"N": length})
        if length > 1:
            assert largest(found, {"N": length}) <= 9 * length + 2


def test_counting() -> None:
    a, b, e = Axis("a", size("A")), Axis("b", size("B")), Axis("e", size(4))
    whole = of_axis(e).plus(of_axis(b), 4).plus(of_axis(a), size("B") * 4)
    assert row_major(whole) == (a, b, e)
    assert row_major(of_axis(e).plus(of_axis(b), 3)) is None
    assert row_major(of_size(0)) == ()
