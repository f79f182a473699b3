"""Where parameters start: rules as data, beside the graph; train draws from them.

    Glorot uniform   W ~ U(-r, r), r = sqrt(6 / (fan_in + fan_out)):  std = sqrt(2 / (in + out))
    He normal        W ~ N(0, 2 / fan_in)

fan_in counts the terms of the sum in which a weight stands, fan_out its other entries: W[i,j] in
sum_i x[n,i] W[i,j] has I and J. A rule gives mean and standard deviation as expressions in
`fan_in` and `fan_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import sympy

from symnet.notation import Graph, Index, Tensor, UnknownTensor, bound_indices, entries, sqrt
from symnet.notation.intake import intake
from symnet.notation.rule import FAN_IN, FAN_OUT, Rule

Number: TypeAlias = float | sympy.Expr


def zeros() -> Rule:
    """Every entry 0: what biases start from."""
    return constant(0)


def constant(value: Number) -> Rule:
    """Every entry the same number."""
    return Rule("constant", intake(value), sympy.S.Zero)


def normal(deviation: Number, mean: Number = 0) -> Rule:
    """N(mean, deviation^2)."""
    return Rule("normal", intake(mean), intake(deviation))


def uniform(radius: float | sympy.Expr) -> Rule:
    """U(-radius, radius)."""
    return Rule("uniform", sympy.S.Zero, intake(radius) / sqrt(3))


def glorot_uniform() -> Rule:
    """U(-r, r), r = sqrt(6 / (fan_in + fan_out)). Glorot & Bengio 2010, eq. (16)."""
    deviation = sqrt(2 / (FAN_IN + FAN_OUT))
    return Rule("uniform", sympy.S.Zero, deviation, "Glorot & Bengio 2010, eq. (16)")


def glorot_normal() -> Rule:
    """N(0, 2 / (fan_in + fan_out)): the variance of Glorot & Bengio 2010, normally distributed."""
    deviation = sqrt(2 / (FAN_IN + FAN_OUT))
    return Rule("normal", sympy.S.Zero, deviation, "Glorot & Bengio 2010, variance of eq. (16)")


def he_normal() -> Rule:
    """N(0, 2 / fan_in): keeps the variance through relu. He, Zhang, Ren & Sun 2015, sec. 2.2."""
    return Rule("normal", sympy.S.Zero, sqrt(2 / FAN_IN), "He et al. 2015, sec. 2.2")


def lecun_normal() -> Rule:
    """N(0, 1 / fan_in): unit variance of a sum of fan_in terms. LeCun et al. 1998."""
    return Rule("normal", sympy.S.Zero, sqrt(1 / FAN_IN), "LeCun et al. 1998, sec. 4.6")


def fan_in_uniform() -> Rule:
    """U(-r, r), r = 1/sqrt(fan_in): a third of LeCun's variance, as torch's layers start.

    Source: the "commonly used heuristic" of Glorot & Bengio 2010, eq. (1).
    """
    deviation = sqrt(1 / (3 * FAN_IN))
    return Rule("uniform", sympy.S.Zero, deviation, "Glorot & Bengio 2010, eq. (1)")


def unit_rows() -> Rule:
    """N(0, 1 / fan_out): a row of an embedding table has length about 1; also a single vector."""
    return Rule("normal", sympy.S.Zero, sqrt(1 / FAN_OUT), "rows of length about 1")


def bernoulli(probability: Number) -> Rule:
    """1 with this probability, else 0: the entries that a dropout keeps."""
    p = intake(probability)
    return Rule("bernoulli", p, sqrt(p * (1 - p)))


def rules(
    graph: Graph,
    weight: Rule | None = None,
    bias: Rule | None = None,
    given: Mapping[str, Rule] | None = None,
) -> dict[str, Rule]:
    """A rule for every parameter and every state, by name.

    Those in `given` follow their own, then those for which the graph has a rule (a gain starts at
    1) that one; other parameters with two axes or more follow `weight` (Glorot uniform), the rest
    `bias` (zeros). Raises UnknownTensor if `given` names no parameter and no state.
    """
    of_graph = {t.name: rule for t, rule in graph.rules}
    own = dict(given or {})
    tensors = (*graph.parameters, *graph.states)
    names = [t.name for t in tensors]
    for name in own:
        if name not in names:
            raise UnknownTensor(f"no parameter is called {name}; there are {', '.join(names)}")
    usual = (bias or zeros(), weight or glorot_uniform())
    states = {t.name: of_graph.get(t.name, zeros()) for t in graph.states}
    weights = {t.name: of_graph.get(t.name, usual[t.order >= 2]) for t in graph.parameters}
    return {**weights, **states, **own}


def fans(t: Tensor, graph: Graph | None = None) -> tuple[sympy.Expr, sympy.Expr]:
    """(fan_in, fan_out) of a parameter: (1, extent) for a vector, (1, 1) for a scalar.

    In the first definition that sums over some of its axes, those are `in`, the others `out`:
    W[i,h,d] in sum_i x[n,i] W[i,h,d] has I and H D. A row that is looked up is one term:
    E[ids[n],d] has 1 and D. Where there is no such definition the last axis is `out`.
    """
    if not t.indices:
        return sympy.S.One, sympy.S.One
    known = _sides(t, graph) if graph is not None else None
    sides: dict[str, list[sympy.Expr]] = {"in": [], "out": [], "picked": []}
    for e, side in zip(t.shape, known or ["in"] * (t.order - 1) + ["out"], strict=True):
        sides[side].append(e)
    return sympy.Mul(*sides["in"]), sympy.Mul(*sides["out"])


def _sides(t: Tensor, graph: Graph) -> list[str] | None:
    """Which axes are summed over or picked from, in the first definition that does so with some."""
    for d in graph.definitions:
        bound = set(bound_indices(d.expression))
        for e in entries(d.expression):
            if e.tensor == t:
                found = [_side(slot, bound) for slot in e.slots]
                if len(set(found)) > 1:
                    return found
    return None


def _side(slot: sympy.Expr, bound: set[Index]) -> str:
    if entries(slot):
        return "picked"
    return "out" if bound.isdisjoint(slot.atoms(Index)) else "in"
