r"""What a notebook shows of graphs, definitions and reports, which know nothing of it themselves.

    shown("text/latex", graph)  =>  $$\begin{aligned} ... \end{aligned}$$

IPython asks by the types' names (symnet/__init__.py), so nothing is loaded until one is shown.
Tried instead: methods on notation's types, which would have to know render, a floor above them.
"""

from __future__ import annotations

from typing import Protocol

from symnet.notation.errors import GraphError
from symnet.notation.graph import Definition, Graph, entries
from symnet.notation.report import Report
from symnet.render.formulas.macros import expanded
from symnet.render.latex import latex, latex_of
from symnet.render.pictures.drawing import Drawing
from symnet.render.report import report_html, report_text
from symnet.render.text import text, text_of


class Printer(Protocol):
    """IPython's printer, of which this is used."""

    def text(self, obj: str) -> None: ...


def shown(
    kind: str, item: object, printer: Printer | None = None, cycle: bool = False
) -> str | None:
    """The item in a format, as IPython's formatters ask for it; text is given to the printer.

    Raises GraphError for a format that the item does not have.
    """
    if kind == "text/plain" and printer is not None:
        printer.text(plain(item))
        return None
    if kind == "text/html" and isinstance(item, Report):
        return report_html(item)
    if kind == "text/latex" and isinstance(item, Graph | Definition):
        return formulas(item)
    raise GraphError(f"a {type(item).__name__} is not shown as {kind}")


def formulas(item: Graph | Definition) -> str:
    """The rows of a graph, or the row of a definition; amsmath only, without a preamble."""
    if isinstance(item, Definition):
        return f"$\\displaystyle {latex_of(item, _context(item))}$"
    return f"$$\\begin{{aligned}}\n{expanded(latex(item))}\n\\end{{aligned}}$$"


def plain(item: object) -> str:
    """What a terminal shows: the text form; of a drawing only what it is."""
    match item:
        case Graph():
            return text(item)
        case Definition():
            return text_of(item, _context(item))
        case Report():
            return report_text(item)
        case Drawing(picture=made):
            return f"a drawing of {len(made.nodes)} boxes and {len(made.edges)} arrows"
    return str(item)


def _context(d: Definition) -> Graph:
    """The tensors that a definition mentions, beside which it stands by itself."""
    sides = (d.expression, d.base)
    found = {e.tensor.name: e.tensor for side in sides if side is not None for e in entries(side)}
    found.pop(d.name, None)
    return Graph(inputs=found.values())
