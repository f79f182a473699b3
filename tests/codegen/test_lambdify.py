"""lambdify, and from_sympy with it, held to SymPy's own lambdify on random arrays."""

import numpy as np
import pytest
import sympy
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardProduct,
    Identity,
    Idx,
    IndexedBase,
    Inverse,
    KroneckerDelta,
    Lambda,
    Matrix,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Piecewise,
    Product,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.codegen.lambdify import lambdify
from symnet.notation import SymnetError, UnknownTensor, UnsupportedExpression
from symnet.notation.exchange import from_sympy, to_sympy
from symnet.notation.parse import parse
from symnet.verify import judge

N, D = symbols("N D", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True)
a, b = symbols("a b", positive=True)
x, y, w = IndexedBase("x", shape=(N,)), IndexedBase("y", shape=(N,)), IndexedBase("w", shape=(D,))
X = IndexedBase("X", shape=(N, D))
A, B, C = MatrixSymbol("A", N, N), MatrixSymbol("B", N, N), MatrixSymbol("C", N, D)
u, v = MatrixSymbol("u", N, 1), MatrixSymbol("v", N, 1)
z = Symbol("z")

SCALARS = [
    a + b,
    a * b - a / b,
    a**3 + sympy.sqrt(b),
    a**b,
    sympy.exp(-a) * sympy.log(b),
    sympy.sin(a) + sympy.cos(b) * sympy.tan(a),
    sympy.tanh(a) + sympy.sinh(b) - sympy.cosh(a),
    sympy.erf(a) + sympy.atan(b),
    Max(a, b) - Min(a, 2 * b),
    Abs(a - b) * sympy.sign(a - b),
    Piecewise((a, a < b), (b**2, a < 2 * b), (0, True)),
    Piecewise((a, (a < b) & (b < 2)), (b, True)),
    Piecewise((a, (a < b) | (b < 2)), (b, True)),
    sympy.pi * a + sympy.Rational(2, 3) * b + 0.25,
]

INDEXED = [
    Sum(x[i], (i, 0, N - 1)),
    Sum(x[i] * y[i], (i, 0, N - 1)),
    Sum(x[i], (i, 0, N - 1)) ** 2 / N,
    Sum(X[i, j] * w[j] * x[i], (i, 0, N - 1), (j, 0, D - 1)),
    Sum(Sum(X[i, j] * w[j], (j, 0, D - 1)) ** 2, (i, 0, N - 1)),
    sympy.log(Sum(sympy.exp(x[i]), (i, 0, N - 1))),
    Sum(KroneckerDelta(i, j) * x[i] * y[j], (i, 0, N - 1), (j, 0, N - 1)),
    Sum(Piecewise((x[i] * y[j], i < j), (0, True)), (i, 0, N - 1), (j, 0, N - 1)),
    Sum(Sum(x[j], (j, 0, i)) * y[i], (i, 0, N - 1)),
    Sum(x[i] * x[i + 1], (i, 0, N - 2)),
    Sum(x[i], (i, 1, N - 1)) + x[0],
    Sum(x[i] * y[N - 1 - i], (i, 0, N - 1)),
    Sum(i * x[i], (i, 0, N - 1)),
    Sum((X[i, j] - X[k, j]) ** 2, (i, 0, N - 1), (k, 0, N - 1), (j, 0, D - 1)),
    Sum(Abs(x[i] - y[i]), (i, 0, N - 1)) + a * Sum(w[j] ** 2, (j, 0, D - 1)),
]

MATRICES = [
    A * B,
    A * B * C,
    A + 2 * B - B.T,
    a * A * u + v,
    u.T * A * v,
    u * v.T,
    (A + B).T * C,
    Inverse(A),
    Inverse(A + B) * C,
    A.I * B.I,
    Inverse(A * B),
    A**2,
    A**3 * u,
    A**-2,
    HadamardProduct(A, B),
    HadamardProduct(A, B * A) * C,
    A * Identity(N) + Identity(N),
    A + ZeroMatrix(N, N),
    OneMatrix(N, N) * A,
    DiagMatrix(u) * A,
    A.applyfunc(Lambda(z, sympy.tanh(z) + z**2)),
    (A * u).applyfunc(sympy.exp),
    Transpose(A * C),
]

HEADS = [
    Trace(A),
    Trace(A * B),
    Trace(A.T * B) / N,
    Determinant(A),
    sympy.log(Abs(Determinant(A))),
    Determinant(A * B) + Trace(A),
    Trace(Inverse(A) * B),
    sympy.sqrt(Trace(A.T * A)),
    (A * B)[0, 1],
    A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0],
]

ARGUMENTS = [a, b, x, y, w, X, A, B, C, u, v]


def _arrays(seed: int = 0) -> list[np.ndarray]:
    draw = np.random.default_rng(seed)
    n, d = 4, 3
    shapes = [(), (), (n,), (n,), (d,), (n, d), (n, n), (n, n), (n, d), (n, 1), (n, 1)]
    out = [draw.normal(size=s) for s in shapes]
    out[:2] = [np.abs(o) + 0.5 for o in out[:2]]
    out[6:8] = [o + 3 * np.eye(n) for o in out[6:8]]
    return out


def _by_sympy(expression: sympy.Basic, values: list[np.ndarray]) -> np.ndarray:
    """SymPy's own NumPy code, which takes the extents as arguments; matrices element by element."""
    if isinstance(expression, sympy.MatrixExpr) or expression.has(sympy.MatrixExpr):
        matrices = {
            m: sympy.ImmutableMatrix(v)
            for m, v in zip(ARGUMENTS, values, strict=True)
            if isinstance(m, sympy.MatrixSymbol)
        }
        numbers = {N: 4, D: 3, a: float(values[0]), b: float(values[1])}
        made = expression.subs(numbers)
        sized = {s: MatrixSymbol(s.name, *(numbers.get(e, e) for e in s.shape)) for s in matrices}
        made = made.subs({sized[s]: m for s, m in matrices.items()}).doit()
        return np.array(made.as_explicit() if made.is_Matrix else made, dtype=float)
    with_sizes = sympy.lambdify([*ARGUMENTS[:6], N, D], expression, "scipy")
    return np.asarray(with_sizes(*values[:6], 4, 3))


@pytest.mark.parametrize("expression", [*SCALARS, *INDEXED, *MATRICES, *HEADS], ids=str)
def test_values_are_those_of_sympy(expression: sympy.Basic) -> None:
    values = _arrays()
    found = lambdify(ARGUMENTS, expression)(*values)
    expected = _by_sympy(expression, values)
    if expected.shape == (1, 1):
        expected = expected[0, 0]  # u.T*A*v is a scalar here, so that it has a gradient
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


def test_product() -> None:
    value = np.array([1.0, 2.0, 3.0])
    assert lambdify([x], Product(1 + x[i] ** 2, (i, 0, N - 1)))(value) == pytest.approx(100.0)


def test_matrix_of_scalars() -> None:
    rotation = Matrix([[sympy.cos(a), -sympy.sin(a)], [sympy.sin(a), sympy.cos(a)]])
    expected = [[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]]
    np.testing.assert_allclose(lambdify([a], rotation)(0.3), expected)


def test_a_ranged_idx_gives_the_shape() -> None:
    r, f = Idx("r", N), IndexedBase("f")
    value = np.arange(3.0)
    assert lambdify(f, Sum(f[r] ** 2, (r, 0, N - 1)))(value) == 5.0


def test_a_list_gives_the_list_of_values() -> None:
    first, second = lambdify([A, u], [A * u, Trace(A)])(np.eye(3), np.ones((3, 1)))
    np.testing.assert_allclose(first, np.ones((3, 1)))
    assert second == 3.0


def test_named_definitions_give_the_last() -> None:
    s = Symbol("s")
    f = lambdify([x], [("s", Sum(x[i], (i, 0, N - 1))), ("L", s**2)])
    assert f(np.array([1.0, 2.0])) == 9.0


def test_extents_and_unused_symbols_may_be_arguments() -> None:
    f = lambdify((x, N, z), Sum(x[i], (i, 0, N - 1)) / N)
    assert f(np.array([1.0, 3.0]), 2, None) == 2.0
    with pytest.raises(SymnetError, match="N = 5 is given, but the arrays have 2"):
        f(np.array([1.0, 3.0]), 5, None)


def test_graphs_take_names() -> None:
    graph = parse("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"})
    value = {"X": np.ones((2, 3)), "w": np.ones(3), "y": np.zeros(2)}
    f = lambdify(["w", "X", "y"], graph)
    assert f(value["w"], value["X"], value["y"]) == build(graph)(**value) == 18.0
    assert f.source == f.function.source
    assert "def evaluate" in f.source


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(UnsupportedExpression, match="b occurs and is no argument"):
        lambdify([a], a * b)
    with pytest.raises(UnsupportedExpression, match="stands twice"):
        lambdify([a, a], a + 1)
    with pytest.raises(UnknownTensor):
        lambdify(["a", "quite_unknown"], a + 1)
    with pytest.raises(UnsupportedExpression, match="expected a Symbol"):
        lambdify([3], a + 1)
    with pytest.raises(SymnetError, match="expected 1"):
        lambdify([a], a + 1)(1.0, 2.0)


@pytest.mark.parametrize(
    ("expression", "wrt"),
    [
        (Sum((Sum(X[i, j] * w[j], (j, 0, D - 1)) - y[i]) ** 2, (i, 0, N - 1)), "w"),
        (sympy.log(Sum(sympy.exp(x[i]), (i, 0, N - 1))), "x"),
        (Trace(A * B * A.T), "A"),
        (sympy.log(Abs(Determinant(A))) + Trace(Inverse(A) * B), "A"),
        (sympy.exp(-(a**2)) * b, "a"),
    ],
    ids=str,
)
def test_gradients_pass_the_judges(expression: sympy.Basic, wrt: str) -> None:
    verdict = judge(from_sympy(expression), wrt)
    assert verdict.passed, verdict


def test_the_gradient_goes_back_to_sympy() -> None:
    graph = gradient(from_sympy(Sum(x[i] ** 3, (i, 0, N - 1))), "x")
    (equation,) = [e for e in to_sympy(graph) if "x_bar" in str(e.lhs)]
    assert equation.rhs.has(sympy.Indexed)
    f = lambdify([x], [equation])
    np.testing.assert_allclose(f(np.array([1.0, 2.0])), [3.0, 12.0])


@pytest.mark.parametrize("bad", [sympy.zeta(a), sympy.Function("g")(a), sympy.Integral(a, a)])
def test_what_has_no_meaning_is_refused_by_name(bad: sympy.Basic) -> None:
    with pytest.raises(SymnetError, match=r"zeta|\bg\b|Integral"):
        lambdify([a], bad)
