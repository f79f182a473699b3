"""What the interpreter has no rule for is refused by name, when the graph is compiled."""

import numpy as np
import pytest
import sympy

from symnet.notation import (
    Binder,
    Definition,
    Graph,
    Index,
    Largest,
    Tensor,
    UnsupportedExpression,
    define,
)
from symnet.notation.functions import RELATIONS as KNOWN
from symnet.notation.parse import parse
from symnet.verify import interpret, interpreter
from symnet.verify.closures import RELATIONS
from symnet.verify.numbers import FLOAT64

n, m = Index("n", "N"), Index("m", "N")
x, y = Tensor("x", n), Tensor("y", n)


def test_a_slot_must_be_an_integer():
    graph = Graph(define(y[n], x[sympy.Mod(n.extent, 2) + n - 1]), inputs=[x])
    with pytest.raises(
        UnsupportedExpression, match=r"Mod.* is not an integer expression of indices"
    ):
        interpreter(graph, {n.extent: 2})


def test_a_reduction_without_a_rule():
    class Median(Largest):
        symbol = "median"

    class Other(Binder):
        symbol = "other"

    kept = Graph(Definition(y[n], Median(x[m], m) + x[n]), inputs=[x])
    assert interpreter(kept, {n.extent: 2})
    graph = Graph(Definition(y[n], Other(x[m], m) + x[n]), inputs=[x])
    with pytest.raises(UnsupportedExpression, match="no rule for Other"):
        interpreter(graph, {n.extent: 2})


def test_every_relation_has_a_rule():
    assert set(RELATIONS) == set(KNOWN)


def test_the_sum_of_nothing_but_numbers():
    graph = Graph(define(Tensor("s"), sympy.pi + sympy.Rational(1, 3)))
    assert interpret(graph, {}, numbers=FLOAT64)["s"] == pytest.approx(3.4749259869231266, abs=0)


def test_a_rounded_extent_is_a_number():
    graph = parse("np.mean(x[::2]) + (N//2)*np.sum(x)", {"x": "N"})
    x = np.arange(1.0, 6.0)
    found = interpret(graph, {"x": x})["L"]
    np.testing.assert_allclose(found, x[::2].mean() + 2 * x.sum())
