"""Indexing and slicing, judged by NumPy at sizes where bounds, steps and ends differ."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, mistakes, shapes

CONSTANTS = [
    ("x N", "x[0]"),
    ("x N", "x[-1]"),
    ("x 5", "x[4] - x[-5]"),
    ("X N D", "X[1]"),
    ("X N D", "X[-1]"),
    ("X N D", "X[:, 0]"),
    ("X N D", "X[..., -1]"),
    ("X N D", "X[0, -1]"),
    ("X N D", "X[0][-1]"),
    ("X B N D", "X[:, 1]"),
    ("X B N D", "X[..., 1, :]"),
    ("X B N D", "X[0, ..., 0]"),
    ("X B N D", "X[...]"),
    ("X N D", "X[(0, 1)]"),
    ("X N D", "X[N - 1]"),
    ("X N D", "X[N - 1, D - 2]"),
]

SLICES = [
    ("x N", "x[:]"),
    ("x N", "x[1:]"),
    ("x N", "x[:-1]"),
    ("x N", "x[1:-1]"),
    ("x N", "x[2:]"),
    ("x N", "x[-2:]"),
    ("x N+2", "x[:2]"),
    ("x N", "x[::2]"),
    ("x N", "x[1::2]"),
    ("x N", "x[::3]"),
    ("x N", "x[::-1]"),
    ("x N", "x[::-2]"),
    ("x N", "x[-1::-1]"),
    ("x N", "x[-2::-1]"),
    ("x N", "x[:0:-1]"),
    ("x N", "x[:-3:-1]"),
    ("x N", "x[1:N]"),
    ("x N", "x[0:N-1]"),
    ("x N", "x[:len(x)-1]"),
    ("x 2*N", "x[:len(x)//2]"),
    ("x 2*N", "x[:len(x)//2] - x[len(x)//2:]"),
    ("x N", "x[1:] - x[:-1]"),
    ("x N", "np.sum((x[1:] - x[:-1])**2)"),
    ("x N", "x[2:] - 2*x[1:-1] + x[:-2]"),
    ("x N", "x[1:][:-1]"),
    ("x N", "x[::2][1:]"),
    ("x N", "x[1:][::-1]"),
    ("x N", "(x**2)[1:]"),
    ("x N", "(x[::-1])[::2]"),
    ("x 7", "x[2:5]"),
    ("x 7", "x[-5:-2]"),
    ("x 7", "x[2:100]"),
    ("x 7", "x[-100:3]"),
    ("x 7", "x[1:6:2]"),
    ("x 7", "x[1:6:3]"),
    ("x 7", "x[5:1:-1]"),
    ("x 7", "x[5:1:-2]"),
    ("x 7", "x[100::-3]"),
    ("x 7", "x[:-100:-2]"),
    ("x 7", "x[-2:1:-1]"),
    ("x 7", "x[6:7]"),
    ("x 2*N", "x[::2] + x[1::2]"),
    ("x 2*N", "x[:N] - x[N:]"),
    ("x N+2", "x[2:] + x[:-2] + x[1:-1]"),
    ("X N D", "X[1:, :-1]"),
    ("X N D", "X[:, ::2]"),
    ("X N D", "X[::-1, ::-1]"),
    ("X N D", "X[1:, 0]"),
    ("X N D", "X[0, 1:]"),
    ("X N D", "X[..., 1:]"),
    ("X H W", "X[1:, :] - X[:-1, :]"),
    ("X H W", "X[1:-1, 1:-1]*4 - X[2:, 1:-1] - X[:-2, 1:-1] - X[1:-1, 2:] - X[1:-1, :-2]"),
    ("X B C H W", "X[:, :, ::2, 1::2]"),
    ("X N D", "X[-1:]"),
    ("X N D", "X[:1]"),
    ("X N D", "X[:1] + X"),
    ("X N 1", "X[:, 0]"),
    ("X N 1", "X[:, -1:]"),
]

NEW_AXES = [
    ("x N", "x[None]"),
    ("x N", "x[:, None]"),
    ("x N", "x[None, :, None]"),
    ("x N", "x[..., None]"),
    ("x N", "x[np.newaxis, ::2]"),
    ("X N D", "X[:, None]"),
    ("X N D", "X[:, None, 0]"),
    ("X N D", "X[None, 1:, ..., None]"),
    ("X N D", "X[..., None, :]"),
    ("X N D", "X[0, None]"),
    ("x N", "x[:, None] @ x[None, :]"),
    ("x", "x[None]"),
    ("x", "x[..., None]"),
]

PARTS = [
    ("X N D", "np.mean(X, axis=0)[:-1]"),
    ("X N D", "softmax(X)[:, :-1]"),
    ("X N D", "z = np.mean(X, axis=0)[:-1]; z"),
    ("X N D", "u = X[:-1]; np.sum(u**2)"),
    ("X N D", "u = X[:-1]; v = softmax(u); v - u"),
    ("X N N", "np.linalg.inv(X[:-1, :-1])"),
    ("X N N", "np.linalg.inv(X)[:-1, :-1]"),
    ("X N N", "np.linalg.det(X[:-1, :-1])"),
    ("X N D", "np.max(X[:-1], axis=0)"),
    ("X N D", "np.var(X[:-1], axis=0)"),
    ("x N", "np.mean(x[::2]) + np.var(x[1::3])"),
    ("x N", "x[::2]/(N//2)"),
    ("x N", "np.mean(x[::-2])*len(x[::2])"),
    ("X N D", "np.mean(X[::2, 1:], axis=(0, 1))"),
]
LOOKUPS = [
    ("E V D | t N", "E[t]", {"t": "integer<V"}),
    ("E V D | t B N", "E[t]", {"t": "integer<V"}),
    ("E V D | t N", "E[t, 0]", {"t": "integer<V"}),
    ("E V D | t N", "E[t, 1:]", {"t": "integer<V"}),
    ("E D V | t N", "E[:, t]", {"t": "integer<V"}),
    ("E D V | t B N", "E[:, t]", {"t": "integer<V"}),
    ("E D V | t B N", "E[..., t]", {"t": "integer<V"}),
    ("x V | t N", "x[t]", {"t": "integer<V"}),
    ("x V | t", "x[t]", {"t": "integer<V"}),
    ("X N K | y N", "X[np.arange(N), y]", {"y": "integer<K"}),
    ("X N K | y N", "X[np.arange(len(X)), y]", {"y": "integer<K"}),
    ("X N K | y N", "-np.mean(np.log(softmax(X))[np.arange(N), y])", {"y": "integer<K"}),
    ("X N K | y N", "-np.mean(log_softmax(X)[np.arange(N), y])", {"y": "integer<K"}),
    ("X N K | a M | b M", "X[a, b]", {"a": "integer<N", "b": "integer<K"}),
    ("X N K | a M | b L", "X[a[:, None], b]", {"a": "integer<N", "b": "integer<K"}),
    ("X B N K | a M | b M", "X[:, a, b]", {"a": "integer<N", "b": "integer<K"}),
    ("X N K | a M | b M", "X[a, None, b]", {"a": "integer<N", "b": "integer<K"}),
    ("X N B K | a M | b M", "X[a, :, b]", {"a": "integer<N", "b": "integer<K"}),
    ("X N B K | a M", "X[0, :, a]", {"a": "integer<K"}),
    ("X N B K | a M", "X[a, :, 0]", {"a": "integer<N"}),
    ("X N B K | a M", "X[a, 0]", {"a": "integer<N"}),
    ("X N N", "X[np.arange(N), np.arange(N)]"),
    ("X N N", "X[np.arange(N-1), np.arange(N-1) + 1]"),
    ("X N K", "X[np.arange(N)[::-1]]"),
    ("X N K", "X[np.arange(N-1) + 1] - X[:-1]"),
    ("E V D | t N | W D K", "np.sum((E[t] @ W)**2)", {"t": "integer<V"}),
    ("E V D | t N", "np.sum(E[t[1:]] * E[t[:-1]])", {"t": "integer<V"}),
    ("E V D | t N | s N V", "s[np.arange(N), t] @ E[t]", {"t": "integer<V"}),
]

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
MISTAKES = """
x[X > 0]
  ^^^^^
indexing by a mask is not supported; write np.where(X > 0, x, 0)

x[[0, 1]]
  ^^^^^^
indexing by a list is not supported; write np.stack([x[k] for k in (0, 2)])

X[y]
  ^
y is used as an index; say so with assume={"y": "integer"}

X["a"]
  ^^^
expected integers, slices, None, ... or integer tensors as indices

x[0.5]
  ^^^
the index 1/2, expected a whole number

x[1.5:]
  ^^^^
the bounds of a slice must be constant integers or extents

x[y:]
  ^^
the bounds of a slice must be constant integers or extents

x[::0]
  ^^^
the step of a slice is 0

x[::N]
  ^^^
the step of a slice must be a constant integer

x[:2]
  ^^
this slice has 2 entries only if N is not less; give the axis a number, or an extent such as N+2

x[:len(x)//2]
  ^^^^^^^^^^
this slice has floor(N/2) entries only if N is not less; give the axis a number, or an extent
such as 2*N

x[-3:2]
  ^^^^
how long this slice is depends on N; count both bounds from the same end, or give N as a number

x[2:-3:-1]
  ^^^^^^^
how long this slice is depends on N; count both bounds from the same end, or give N as a number

x[N:]
  ^^
the slice of an axis of extent N is empty

x[:N + 1]
  ^^^^^^
the slice goes beyond the extent N

v[5:2]
  ^^^
the slice of an axis of extent 7 is empty

v[3:3]
  ^^^
the slice of an axis of extent 7 is empty

v[7]
  ^
index 7 is out of range for an axis of extent 7

v[-8]
  ^^
index -8 is out of range for an axis of extent 7

x[N]
  ^
index N is out of range for an axis of extent N

x[-N - 1]
  ^^^^^^
index -N - 1 is out of range for an axis of extent N

X[0, 0, 0]
^^^^^^^^^^
3 indices for an array with 2 axes, of shape (N, D)

s[0]
^^^^
1 indices for an array with 0 axes, of shape ()

X[..., 0, ...]
          ^^^
... stands more than once

X[:, np.newaxis, 3:1]
                 ^^^
the slice of an axis of extent D is empty

X[np.arange(D)]
  ^^^^^^^^^^^^
indices below D for an axis of extent N, which may be less

np.sum(X)[0]
^^^^^^^^^^^^
1 indices for an array with 0 axes, of shape ()

3[0]
^^^^
1 indices for an array with 0 axes, of shape ()
"""


@pytest.mark.parametrize("smallest", [4, 5])
@pytest.mark.parametrize("case", CONSTANTS + SLICES + NEW_AXES + PARTS, ids=described)
def test_numpy_agrees(case: tuple, smallest: int) -> None:
    names = [w for w in "BCNDHW" if w in case[0]]
    compare(case[1], shapes(case[0]), sizes={n: smallest + k for k, n in enumerate(names)})


@pytest.mark.parametrize("case", LOOKUPS, ids=described)
def test_numpy_agrees_on_lookups(case: tuple) -> None:
    compare(case[1], shapes(case[0]), *case[2:])


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error


@pytest.mark.parametrize("text", ["s[1:-1][-2:]", "s[::2][1::-1]", "s[1:][-3:-1]"])
def test_a_part_of_a_part_never_reads_beside_it(text: str) -> None:
    """s[1:-1][-2:] has one entry for three, where s itself could give two."""
    with pytest.raises(ParseError, match="entries only if"):
        parse(text, {"s": "N"})
