"""Graph -> text: one definition a line, in the index notation that a parser reads back.

    W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])
    x_bar[a] = sum[u: 0 <= a-2*u+1 < K](W[a-2*u+1]*y_bar[u])

Shape, order and letters are settled in formula.py, for text and for LaTeX alike.
"""

from __future__ import annotations

from typing import Literal

import sympy

from symnet.notation.errors import GraphError
from symnet.notation.graph import Definition, Graph
from symnet.render.formulas.formula import Row, Which, formula_of, row_of, rows, setting
from symnet.render.formulas.narrow import narrow
from symnet.render.formulas.plain import plain
from symnet.render.formulas.tree import Tree
from symnet.render.matrix.rows import MatrixRow, page
from symnet.render.matrix.text import Dress, left_text, matrix_text
from symnet.render.programs.page import numpy_lines

Form = Literal["index", "matrix", "numpy"]
LINE_WIDTH = 120  # signs; a longer line is made shorter, if narrow.py knows how


def text(graph: Graph, which: Which = "all", form: Form = "index") -> str:
    """All definitions, those of the outputs, the cotangents, or those named; in the graph's order.

    A recurrence adds its value before the start (`c[-1,k] = ...`), a gradient through one the
    convention for cotangents beyond the end (`c_bar[T,k] = 0`), an update `state <- value`.
    What the graph's notes say of a tensor defined here stands behind: `b_bar[k] = 0  # why`.

    In matrix form (matrix_text.py says how it is read) a row that has none stands in index form,
    with the reason behind it. NumPy form is a program: numpy_page.py.
    Raises GraphError for an unknown form.
    """
    notes = dict(graph.notes)
    if form == "numpy":
        return "\n".join(numpy_lines(graph, which))
    if form == "matrix":
        made = page(graph, which)
        return "\n".join(_matrix_line(m, made.dress, notes.get(m.row.name)) for m in made.rows)
    if form != "index":
        raise GraphError(f"form={form!r}: expected 'index', 'matrix' or 'numpy'")
    return "\n".join(_with_note(r, notes.get(r.name)) for r in rows(graph, which))


def _with_note(r: Row, note: str | None) -> str:
    return line(r) if note is None else f"{line(r)}  # {note}"


def _matrix_line(m: MatrixRow, dress: Dress, note: str | None) -> str:
    behind = "" if note is None else f"  # {note}"
    if m.form is None:
        return f"{line(m.row)}  # in index form: {m.reason}{behind.replace('  #', ';')}"
    lefts = " = ".join(left_text(left, dress) for left in m.form.lefts)
    every = ", ".join(map(plain, m.form.written))
    clause = f", for every {every}" if every else ""
    return f"{lefts} {m.row.relation} {matrix_text(m.form.right, dress)}{clause}{behind}"


def text_of(item: Definition | sympy.Expr, graph: Graph) -> str:
    """One definition, or one expression over the graph's tensors."""
    if isinstance(item, Definition):
        return line(row_of(item, setting(graph)))
    return plain(formula_of(item, setting(graph)))


def line(r: Row) -> str:
    """One row."""
    return f"{_left(r)}{plain(right_side(r))}"


def right_side(r: Row) -> Tree:
    """What `line` prints on the right."""
    return narrow(r.shown, LINE_WIDTH - len(_left(r)))


def _left(r: Row) -> str:
    return f"{' = '.join(map(plain, r.lefts))} {r.relation} "
