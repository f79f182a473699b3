"""<J v, w> = <v, J' w>: holds to rounding, and a wrong pullback is noticed."""

import sys

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.notation import Definition, Graph, Index, Tensor, define, replace, tanh, total
from symnet.verify.adjoint import adjoint_gap, cotangent_name, identity_gap

n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
x, W, y = Tensor("x", n, i), Tensor("W", i, j), Tensor("y", n, j)
GRAPH = Graph(define(y[n, j], tanh(total(x[n, i] * W[i, j], over=i))), inputs=[x], parameters=[W])


def arrays(rng):
    return {"x": rng.normal(size=(3, 1)), "W": rng.normal(size=(1, 2))}


def test_the_identity_holds_to_rounding(rng):
    for wrt in ("W", ["x", "W"], x):
        assert adjoint_gap(GRAPH, wrt, arrays(rng), rng) < 1e-15


def test_a_scalar_needs_no_cotangent(rng):
    s = Tensor("s")
    graph = Graph(define(s, total(x[n, i] ** 3, over=(n, i))), inputs=[x])
    assert cotangent_name(graph) is None
    assert adjoint_gap(graph, "x", {"x": rng.normal(size=(2, 3))}, rng) < 1e-15


def test_extents_that_no_array_shows(rng):
    k, z = Index("k", "K"), Tensor("z", n, Index("k", "K"))
    graph = Graph(define(z[n, k], x[n, 0] * k), inputs=[x])
    assert adjoint_gap(graph, "x", {"x": rng.normal(size=(2, 3))}, rng, {"K": 4}) < 1e-15


def test_a_wrong_pullback_is_noticed(rng, monkeypatch):
    def wrong(*args, **kwargs):
        right = gradient(*args, **kwargs)
        *first, last = right.definitions
        bent = Definition(last.entry, last.expression * sympy.Rational(1001, 1000))
        return replace(right, definitions=(*first, bent))

    monkeypatch.setattr(sys.modules["symnet.verify.adjoint"], "gradient", wrong)
    assert adjoint_gap(GRAPH, "W", arrays(rng), rng) > 1e-5


def test_a_name_that_is_free():
    taken = Graph(define(y[n, j], x[n, 0] * W[0, j]), inputs=[x, W, Tensor("y_bar")])
    assert cotangent_name(taken) == "y_bar2"


def test_the_gap_is_relative_to_the_terms():
    one = np.ones(2)
    assert identity_gap(1e3 * one, one, [one], [1000.5 * one]) == pytest.approx(1 / 2000)
    assert identity_gap(0 * one, one, [one], [0.5 * one]) == 1


def test_directions_keep_what_is_assumed(rng):
    """tr(A A) with a symmetric A: its gradient is 2 A only along symmetric changes."""
    a, b = Index("a", "N"), Index("b", "N")
    A, s = Tensor("A", a, b, assume="symmetric"), Tensor("s")
    graph = Graph(define(s[()], total(A[a, b] * A[b, a] * A[a, b], over=(a, b))), inputs=[A])
    value = rng.normal(size=(3, 3))
    assert adjoint_gap(graph, "A", {"A": value + value.T}, rng) < 1e-15
