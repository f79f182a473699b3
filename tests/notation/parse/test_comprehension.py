"""Comprehensions over constant ranges, judged by NumPy."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, mistakes, shapes

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
COMPREHENSIONS = [
    ("x N", "np.stack([x*k for k in range(3)])"),
    ("x N", "np.stack([x**k for k in range(1, 4)], axis=-1)"),
    ("G N 5", "np.stack([G[:, s - k] for s in range(5) for k in range(3) if 0 <= s - k < 5], -1)"),
    (
        "G N 5 | K 3",
        "np.stack([sum(G[:, s - k]*K[k] for k in range(3) if 0 <= s - k < 5) "
        "for s in range(7)], -1)",
    ),
    ("x 6", "sum(x[k]*x[k + 1] for k in range(5))"),
    ("x 6", "sum(x[k]**k for k in range(6) if k % 2 == 0)"),
    ("x 6", "sum([x[i]*x[j] for i in range(6) for j in range(i)])"),
    ("x 6", "sum(x[k] for k in range(5, -1, -2))"),
    ("x 6", "np.stack([x[k:k + 3] for k in range(4)])"),
    ("x 6", "np.stack([np.stack([x[i]*x[j] for j in range(2)]) for i in range(3)])"),
    ("x 6", "np.stack([x[i] if i < 3 else -x[i] for i in range(6)])"),
    ("x 6", "sum(x[k] for k in range(6) if k > 1 and k != 3 or k == 0)"),
    ("x 6", "sum(x[k] for k in range(6) if not k > 2)"),
    ("X N 3", "np.sum(np.stack([X[:, k] for k in range(3)]), axis=0)"),
    ("X N 4", "np.concatenate([X[:, k:k + 1] for k in range(4) if k != 2], axis=1)"),
    ("X 3 D", "sum(X[k] @ X[k] for k in range(X.shape[0]))"),
    ("X 3 D", "sum(X[i] @ X[j] for i in range(len(X)) for j in range(len(X)) if i != j)"),
]
MISTAKES = """
np.stack([x*k for k in range(10**5)])
                       ^^^^^^^^^^^^
100000 items, expected at most 4096

np.stack([x*k for k in range(N)])
                             ^
the end of a range must be a constant integer; give that size as a number, or sum over the axis

np.stack([x*k for k in range(y)])
                             ^
the end of a range must be a constant integer

np.stack([x*k for k in x])
                       ^
expected range(...) with constant integers, or a list such as (0, 2)

np.stack([x*k for k in range(0, 3, 0)])
                                   ^
the step of a range is 0

np.stack([x*k for k in range(1, 2, 3, 4)])
                       ^^^^^^^^^^^^^^^^^
expected range(...) with constant integers, or a list such as (0, 2)

np.stack([x for k in range(3) if x > 0])
                                 ^^^^^
the condition must be constant; for arrays write np.where(condition, a, b)

np.stack([x for k in range(3) if k > 5])
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
no items: the conditions hold nowhere

np.stack([x for a, b in range(3)])
                ^^^^
expected one loop variable, as in for k in ...

sum(i*j for i in range(4000) for j in range(4000))
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
more than 4096 items are written out

sum(i*j for i in range(100) for j in range(100) if i != j)
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
more than 4096 items are written out

np.stack([k*x for k in range(10**30)])
                       ^^^^^^^^^^^^^
the range is too large
"""


@pytest.mark.parametrize("case", COMPREHENSIONS, ids=described)
def test_numpy_agrees(case: tuple) -> None:
    compare(case[1], shapes(case[0]), *case[2:])


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error
