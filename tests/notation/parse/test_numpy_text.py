"""Products, assignments, names and calls, judged by NumPy."""

from random import Random

import numpy as np
import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import interpret
from tests.by_numpy import compare, value
from tests.notation.parse.random_text import SHAPES, SIZES, random_text
from tests.notation.parse.shapes_of import described, mistakes, shapes

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
PRODUCTS = [
    ("a N | b N", "a @ b"),
    ("A N D | b D", "A @ b"),
    ("a N | B N D", "a @ B"),
    ("A N D | B D K", "A @ B"),
    ("A B N D | C B D K", "A @ C"),
    ("A B N D | C D K", "A @ C"),
    ("A N D | C B D K", "A @ C"),
    ("A B N D | c D", "A @ c"),
    ("a D | C B D K", "a @ C"),
    ("A B 1 N D | C H D K", "A @ C"),
    ("A 1 N D | C H D K", "A @ C"),
    ("A N N", "A @ A @ A"),
    ("A N N | x N", "x @ A @ x"),
    ("A N D | x N | y D", "x @ A @ y"),
    ("A N D", "A @ A.T"),
    ("A N D", "A.T @ A"),
    ("A B N D", "A @ A.mT"),
    ("A B N D | C B M D", "A @ C.transpose(0, 2, 1)"),
    ("A B N D | C B M D", "A @ C.swapaxes(-1, -2)"),
    ("A N D | B D K | c K", "A @ B + c"),
    ("A N D | B D K | C K L", "(A @ B) @ C - A @ (B @ C)"),
    ("x N | A N N | y N", "(x - y) @ A @ (x - y)"),
    ("A N D | B D N", "np.sum((A @ B) * (A @ B).T)"),
    ("A B N D", "A.T"),
    ("a N", "a.T"),
    ("A N 1 | B 1 K", "A @ B"),
    ("A N D", "A.T.T"),
    ("A N D", "np.transpose(A) - A.transpose()"),
]

ASSIGNMENTS = [
    ("X N D | W D K | b K", "z = X @ W + b; np.sum(z**2)"),
    ("X N D | W D K | b K", "z = X @ W + b\nh = np.tanh(z)\nL = np.sum(h)"),
    ("X N D | W D K", "z = X @ W\nz"),
    ("X N D", "u = X; np.sum(u*u)"),
    ("X N D", "Z = X.T; Z @ Z.T"),
    ("X N D", "n = X.shape[0]; np.sum(X)/n"),
    ("X N D", "c = 2; c*X"),
    ("X N D", "c = 1/3\n\nc*X"),
    ("x N", "a = x*2; b = a + 1; c = a*b; c"),
    ("x N", "m = np.max(x)\ne = np.exp(x - m)\np = e/np.sum(e)\np"),
    ("x N", "p = x**2; np.sum(softmax(x)*p)"),
    ("x N", "y = x**2; L = np.sum(y); L*y"),
    ("X N D", "x_hat = X*2; np.sum(x_hat)"),
    ("X N D", "mu = np.mean(X, axis=0); X - mu"),
    ("X N D", "a = X[0]; b = X[1]; a @ b"),
]
MISTAKES = """
a, b = X
^^^^
unpacking an array is not supported; write a = X[0] and so on

a, b, c = X.shape; a
^^^^^^^
3 names for 2 values

N = 3; X
^
N is an extent of a shape; choose another name

np = x; np
^^
np cannot be a name; choose another

x.y = 3
^^^
an assignment to this is not supported; write z = ... with np.where, np.stack or np.concatenate

a = b = x
    ^
expected one name on the left, as in z = ...

x; y
^
a formula before the last line has no name; write z = ... or remove it

z = None
    ^^^^
the last line is None, expected an array

X.shape
^^^^^^^
the formula is a tuple, expected an array or a number

[x, x]
^^^^^^
the formula is a list, expected an array or a number; write np.array([...])

"abc"
^^^^^
the formula is a text, expected an array or a number

None
^^^^
the formula is None, expected an array or a number

np.inf
^^^^^^
L: the right side is infinite everywhere

torch.sum(X)
^^^^^^^^^
torch is not known here; write np.sum

numby.sum(X)
^^^^^^^^^
numby is not known here; write np.sum

X.T(1)
^^^
.T is not called; write it without brackets

X.foo
^^^^^
an array has no .foo here

X.sun()
^^^^^
an array has no method sun here; did you mean sum?

X.sum.mean
^^^^^
an array has no .sum here; call it: .sum(...)

X.tensordot(W)
^^^^^^^^^^^
an array has no method tensordot here; write np.tensordot(...)

x(2)
^
x is an array, not a function; for a product write x * ...

(x + y)(2)
 ^^^^^
expected the name of a function before (

np.sum()
^^^^^^^^
sum: a is missing: sum(a, axis=None, keepdims=False)

np.sum(X, 0, 1, 2)
                ^
4 arguments, expected at most 3: sum(a, axis=None, keepdims=False)

np.sum(X, dim=0)
              ^
sum has no argument dim; it takes a, axis, keepdims

np.sum(X, axis=0, axes=1)
                       ^
sum has no argument axes; did you mean axis?

np.sum(X, 0, axis=0)
                  ^
sum: axis is given twice

np.zeros(3, dtype=int)
                  ^^^
dtype: all numbers are real; expected float or none

np.sum(q)
       ^
q has no shape; known are X, W, Y, w, y, x, A, t, v, s, N, D, K. Give it one: {"q": "N D"} or
--shape q=N,D

np.exp(Z)
       ^
Z has no shape; known are X, W, Y, w, y, x, A, t, v, s, N, D, K. Give it one: {"Z": "N D"} or
--shape Z=N,D

np.exp
^^^^^^
np.exp is a function; call it: np.exp(...)

exp*2
^^^
exp is a function; call it: exp(...)

x @ 3
^^^^^
@ needs arrays with axes; for a number write *

X @ Y
^^^^^
@: the last axis of the left side has extent D, axis -2 of the right side has N: (N, D) @ (N, K)

(x > 0) @ (y > 0)
^^^^^^^^^^^^^^^^^
@ of two comparisons is no number in NumPy; write 1*a @ b

[x, y]*2
^^^^^^^^
a list times a number; write the items, or np.tile

X.shape[2]
        ^
expected a constant index below 2, of a tuple

x if x > 0 else -x
     ^^^^^
the condition must be constant; for arrays write np.where(condition, a, b)

x > 0 and x < 1
^^^^^^^^^^^^^^^
'and' is for constants; write (a > 0) & (b > 0)

x < 0 or x > 1
^^^^^^^^^^^^^^
'or' is for constants; write (a > 0) | (b > 0)

not x
^^^^^
'not' is for constants; for arrays write ~(a > 0)

x is y
^^^^^^
'is' is not supported; expected < <= == != > >=

x in X
^^^^^^
'in' is not supported; expected < <= == != > >=

x == "a"
     ^^^
a text, expected an array or a number

x < None
    ^^^^
None, expected an array or a number
"""


@pytest.mark.parametrize("smallest", [2, 3])
@pytest.mark.parametrize("case", PRODUCTS + ASSIGNMENTS, ids=described)
def test_numpy_agrees(case: tuple, smallest: int) -> None:
    compare(case[1], shapes(case[0]), *case[2:], seed=smallest)


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error


# What is allowed here and not in NumPy: axes and entries of numbers that are no arrays.
LENIENT = ("has no attribute 'T'", "is not subscriptable")


@pytest.mark.parametrize("batch", range(20))
def test_random_texts(batch: int) -> None:
    """Where NumPy has a value, so have we, and the same one; where it has none, we have none."""
    agreed = 0
    for seed in range(40 * batch, 40 * batch + 40):
        r = Random(seed)
        text = random_text(r, r.choice([2, 3, 3]))
        rng = np.random.default_rng(seed)
        arrays = {
            name: rng.normal(size=[SIZES.get(e, 1) for e in shape.split()])
            for name, shape in SHAPES.items()
        }
        try:
            expected = np.asarray(value(text, arrays, SIZES), dtype=float)
        except (ValueError, TypeError, IndexError, AttributeError) as mistake:
            if not any(words in str(mistake) for words in LENIENT):
                with pytest.raises(ParseError):
                    parse(text, SHAPES, notation="numpy")
            continue
        try:
            graph = parse(text, SHAPES, notation="numpy")
        except ParseError as mistake:  # NumPy has axis 0 of a number, and empty arrays
            assert "has 0 axes" in str(mistake) or expected.size == 0
            continue
        given = {t.name: arrays[t.name] for t in graph.given}
        sizes = {s.name: SIZES[s.name] for s in graph.extents}
        found = interpret(graph, given, sizes)[graph.output.name]
        assert found.shape == expected.shape, text
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=text)
        agreed += 1
    assert agreed >= 5
