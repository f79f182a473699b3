from symnet.codegen.algebra import of_axis
from symnet.codegen.scalar import Axis, Read
from symnet.codegen.size import size

N = size("N")
n, m, k = Axis("n", N), Axis("m", N), Axis("k", size("K"))


def x(*axes: Axis) -> Read:
    return Read("x", tuple(map(of_axis, axes)))


def test_axes_with_one_letter_are_two_axes() -> None:
    other = Axis("n", N)
    assert x(n) != x(other)
    assert x(n, other).axes == {n, other}
