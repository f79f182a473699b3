"""SymPy's own heads become ours; what has no meaning is refused by name."""

import numpy as np
import pytest
import sympy

from symnet.notation import Graph, Index, Tensor, UnsupportedExpression, define, total
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
