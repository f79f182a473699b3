"""Formulas on standard output: coloured and aligned on a terminal, plain text in a pipe.

With NO_COLOR it is plain everywhere. Long lines are never cut or wrapped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

LEFT = re.compile(r"^(\s*)([^=#%&]*?\S)( *)(&?=|<-)(?= )")
WIDEST_LEFT = 24


def aligned(lines: Iterable[str]) -> list[str]:
    """`left = right` with the equals signs below each other."""
    listed = list(lines)
    found = [LEFT.match(line) for line in listed]
    widths = [len(m[1] + m[2]) for m in found if m and len(m[1] + m[2]) <= WIDEST_LEFT]
    width = max(widths, default=0)
    out = []
    for line, m in zip(listed, found, strict=True):
        if m is None:
            out.append(line)
        else:
            out.append(f"{m[1] + m[2]:{width}} {m[4]}{line[m.end() :]}")
    return out


def show(text: str) -> None:
    """Print text as it is in a pipe, and with colour on a terminal."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print(text)
        return
    console = Console(soft_wrap=True, highlight=False)
    for line in text.splitlines() or [""]:
        console.print(_coloured(line))


def _coloured(line: str) -> Text:
    out = Text(line)
    if found := LEFT.match(line):
        out.stylize("bold cyan", found.start(2), found.end(2))
    comment = re.search(r"(?:^|\s)[#%] ", line)
    if comment:
        out.stylize("yellow", comment.start())
    if line.startswith("judges: passed"):
        out.stylize("green", 0, len("judges: passed"))
    return out
