"""symnet derive SUBJECT: definitions and derivative in the form asked for, held to the judges."""

from __future__ import annotations

import json
from argparse import Namespace

from symnet.cli import names
from symnet.cli.forms import as_json, printed
from symnet.cli.page import Report, report_on
from symnet.cli.show import show
from symnet.cli.subject import answered, is_rule, sections, subject
from symnet.cli.typed import is_text
from symnet.render.text import text


def run(options: Namespace) -> int:
    """0 if the judges passed and every claim came out as it should, else 1."""
    if _is_report(options):
        return _report(options)
    found = subject(options)
    if is_rule(found.graph) and not options.wrt:
        return _report(options)
    answer = answered(options, found)
    if options.json:
        show(json.dumps({"name": found.name, **as_json(answer, options.level)}, indent=2))
    else:
        show(printed(answer, options.form, options.level))
    return 0


def _is_report(options: Namespace) -> bool:
    """A page, as a whole: with its claims and their verdicts."""
    special = options.wrt or options.assume or options.jacobian or options.jvp
    whole = not special and options.order == 1
    forms = ("page", "text", "index", "latex")
    is_page = not is_text(options) and options.name in names.page_names()
    return is_page and whole and options.form in forms


def _report(options: Namespace) -> int:
    reports = [report_on(s, options.seed) for s in sections(options.name)]
    good = all(r.passed for r in reports)
    if options.json:
        show(json.dumps({"name": options.name, "sections": [*map(_section, reports)]}, indent=2))
    elif options.form == "page" and options.name in names.page_names():
        good = names.page(options.name).run()
    else:
        for report in reports:
            show(_formulas(report, options.form))
    return 0 if good else 1


def _section(report: Report) -> dict[str, object]:
    """A section of a page as JSON values."""
    section, verdict = report.section, report.verdict
    return {
        "title": section.title,
        "wrt": list(section.wrt),
        "definitions": text(section.graph).splitlines(),
        "gradient": text(report.derived, "gradient").splitlines() if section.wrt else [],
        "latex": report.latex,
        "judges": None if verdict is None else {"passed": verdict.passed, "said": str(verdict)},
        "claims": [f.as_json() for f in report.findings],
    }


def _formulas(report: Report, form: str) -> str:
    if form == "page":
        return "\n".join(report.lines())
    if form == "latex":
        return report.latex
    parts = [text(report.section.graph)]
    if report.section.wrt:
        parts.append(text(report.derived, "gradient"))
    return "\n".join(parts)
