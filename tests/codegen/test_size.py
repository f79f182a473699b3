from fractions import Fraction

import pytest

from symnet.codegen.size import Rounded, Size, clamped, larger, product_of, representative, size

N, K = size("N"), size("K")


def test_arithmetic_collects_terms() -> None:
    assert (N + 1) * (N - 1) == N * N - 1
    assert N + K - N == K
    assert size(3) * Fraction(1, 3) == size(1)
    assert not (N - N).terms


@pytest.mark.parametrize(
    ("s", "holds"),
    [
        (N - 1, True),
        (N * K - N, True),
        (N - K, False),
        (N - 2, False),
        (size(0), True),
        (N * 2 - 2, True),
        (-N, False),
        (clamped(N - K), True),
    ],
)
def test_nonnegative_is_proved_only_where_it_holds(s: Size, holds: bool) -> None:
    assert s.is_nonnegative() is holds


def test_value_and_text_agree() -> None:
    s = N * K * 2 - 3 + size(Rounded(N - 1, 2)) + clamped(K - N)
    for n, k in [(1, 1), (4, 7), (9, 2)]:
        assert s.at({"N": n, "K": k}) == eval_text(str(s), n, k)


def eval_text(text: str, n: int, k: int) -> int:
    """The value of Size text, by substituting and folding constants with Python's own parser."""
    import ast

    tree = ast.parse(text, mode="eval").body

    def value(node: ast.AST) -> int:
        match node:
            case ast.Constant(value=int(v)):
                return v
            case ast.Name(id="N"):
                return n
            case ast.Name(id="K"):
                return k
            case ast.UnaryOp(operand=x):
                return -value(x)
            case ast.BinOp(left=a, op=op, right=b):
                x, y = value(a), value(b)
                return {"Add": x + y, "Sub": x - y, "Mult": x * y}.get(
                    type(op).__name__, x // y if y else 0
                )
            case ast.Call(func=ast.Name(id="max"), args=[a, b]):
                return max(value(a), value(b))
        raise AssertionError(ast.dump(node))

    return value(tree)


def test_half_sizes_print_as_integers() -> None:
    assert str((N + 1) * Fraction(1, 2)) == "(N + 1)//2"


def test_larger_and_product() -> None:
    assert larger(N, size(1)) == N
    assert larger(size(2), size(5)) == size(5)
    assert product_of([]) == size(1)
    assert representative(N * 2) == 128
