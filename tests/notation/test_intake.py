"""SymPy's own heads become ours; what has no meaning is refused by name."""

import numpy as np
import pytest
import sympy

from symnet.notation import (
    Entry,
    Graph,
    Index,
    Tensor,
    UnsupportedExpression,
    amax,
    amin,
    argmax,
    define,
    logsumexp,
    mean,
    product,
    total,
)
from symnet.notation import functions as f
from symnet.notation.intake import TRANSLATION, intake
from symnet.verify import interpret

n = Index("n", "N")
x, y, v = Tensor("x"), Tensor("y"), Tensor("v", n)
X, Y = x[()], y[()]


def value(expression, a=0.7, b=-0.4):
    graph = Graph(define(Tensor("out"), expression + 0 * X + 0 * Y), inputs=[x, y])
    return float(interpret(graph, {"x": np.array(a), "y": np.array(b)})["out"])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (sympy.exp(X), f.exp(X)),
        (sympy.log(X), f.log(X)),
        (sympy.tanh(X), f.tanh(X)),
        (sympy.sin(X) * sympy.cos(Y), f.sin(X) * f.cos(Y)),
        (sympy.erf(X), f.erf(X)),
        (sympy.Abs(X), f.absolute(X)),
        (sympy.sign(X), f.sign(X)),
        (sympy.Max(X, Y), f.maximum(X, Y)),
        (sympy.Min(X, Y), f.minimum(X, Y)),
        (sympy.sqrt(X**2), f.absolute(X)),
        (X < Y, f.compare("<", X, Y)),
        (sympy.Ne(X, Y), f.compare("!=", X, Y)),
        (sympy.Float(1e-6) * X, X / 1000000),
        (0.1 * X, X / 10),
        (X**Y, f.exp(Y * f.log(X))),
        (sympy.exp(X) ** 2, f.exp(2 * X)),
    ],
)
def test_heads(theirs, ours):
    assert intake(theirs) == ours


def test_heads_made_of_others():
    for theirs, expected in (
        (sympy.tan(X), np.tan(0.7)),
        (sympy.sinh(X), np.sinh(0.7)),
        (sympy.cosh(X), np.cosh(0.7)),
        (sympy.Max(X, Y, sympy.Rational(1, 2)), 0.7),
        (sympy.Min(X, Y, 0), -0.4),
        (sympy.pi * X, np.pi * 0.7),
        (sympy.E**X, np.exp(0.7)),
    ):
        assert value(intake(theirs)) == pytest.approx(expected, abs=1e-14)
    assert {type(a) for a in intake(sympy.tan(X)).atoms(sympy.Function)} == {f.sin, f.cos}


def test_every_translation_is_into_our_heads():
    for head in TRANSLATION:
        arguments = (X, Y) if head in (sympy.Max, sympy.Min) else (X,)
        if head is not sympy.KroneckerDelta:
            assert not intake(head(*arguments)).has(head)
    i, j = Index("i", "N"), Index("j", "N")
    assert intake(sympy.KroneckerDelta(i, j)) in (f.delta(i, j), f.delta(j, i))


def test_piecewise_becomes_nested_cases():
    theirs = sympy.Piecewise((X, X > 1), (Y, (X > 0) & (Y < 0)), (3, True))
    ours = intake(theirs)
    assert ours.has(f.where) and not ours.has(sympy.Piecewise)
    for a, b in [(2.0, 1.0), (0.5, -1.0), (0.5, 1.0), (-1.0, -1.0)]:
        expected = a if a > 1 else b if a > 0 and b < 0 else 3
        assert value(ours, a, b) == expected


def test_conditions():
    either = intake(sympy.Piecewise((1, (X > 0) | (Y > 0)), (0, True)))
    neither = intake(sympy.Piecewise((1, ~((X > 0) | (Y > 0))), (0, True)))
    for a, b in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)]:
        assert value(either, a, b) == (a > 0 or b > 0)
        assert value(neither, a, b) == (not (a > 0 or b > 0))


def test_a_piecewise_must_cover_every_point():
    with pytest.raises(UnsupportedExpression, match=r"last case must be \(value, True\)"):
        intake(sympy.Piecewise((X, X > 0), (Y, X < 0)))


def test_numbers():
    assert intake(2) == 2 and intake(0.25) == sympy.Rational(1, 4)
    assert intake(1e-5) == sympy.Rational(1, 100000)
    assert intake(float("inf")) == sympy.oo and intake(-sympy.oo) == -sympy.oo
    assert intake(sympy.Rational(1, 3)) == sympy.Rational(1, 3)


def test_a_scalar_tensor_stands_for_its_entry():
    assert intake(x) == X
    with pytest.raises(UnsupportedExpression, match=r"v has 1 axes: write its entry, v\[n\]"):
        intake(v)


@pytest.mark.parametrize(
    "wrong",
    [True, "x + 1", None, [1], float("nan"), sympy.nan, sympy.zoo, sympy.I, sympy.I * X],
)
def test_what_is_no_real_expression_is_refused(wrong):
    with pytest.raises(UnsupportedExpression):
        intake(wrong)


def test_an_unknown_head_is_named_with_the_known_ones():
    with pytest.raises(UnsupportedExpression, match=r"gamma has no meaning .* known functions are"):
        intake(sympy.gamma(X))
    k = sympy.Symbol("k")
    with pytest.raises(UnsupportedExpression, match="Sum has no meaning"):
        intake(sympy.Sum(k * X, (k, 0, 3)))
    with pytest.raises(UnsupportedExpression, match="Derivative has no meaning"):
        intake(sympy.Derivative(sympy.Function("g")(k), k))


def test_heads_inside_of_sums_and_slots():
    e = intake(total(sympy.exp(v[n]) * sympy.Max(v[n], 0), over=n))
    assert e.has(f.exp) and e.has(f.maximum) and not e.has(sympy.exp, sympy.Max)


def test_what_is_ours_already_stays_the_same_object():
    e = f.exp(X) + f.where(f.compare("<", X, Y), X, Y)
    assert intake(e) is e


@pytest.mark.parametrize(
    "build",
    [
        lambda text: f.exp(text),
        lambda text: f.where(text, X, Y),
        lambda text: f.maximum(X, text),
        lambda text: f.compare("<", text, X),
        lambda text: f.compare("<", X, text),
        lambda text: f.delta(text, n),
        lambda text: f.guard(0, text, 3),
        lambda text: f.sqrt(text),
        lambda text: f.exp([text]),
        lambda text: total(text, over=n),
        lambda text: product(text, over=n),
        lambda text: mean(text, over=n),
        lambda text: amax(text, over=n),
        lambda text: amin(text, over=n),
        lambda text: argmax(text, over=n),
        lambda text: logsumexp(text, over=n),
        lambda text: v[text],
        lambda text: define(x, text),
        lambda text: Graph(define(Tensor("h", n)[n], v[n], base=text)),
        lambda text: Tensor(text),
        lambda text: Index(text, "N"),
        lambda text: Index("n", text),
    ],
)
def test_text_is_refused_and_never_evaluated(build, monkeypatch):
    def evaluated(*_):
        raise AssertionError("text was evaluated")

    monkeypatch.setattr(sympy.parsing.sympy_parser, "eval_expr", evaluated)
    with pytest.raises(UnsupportedExpression):
        build("1 + 1")


@pytest.mark.parametrize("wrong", [None, True, [1], np.ones(2), 1j])
def test_a_function_takes_numbers_and_expressions_only(wrong):
    for build in (f.exp, f.sqrt, lambda e: f.compare("<", e, X), lambda e: total(e, over=n)):
        with pytest.raises(UnsupportedExpression, match="expected a number"):
            build(wrong)


def test_numbers_of_python_and_numpy_are_taken():
    assert f.exp(1) == f.exp(np.int64(1)) == f.exp(sympy.Integer(1))
    assert intake(f.exp(0.5)) == intake(f.exp(np.float32(0.5))) == f.exp(sympy.Rational(1, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        sympy.oo * v[n],
        sympy.Symbol("z") * X,
        (-2) ** X,
        sympy.Integer(0) ** n,
        X * sympy.Integer(10) ** 5000,
        X / f.compare("<", X, Y),
        *(Entry(v, n + sympy.Rational(1, 2)), Entry(v, n * n.fresh()), Entry(v, sympy.oo)),
        Entry(v, f.exp(n)),
    ],
    ids=lambda e: str(e)[:20] if not e.has(sympy.Integer(10) ** 5000) else "long",
)
def test_what_has_no_value_is_refused(wrong):
    with pytest.raises(UnsupportedExpression):
        intake(wrong)


def test_infinity_is_a_branch_and_nothing_else():
    assert intake(f.where(f.compare("<", X, Y), X, -sympy.oo)).has(sympy.S.NegativeInfinity)
    with pytest.raises(UnsupportedExpression, match="infinite everywhere"):
        define(x, sympy.oo)


def test_a_tensor_without_slots_inside_of_an_expression():
    assert intake(f.compare("<", x, 1)) == f.compare("<", X, 1)
    with pytest.raises(UnsupportedExpression, match=r"v has 1 axes: write its entry, v\[n\]"):
        intake(f.exp(v))
