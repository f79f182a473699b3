"""symnet check FUNCTION --wrt W --claim CLAIM: proved, agrees, or refuted with the slip.

Several claims are the steps of one derivation, each equal to the one before.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from symnet.cli import UsageError
from symnet.cli.subject import subject
from symnet.cli.typed import LONGEST_FILE, is_text, typed
from symnet.notation.report import Report
from symnet.render.report import MARK, report_json, report_text
from symnet.verify.claims import sides

STYLES = {"PROVED": "bold green", "AGREES": "bold yellow", "REFUTED": "bold red"}


def run(options: Namespace) -> int:
    """0 if the claim is proved or agrees, 1 if it is refuted."""
    from symnet.verify.check import Checker

    claims = [_text(c) for c in options.claim or ()]
    of = "hessian" if options.order == 2 else options.of
    if is_text(options):
        given = typed(options)
        if not claims and not sides(given.text):
            raise UsageError("check needs a --claim, or a FUNCTION that is an equation lhs == rhs")
        checker = Checker(
            given.text, options.wrt, given.shapes, given.assume, of, options.cotangent, options.seed
        )
    else:
        if not claims:
            raise UsageError(f"check {options.name} needs a --claim")
        graph = subject(options).graph
        checker = Checker(graph, options.wrt, None, None, of, options.cotangent, options.seed)
    if len(claims) > 1:
        report = checker.check(claims)
    else:
        report = checker.check(_steps(claims[0]) if claims else None)
    if options.json:
        print(json.dumps(report_json(report), indent=2))
    else:
        _show(report)
    return 0 if report else 1


def _text(claim: str) -> str:
    """The claim; @FILE is the text of a file, - that of standard input."""
    if claim == "-":
        return sys.stdin.read(LONGEST_FILE)
    if not claim.startswith("@"):
        return claim.strip(" ")
    path = Path(claim[1:])
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    return path.read_text(encoding="utf-8")[:LONGEST_FILE]


def _steps(claim: str) -> str | list[str]:
    """A claim of which a later line starts with = is a derivation, a line a step."""
    lines = [line for line in claim.splitlines() if line.strip()]
    goes_on = [
        line.lstrip().startswith("=") and not line.lstrip().startswith("==") for line in lines
    ]
    return lines if any(goes_on[1:]) else claim


def _show(report: Report) -> None:
    text = report_text(report)
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print(text)
        return
    console = Console(soft_wrap=True, highlight=False)
    for line in text.splitlines():
        shown = Text(line)
        for mark in MARK.values():
            if line.strip().startswith(mark):
                shown.highlight_words([mark], STYLES[mark])
        if line.strip() and not line.strip().strip("^"):
            shown.stylize("bold red")
        console.print(shown)
