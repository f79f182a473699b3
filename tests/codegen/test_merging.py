"""Operands as matrices: what BLAS reads, and the order of axes in which the rest is copied."""

import numpy as np

from symnet.calculus import gradient
from symnet.codegen.merging import merges
from symnet.codegen.plan import contiguous
from symnet.codegen.scalar import Axis
from symnet.codegen.size import size
from symnet.notation import Graph, Index, Tensor, define, guard, tanh, total
from tests.codegen.agreement import agree

n, t, h, k = (Axis(a, size(a.upper())) for a in "nthk")
ARRAY = dict(zip((n, t, h, k), contiguous([a.size for a in (n, t, h, k)]), strict=True))


def test_groups_that_merge_are_matrices() -> None:
    assert merges(ARRAY, (n, t), (h, k))
    assert merges(ARRAY, (h, k), (n, t))
    assert merges(ARRAY, (n, t, h), (k,))
    assert merges(ARRAY, (n,), (k,))
    assert merges(ARRAY, (), (n, t))


def test_groups_that_do_not_merge_are_not() -> None:
    assert not merges(ARRAY, (n, h), (k,))
    assert not merges(ARRAY, (t, n), (k,))
    assert not merges(ARRAY, (n,), (h,))


def test_overlapping_windows_are_not() -> None:
    assert not merges({n: size(2), k: size(1)}, (n,), (k,))
    assert merges({n: size("K") + 1, k: size(1)}, (n,), (k,))


def _convolution(channels: int) -> Graph:
    """Pictures of eight by eight with the channels last, kernels (O, C, 3, 3)."""
    i, c, o = Index("i", "N"), Index("c", channels), Index("o", 5)
    u, v, p, q = Index("u", 8), Index("v", 8), Index("p", 3), Index("q", 3)
    x, K = Tensor("x", i, u, v, c), Tensor("K", o, c, p, q)
    w, y, L = Tensor("w", i, c, u, v, p, q), Tensor("y", i, o, u, v), Tensor("L")
    row, column = u + p - 1, v + q - 1
    inside = guard(0, row, 8) * guard(0, column, 8)
    summed = total(K[o, c, p, q] * w[i, c, u, v, p, q], over=[c, p, q])
    return Graph(
        define(w[i, c, u, v, p, q], inside * x[i, row, column, c]),
        define(y[i, o, u, v], summed),
        define(L[()], total(tanh(y[i, o, u, v]), over=[i, o, u, v])),
        inputs=[x],
        parameters=[K],
        output=L,
    )


def test_windows_are_copied_in_long_runs_and_once(rng: np.random.Generator) -> None:
    given = {"x": rng.standard_normal((2, 8, 8, 4)), "K": rng.standard_normal((5, 4, 3, 3))}
    source = agree(gradient(_convolution(4), "K"), given).source
    assert source.count("(N, 8, 8, 3, 3, 4)") == 1  # channels last, for both products
    windows = [line for line in source.splitlines() if "w_T)" in line]
    assert len(windows) == 1


def test_one_channel_is_copied_row_by_row(rng: np.random.Generator) -> None:
    """With one channel the runs along v are longer than those along q."""
    given = {"x": rng.standard_normal((2, 8, 8, 1)), "K": rng.standard_normal((5, 1, 3, 3))}
    assert "empty((3, 3, N, 8, 8), DTYPE)" in agree(gradient(_convolution(1), "K"), given).source
