"""Work and memory of a graph, as formulas in the extents.

    y[n,j] = sum_i x[n,i] W[i,j]   =>   2 N I J flops,  N J numbers

One addition, multiplication, comparison or scalar function counts as one; the arithmetic of indices
and of extents counts nothing. A reduction is counted once for each value of its own free indices,
not for each mention; where a guard `0 <= a-2*u < K` leaves K/2 values of u, only for these.
An inverse of an n by n matrix counts 2 n^3, a determinant 2 n^3/3.
Source: Golub & Van Loan 2013, Matrix Computations, sections 3.2 and 3.4 (LU, and n solves with it).
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symnet.notation import (
    Binder,
    Compare,
    Definition,
    Entry,
    Graph,
    Index,
    Inverse,
    MatrixHead,
    ScalarFunction,
    Total,
    free_indices,
    restrict,
)


@dataclass(frozen=True)
class Row:
    """flops and number of entries of one definition; `backward`: made for cotangents alone."""

    name: str
    flops: sympy.Expr
    entries: sympy.Expr
    backward: bool


@dataclass(frozen=True)
class Cost:
    """The cost of every definition, and totals. Bytes are entries times the size of a number.

    `given` is the number of entries of inputs and parameters, which no definition makes.
    """

    rows: tuple[Row, ...]
    given: sympy.Expr = sympy.S.Zero

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
        lines = [("tensor", "pass", "operations", "bytes")]
        for r in self.rows:
            side = "backward" if r.backward else "forward"
            lines.append((r.name, side, str(r.flops), str(8 * r.entries)))
        forward = sympy.Add(*(r.entries for r in self.rows if not r.backward))
        lines.append(("all", "forward", str(self.forward), str(8 * forward)))
        if any(r.backward for r in self.rows):
            backward = sympy.expand(8 * (self.entries - forward))
            lines.append(("all", "backward", str(self.backward), str(backward)))
        lines.append(("given", "", "", str(8 * self.given)))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(f"{word:{w}}" for word, w in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )


def cost(graph: Graph) -> Cost:
    """Flops and entries of every definition, forward and backward, as formulas in the extents."""
    backward = _backward(graph)
    given = sympy.Add(*(_extents(t.indices) for t in graph.given))
    rows = tuple(
        Row(d.name, sympy.expand(_flops(d)), _extents(d.free), d.name in backward)
        for d in graph.definitions
    )
    return Cost(rows, given)


def _backward(graph: Graph) -> set[str]:
    """Cotangents, and beside a value what it does not need: an inverse that a gradient reads."""
    bars = {bar for _, bar in graph.cotangents}
    values = [t for t in graph.outputs if t.name not in bars]
    if not bars or not values:
        return bars
    kept = (*values, *(new for _, new in graph.updates), *(t for t, _ in graph.estimates))
    needed = {d.name for d in restrict(graph, kept).definitions}
    return bars | {d.name for d in graph.definitions if d.name not in needed}


def _flops(d: Definition) -> sympy.Expr:
    if isinstance(d.expression, MatrixHead):
        return _of_matrix(d.expression, d.free)
    seen: set[sympy.Basic] = set()
    return _extents(d.free) * _operations(d.expression, seen) + _inner(d.expression, seen)


def _of_matrix(head: MatrixHead, free: tuple[Index, ...]) -> sympy.Expr:
    """Operations of an inverse or a determinant, for every value of the batch indices."""
    batch = [i for i in free if i in free_indices(head.matrix)]
    n = head.bound[0].extent
    each = 2 * n**3 if isinstance(head, Inverse) else sympy.Rational(2, 3) * n**3
    return _extents(tuple(batch)) * each


def _extents(indices: tuple[Index, ...]) -> sympy.Expr:
    return sympy.Mul(*(i.extent for i in indices))


def _operations(e: sympy.Basic, seen: set[sympy.Basic]) -> int:
    """Operations for one value, not counting those inside of reductions, nor of indices."""
    if isinstance(e, Binder | Entry | Index) or not e.args or not e.has(Entry):
        return 0
    inside = sum(_operations(a, seen) for a in e.args)
    if isinstance(e, sympy.Add):
        return inside + len(e.args) - 1
    if isinstance(e, sympy.Mul):
        values = [a for a in e.args if a.has(Entry)]
        divisors = sum(_is_divisor(a) for a in values)
        number = any(not a.has(Entry, Compare) and a is not sympy.S.NegativeOne for a in e.args)
        return inside - divisors + max(len(values) - 1 + number, divisors)
    return inside + isinstance(e, sympy.Pow | Compare | ScalarFunction)


def _is_divisor(e: sympy.Expr) -> bool:
    """1/v: with the product around it, one division."""
    return isinstance(e, sympy.Pow) and e.exp is sympy.S.NegativeOne


def _inner(e: sympy.Basic, seen: set[sympy.Basic]) -> sympy.Expr:
    """Operations of all reductions inside, each for its own free and bound indices."""
    total = sympy.S.Zero
    for node in sympy.preorder_traversal(e):
        if isinstance(node, Binder) and node not in seen:
            seen.add(node)
            own = tuple(sorted(free_indices(node), key=lambda i: i.dummy_index))
            each = _operations(node.body, seen) + 1
            total += _extents(own) * _terms(node) * each
    return total


def _terms(node: Binder) -> sympy.Expr:
    """The number of values of the bound indices that the guards of the body let through, about."""
    left = dict.fromkeys(node.bound)
    count = sympy.S.One
    guards = [g for g in sympy.Mul.make_args(node.body) if isinstance(g, Compare)]
    if isinstance(node, Total):
        for slot, most in _windows(guards):
            found = [i for i in left if slot.coeff(i).is_Integer and slot.coeff(i) != 0]
            if found:
                count *= most / abs(slot.coeff(found[0]))
                del left[found[0]]
    return count * _extents(tuple(left))


def _windows(guards: list[Compare]) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """(e, K) for every pair of guards `0 <= e` and `e < K`, and (e, 1) for `e == ...`."""
    low, out = [], []
    for g in guards:
        a, b = map(sympy.expand, g.sides)
        if g.relation == "==" and not a.has(Entry) and not b.has(Entry):
            out.append((a - b, sympy.S.One))
        if g.relation in (">", ">="):
            a, b = b, a
        if g.relation in ("<=", ">="):
            low.append(b - a)
    for g in guards:
        a, b = map(sympy.expand, g.sides)
        if g.relation in ("<", ">"):
            below, above = (a, b) if g.relation == "<" else (b, a)
            for e in low:
                gap = sympy.expand(above - below + e)
                if not gap.has(Index) and not gap.has(Entry):
                    out.append((e, gap))
    return out
