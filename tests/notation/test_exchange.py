"""Plain SymPy in and out; the judge of what comes in is SymPy itself, evaluated at numbers."""

import itertools
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import (
    Determinant,
    DiagMatrix,
    Eq,
    Function,
    HadamardProduct,
    Identity,
    Idx,
    Indexed,
    IndexedBase,
    KroneckerDelta,
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
    ZeroMatrix,
    symbols,
)

from symnet.calculus import gradient
from symnet.notation import Graph, SymnetError, UnsupportedExpression
from symnet.notation.exchange import from_sympy, to_sympy
from symnet.verify import interpret, sample, sizes_of
from tests.graphs import Seeded, is_composed, random_case
from tests.judges.test_random_graphs import is_tame
from tests.notation.parse.test_index_text import MODELS

n, m = symbols("n m", integer=True, positive=True)
N, K = symbols("N K", integer=True)
i, j, k = symbols("i j k", integer=True)
a, b = symbols("a b")
p = Symbol("p", positive=True)
x, y, W = IndexedBase("x"), IndexedBase("y"), IndexedBase("W", shape=(N, K))
A, B, S = (MatrixSymbol(s, n, n) for s in "ABS")
X, v, u = MatrixSymbol("X", n, m), MatrixSymbol("v", n, 1), MatrixSymbol("u", n, 1)
SIZES = {"n": 3, "m": 2, "N": 4, "K": 3}

SCALARS: list[Any] = [
    a**2 * b + 3,
    sympy.exp(a) * sympy.sin(b) / sympy.sqrt(1 + a**2) + sympy.pi,
    sympy.log(p) + sympy.atan(a) + sympy.tanh(a * b) + sympy.erf(a) - sympy.cosh(b),
    Max(a, b, sympy.Rational(1, 10)) - Min(a, 2 * b) + sympy.Abs(a) + sympy.sign(b),
    Piecewise((a**2, a > 0), (b, a > -1), (0, True)),
    Piecewise((1, sympy.And(a > 0, b < 1)), (2, sympy.Or(a < -1, sympy.Ne(b, 3))), (0, True)),
    0.25 * a - sympy.Float("1e-3") * b,
    a**b + sympy.E * b if False else sympy.E**b,
    Sum(x[i] * y[i], (i, 0, N - 1)),
    Sum(x[i] ** 2, (i, 0, N - 1)) / N,
    Sum(x[i], (i, 1, N)),
    Sum(i * x[i], (i, 2, N - 1)) + x[0],
    Sum(x[i + 1] - x[i], (i, 0, N - 2)) ** 2,
    Sum(W[i, j] * x[j], (i, 0, N - 1), (j, 0, K - 1)),
    Sum(Sum(W[i, j], (j, 0, K - 1)) ** 2, (i, 0, N - 1)),
    Sum(W[i, j] * KroneckerDelta(i, j), (i, 0, K - 1), (j, 0, K - 1)),
    Sum(sympy.log(1 + sympy.exp(x[i])), (i, 0, N - 1)),
    Sum(Piecewise((x[i], i < 2), (x[i] ** 2, True)), (i, 0, N - 1)),
    Product(1 + x[i] ** 2, (i, 0, N - 1)),
    Sum(x[Idx("q", 4)], Idx("q", 4)),
    Trace(A * B),
    Trace(A.T * X * X.T) + Trace(A) ** 2,
    sympy.log(Determinant(A) ** 2),
    (v.T * A * v)[0, 0],
    v.T * A * u,
    v.T * v,
    A[0, 1] * A[2, 2],
    Trace(A.inv() * B),
    Trace(A**3) + Trace(HadamardProduct(A, B)),
]
MATRICES: list[Any] = [
    A * X,
    A + 2 * B.T - a * A,
    A * B * X,
    A.inv() * X,
    A**2 + A**-1,
    HadamardProduct(A, B) * v,
    Identity(n) + A,
    A * ZeroMatrix(n, n) + OneMatrix(n, n) * B,
    DiagMatrix(v) * A,
    v * u.T,
    A.T,
    (A * v).applyfunc(sympy.tanh),
    Matrix([[a, b], [a * b, sympy.sin(a)]]),
    Matrix([[a, 0, b]]) * Matrix([[a, 1], [b, 2], [3, a]]),
    sympy.ImmutableMatrix([[a, 2], [3, b]]) * MatrixSymbol("Q", 2, 2),
    (A + B).T * v,
]


def inputs(graph: Graph, seed: int) -> dict[str, np.ndarray]:
    sizes = {s.name: SIZES[s.name] for s in graph.extents}
    return sample(graph, sizes_of(graph, {}, sizes), np.random.default_rng(seed))


def by_sympy(e: Any, arrays: dict[str, np.ndarray], first: int = 0) -> np.ndarray:
    """The value of an expression: sizes put in, sums written out, then numbers put in."""
    e = e.subs({s: SIZES[s.name] for s in (n, m, N, K)})
    if isinstance(e, sympy.MatrixExpr):
        e = e.as_explicit()
    e = e.doit().doit()
    if isinstance(e, sympy.MatrixBase):
        entries = [number(c, arrays, first) for c in e]
        return np.array(entries, float).reshape(e.shape)
    return np.array(number(e, arrays, first))


def number(e: Any, arrays: dict[str, np.ndarray], first: int) -> float:
    values: dict[Any, Any] = {}
    for t in e.atoms(Indexed):
        values[t] = arrays[str(t.base.label)][tuple(int(s) - first for s in t.indices)]
    for t in e.atoms(sympy.matrices.expressions.matexpr.MatrixElement):
        values[t] = arrays[t.parent.name][int(t.i), int(t.j)]
    for t in e.atoms(MatrixSymbol):
        values[t] = sympy.Matrix(arrays[t.name])
    e = e.subs(values).doit()
    return float(e.subs({s: float(arrays[s.name]) for s in e.free_symbols}).doit())


@pytest.mark.parametrize("e", [*SCALARS, *MATRICES], ids=str)
def test_value_is_sympys(e: Any) -> None:
    graph = from_sympy(e)
    first = 1 if graph.notes and "of SymPy" in graph.notes[-1][1] else 0
    arrays = inputs(graph, 0)
    known = {s.name for s in graph.extents}
    found = interpret(graph, arrays, {k: s for k, s in SIZES.items() if k in known})
    expected = by_sympy(e, arrays, first)
    value = found[graph.output.name]
    if value.shape != expected.shape:
        assert expected.shape == (1, 1) and value.shape == ()
    np.testing.assert_allclose(value, expected.reshape(value.shape), rtol=1e-10, atol=1e-10)


def test_a_range_that_depends_on_an_index() -> None:
    """SymPy does not write this sum out."""
    graph = from_sympy(Sum(W[i, j], (j, 0, i), (i, 0, K - 1)))
    arrays = inputs(graph, 0)
    expected = sum(arrays["W"][r, c] for r in range(SIZES["K"]) for c in range(r + 1))
    sizes = {"N": SIZES["N"], "K": SIZES["K"]}
    assert interpret(graph, arrays, sizes)["L"] == pytest.approx(expected)


def test_several_definitions() -> None:
    z = MatrixSymbol("z", n, 1)
    graph = from_sympy([("z", A * v), ("L", z.T * z)])
    assert [d.name for d in graph.definitions] == ["z", "L"]
    arrays = inputs(graph, 0)
    expected = np.sum((arrays["A"] @ arrays["v"]) ** 2)
    assert interpret(graph, arrays)["L"] == pytest.approx(expected)


def test_equations_over_indices() -> None:
    graph = from_sympy(
        [Eq(y[i], Sum(W[i, j] * x[j], (j, 0, K - 1))), ("L", Sum(y[i], (i, 0, N - 1)))]
    )
    arrays = inputs(graph, 0)
    found = interpret(graph, arrays)
    assert found["y"] == pytest.approx(arrays["W"] @ arrays["x"])
    assert found["L"] == pytest.approx(np.sum(arrays["W"] @ arrays["x"]))


def test_a_recurrence() -> None:
    h, t, T = IndexedBase("h"), Symbol("t", integer=True), Symbol("T", integer=True)
    z = IndexedBase("z", shape=(T,))
    graph = from_sympy([Eq(h[t], h[t - 1] / 2 + z[t]), Eq(h[-1], 3)])
    found = interpret(graph, {"z": np.arange(4.0)})["h"]
    value, expected = 3.0, []
    for s in range(4):
        value = value / 2 + s
        expected.append(value)
    assert found == pytest.approx(expected)


def test_positive_symbols_are_positive_and_shapes_may_be_given() -> None:
    graph = from_sympy(p * Sum(x[i], (i, 0, N - 1)), {"x": "N"}, {"x": "positive"})
    assert graph.tensor("p").assume == {"positive"} == graph.tensor("x").assume


def test_entries_counted_from_one_are_reported() -> None:
    graph = from_sympy(Sum(x[i], (i, 1, N)))
    assert graph.notes[-1] == ("x", "x[1] of SymPy is the first entry, x[0] here")


REFUSED = [
    (sympy.Integral(a, a), "Integral has no meaning here"),
    (sympy.Derivative(Function("f")(a), a), "Derivative has no meaning"),
    (sympy.gamma(a), "gamma has no meaning here"),
    (sympy.I * a, "ImaginaryUnit has no meaning"),
    (Function("foo")(a), "foo is an undefined function"),
    (Sum(x[i], (i, 0, sympy.oo)), "infinite"),
    (x[i**2], "expected a sum of indices"),
    (x[a / 2], "expected a sum of indices"),
    (A ** Symbol("q"), "expected a whole exponent"),
    (A**99, "expected a whole exponent"),
    (sympy.KroneckerProduct(A, B), "KroneckerProduct has no meaning"),
    (sympy.BlockMatrix([[A, B]]), "BlockMatrix has no meaning"),
    (Piecewise((a, a > 0)), "the last case must be"),
    (Symbol("x y"), "expected an identifier"),
    (Symbol("__import__('os')"), "expected an identifier"),
    (Symbol("lambda"), ""),
    ("a + b", "expected SymPy expressions"),
    ([a, b], "has no name"),
    ([], "found nothing"),
    (None, "expected SymPy expressions"),
    ([("L", "a + b")], "expected SymPy expressions"),
    (sympy.Integer(10) ** 5000 * a, "more than 60 digits"),
    (sympy.nan, ""),
    (sympy.zoo, ""),
]


@pytest.mark.parametrize(
    ("e", "message"), REFUSED, ids=[f"{k} {m}"[:40] for k, (_, m) in enumerate(REFUSED)]
)
def test_what_has_no_meaning_is_named(e: Any, message: str) -> None:
    with pytest.raises(SymnetError) as caught:
        from_sympy(e)
    assert message in str(caught.value)


# -- and back ----------------------------------------------------------------------------------


def there_and_back(graph: Graph, sizes: dict[str, int], seed: int = 0) -> None:
    assume = {t.name: [w for w in sorted(t.assume) if w != "integer"] for t in graph.tensors}
    for t in graph.tensors:
        if t.is_integer_valued:
            assume[t.name].append("integer" if t.below is None else f"integer<{t.below}")
    shapes = {t.name: t.shape for t in graph.tensors}
    back = from_sympy(to_sympy(graph), shapes, {k: w for k, w in assume.items() if w})
    arrays = sample(graph, sizes_of(graph, {}, sizes), np.random.default_rng(seed))
    lone = {t.name: sizes[t.name] for t in back.given if t.name in sizes}
    names, known = {t.name for t in back.given}, {s.name for s in back.extents}
    found = interpret(
        back,
        {k: w for k, w in {**arrays, **lone}.items() if k in names},
        {k: s for k, s in sizes.items() if k in known},
    )
    for name, expected in interpret(graph, arrays, sizes).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-9, atol=1e-9, err_msg=name)


def derived(graph: Graph) -> Graph:
    wrt = [t.name for t in graph.given if not t.is_integer_valued]
    return gradient(graph, wrt, cotangent="seed" if graph.output.order else None)


@pytest.mark.parametrize("name", MODELS)
def test_models_and_their_gradients_there_and_back(name: str) -> None:
    graph = MODELS[name]()
    if is_composed(graph):
        with pytest.raises(SymnetError, match=r"extent|floor|ceiling"):
            there_and_back(graph, {s.name: 2 + k % 3 for k, s in enumerate(graph.extents)})
        return
    for g in (graph, derived(graph)):
        there_and_back(g, {s.name: 2 + k % 3 for k, s in enumerate(g.extents)})


@pytest.mark.parametrize("part", range(2))
def test_random_graphs_there_and_back(part: int) -> None:
    for number in range(20 * part, 20 * part + 20):
        case = random_case(Seeded(number))
        if is_tame(case):
            there_and_back(case.graph, case.sizes, case.seed)


def test_what_came_from_sympy_goes_back() -> None:
    for e in SCALARS[8:21]:
        graph = from_sympy(e)
        there_and_back(graph, {s.name: SIZES[s.name] for s in graph.extents})


def test_plain_sympy_comes_out() -> None:
    graph = from_sympy(Eq(y[i], Sum(W[i, j] * x[j], (j, 0, K - 1))))
    (made,) = to_sympy(graph)
    assert str(made) == "Eq(y[i], Sum(W[i, j]*x[j], (j, 0, K - 1)))"
    kinds = {type(q) for q in sympy.preorder_traversal(made)}
    assert all(q.__module__.startswith("sympy.") for q in kinds)


@pytest.mark.parametrize("name", MODELS)
def test_sympys_own_printers_print_every_right_side(name: str) -> None:
    graph = MODELS[name]()
    for g, d in itertools.chain.from_iterable(
        ((g, d) for d in g.definitions) for g in (graph, derived(graph))
    ):
        printed = [
            str(d.expression),
            sympy.latex(d.expression),
            sympy.pretty(d.expression),
            sympy.srepr(d.expression),
        ]
        assert all(printed), (g, d)
        if is_composed(graph):
            continue
        for out in to_sympy(d):
            assert str(out) and sympy.latex(out) and sympy.pretty(out) and sympy.srepr(out)


def test_a_head_without_a_sympy_form_is_named() -> None:
    with pytest.raises(UnsupportedExpression, match="has no meaning"):
        from_sympy(sympy.Heaviside(a))
