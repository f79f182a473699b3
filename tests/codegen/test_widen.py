"""Short vectors beside large arrays: repeated where that pays, and nowhere else."""

import numpy as np
import pytest

from symnet.codegen.plan import Map
from symnet.notation import Graph, Index, Tensor, define, tanh, total
from tests.codegen.agreement import agree, legal

n, u, v, c = Index("n", "N"), Index("u", 8), Index("v", 8), Index("c", 5)
x, g, s = Tensor("x", n, u, v, c), Tensor("g", c), Tensor("s", n, c)
y, z = Tensor("y", n, u, v, c), Tensor("z", n, u, v, c)


def _copies(graph: Graph) -> list[tuple[str, ...]]:
    """The axes of the vectors that are repeated."""
    ops = legal(graph).plan.ops
    maps = [op for op in ops if isinstance(op, Map) and op.function == "float"]
    return [tuple(a.letter for a in op.out.axes) for op in maps]


def test_a_vector_is_repeated_once_for_all_of_its_readers(rng: np.random.Generator) -> None:
    graph = Graph(
        define(y[n, u, v, c], x[n, u, v, c] * g[c]),
        define(z[n, u, v, c], tanh(y[n, u, v, c]) + g[c]),
        inputs=[x, g],
        outputs=[y, z],
    )
    assert _copies(graph) == [("n", "u", "v", "c")[1:]]
    agree(graph, {"x": rng.standard_normal((2, 8, 8, 5)), "g": rng.standard_normal(5)})


def test_a_gap_in_the_middle_is_filled_from_the_end(rng: np.random.Generator) -> None:
    graph = Graph(define(y[n, u, v, c], x[n, u, v, c] + s[n, c]), inputs=[x, s], output=y)
    assert _copies(graph) == [("n", "v", "c")]
    agree(graph, {"x": rng.standard_normal((2, 8, 8, 5)), "s": rng.standard_normal((2, 5))})


@pytest.mark.parametrize("letters", ["nc", "cn"])
def test_two_axes_are_left_alone(letters: str, rng: np.random.Generator) -> None:
    """A vector along all of the other axis would be as large as the array."""
    axes = [{"n": n, "c": c}[a] for a in letters]
    a, h = Tensor("a", *axes), Tensor("h", *axes)
    graph = Graph(define(h.at(), a.at() + g[c]), inputs=[a, g], output=h)
    assert _copies(graph) == []
    shape = [{"n": 3, "c": 5}[i] for i in letters]
    agree(graph, {"a": rng.standard_normal(shape), "g": rng.standard_normal(5)})


def test_vectors_along_the_first_axis_are_no_obstacle() -> None:
    m = Tensor("m", n)
    graph = Graph(define(y[n, u, v, c], x[n, u, v, c] + m[n]), inputs=[x, m], output=y)
    assert _copies(graph) == []


def test_a_vector_that_is_computed_and_summed_over(rng: np.random.Generator) -> None:
    m, L = Tensor("m", c), Tensor("L")
    i, j, k = n.fresh(), u.fresh(), v.fresh()
    graph = Graph(
        define(m[c], total(x[i, j, k, c], over=[i, j, k])),
        define(z[n, u, v, c], (x[n, u, v, c] - m[c]) ** 2 * g[c]),
        define(L[()], total(z[n, u, v, c], over=[n, u, v, c])),
        inputs=[x, g],
        outputs=[L, m],
    )
    agree(graph, {"x": rng.standard_normal((3, 8, 8, 5)), "g": rng.standard_normal(5)})
