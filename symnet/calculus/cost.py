"""Work and memory of a graph, as formulas in the extents.

    y[n,j] = sum_i x[n,i] W[i,j]   =>   2 N I J flops,  N J numbers

One addition, multiplication, comparison or scalar function counts as one. A reduction is counted
once for each value of its own free indices, not for each mention.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symnet.notation import Binder, Compare, Entry, Graph, Index, ScalarFunction, free_indices


@dataclass(frozen=True)
class Row:
    """flops and number of entries of one definition; backward if it is a cotangent."""

    name: str
    flops: sympy.Expr
    entries: sympy.Expr
    backward: bool


@dataclass(frozen=True)
class Cost:
    """The cost of every definition, and totals. Bytes are entries times the size of a number."""

    rows: tuple[Row, ...]

    @property
    def forward(self) -> sympy.Expr:
        return sympy.Add(*(r.flops for r in self.rows if not r.backward))

    @property
    def backward(self) -> sympy.Expr:
        return sympy.Add(*(r.flops for r in self.rows if r.backward))

    @property
    def entries(self) -> sympy.Expr:
        return sympy.Add(*(r.entries for r in self.rows))

    def bytes(self, itemsize: int = 8) -> sympy.Expr:
        """Memory of all definitions, kept at once, in bytes."""
        return itemsize * self.entries

    def __str__(self) -> str:
        lines = [f"{r.name}: {r.flops} flops, {r.entries} numbers" for r in self.rows]
        lines.append(f"forward {self.forward}, backward {self.backward} flops")
        return "\n".join(lines)


def cost(graph: Graph) -> Cost:
    """Flops and entries of every definition, forward and backward, as formulas in the extents."""
    backward = {bar for _, bar in graph.cotangents}
    rows = []
    for d in graph.definitions:
        seen: set[sympy.Basic] = set()
        flops = _extents(d.free) * _operations(d.expression, seen) + _inner(d.expression, seen)
        entries = _extents(d.free)
        rows.append(Row(d.name, sympy.expand(flops), entries, d.name in backward))
    return Cost(tuple(rows))


def _extents(indices: tuple[Index, ...]) -> sympy.Expr:
    return sympy.Mul(*(i.extent for i in indices))


def _operations(e: sympy.Basic, seen: set[sympy.Basic]) -> int:
    """Operations for one value, not counting those inside of reductions."""
    if isinstance(e, Binder | Entry | Index) or not e.args:
        return 0
    inside = sum(_operations(a, seen) for a in e.args)
    if isinstance(e, sympy.Add):
        return inside + len(e.args) - 1
    if isinstance(e, sympy.Mul):
        numeric = sum(not a.has(Entry, Binder, Index) for a in e.args)
        signs = e.args[0] is sympy.S.NegativeOne
        return inside + max(len(e.args) - 1 - max(numeric - 1, 0) - signs, 0)
    if isinstance(e, sympy.Pow):
        return inside + (1 if e.has(Entry, Binder, Index) else 0)
    if isinstance(e, Compare):
        return inside + (1 if e.has(Entry) else 0)
    return inside + isinstance(e, ScalarFunction)


def _inner(e: sympy.Basic, seen: set[sympy.Basic]) -> sympy.Expr:
    """Operations of all reductions inside, each for its own free and bound indices."""
    total = sympy.S.Zero
    for node in sympy.preorder_traversal(e):
        if isinstance(node, Binder) and node not in seen:
            seen.add(node)
            own = tuple(sorted(free_indices(node), key=lambda i: i.dummy_index))
            each = _operations(node.body, seen) + 1
            total += _extents(own) * _extents(node.bound) * each
    return total
