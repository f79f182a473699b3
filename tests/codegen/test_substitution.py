from symnet.codegen.algebra import mul, of_axis, of_size
from symnet.codegen.scalar import Affine, Axis, Mul, Read, Reduce
from symnet.codegen.size import size
from symnet.codegen.substitution import refresh, same, substitute

N = size("N")
n, m, k = Axis("n", N), Axis("m", N), Axis("k", size("K"))


def x(*axes: Axis) -> Read:
    return Read("x", tuple(map(of_axis, axes)))


def test_substitution_avoids_capture() -> None:
    inside = Reduce("sum", mul(x(n, m), x(m)), (m,))
    moved = substitute(inside, {n: of_axis(m)})
    assert isinstance(moved, Reduce)
    assert moved.bound[0] is not m
    assert moved.axes == {m}
    assert same(moved, Reduce("sum", mul(x(m, k := Axis("k", N)), x(k)), (k,)))


def test_substitution_in_index_expressions_is_affine() -> None:
    slot = of_axis(n).plus(of_axis(k), 2).plus(of_size(1), -1)
    moved = substitute(slot, {k: of_axis(m).plus(of_size(3))})
    assert moved == Affine(((n, size(1)), (m, size(2))), size(5))


def test_refresh_renames_every_bound_axis() -> None:
    e = Reduce("sum", Mul((x(n, k), Reduce("max", x(k, m), (m,)))), (k,))
    new = refresh(e)
    assert new != e
    assert same(new, e)
    assert not same(Reduce("sum", x(n, k), (k,)), Reduce("max", x(n, k), (k,)))


def test_same_pairs_free_axes_only_as_told() -> None:
    assert not same(x(n), x(m))
    assert same(x(n), x(m), {n: m})
