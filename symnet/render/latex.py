r"""Graph -> LaTeX: the body of an align*, one aligned row per definition.

    \bar W_{ij} &= \sum_n x_{ni}\,\bar y_{nj} \\
    \bar b_j &= \sum_n \bar y_{nj}

Shape, order and letters are settled in formula.py, for text and for LaTeX alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import sympy

from symnet.notation.errors import GraphError
from symnet.notation.graph import Definition, Graph
from symnet.render.formulas import names
from symnet.render.formulas.broken import broken, unmarked
from symnet.render.formulas.formula import Row, Which, formula_of, row_of, rows, setting
from symnet.render.formulas.macros import PREAMBLE as PREAMBLE
from symnet.render.formulas.macros import expanded
from symnet.render.formulas.typeset import Derivatives, Style, typeset
from symnet.render.matrix.latex import Look, leaf_latex, matrix_latex
from symnet.render.matrix.rows import MatrixRow, page

RELATIONS = {"=": "=", "<-": r"\leftarrow"}
ROW_WIDTH = 80  # signs; about the width of a slide


def latex(
    graph: Graph,
    which: Which = "all",
    width: int = ROW_WIDTH,
    form: Literal["index", "matrix"] = "index",
) -> str:
    r"""Rows for \begin{align*} ... \end{align*}; what `which` may be, symnet.render.text says.

    A page with them needs PREAMBLE: amsmath, and two macros that some rows use (macros.py). A row
    of more than about `width` signs goes on in the next line.
    In matrix form, a row that has none stands in index form, with the reason behind it.
    Raises GraphError for an unknown form.
    """
    return " \\\\\n".join(map(_with_ampersands, aligned_rows(graph, which, width, form)))


@dataclass(frozen=True)
class Aligned:
    """A row in pieces: its left side; `= right`, and the lines that go on with it; a remark."""

    name: str
    left: str
    lines: tuple[str, ...]
    remark: str = ""


def aligned_rows(
    graph: Graph,
    which: Which = "all",
    width: int = ROW_WIDTH,
    form: Literal["index", "matrix"] = "index",
) -> list[Aligned]:
    """The rows of `latex` in pieces, for a page that aligns them itself; errors as there."""
    style = style_of(graph)
    if form == "matrix":
        made = page(graph, which)
        look = Look(made.dress, style)
        return [_matrix_row(m, look, width) for m in made.rows]
    if form != "index":
        raise GraphError(f"form={form!r}: expected 'index' or 'matrix'")
    return [_aligned(r, style, width) for r in rows(graph, which)]


def aligned_row(d: Definition, graph: Graph, width: int = ROW_WIDTH) -> Aligned:
    """The row of a definition that stands beside the graph, in index form."""
    return _aligned(row_of(d, setting(graph)), style_of(graph), width)


def latex_of(item: Definition | sympy.Expr, graph: Graph, beside: Iterable[str] = ()) -> str:
    """One definition (`left = right`) or one expression, in one line without alignment.

    It stands by itself, in a notebook too: amsmath only, without the macros of PREAMBLE. The
    letters of a definition's indices are not those of the names that stand `beside` it.
    """
    style = style_of(graph)
    if not isinstance(item, Definition):
        return expanded(unmarked(typeset(formula_of(item, setting(graph)), style)))
    inside = replace(setting(graph), avoid=frozenset(beside))
    return row_latex(row_of(item, inside), style)


def row_latex(row: Row, style: Style) -> str:
    """One row in one line without alignment; amsmath only."""
    lefts = " = ".join(typeset(left, style) for left in row.lefts)
    return expanded(unmarked(f"{lefts} {RELATIONS[row.relation]} {typeset(row.shown, style)}"))


def _with_ampersands(row: Aligned) -> str:
    first, *more = row.lines
    lines = [f"{row.left} &{first}", *(rf"&\quad {{}}{m}" for m in more)]
    if row.remark:
        lines.append(rf"&\quad\text{{({row.remark})}}")
    return " \\\\\n".join(lines)


def _aligned(row: Row, style: Style, width: int) -> Aligned:
    lefts = [unmarked(typeset(left, style)) for left in row.lefts]
    return _in_lines(row, lefts, typeset(row.shown, style), width)


def _in_lines(row: Row, lefts: list[str], right: str, width: int, clause: str = "") -> Aligned:
    left, *further = lefts
    first, *more = broken(right, width)
    first = f"{RELATIONS[row.relation]} {' = '.join((*further, first))}"
    lines = [first, *more]
    return Aligned(row.name, left, (*lines[:-1], lines[-1] + clause))


def _matrix_row(m: MatrixRow, look: Look, width: int) -> Aligned:
    if m.form is None:
        reason = "".join(names.SIGNS.get(c, c) for c in m.reason)
        return replace(_aligned(m.row, look.style, width), remark=reason)
    lefts = [leaf_latex(left, look) for left in m.form.lefts]
    every = ", ".join(typeset(letter, look.style) for letter in m.form.written)
    clause = rf" \quad\text{{for every }} {every}" if every else ""
    return _in_lines(m.row, lefts, matrix_latex(m.form.right, look), width, clause)


@lru_cache(maxsize=32)
def style_of(graph: Graph) -> Style:
    """How the formulas of this graph are typeset."""
    orders = {t.name: t.order for t in graph.tensors}
    extents = {s.name for s in graph.extents}
    known = derivatives(graph)
    alike = names.alike({n: k for n, k in orders.items() if n not in known}, extents)
    free = {
        letter: all(letter != next(names.looks(n)) for n in orders) for letter in ("sigma", "e")
    }
    style = Style(known, free["sigma"], free["e"], alike)
    seen = Counter(map(style.quotient, known))
    return replace(style, as_written=alike | {n for n in known if seen[style.quotient(n)] > 1})


def derivatives(graph: Graph) -> Derivatives:
    """The tensors named dy_dw and d2L_dw2, where w is a tensor of the graph."""
    out = {}
    for t in graph.tensors:
        if not (found := re.fullmatch(r"d(2?)(\w+?)_d(\w+?)", t.name)):
            continue
        twice, above, variable = found.groups()
        times = 2 if twice and variable.endswith("2") else 1
        variable = variable.removesuffix("2") if times == 2 else variable
        orders = {w.name: w.order for w in graph.tensors}
        if variable in orders and orders[variable] * times <= t.order:
            out[t.name] = (above, ((variable, orders[variable]),) * times)
    return out
