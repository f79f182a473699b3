"""Functions of numbers, judged by NumPy and, where NumPy lacks them, by SciPy or formulas."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, mistakes, shapes

ANY = [
    *("exp", "expm1", "tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "abs", "absolute"),
    *("fabs", "sign", "square", "negative", "positive", "exp2", "deg2rad"),
]
POSITIVE = ["log", "log1p", "log2", "log10", "sqrt", "reciprocal", "cbrt"]
TWO = [
    *("maximum", "minimum", "fmax", "fmin", "add", "subtract", "multiply", "divide", "true_divide"),
    *("logaddexp", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
    *("logical_and", "logical_or"),
]
POSITIVE_X = {"x": "positive"}

TEXTS = [
    ("x N", "np.power(x, 3)"),
    ("x N", "np.power(x, -1) + np.power(x, 0.5)", POSITIVE_X),
    ("x N | y N", "np.power(x, y)", POSITIVE_X),
    ("x N | y N", "x**y + y**2", POSITIVE_X),
    ("x N", "np.clip(x, -0.5, 0.5)"),
    ("x N", "np.clip(x, None, 0.5)"),
    ("x N", "np.clip(x, 0, None)"),
    ("x N | y N", "np.clip(x, y - 1, y + 1)"),
    ("x N", "x.clip(-1, 1)"),
    ("x N", "np.clip(x, min=0, max=1)"),
    ("x N", "np.where(x > 0, x, 0)"),
    ("x N", "np.where(x > 0, np.sqrt(x), -x)"),
    ("x N | y N | c N", "np.where(c > 0, x, y)"),
    ("X N D | b D | m N 1", "np.where(m > 0, X, b)"),
    ("X N D | M N D", "np.where(M, X, 0)", {"M": "mask"}),
    ("X N D | W D K", "np.where(X @ W > 0, X @ W, 0.1*(X @ W))"),
    ("X N D | W D K", "np.exp(-(X @ W)**2)"),
    ("X N D | W D K", "np.tanh(X @ W)"),
    ("X N D | W D K", "np.log(1 + np.exp(X @ W))"),
    ("X N D | W D K", "np.log1p(np.exp(-(X @ W)))"),
    ("X N D | W D K", "np.abs(X @ W)"),
    ("X N D | W D K", "np.maximum(X @ W, 0)"),
    ("X N D | W D K", "np.maximum(0, 1 - X @ W)"),
    ("X N D | W D K", "np.sqrt((X @ W)**2 + 1)"),
    ("X N D | w D", "1/(1 + np.exp(-(X @ w)))"),
    (
        "X N D | w D | y N",
        "-np.mean(y*np.log(sigmoid(X @ w)) + (1 - y)*np.log(1 - sigmoid(X @ w)))",
    ),
    ("x N", "np.exp(np.tanh(np.sin(x)))"),
    ("x N | w N", "np.tanh(np.sum(w*np.tanh(x)))"),
    ("x N", "np.log(np.cosh(x))"),
    ("x N", "x*np.tanh(np.log(1 + np.exp(x)))"),
    ("x N", "np.sqrt(np.sum(x**2))"),
    ("x N", "np.sqrt(x*x)"),
    ("x N", "np.sqrt(x)**2", POSITIVE_X),
    ("x N", "np.sqrt(2)*x + np.sqrt(np.pi/2) + np.log(2) + np.exp(1)"),
    ("x N", "np.sqrt(8)*x"),
    ("x N", "(x - 1)/np.abs(x - 1)"),
    ("x N", "np.exp(-x)*np.exp(x)"),
    ("x", "np.exp(x)/(1 + np.exp(x))"),
    ("x N", "-(-x)**2"),
    ("x N", "(-2)**3*x - 2**-2"),
    ("x N", "0*x"),
    ("x N", "x - x"),
    ("x N", "sigmoid(x) + softplus(x) - relu(x) + silu(x) - gelu(x) + erf(x)"),
    ("X N D | W D K", "relu(X @ W)"),
    ("X N D | W D K", "gelu(X @ W)"),
    ("x N", "swish(x) + mish(x) + softsign(x) + expit(x)"),
    ("x N", "leaky_relu(x) + leaky_relu(x, 0.2) - leaky_relu(x, slope=0.3)"),
    ("x N | a", "leaky_relu(x, a) + elu(x, a)"),
    ("x N", "elu(x) + elu(x, 0.5)"),
    ("x N", "log_sigmoid(x) + logsigmoid(x) + log_expit(x)"),
    ("x N", "gelu_tanh(x)"),
    ("x N | y N", "xlogy(x, y)", {"x": "positive", "y": "positive"}),
    ("x N | y N", "xlogy(x, y) + xlogy(1 - x, y)", {"x": "mask", "y": "positive"}),
]

GIVEN = shapes("X N D | W D K | Y N K | w D | y N | x N | A N N | t N | v 7 | s")
MISTAKES = """
np.sqrt(-1)
        ^^
sqrt: the root of -1 is no real number

np.log(0)
^^^^^^^^^
log of 0, expected a positive number

np.log(-2)*x
^^^^^^^^^^
log of -2, expected a positive number

np.maximum(x)
^^^^^^^^^^^^^
maximum: b is missing: maximum(a, b)

np.maximum(X, y)
^^^^^^^^^^^^^^^^
shapes (N, D) and (N,) do not fit: axis -1 is D in one and N in another; expected equal extents,
or 1

np.where(x > 0)
^^^^^^^^^^^^^^^
where: x is missing: where(condition, x, y)

np.where(x > 0, X, W)
^^^^^^^^^^^^^^^^^^^^^
shapes (N,) and (N, D) and (D, K) do not fit: axis -1 is N in one and D in another; expected
equal extents, or 1

np.clip(x)
^^^^^^^^^^
clip: expected a_min or a_max, or both

np.exp(x, out=y)
              ^
exp has no argument out; it takes x

np.power(x, 10**9)
^^^^^^^^^^^^^^^^^^
the exponent 1000000000 is too large, expected at most 4096

x.astype(int)
         ^^^
astype: the type int: all numbers are real; expected float

np.exp("a")
       ^^^
exp: x is a text, expected an array or a number

np.exp([x, w])
       ^^^^^^
exp: shapes (N,) and (D,) differ, expected one

np.exp([])
       ^^
exp: x is a list, expected an array or a number

leaky_relu(x, "a")
              ^^^
leaky_relu: slope is a text, expected an array or a number
"""


@pytest.mark.parametrize("name", ANY)
@pytest.mark.parametrize("size", [1, 4])
def test_functions_of_any_number(name: str, size: int) -> None:
    compare(f"np.{name}(x)", {"x": "N"}, sizes={"N": size})


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("text", ["np.{}(x)", "np.sum({}(x)*x)", "2*np.{}(x[1:]) - 1"])
def test_functions_of_positive_numbers(name: str, text: str) -> None:
    graph = compare(
        text.format(f"np.{name}" if "{}" in text and "np.{}" not in text else name),
        {"x": "N"},
        {"x": "positive"},
        sizes={"N": 4},
    )
    assert graph.inputs[0].assume == {"positive"}


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two(name: str) -> None:
    compare(f"1.0*np.{name}(x, y)", {"x": "N D", "y": "D"})


@pytest.mark.parametrize("case", TEXTS, ids=described)
def test_numpy_agrees(case: tuple) -> None:
    compare(case[1], shapes(case[0]), *case[2:])


@pytest.mark.parametrize(("text", "error"), mistakes(MISTAKES))
def test_mistakes(text: str, error: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, GIVEN, notation="numpy")
    assert str(caught.value) == error
