"""What is computed from looked-up rows is computed once for each row of the table."""

import numpy as np
import pytest

from symnet.codegen.lower import lower
from symnet.codegen.tables import with_tables
from symnet.notation import Graph, Index, Tensor, compare, define, log, tanh, total
from tests.codegen.agreement import agree

n, t, d, k = Index("n", "N"), Index("t", "T"), Index("d", 2), Index("k", 3)
W, b, z, y = Tensor("W", d, k), Tensor("b", k), Tensor("z", n, k), Tensor("y", n, t, k)


def looked_up(rows: int | str, by: object = None) -> Graph:
    """y = b + e W for e = E[x], or what `by` makes of the sum."""
    E, e = Tensor("E", Index("v", rows), d), Tensor("e", n, t, d)
    x = Tensor("x", n, t, assume="integer", below=rows)
    inner = total(e[n, t, d] * W[d, k], over=d) + b[k]
    return Graph(
        define(e[n, t, d], E[x[n, t], d]),
        define(y[n, t, k], inner if by is None else by(inner, x[n, t])),
        inputs=[x, z],
        parameters=[E, W, b],
        output=y,
    )


def given(rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {"E": (5, 2), "W": (2, 3), "b": (3,), "z": (4, 3)}
    arrays = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return {**arrays, "x": rng.integers(0, 5, (4, 6))}


def tables(graph: Graph) -> list[str]:
    return [d.name for d in with_tables(lower(graph)).defs if d.name.endswith("_rows")]


@pytest.mark.parametrize(
    ("by", "made"),
    [
        (None, True),
        (lambda e, i: tanh(e) ** 2, True),
        (lambda e, i: e * i, True),  # the index itself is known at each row
        (lambda e, i: e * z[n, k], False),  # depends on n otherwise too
        (lambda e, i: e + n, False),
        (lambda e, i: log(e**2) + 1 / (e + 9), False),  # may fail in a row that is not looked up
        (lambda e, i: log(e**2 + 1), True),
    ],
)
def test_function_of_a_row_is_a_row_of_a_table(
    by: object, made: bool, rng: np.random.Generator
) -> None:
    assert tables(looked_up(5, by)) == ["y_rows"] * made
    source = agree(looked_up(5, by), given(rng)).source
    assert ("y_rows.take(" in source) == made


def test_large_tables_and_those_of_unknown_size_stay(rng: np.random.Generator) -> None:
    assert tables(looked_up(512)) == ["y_rows"]  # N*T counts as 64*64
    assert tables(looked_up(513)) == []
    assert tables(looked_up("V")) == []
    agree(looked_up("V"), given(rng))


def test_index_counts_other_rows_than_the_table_has(rng: np.random.Generator) -> None:
    """Only the bracket keeps a row from being read that there is not."""
    E, x = Tensor("E", Index("v", 5), d), Tensor("x", n, t, assume="integer", below=6)
    body = compare("<", x[n, t], 5) * total(E[x[n, t], d] * W[d, k], over=d)
    graph = Graph(define(y[n, t, k], body), inputs=[x], parameters=[E, W], output=y)
    assert tables(graph) == []
    arrays = given(rng)
    agree(graph, {"E": arrays["E"], "W": arrays["W"], "x": rng.integers(0, 6, (4, 6))})


def test_rows_without_a_sum_are_only_looked_up() -> None:
    E, x = Tensor("E", Index("v", 5), k), Tensor("x", n, t, assume="integer", below=5)
    graph = Graph(define(y[n, t, k], tanh(E[x[n, t], k])), inputs=[x], parameters=[E], output=y)
    assert tables(graph) == []


def test_two_indices_do_not_mix(rng: np.random.Generator) -> None:
    """A function of rows by x and by z is a table of neither."""
    E, e = Tensor("E", Index("v", 5), d), Tensor("e", n, t, d)
    x, w = (Tensor(s, n, t, assume="integer", below=5) for s in "xw")
    value = total(e[n, t, d] * E[w[n, t], d], over=d)
    s = Tensor("s", n, t)
    graph = Graph(
        define(e[n, t, d], E[x[n, t], d]),
        define(s[n, t], value),
        inputs=[x, w],
        parameters=[E],
        output=s,
    )
    assert tables(graph) == []
    agree(graph, {"E": given(rng)["E"], "x": given(rng)["x"], "w": given(rng)["x"]})
