"""A report that shows itself: on a terminal, and in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

from symnet.notation.report import Report
from symnet.render.report import report_html, report_latex, report_text


@dataclass(frozen=True)
class ShownReport(Report):
    """What check() answers with."""

    def __str__(self) -> str:
        return report_text(self)

    def _repr_html_(self) -> str:
        return report_html(self)

    def _repr_latex_(self) -> str:
        return report_latex(self)
