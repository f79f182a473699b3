from fractions import Fraction

from symnet.codegen.algebra import add, mul, number, numeric, of_axis, power
from symnet.codegen.scalar import Add, Axis, Pow, Read
from symnet.codegen.size import size

N = size("N")
n, m, k = Axis("n", N), Axis("m", N), Axis("k", size("K"))


def x(*axes: Axis) -> Read:
    return Read("x", tuple(map(of_axis, axes)))


def test_sums_and_products_flatten_and_fold() -> None:
    assert add(x(n), add(number(1), x(k)), number(-1)) == Add((x(n), x(k)))
    assert mul(number(2), mul(x(n), number(Fraction(1, 2)))) == x(n)
    assert numeric(mul(x(n), number(0))) == 0
    assert power(Pow(x(n), Fraction(2)), 3) == Pow(x(n), Fraction(6))
    assert power(Pow(x(n), Fraction(2)), Fraction(1, 2)) == Pow(
        Pow(x(n), Fraction(2)), Fraction(1, 2)
    )
