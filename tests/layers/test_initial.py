"""Rules: their variances, and what they refuse."""

import pytest
import sympy

from symnet.layers import (
    Rule,
    constant,
    fan_in_uniform,
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    lecun_normal,
    mlp,
    normal,
    rules,
    zeros,
)
from symnet.layers.initial import FAN_IN, FAN_OUT
from symnet.notation import Index, Tensor, UnknownTensor, UnsupportedExpression, extent


@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        (glorot_uniform(), 2 / (FAN_IN + FAN_OUT)),
        (glorot_normal(), 2 / (FAN_IN + FAN_OUT)),
        (he_normal(), 2 / FAN_IN),
        (lecun_normal(), 1 / FAN_IN),
        (fan_in_uniform(), 1 / (3 * FAN_IN)),
        (normal(0.5), sympy.Rational(1, 4)),
        (constant(1), 0),
    ],
)
def test_variance(rule: Rule, variance: sympy.Expr) -> None:
    assert sympy.expand(rule.deviation**2 - variance) == 0


def test_weights_biases_and_given() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    found = rules(mlp(x, [4, 2]), weight=he_normal(), given={"b2": constant(1)})
    assert found == {"W1": he_normal(), "b1": zeros(), "W2": he_normal(), "b2": constant(1)}


def test_fans_of_a_weight_a_vector_and_a_kernel() -> None:
    i, j, k = (Index(c, e) for c, e in zip("ijk", (3, 4, 5), strict=True))
    assert fans(Tensor("W", i, j)) == (3, 4)
    assert fans(Tensor("b", j)) == (1, 4)
    assert fans(Tensor("E", i, j, k)) == (12, 5)


def test_refusals() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    with pytest.raises(UnknownTensor, match="no parameter is called W9"):
        rules(mlp(x, [2]), given={"W9": zeros()})
    with pytest.raises(UnsupportedExpression, match="'cauchy'"):
        Rule("cauchy", sympy.S.Zero, sympy.S.One)
    with pytest.raises(UnsupportedExpression, match="mentions q"):
        normal(extent("q"))
