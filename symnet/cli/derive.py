"""symnet derive NAME: definitions, gradient, LaTeX, and the judges' verdict on the gradient."""

from __future__ import annotations

import json
from argparse import Namespace

from symnet.cli import names
from symnet.cli.page import Report, report_on
from symnet.cli.subject import sections
from symnet.render.text import text


def run(options: Namespace) -> int:
    """0 if the judges passed and every claim came out as it should, else 1."""
    reports = [report_on(s, options.seed) for s in sections(options.name, options.wrt)]
    good = all(r.passed for r in reports)
    if options.json:
        print(json.dumps({"name": options.name, "sections": [*map(as_json, reports)]}, indent=2))
    elif options.form == "page" and options.name in names.page_names() and not options.wrt:
        good = names.page(options.name).run()
    else:
        for report in reports:
            print(_formulas(report, options.form))
    return 0 if good else 1


def as_json(report: Report) -> dict[str, object]:
    """A section as JSON values."""
    section, verdict = report.section, report.verdict
    return {
        "title": section.title,
        "wrt": list(section.wrt),
        "definitions": text(section.graph).splitlines(),
        "gradient": text(report.derived, "gradient").splitlines() if section.wrt else [],
        "latex": report.latex,
        "judges": None if verdict is None else {"passed": verdict.passed, "said": str(verdict)},
        "claims": [
            {
                "claim": f.shown,
                "derived": f.derived,
                "source": f.claim.source,
                "verdict": f.verdict,
                "largest_difference": f.gap,
                "as_expected": f.as_expected,
            }
            for f in report.findings
        ],
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
