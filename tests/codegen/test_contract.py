import numpy as np

from symnet.codegen.contract import _is_matrix
from symnet.codegen.plan import contiguous
from symnet.codegen.scalar import Axis
from symnet.codegen.size import size
from symnet.notation import Graph, Index, Tensor, define, total
from tests.codegen.agreement import agree

n, t, h, k = (Axis(a, size(a.upper())) for a in "nthk")
ARRAY = dict(zip((n, t, h, k), contiguous([a.size for a in (n, t, h, k)]), strict=True))


def test_groups_that_merge_are_matrices() -> None:
    assert _is_matrix(ARRAY, (n, t), (h, k))
    assert _is_matrix(ARRAY, (h, k), (n, t))
    assert _is_matrix(ARRAY, (n, t, h), (k,))
    assert _is_matrix(ARRAY, (n,), (k,))
    assert _is_matrix(ARRAY, (), (n, t))


def test_groups_that_do_not_merge_are_not() -> None:
    assert not _is_matrix(ARRAY, (n, h), (k,))
    assert not _is_matrix(ARRAY, (t, n), (k,))
    assert not _is_matrix(ARRAY, (n,), (h,))


def test_overlapping_windows_are_not() -> None:
    assert not _is_matrix({n: size(2), k: size(1)}, (n,), (k,))
    assert _is_matrix({n: size("K") + 1, k: size(1)}, (n,), (k,))


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
