"""Graph -> text: one definition a line, in the index notation that a parser reads back.

    W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])
    x_bar[a] = sum[u: 0 <= a-2*u+1 < K](W[a-2*u+1]*y_bar[u])

Shape, order and letters are settled in formula.py, for text and for LaTeX alike.
"""

from __future__ import annotations

import sympy

from symnet.notation.graph import Definition, Graph
from symnet.render.formula import Row, Which, formula_of, row_of, rows, setting
from symnet.render.plain import plain


def text(graph: Graph, which: Which = "all") -> str:
    """All definitions, those of the outputs, the cotangents, or those named; in the graph's order.

    A recurrence adds its value before the start (`c[-1,k] = ...`), a gradient through one the
    convention for cotangents beyond the end (`c_bar[T,k] = 0`), an update `state <- value`.
    What the graph's notes say of a tensor defined here stands behind its row: `b_bar[k] = 0  # why`.
    """
    notes = dict(graph.notes)
    return "\n".join(_with_note(r, notes.get(r.name)) for r in rows(graph, which))


def _with_note(r: Row, note: str | None) -> str:
    return line(r) if note is None else f"{line(r)}  # {note}"


def text_of(item: Definition | sympy.Expr, graph: Graph) -> str:
    """One definition, or one expression over the graph's tensors."""
    if isinstance(item, Definition):
        return line(row_of(item, setting(graph)))
    return plain(formula_of(item, setting(graph)))


def line(r: Row) -> str:
    """One row."""
    lefts = " = ".join(map(plain, r.lefts))
    return f"{lefts} {r.relation} {plain(r.right)}"
