"""How a given tensor gets its numbers where no data do: a distribution, as data beside the graph.

    parameter or state    its entries at the start of training
    any other input       its entries at each step: the mask of a dropout, noise

The entries are independent; a rule says their mean and their standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.index import extent
from symnet.notation.intake import intake

FAN_IN, FAN_OUT = extent("fan_in"), extent("fan_out")
KINDS = ("constant", "uniform", "normal", "bernoulli")


@dataclass(frozen=True)
class Rule:
    """A distribution of independent entries with this mean and standard deviation.

    kind is constant (deviation 0), uniform (mean +- sqrt(3) deviation), normal, or bernoulli
    (1 with probability `mean`, else 0). `source` says where the rule is from.
    Raises UnsupportedExpression for another kind, another symbol, or a probability beyond 0 .. 1.
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
        if self.kind == "bernoulli" and not (self.mean.is_number and 0 <= self.mean <= 1):
            raise UnsupportedExpression(
                f"rule bernoulli: {self.mean} is no probability; expected a number from 0 to 1"
            )
