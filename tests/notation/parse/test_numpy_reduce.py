"""Reductions, softmax and its relatives, judged by NumPy."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, mistakes, shapes

REDUCTIONS = ["sum", "mean", "max", "min", "prod", "var", "std"]
FORMS = [
    "np.{}(X)",
    "np.{}(X, axis=0)",
    "np.{}(X, 1)",
    "np.{}(X, axis=-1)",
    "np.{}(X, axis=-3, keepdims=True)",
    "np.{}(X, axis=(0, 2))",
    "np.{}(X, axis=(-1, 0), keepdims=True)",
    "np.{}(X, keepdims=True)",
    "X.{}()",
    "X.{}(0)",
    "X.{}(axis=(1, 2))",
    "X.{}(-1, keepdims=True)",
    "X - X.{}(axis=1, keepdims=True)",
    "np.{}(X*X + 1, axis=1)",
    "np.{}(np.{}(X, axis=0), axis=1)",
]
TEXTS = [
    ("X N D", "np.var(X, axis=0, ddof=1)"),
    ("X N D", "np.std(X, axis=1, ddof=1, keepdims=True)"),
    ("X N D", "X.var(ddof=1) + X.std(0, ddof=0)"),
    ("X N 1", "np.sum(X, axis=1)"),
    ("X N 1", "np.mean(X, axis=1) + np.max(X, axis=1)"),
    ("X N 1", "np.var(X, axis=0)"),
    ("X 1 1", "np.sum(X)"),
    ("X N D", "np.sum(X, axis=())"),
    ("x", "np.sum(x)"),
    ("x", "np.max(x) + np.mean(x)"),
    ("X N D | W D K", "np.mean(X @ W)"),
    ("X N D | W D K", "np.max(X @ W, axis=1)"),
    ("X N D | W D K", "np.mean(X @ W, axis=0, keepdims=True)"),
    ("X N D | W D K", "np.var(X @ W, axis=-1)"),
    ("X N D", "np.sum(X)/np.sum(X**2)"),
    ("X N D", "X/np.sum(X**2, axis=1, keepdims=True)"),
    ("X N D", "X/np.sqrt(np.sum(X**2, axis=1, keepdims=True))"),
    ("X N D", "(X - np.mean(X, 0))/np.std(X, 0)"),
    ("X N D", "(X - X.mean(1, keepdims=True))/np.sqrt(X.var(1, keepdims=True) + 1e-5)"),
    ("X N D | g D | b D", "g*(X - X.mean(-1, keepdims=True))/X.std(-1, keepdims=True) + b"),
    ("X N D | g D", "g*X/np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + 1e-6)"),
    ("X N D", "np.amax(X, 0) - np.amin(X, 0)"),
    ("X N D", "np.average(X)"),
    ("X N D", "np.sum(X > 0, axis=1)"),
    ("X N D", "np.mean(X > 0)"),
    ("X N D", "np.max(X) - np.min(X)"),
    ("X N D", "np.max(np.abs(X))"),
    ("X N D", "np.min(X, axis=1) + np.max(-X, axis=1)"),
    ("X N D", "np.prod(1 + X**2, axis=0)"),
    ("X N D", "np.sum(X.T @ X) - np.sum(np.sum(X, 0)**2)"),
    ("X N D", "np.sum(np.ones(3))*X"),
    ("X N D", "np.sum([X, 2*X, X**2])"),
    ("x N", "sum([x, 2*x])"),
    ("x N", "softmax(x)"),
    ("x N", "softmax(3*x - 1)"),
    ("x N", "softmax(x, axis=None)"),
    ("X N D", "softmax(X)"),
    ("X N D", "softmax(X, axis=0)"),
    ("X N D", "softmax(X.T, axis=0)"),
    ("X B N D", "softmax(X, 1)"),
    ("X N D | W D K", "softmax(X @ W, -1)"),
    ("X N D", "log_softmax(X)"),
    ("X N D", "log_softmax(X, axis=0)"),
    ("X N D", "np.log(softmax(X))"),
    ("x N", "logsumexp(x)"),
    ("X N D", "logsumexp(X)"),
    ("X N D", "logsumexp(X, axis=1)"),
    ("X N D", "X - logsumexp(X, axis=1, keepdims=True)"),
    ("X N D", "logsumexp(X, axis=(0, 1))"),
    ("X N D", "np.log(np.sum(np.exp(X), axis=1))"),
    ("X N D", "np.exp(X)/np.sum(np.exp(X), axis=1, keepdims=True)"),
    ("x N", "softmin(x)"),
    ("X N D | Y N D", "-np.mean(np.sum(Y*np.log(softmax(X)), axis=1))"),
    ("Q N d | K M d | V M E", "softmax(Q @ K.T/np.sqrt(d), axis=1) @ V"),
    ("Q B H N d | K B H M d | V B H M E", "softmax(Q @ K.mT/np.sqrt(d)) @ V"),
    (
        "Q T d | K T d | V T E",
        "S = np.where(np.tril(np.ones((T, T))) > 0, Q @ K.T/np.sqrt(d), -np.inf)\nsoftmax(S) @ V",
    ),
    ("X N D", "X[np.argmax(X[:, 0])]"),
    ("X N D | y D", "X[np.argmax(X @ y)]"),
    ("X N D", "X[np.argmin(X[:, 0])]"),
    ("X N D", "X[np.arange(N), np.argmax(X, axis=1)]"),
]

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
MISTAKES = """
np.sum(X, axis=2)
               ^
sum: axis=2, but the array has 2 axes

np.sum(x, axis=1)
               ^
sum: axis=1, but the array has 1 axis

np.sum(X, axis=(0, 0))
               ^^^^^^
sum: axis: an axis is named twice

np.sum(X, axis=x)
               ^
sum: axis is an array of shape (N), expected a constant integer

np.sum(X, axis=0.5)
               ^^^
sum: axis is the number 1/2, expected a constant integer

np.sum(X, keepdims=2)
                   ^
sum: keepdims is the number 2, expected True or False

np.var(v, ddof=7)
               ^
var: one entry less ddof leaves none to divide by

np.var(v, ddof=x)
               ^
var: ddof is an array of shape (N), expected a number

softmax(s)
        ^
softmax: expected an array with at least one axis

softmax(X, axis=2)
                ^
softmax: axis=2, but the array has 2 axes

softmax(X, axis=None)
                ^^^^
softmax: axis=None over several axes; say axis=-1 or another one

np.argmax(X)
^^^^^^^^^^^^
argmax: axis=None over the axes (N, D); say axis=-1 or another one

np.argmax(X, axis=5)
                  ^
argmax: axis=5, but the array has 2 axes

np.mean("a")
        ^^^
mean: a is a text, expected an array or a number

np.sum([x, w])
       ^^^^^^
sum: shapes (N,) and (D,) differ, expected one

max(x, y)
       ^
max: axis is an array of shape (N); of two arrays write np.maximum(a, b)
"""


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("form", FORMS)
def test_reductions(name: str, form: str) -> None:
    compare(form.replace("{}", name), {"X": "A B C"}, tolerance=1e-10)


@pytest.mark.parametrize("smallest", [2, 3])
@pytest.mark.parametrize("case", TEXTS, ids=described)
def test_numpy_agrees(case: tuple, smallest: int) -> None:
    compare(case[1], shapes(case[0]), *case[2:], seed=smallest)


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error
