import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, define, total
from tests.codegen.agreement import agree


@pytest.mark.parametrize("length", [3, 40])
def test_row_dots_come_in_the_order_of_the_definition(
    length: int, rng: np.random.Generator
) -> None:
    """Short rows are multiplied and summed, long ones go to einsum; the result is put in order."""
    n, h, t, e = Index("n", "N"), Index("h", "H"), Index("t", "T"), Index("e", length)
    x, y = Tensor("x", n, t, h, e), Tensor("y", n, t, h, e)
    d, z = Tensor("d", n, h, t), Tensor("z", n, h, t)
    graph = Graph(
        define(d[n, h, t], total(x[n, t, h, e] * y[n, t, h, e], over=e)),
        define(z[n, h, t], d[n, h, t] ** 2),
        inputs=[x, y],
        output=z,
    )
    shape = (2, 4, 3, length)
    f = agree(graph, {"x": rng.standard_normal(shape), "y": rng.standard_normal(shape)})
    assert ("einsum" in f.source) == (length > 32)
    assert f.source.count("np.copyto(") == 1


def test_smaller_operand_is_copied_where_one_must_be(rng: np.random.Generator) -> None:
    a, b, c, d = (Index(x, e) for x, e in zip("abcd", (4, 3, 2, 9), strict=True))
    small, large, y = Tensor("small", a, b, c), Tensor("large", b, a, d), Tensor("y", c, d)
    body = total(small[a, b, c] * large[b, a, d], over=[a, b])
    given = {"small": rng.standard_normal((4, 3, 2)), "large": rng.standard_normal((3, 4, 9))}
    graph = Graph(define(y[c, d], body), inputs=[small, large], output=y)
    assert "small_T" in agree(graph, given).source.split("np.copyto")[1].split("\n")[0]


def test_loop_reads_no_transposed_right_operand(rng: np.random.Generator) -> None:
    """z[t] = z[t-1] U^T: U^T is copied before the loop, a vector's product needs no copy."""
    for rows in (True, False):
        m, s, p, q = (
            Index("m", "M"),
            Index("s", "S", sequential=True),
            Index("p", 3),
            Index("q", 3),
        )
        free = (m,) if rows else ()
        z, U, z0 = Tensor("z", *free, s, p), Tensor("U", p, q), Tensor("z0", *free, p)
        body = total(z[(*free, s - 1, q)] * U[p, q], over=q)
        graph = Graph(define(z[(*free, s, p)], body, base=z0[(*free, p)]), inputs=[z0, U], output=z)
        given = {"U": rng.standard_normal((3, 3)), "z0": rng.standard_normal((2, 3)[not rows :])}
        source = agree(graph, given, {"S": 4}).source
        assert ("np.copyto(z_1, U_T)" in source.split("for s")[0]) == rows, source
