"""Scalar functions: each stated derivative against differences, each kink as stated."""

import numpy as np
import pytest
import sympy

from symnet.notation import (
    FUNCTIONS,
    Graph,
    Tensor,
    UnsupportedExpression,
    absolute,
    compare,
    define,
    delta,
    exp,
    guard,
    leaky_relu,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    sqrt,
    where,
)
from symnet.notation import (
    Index as Index_,
)
from symnet.notation.functions import RELATIONS
from symnet.verify import interpret

x, y = Tensor("x"), Tensor("y")
ONE = sorted(name for name, f in FUNCTIONS.items() if f.nargs == sympy.FiniteSet(1))
PLACES = (-2.3, -0.4, 0.7, 1.9)


def value(expression, x_value=0.0, y_value=0.0):
    graph = Graph(define(Tensor("out"), expression), inputs=[x, y])
    return float(interpret(graph, {"x": np.array(x_value), "y": np.array(y_value)})["out"])


def slope(head, argument=1):
    """The stated derivative: fdiff of a primitive function, SymPy's of a meaning."""
    if head.meaning is None:
        return head.fdiff(argument)
    z = sympy.Dummy("z")
    placed = head.func(*(z if k == argument - 1 else a for k, a in enumerate(head.args)))
    return placed.meaning.diff(z).subs(z, head.args[argument - 1])


def difference(expression, at, h=1e-3):
    def f(step):
        return value(expression, at + step * h)

    return (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h)


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("at", PLACES)
def test_stated_derivatives(name, at):
    at = abs(at) if name == "log" else at
    head = FUNCTIONS[name](x[()])
    expected = 0.0 if name == "detach" else difference(head, at)
    assert value(slope(head), at) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("at", PLACES)
def test_derivatives_of_functions_of_two(at):
    for head in (maximum(x[()], y[()]), minimum(x[()], y[()])):
        assert value(slope(head, 1), at, 0.1) == pytest.approx(difference(head, at), abs=1e-9) or (
            head.has(maximum, minimum) and value(slope(head, 1), at, 0.1) in (0, 1)
        )
    head = leaky_relu(x[()], sympy.Rational(1, 5))
    assert value(slope(head), at) == (1 if at > 0 else 0.2)


def test_meanings_are_the_functions():
    for name, f in FUNCTIONS.items():
        head = f(x[()], sympy.Rational(1, 5)) if name == "leaky_relu" else None
        if f.nargs == sympy.FiniteSet(1):
            head = f(x[()])
        if head is not None and head.meaning is not None:
            for at in PLACES:
                assert value(head, at) == pytest.approx(value(head.meaning, at), abs=1e-14)


def test_kinks_as_stated():
    assert value(slope(relu(x[()]))) == 0
    assert value(slope(absolute(x[()]))) == 0
    assert value(slope(sign(x[()]))) == 0
    assert value(slope(leaky_relu(x[()], sympy.Rational(1, 5)))) == 0.2
    for two in (maximum, minimum):
        head = two(x[()], y[()])
        assert value(slope(head, 1)) == 1 and value(slope(head, 2)) == 0
    assert all(FUNCTIONS[name].kink for name in ("relu", "absolute", "leaky_relu", "maximum"))


def test_where_has_no_derivative_in_its_condition():
    head = where(compare("<", x[()], y[()]), x[()], y[()])
    assert head.fdiff(1) == 0
    assert value(head.fdiff(2), 1, 2) == 1 and value(head.fdiff(3), 1, 2) == 0


def test_functions_stay_as_they_are_written():
    assert exp(sympy.Integer(0)) != 1
    assert exp(x[()]) * exp(y[()]) != exp(x[()] + y[()])
    assert str(log(exp(x[()]))) == "log(exp(x))"
    assert str(maximum(x[()], x[()])) == "maximum(x, x)"
    assert str(sqrt(1 + x[()] ** 2)) == "sqrt(x**2 + 1)"
    assert sympy.latex(sigmoid(x[()])) == r"\operatorname{sigmoid}(x)"


def test_the_number_of_arguments_is_checked():
    for wrong in (lambda: relu(), lambda: relu(x[()], y[()]), lambda: maximum(x[()])):
        with pytest.raises(TypeError):
            wrong()


# -- brackets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("pair", [(1, 2), (2, 1), (2, 2)])
def test_brackets_are_zero_or_one(relation, pair):
    truths = {"<": pair[0] < pair[1], "<=": pair[0] <= pair[1], "==": pair[0] == pair[1]}
    truths |= {">": pair[0] > pair[1], ">=": pair[0] >= pair[1], "!=": pair[0] != pair[1]}
    bracket = compare(relation, x[()], y[()])
    assert value(bracket, *pair) == truths[relation]
    assert value(bracket.negated(), *pair) == 1 - truths[relation]
    assert str(bracket) == f"[x {relation} y]"


def test_an_unknown_relation_is_refused():
    with pytest.raises(UnsupportedExpression, match="relation '=<': expected one of"):
        compare("=<", x[()], 0)


def test_delta_and_guard():
    i, j = Index_("i", "N"), Index_("j", "N")
    assert str(delta(i, j)) == "[i == j]"
    assert str(guard(0, i - 1, j.extent)) in (
        "[0 <= i - 1]*[i - 1 < N]",
        "[i - 1 < N]*[0 <= i - 1]",
    )


def test_a_bracket_is_not_negative():
    """So that SymPy does not take |[a < b] x| apart into |[a < b]| |x|, which guards nothing."""
    b = compare("<", x[()], y[()])
    assert sqrt((b * x[()]) ** 2) == b * sympy.Abs(x[()])
