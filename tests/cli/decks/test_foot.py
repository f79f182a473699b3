"""The foot of a derivation: errors as powers of ten, the terms that grow fastest."""

import sympy

from symnet.cli import names
from symnet.cli.decks.foot import costs, judged_by, leading, number
from symnet.cli.judged import judged
from symnet.render.decks.deck import Math


def test_errors() -> None:
    assert judged_by(None) == ()
    said = judged_by(judged(names.graph("dense"), ("x", "W")))
    assert said[0] == "agrees with central differences: largest deviation "
    assert number(5.2e-11) == Math(r"5 \cdot 10^{-11}")
    assert number(0.0) == Math("0")


def test_leading_terms() -> None:
    graph = names.graph("attention")
    n, d = sympy.symbols("I D", positive=True, integer=True)
    assert leading(2 * n**2 * d + 5 * n**2 + 7, graph) == Math("2I^2\\,D")
    assert leading(sympy.Integer(3), graph) == Math("3")
    half = sympy.floor(n / 2 - sympy.Rational(1, 2))
    assert "floor" in leading(n * half + n, graph).latex


def test_costs_of_attention() -> None:
    forward, backward = (r for r in costs(names.graph("attention")) if isinstance(r, Math))
    assert "D + E" in forward.latex
    assert backward == Math("0")
