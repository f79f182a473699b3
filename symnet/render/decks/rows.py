"""Graph -> rows of a slide: each broken where it is too wide for its column, as it will be set.

signs in a line, as many as should fit  ->  measured  ->  fewer, until every line fits
"""

from __future__ import annotations

from textwrap import wrap
from typing import Literal

from symnet.notation.graph import Definition, Graph
from symnet.render.decks.deck import Row, Sentence, Typed
from symnet.render.decks.slide_rows import INDENT
from symnet.render.formulas.formula import Which
from symnet.render.formulas.macros import expanded
from symnet.render.latex import Aligned, aligned_row, aligned_rows
from symnet.render.setting.glyphs import formula

SIGN = 0.46  # of the size: about the width of one sign
FEWER = 0.85
LEAST_SIGNS = 16
MONO = 0.61  # of the size: a letter of one width


def deck_rows(
    graph: Graph,
    width: float,
    size: float,
    which: Which = "all",
    form: Literal["index", "matrix"] = "index",
) -> tuple[Row, ...]:
    """The rows that `which` asks for, each in as few lines as fit into the width at that size.

    In matrix form a row that has none stands in index form, the reason beside it.
    """
    signs = int(width / (SIGN * size))
    found = aligned_rows(graph, which, signs, form)
    rows = [_row(a) for a in found]
    while signs > LEAST_SIGNS and not all(fits(r, width, size) for r in rows):
        signs = int(signs * FEWER)
        fewer = aligned_rows(graph, which, signs, form)
        rows = [
            old if fits(old, width, size) else _row(new)
            for old, new in zip(rows, fewer, strict=True)
        ]
    return tuple(rows)


def fits(row: Row, width: float, size: float) -> bool:
    """Whether every line of a row is within the width."""
    return all(
        formula(line, size).width + (INDENT if k else 0.0) <= width
        for k, line in enumerate(row.lines)
    )


def _row(a: Aligned) -> Row:
    first, *more = a.lines
    reason: Sentence = (f"index form: {a.remark}",) if a.remark else ()
    lines = (f"{a.left} {first}", *(f"{{}}{line}" for line in more))
    return Row(a.name, tuple(map(expanded, lines)), reason)


def definition_lines(d: Definition, graph: Graph, width: float, size: float) -> tuple[str, ...]:
    """The lines of one definition that stands beside a graph, broken as `deck_rows` does."""
    signs = int(width / (SIGN * size))
    row = _row(aligned_row(d, graph, signs))
    while signs > LEAST_SIGNS and not fits(row, width, size):
        signs = int(signs * FEWER)
        row = _row(aligned_row(d, graph, signs))
    return row.lines


def code_lines(text: str, width: float, size: float) -> tuple[Typed, ...]:
    """Text as it was typed, wrapped where it is too wide."""
    signs = max(LEAST_SIGNS, int(width / (MONO * size)))
    return tuple(
        Typed(row)
        for line in text.splitlines()
        for row in wrap(line, signs, subsequent_indent="  ", drop_whitespace=False)
    )
