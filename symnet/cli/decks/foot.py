"""What stands at the foot of a derivation: the judges' errors, and the costs."""

from __future__ import annotations

from math import log2

import sympy

from symnet.calculus import cost
from symnet.notation import Graph
from symnet.notation.index import extent_at
from symnet.render.decks.deck import Math, Sentence
from symnet.render.latex import latex_of
from symnet.verify.judge import Verdict


def judged_by(verdict: Verdict | None) -> Sentence:
    """What the judges found; nothing if they were not asked."""
    if verdict is None:
        return ()
    errors = [e for e in verdict.errors if e is not None]
    worst = max(max(e.gradient, e.tangent, e.second) for e in errors)
    exact = max(e.adjoint for e in errors)
    return (
        "agrees with central differences: largest deviation ", number(worst),
        "; adjoint identity: ", number(exact),
    )  # fmt: skip


def costs(whole: Graph) -> Sentence:
    """The leading terms of the operations of value and gradient."""
    both = cost(whole)
    return (
        "forward ", leading(both.forward, whole),
        ", backward ", leading(both.backward, whole), " operations",
    )  # fmt: skip


def number(value: float) -> Math:
    """One digit and a power of ten."""
    mantissa, _, power = f"{value:.0e}".partition("e")
    return Math(rf"{mantissa} \cdot 10^{{{int(power)}}}" if value else "0")


def leading(e: sympy.Expr, graph: Graph) -> Math:
    """The terms that grow fastest as all extents grow."""
    terms = sympy.Add.make_args(sympy.expand(e))
    degrees = [_degree(t) for t in terms]
    top = [t for t, degree in zip(terms, degrees, strict=True) if degree == max(degrees)]
    return Math(latex_of(sympy.factor_terms(sympy.Add(*top)), graph))


def _degree(term: sympy.Expr) -> int:
    """The degree in all extents together, floors counting as what is in them."""
    small, large = (
        float(extent_at(term, {s: at for s in term.free_symbols})) for at in (1 << 20, 1 << 21)
    )
    return round(log2(abs(large / small))) if small else 0
