from symnet.codegen.contract import _is_matrix
from symnet.codegen.plan import contiguous
from symnet.codegen.scalar import Axis
from symnet.codegen.size import size

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
