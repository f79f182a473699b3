"""An upper bound on the degree of a graph's values as quotients of polynomials in what is drawn.

    deg(a/b + c/d) <= max(a + d, c + b)/(b + d)      exp(sum c_k m_k): sum |c_k| at most

By Schwartz and Zippel a quotient that is not 0 vanishes at a random point of a field of p elements
with probability at most degree/p. Values of random functions count as drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

import networkx as nx
import sympy

from symnet.notation import Definition, Entry, Graph, ScalarFunction, Tensor, dependencies, exp, log
from symnet.notation.functions import (
    detach,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    where,
)
from symnet.notation.index import Binder, extent_at
from symnet.notation.matrix import Inverse, LogDeterminant, MatrixHead
from symnet.notation.reductions import Largest, Product, Total

DRAWN = {"simplex": (2, 2), "positive": (2, 0), "spd": (2, 0)}
Sizes = Mapping[sympy.Symbol, int]


@dataclass(frozen=True)
class Degree:
    """The degrees of numerator and denominator."""

    above: int
    below: int = 0

    def __add__(self, other: Degree) -> Degree:
        if self.below == other.below == 0:
            return Degree(max(self.above, other.above))
        return Degree(
            max(self.above + other.below, other.above + self.below), self.below + other.below
        )

    def __mul__(self, other: Degree) -> Degree:
        return Degree(self.above + other.above, self.below + other.below)

    def times(self, n: int) -> Degree:
        """The degree of a sum of n such terms."""
        return Degree(self.above + (n - 1) * self.below, n * self.below)

    def raised(self, p: int, q: int) -> Degree:
        """The degree of a power p/q, in the variables of its root."""
        n = ceil(abs(p) / q)
        a, b = self.above * n, self.below * n
        return Degree(b, a) if p < 0 else Degree(a, b)

    @property
    def whole(self) -> int:
        return self.above + self.below


CONSTANT = Degree(0)


class Degrees:
    """The degrees of a graph's tensors at given sizes."""

    def __init__(self, graph: Graph, sizes: Sizes) -> None:
        self.graph, self.sizes = graph, sizes
        self._known: dict[str, Degree] = {}
        self._parts: dict[str, int] = {}
        self._cycles: dict[str, list[Definition]] | None = None
        self.argument = 0  # the largest degree of what a random function was asked for

    def tensor(self, name: str) -> Degree:
        """The degree of any entry of a tensor; of a recurrence, after all its steps."""
        if name not in self._known:
            d = self.graph.definition(name)
            if d is None:
                self._known[name] = self._drawn(self.graph.tensor(name))
            elif d.sequential is None:
                self._known[name] = self.of(d.expression)
            else:
                self._recur(self._cycle(name) or [d])
        return self._known[name]

    def _drawn(self, t: Tensor) -> Degree:
        if "orthogonal" in t.assume:  # Cayley: a matrix times an inverse
            n = int(extent_at(t.shape[-1], self.sizes))
            return Degree(n, n)
        return next((Degree(*DRAWN[w]) for w in t.assume if w in DRAWN), Degree(1))

    def _cycle(self, name: str) -> list[Definition]:
        if self._cycles is None:
            links = dependencies(self.graph)
            self._cycles = {
                n: [d for d in self.graph.definitions if d.name in names]
                for names in nx.strongly_connected_components(links)
                for n in names
            }
        return self._cycles.get(name, [])

    def _recur(self, members: list[Definition]) -> None:
        """All definitions of a recurrence together, step by step."""
        steps = 1
        for d in members:
            self._known[d.name] = CONSTANT if d.base is None else self.of(d.base)
            if d.sequential is not None:
                steps = max(steps, int(extent_at(d.sequential.extent, self.sizes)) + 1)
        for _ in range(steps):
            for d in members:
                self._known[d.name] = _larger([self._known[d.name], self.of(d.expression)])

    def of(self, e: sympy.Expr) -> Degree:
        """The degree of an expression."""
        if isinstance(e, Entry):
            return CONSTANT if e.tensor.is_integer_valued else self.tensor(e.tensor.name)
        if isinstance(e, sympy.Add):
            return _sum(map(self.of, e.args))
        if isinstance(e, sympy.Mul):
            return _product(map(self.of, e.args))
        if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational):
            return self.of(e.base).raised(int(e.exp.p), int(e.exp.q))
        if isinstance(e, where | maximum | minimum):
            return _larger(map(self.of, e.args[-2:]))
        if isinstance(e, relu | detach):
            return self.of(e.args[0])
        if isinstance(e, ScalarFunction):
            return self._function(e)
        if isinstance(e, MatrixHead):
            return self._matrix(e)
        if isinstance(e, Total):
            return self.of(e.body).times(self._count(e))
        if isinstance(e, Product):
            return _product([self.of(e.body)] * self._count(e))
        if isinstance(e, Largest):
            return self.of(e.body)
        return CONSTANT

    def _count(self, e: Binder) -> int:
        out = 1
        for i in e.bound:
            out *= int(extent_at(i.extent, self.sizes))
        return out

    def _function(self, e: ScalarFunction) -> Degree:
        name = type(e).__name__
        if name == "absolute":
            return self.of(e.args[0])
        if name == "sign":
            return CONSTANT
        self.argument = max(self.argument, 2 * self.of(e.args[0]).whole)
        if name in ("exp", "sigmoid", "tanh", "sinh", "cosh"):
            n = 4 * self.parts(e.args[0])
            return Degree(n, n)
        if name in ("log", "softplus"):
            return self.logarithm(e.args[0] if name == "log" else 1 + exp(e.args[0]))
        if name in ("erf", "arctan"):
            return Degree(1)
        if name in ("sin", "cos"):
            return Degree(2, 2)
        meaning = e.meaning  # as an expression of others
        return CONSTANT if meaning is None else self.of(meaning)

    def _matrix(self, e: MatrixHead) -> Degree:
        n = int(extent_at(e.bound[0].extent, self.sizes))
        entry = self.of(e.matrix)
        det = _product([entry] * n).times(max(1, 2**n))
        if isinstance(e, LogDeterminant):
            return Degree(1)
        return det * det.raised(-1, 1) if isinstance(e, Inverse) else det

    def logarithm(self, e: sympy.Expr) -> Degree:
        """The degree of log e, of which products, powers and exponentials are taken apart."""
        if isinstance(e, exp):
            return self.of(e.args[0]) + Degree(1)
        if isinstance(e, sympy.Mul | sympy.Add):
            return _sum(map(self.logarithm, e.args))
        if isinstance(e, sympy.Pow):
            return self.logarithm(e.base)
        if isinstance(e, Total | detach):
            return self.logarithm(e.args[0] if isinstance(e, detach) else e.body)
        if isinstance(e, sigmoid):
            return self.of(e.args[0]) + Degree(1)
        if isinstance(e, Entry):
            d = self.graph.definition(e.tensor.name)
            if d is not None and d.sequential is None and not isinstance(d.expression, MatrixHead):
                return self.logarithm(d.expression)
        return Degree(1)

    def parts(self, e: sympy.Expr) -> int:
        """How many parts an exponent has, with their rational coefficients, at most."""
        if isinstance(e, sympy.Rational):
            return min(ceil(abs(e)), 1000)
        if isinstance(e, sympy.Symbol) and type(e) is sympy.Symbol:
            return min(int(extent_at(e, self.sizes)), 1000)
        if isinstance(e, sympy.Add):
            return sum(map(self.parts, e.args))
        if isinstance(e, sympy.Mul):
            out = 1
            for a in e.args:
                out *= max(1, self.parts(a))
            return out
        if isinstance(e, sympy.Pow) and e.exp == 2:
            return self.parts(e.base) ** 2
        if isinstance(e, Total):
            return self._count(e) * self.parts(e.body)
        if isinstance(e, where | maximum | minimum | Largest | relu | detach):
            return max(map(self.parts, _branches(e)))
        if isinstance(e, log):
            return max(1, self.of(e.args[0]).whole)
        if isinstance(e, softplus):
            return max(1, self.of(1 + exp(e.args[0])).whole)
        if isinstance(e, Entry):
            d = self.graph.definition(e.tensor.name)
            if d is None:
                return 1
            if e.tensor.name not in self._parts:
                self._parts[e.tensor.name] = 1
                self._parts[e.tensor.name] = self.parts(d.expression)
            return self._parts[e.tensor.name]
        return 1


def _branches(e: sympy.Expr) -> list[sympy.Expr]:
    """The expressions of which one is the value."""
    if isinstance(e, Largest):
        return [e.body]
    return list(e.args[-2:]) if len(e.args) > 1 else [e.args[0]]


def _sum(degrees: Iterable[Degree]) -> Degree:
    out = CONSTANT
    for d in degrees:
        out = out + d
    return out


def _product(degrees: Iterable[Degree]) -> Degree:
    out = CONSTANT
    for d in degrees:
        out = out * d
    return out


def _larger(degrees: Iterable[Degree]) -> Degree:
    found = list(degrees)
    return Degree(max(d.above for d in found), max(d.below for d in found))
