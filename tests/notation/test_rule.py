"""Rules as data: what they refuse, and where a graph takes them."""

import pytest
import sympy

from symnet.notation import (
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    Rule,
    Tensor,
    UnsupportedExpression,
    define,
)

ZERO = Rule("constant", sympy.S.Zero, sympy.S.Zero)


def test_a_probability_is_between_0_and_1() -> None:
    with pytest.raises(UnsupportedExpression, match="3/2 is no probability"):
        Rule("bernoulli", sympy.Rational(3, 2), sympy.S.Zero)


def test_a_rule_is_for_a_given_tensor_and_an_estimate_for_a_defined_one() -> None:
    i = Index("i", 3)
    x, y, s = Tensor("x", i), Tensor("y", i), Tensor("s", Index("j", 4))
    line = define(y[i], 2 * x[i])
    with pytest.raises(GraphError, match="rule for y"):
        Graph(line, inputs=[x], rules=[(y, ZERO)])
    with pytest.raises(GraphError, match="estimate of x by y"):
        Graph(line, inputs=[x], estimates=[(x, y)])
    with pytest.raises(ExtentMismatch, match="estimate of y by s"):
        Graph(line, inputs=[x, s], updates=[(s, s)], estimates=[(y, s)])
