"""Equality by form: both sides multiplied out to the same sums of products, for all sizes.

    2 X^T (X w - y)  and  2 X^T X w - 2 X^T y      =>  the same terms, names of bound indices apart

Definitions are written out, except those that are the same on both sides, recurrences and
inverses. Products whose bound indices can be named in several ways are compared as networks of
factors and indices (networkx); a pairing that is found is applied and verified, not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import networkx as nx
from networkx.algorithms.isomorphism import categorical_node_match
from sympy import Expr

from symnet.calculus import terms as t
from symnet.calculus.affine import of_index
from symnet.calculus.convert import read
from symnet.calculus.nodes import shape
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    MatrixHead,
    SymnetError,
    Tensor,
    dependencies,
)
from symnet.verify.claims import with_tensors

MOST_TERMS = 60
MOST_ROUNDS = 6
MOST_NODES = 600  # of an expression that is written out


class _TooLarge(Exception):
    """The formulas are too large to be multiplied out."""


def same_form(graph: Graph, left: str, right: str) -> bool:
    """Whether two tensors of the same shape have the same form; False is no answer."""
    try:
        return _Forms(graph).same(left, right)
    except (_TooLarge, SymnetError):
        return False  # a formula that the calculus cannot read has no form to compare


class _Forms:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        links = dependencies(graph)
        self.recurrent = {
            n
            for c in nx.strongly_connected_components(links)
            for n in c
            if len(c) > 1 or links.has_edge(n, n)
        }
        self.alike: dict[str, Tensor] = {}

    def same(self, left: str, right: str) -> bool:
        self._identify({left, right})
        a, b = self.graph.definition(left), self.graph.definition(right)
        free = self.graph.tensor(right).indices
        sides = [
            d.instantiate(free) if d is not None else Entry(self.graph.tensor(name), *free)
            for d, name in ((a, left), (b, right))
        ]
        if any(isinstance(s, MatrixHead) for s in sides):
            return False
        return any(_is_zero(difference) for difference in self._differences(*sides))

    def _differences(self, a: Expr, b: Expr) -> Iterator[t.Poly]:
        """left - right: with the names that stand, then with all of them written out."""
        known = {n: self.alike.get(n, x) for n, x in ((x.name, x) for x in self.graph.tensors)}
        a, b = with_tensors(a, known), with_tensors(b, known)
        yield t.add(read(a), t.negated(read(b)))
        yield t.add(read(self._opened(a)), t.negated(read(self._opened(b))))

    def _identify(self, apart: set[str]) -> None:
        """Definitions that say the same under two names count as one."""
        known: dict[Any, Tensor] = {}
        tensors = {x.name: x for x in self.graph.tensors}
        for d in self.graph.definitions:
            if d.name in self.recurrent or d.name in apart:
                continue
            free = _standard(d.free)
            body = with_tensors(d.instantiate(free), {**tensors, **self.alike})
            key: Any
            if isinstance(body, MatrixHead):
                key = (type(body), str(body), d.tensor.shape)
            else:
                key = (read(body), tuple(free))
            found = known.setdefault(key, d.tensor)
            if found is not d.tensor:
                self.alike[d.name] = found

    def _opened(self, e: Expr) -> Expr:
        """The expression with definitions written out."""
        count = [0]

        def visit(e: Expr) -> Expr:
            count[0] += 1
            if count[0] > MOST_NODES:
                raise _TooLarge
            if isinstance(e, Entry):
                d = self._written_out(e)
                if d is not None:
                    return visit(d.instantiate(e.slots))
                known = self.alike.get(e.tensor.name)
                return e if known is None else Entry(known, *e.slots)
            return e.func(*(visit(a) for a in e.args)) if e.args else e

        return visit(e)

    def _written_out(self, e: Entry) -> Definition | None:
        d = self.graph.definition(e.tensor.name)
        if d is None or d.name in self.recurrent or isinstance(d.expression, MatrixHead):
            return None
        return d if all(isinstance(s, Index) for s in e.slots) else None


_STANDARD: dict[Any, Index] = {}


def _standard(free: Sequence[Index]) -> list[Index]:
    """The same indices for all definitions of the same shape."""
    return [
        _STANDARD.setdefault((k, i.extent, i.sequential), Index(f"i{k}", i.extent, i.sequential))
        for k, i in enumerate(free)
    ]


def _is_zero(p: t.Poly) -> bool:
    """Whether a sum of products cancels when it is multiplied out."""
    for _ in range(MOST_ROUNDS):
        if p.is_zero:
            return True
        terms = t.expanded(p)
        if len(terms) > MOST_TERMS:
            return False
        multiplied = t.add_terms(terms)
        if multiplied is p:
            break
        p = multiplied
    return p.is_zero or _cancels(list(p.terms))


def _cancels(terms: list[tuple[Fraction, t.Mono]]) -> bool:
    """Whether terms cancel in pairs that are the same but for the names of bound indices."""
    left = list(terms)
    while left:
        c, m = left.pop()
        for k, (other, n) in enumerate(left):
            if other == -c and _is_same_network(m, n):
                del left[k]
                break
        else:
            return False
    return True


def _is_same_network(m: t.Mono, n: t.Mono) -> bool:
    if len(m.bound) != len(n.bound) or len(m.factors) != len(n.factors):
        return False
    a, b = _network(m), _network(n)
    match = nx.algorithms.isomorphism.GraphMatcher(
        a, b, node_match=categorical_node_match("label", None), edge_match=_same_edge
    )
    for tried, pairing in enumerate(match.isomorphisms_iter()):
        names = {i: of_index(pairing[i]) for i in m.bound}
        own = sorted((t.rename(f, names).sort_key, e) for f, e in m.factors)
        if own == sorted((f.sort_key, e) for f, e in n.factors):
            return True
        if tried > 20:
            break
    return False


def _same_edge(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return bool(a["label"] == b["label"])


def _network(m: t.Mono) -> nx.Graph:
    """Factors and indices as nodes; an edge says how the index stands in the factor."""
    made = nx.Graph()
    for i in m.bound:
        made.add_node(i, label=("bound", str(i.extent)))
    for k, (f, e) in enumerate(m.factors):
        other = {i: (0, "other", 0, 0) for i in f.free}
        made.add_node(k, label=("factor", shape(f, other), e))
        for i in f.free:
            if i not in m.bound:
                made.add_node(i, label=("free", id(i)))
            made.add_edge(k, i, label=shape(f, {**other, i: (0, "this", 0, 0)}))
    return made
