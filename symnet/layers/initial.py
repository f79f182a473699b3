"""Where parameters start: rules as data, beside the graph; train draws from them.

    Glorot uniform   W ~ U(-r, r), r = sqrt(6 / (fan_in + fan_out)):  std = sqrt(2 / (in + out))
    He normal        W ~ N(0, 2 / fan_in)

A weight is stored (in, out): fan_out is the extent of its last axis, fan_in the product of the
others. A rule gives mean and standard deviation as expressions in `fan_in` and `fan_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symnet.notation import Graph, Tensor, UnknownTensor, UnsupportedExpression, extent, sqrt
from symnet.notation.intake import intake

FAN_IN, FAN_OUT = extent("fan_in"), extent("fan_out")
KINDS = ("constant", "uniform", "normal")


@dataclass(frozen=True)
class Rule:
    """A distribution of independent entries with this mean and standard deviation.

    kind is constant (deviation 0), uniform (mean +- sqrt(3) deviation) or normal. `source` says
    where the rule is from. Raises UnsupportedExpression for another kind or another symbol.
    """

    kind: str
    mean: sympy.Expr
    deviation: sympy.Expr
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnsupportedExpression(f"rule {self.kind!r}: expected one of {', '.join(KINDS)}")
        for name in ("mean", "deviation"):
            value = intake(getattr(self, name))
            object.__setattr__(self, name, value)
            if strange := value.free_symbols - {FAN_IN, FAN_OUT}:
                raise UnsupportedExpression(
                    f"rule {self.kind}: {name} mentions {strange.pop()}; "
                    "expected fan_in and fan_out only"
                )


def zeros() -> Rule:
    """Every entry 0: what biases start from."""
    return constant(0)


def constant(value: float | sympy.Expr) -> Rule:
    """Every entry the same number."""
    return Rule("constant", intake(value), sympy.S.Zero)


def normal(deviation: float | sympy.Expr, mean: float | sympy.Expr = 0) -> Rule:
    """N(mean, deviation^2)."""
    return Rule("normal", intake(mean), intake(deviation))


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


def rules(
    graph: Graph,
    weight: Rule | None = None,
    bias: Rule | None = None,
    given: Mapping[str, Rule] | None = None,
) -> dict[str, Rule]:
    """A rule for every parameter, by name.

    Parameters with two axes or more follow `weight` (Glorot uniform), the others `bias` (zeros),
    those in `given` their own. Raises UnknownTensor if `given` names no parameter.
    """
    own = dict(given or {})
    names = [t.name for t in graph.parameters]
    for name in own:
        if name not in names:
            raise UnknownTensor(f"no parameter is called {name}; there are {', '.join(names)}")
    usual = (bias or zeros(), weight or glorot_uniform())
    return {t.name: own.get(t.name, usual[t.order >= 2]) for t in graph.parameters}


def fans(t: Tensor) -> tuple[sympy.Expr, sympy.Expr]:
    """(fan_in, fan_out) of a parameter: (1, extent) for a vector, (1, 1) for a scalar."""
    if not t.indices:
        return sympy.S.One, sympy.S.One
    return sympy.Mul(*t.shape[:-1]), t.shape[-1]
