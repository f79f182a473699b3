"""Operators with broadcasting, and comparisons, judged by NumPy."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, mistakes, shapes

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
ARITHMETIC = [
    ("a N | b N", "a + b"),
    ("a N | b N", "a - 2*b + 1"),
    ("a N | b N", "-a*b"),
    ("a N | b N", "+a - -b"),
    ("a N | b N", "a/(1 + b**2)"),
    ("a N", "a**3 - a**2/3"),
    ("a N", "(a**2 + 1)**-0.5"),
    ("a N", "(a**2 + 1)**(1/3)"),
    ("a N", "2**a"),
    ("a N | b N", "(1 + a**2)**b"),
    ("a N", "(a - a**2)[:, None]**np.arange(4)"),
    ("a N", "(a*(a > 0))[:, None]**np.arange(4)"),
    ("a N", "(-1)**np.arange(4)*a[0]"),
    ("a N", "1e-3*a + 1.5e2"),
    ("a N", "a*0.1 - .5"),
    ("x", "x"),
    ("x", "x**2 + 3*x + 1"),
    ("x", "1/(1 + x**2)"),
    ("a N", "a*np.pi + np.e"),
    ("a N", "a/N"),
    ("X N D", "X/(N*D)"),
    ("X N D", "X*np.sqrt(D)"),
    ("X N D", "X/X.shape[0] + X.shape[1]"),
    ("X N D", "X/X.size + X.ndim"),
    ("X N D", "X/len(X)"),
    ("X 4 D", "X/len(X) + X.shape[0]//3 + X.shape[0] % 3"),
]

BROADCAST = [
    ("X N D | b D", "X + b"),
    ("X N D | b D", "b*X - b"),
    ("X N D | c", "c*X + c"),
    ("X N D | a N 1", "X - a"),
    ("X N D | a N 1", "a - X"),
    ("X N D | a 1 D", "X*a"),
    ("X N D | a 1 1", "X + a"),
    ("X N D | a 1", "X*a"),
    ("a N 1 | b 1 D", "a*b + a - b"),
    ("a N 1 | b D", "a*b"),
    ("a N 1 | b D", "(a + b)**2"),
    ("a N | b M", "a[:, None] - b[None, :]"),
    ("a N | b M", "a[:, None]*b"),
    ("a N | b M", "a[:, np.newaxis] + b[np.newaxis]"),
    ("X N D | Y M D", "X[:, None, :] - Y[None, :, :]"),
    ("X B N D | b D", "X + b"),
    ("X B N D | Y N D", "X*Y"),
    ("X B N D | Y B 1 D", "X*Y"),
    ("X B N D | Y 1 N 1", "X - Y"),
    ("X B 1 D | Y N 1", "X + Y"),
    ("a 1 | b N", "a - b"),
    ("a 1 | b 1", "a*b"),
    ("a 1 1 | b 1", "a/(b**2 + 1)"),
    ("a N 1 | b N", "a - b"),
    ("X N N | b N", "X + b"),
    ("X N N | b N", "X + b[:, None]"),
    ("X N N", "X - X.T"),
    ("X 3 4 | b 4", "X - b"),
    ("X 3 4 | b 3 1", "X/(b**2 + 1)"),
    ("X N 4 | b 4", "X + b"),
    ("X N D | a N 1 | b D", "np.sum((X - a)*b)"),
    ("X N D | a N 1 | b 1 D", "np.sum(a*X*b, axis=0)"),
]

COMPARISONS = [
    ("a N", "a > 0"),
    ("a N | b N", "(a < b)*a"),
    ("a N | b N", "(a <= b)*1.0 + (a >= b)"),
    ("a N | b N", "1.0*(a == b) - (a != b)"),
    ("a N", "a*((a > -0.5) & (a < 0.5))"),
    ("a N", "a*((a < -0.5) | (a > 0.5))"),
    ("a N", "a*~(a > 0)"),
    ("a N | b N | c N", "((a > 0) & (b > 0) | (c > 0))*1"),
    ("X N D | b D", "np.sum((X > b)*X, axis=1)"),
    ("X N D | w D", "np.sum(X @ w > 0)*1.0"),
    ("t N", "(t == 1)*2.0 + (0 != t)", {"t": "integer<3"}),
    ("t N", "t[:, None] == np.arange(3)", {"t": "integer<3"}),
    ("a N", "np.arange(N)[:, None] <= np.arange(N)"),
    ("a N", "a*(np.arange(len(a)) > 0)"),
    ("a N", "np.where((a > 0) & ~(a > 1), a, -a)"),
    ("a N", "(a > 0) * (a < 1)"),
]
MISTAKES = """
X + Y
^^^^^
shapes (N, D) and (N, K) do not fit: axis -1 is D in one and K in another; expected equal
extents, or 1

X*y
^^^
shapes (N, D) and (N,) do not fit: axis -1 is D in one and N in another; expected equal extents,
or 1

X - v
^^^^^
shapes (N, D) and (7,) do not fit: axis -1 is D in one and 7 in another; expected equal extents,
or 1

x & y
^
& joins comparisons, each in brackets: (a > 0) & (b > 0); found x

x > 0 & y > 0
        ^
& joins comparisons, each in brackets: (a > 0) & (b > 0); found y

(x > 0) | y
          ^
| joins comparisons, each in brackets: (a > 0) | (b > 0); found y

~x
^^
~ is the opposite of a comparison: ~(a > 0)

-(x > 0)
^^^^^^^^
- of a comparison: write ~ for its opposite, or -1*(a > 0)

(x > 0) + (y > 0)
^^^^^^^^^^^^^^^^^
+ of two comparisons is 'or' in NumPy; write a | b for that, or 1*a + 1*b for numbers

(x > 0) - (y > 0)
^^^^^^^^^^^^^^^^^
- of two comparisons has no value; write 1*a - 1*b for numbers

x/(y > 0)
^^^^^^^^^
division by a comparison, which is 0 where it does not hold

x/0
^^^
division by 0

x/(N - N)
^^^^^^^^^
division by 0

x // 2
^^^^^^
// is for sizes such as N//2; an array of shape (N,) has no derivative through it

x % y
^^^^^
% is for sizes such as N//2; an array of shape (N,) has no derivative through it

N // 0
^^^^^^
// is for whole numbers, divided by one that is not 0

x << 1
^^^^^^
<< is not supported; expected + - * / ** @ & |

x**5000
^^^^^^^
the exponent 5000 is too large, expected at most 4096

2**100
^^^^^^
the exponent 100 is too large, expected at most 64

0**-1
^^^^^
division by 0

(-8)**(1/3)
^^^^^^^^^^^
(-8)**(1/3) is no real number

0**x
^^^^
log of 0, expected a positive number
"""


@pytest.mark.parametrize("smallest", [2, 3])
@pytest.mark.parametrize("case", ARITHMETIC + BROADCAST + COMPARISONS, ids=described)
def test_numpy_agrees(case: tuple, smallest: int) -> None:
    compare(case[1], shapes(case[0]), *case[2:], seed=smallest)


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error


def test_what_a_variable_exponent_assumes_is_noted() -> None:
    shapes = {"x": "N", "p": ""}
    assert [n for n, _ in parse("np.sum(x**p)", shapes).notes] == ["x"]
    assert parse("np.sum(x**p)", shapes, {"x": "positive"}).notes == ()
    assert parse("np.sum(x**3)", shapes).notes == ()
