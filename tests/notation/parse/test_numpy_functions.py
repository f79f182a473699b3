"""Names of functions: where they stand, and what is refused with what comes nearest."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.notation.parse.numpy_functions import FUNCTIONS, SUPPORTED
from tests.notation.parse.shapes_of import mistakes, shapes

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
MISTAKES = """
np.smu(X)
^^^^^^
np.smu is not supported; did you mean sum?

np.sotfmax(X)
^^^^^^^^^^
np.sotfmax is not supported; did you mean softmax or fmax or logsoftmax?

sofmax(X)
^^^^^^
sofmax is not supported; did you mean softmax or fmax or logsoftmax?

np.foo
^^^^^^
np.foo is not supported; docs/text.md lists what is

np.linalg.foo(X)
^^^^^^^^^^^^^
np.linalg.foo is not supported; docs/text.md lists what is

np.random.randn(3)
^^^^^^^^^^^^^^^
np.random is not supported; nothing random stands in a formula; give the array a shape, as any
other

np.sort(X)
^^^^^^^
np.sort is not supported; np.max and np.min are, and x[np.argmax(s)]

np.floor(x)
^^^^^^^^
np.floor is not supported; its derivative is 0 wherever there is one; of sizes write N // 2

np.arcsin(x)
^^^^^^^^^
np.arcsin is not supported; of the inverse functions np.arctan, np.log and np.sqrt are

np.nan
^^^^^^
np.nan is not supported; nothing is missing in an array; give a mask and write np.where(mask, x,
0)

nan*x
^^^
nan is not supported; nothing is missing in an array; give a mask and write np.where(mask, x, 0)

eval("x")
^^^^
eval is not supported; only formulas are

np.linalg.svd(X)
^^^^^^^^^^^^^
np.linalg.svd is not supported; inv, det, slogdet, solve and norm of NumPy's linalg are

np.fft.fft(x)
^^^^^^^^^^
np.fft is not supported; sums over np.cos and np.sin are

x.sort()
^^^^^^
sort is not supported; np.max and np.min are, and x[np.argmax(s)]

np.median(x)
^^^^^^^^^
np.median is not supported; np.max and np.min are, and x[np.argmax(s)]

zip(x, y)
^^^
zip is not supported; for k in range(3) is, with x[k] and y[k]
"""

SAME = [
    ("np.exp(x)", "exp(x)"),
    ("numpy.sum(X, 0)", "X.sum(axis=0)"),
    ("scipy.special.expit(x)", "sigmoid(x)"),
    ("scipy.special.logsumexp(X, axis=1)", "logsumexp(X, axis=1)"),
    ("jax.nn.softmax(X, axis=1)", "softmax(X, axis=1)"),
    ("np.linalg.inv(A)", "inv(A)"),
    ("math.pi*x", "np.pi*x"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_function_under_several_names(one: str, other: str) -> None:
    assert str(parse(one, GIVEN)) == str(parse(other, GIVEN))


def test_what_is_refused_is_never_offered() -> None:
    refused = {name for name, function in FUNCTIONS.items() if function.instead}
    assert len(refused) > 90
    assert refused.isdisjoint(SUPPORTED)


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error
