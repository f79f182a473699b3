from __future__ import annotations
from dataclasses import dataclass
from symnet.calculus import terms as t
from symnet.notation import Graph, Index, Tensor


@dataclass(frozen=True)
class Cotangent:
    of: Tensor
    bar: Tensor
    free: tuple[Index, ...]
    body: t.Poly


class Simplifier:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def simplify(self, p: t.Poly) -> t.Poly:
        return p


def settle(cs, keep, simplifier):
    return cs
