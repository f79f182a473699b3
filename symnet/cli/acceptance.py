"""symnet train --accept and --short: figures beside their bounds, of one page or of all.

page  figure  target  measured  reached  seconds      and, with --results FILE, in Markdown
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from symnet.cli import UsageError, names
from symnet.cli.trainable import Figure, Training
from symnet.train.interrupt import at_once


@dataclass(frozen=True)
class Outcome:
    """The figures of one page, and how long they took."""

    page: str
    figures: list[Figure]
    seconds: float

    @property
    def reached(self) -> bool:
        return all(f.reached for f in self.figures)


def training_of(name: str) -> Training:
    """What the page trains. Raises UsageError if there is no such page, or it trains nothing."""
    found = getattr(names.page_module(name), "TRAINING", None)
    if found is None:
        raise UsageError(f"{name} trains nothing; what can be trained: {', '.join(trainable())}")
    assert isinstance(found, Training), name
    return found


def trainable() -> list[str]:
    """The pages that train a model."""
    return [n for n in names.page_names() if hasattr(names.page_module(n), "TRAINING")]


def accepted(options: Namespace, trainings: dict[str, Training]) -> int:
    """Measure and show; 0 if every figure was reached, else 1."""
    outcomes = []
    for name, training in trainings.items():
        if len(trainings) > 1:
            print(f"{name} ..", file=sys.stderr)
        outcomes.append(_measured(name, _figures(name, training, options.short)))
        if options.results:
            Path(options.results).write_text(markdown(outcomes, len(trainings)), encoding="utf-8")
    good = all(o.reached for o in outcomes)
    if options.json:
        print(json.dumps(_plain(outcomes, options.name, good), indent=2))
    else:
        _table(outcomes)
    print(f"{sum(o.seconds for o in outcomes):.1f} s", file=sys.stderr)
    return 0 if good else 1


def _figures(name: str, training: Training, short: bool) -> Callable[[], list[Figure]]:
    if not short:
        return lambda: training.accept(True)
    if training.short is None:
        raise UsageError(f"{name} has no short run")
    return training.short


def _measured(name: str, measure: Callable[[], list[Figure]]) -> Outcome:
    started = time.perf_counter()
    with at_once():
        figures = measure()
    return Outcome(name, figures, time.perf_counter() - started)


def _plain(outcomes: list[Outcome], name: str | None, good: bool) -> dict[str, object]:
    rows = [
        {
            **({} if name else {"page": o.page}),
            "figure": f.name,
            "measured": f.measured,
            "target": f.bound,
            "reached": f.reached,
        }
        for o in outcomes
        for f in o.figures
    ]
    return {**({"name": name} if name else {}), "figures": rows, "reached": good}


def _table(outcomes: list[Outcome]) -> None:
    several = len(outcomes) > 1
    table = Table(*(["page"] if several else []), "figure", "target", "measured", "reached")
    for o in outcomes:
        for f in o.figures:
            mark = "[green]yes[/green]" if f.reached else "[red]NO[/red]"
            table.add_row(*([o.page] if several else []), *_cells(f), mark)
    Console().print(table)


def _cells(f: Figure) -> tuple[str, str, str]:
    return f.name, f.bound, f"{f.measured:.4g}{f.unit}"


def machine() -> str:
    """Processor, number of cores, versions."""
    told = Path("/proc/cpuinfo")
    text = told.read_text(encoding="utf-8", errors="replace") if told.exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    name = model[1] if model else platform.processor() or platform.machine()
    python = platform.python_version()
    return f"{name}, {os.cpu_count()} cores, Python {python}, NumPy {np.__version__}"


def markdown(outcomes: Iterable[Outcome], pages: int) -> str:
    """The table as a page, with date and machine; it says so if not all pages are measured yet."""
    found = list(outcomes)
    seconds = sum(o.seconds for o in found)
    rest = [] if len(found) == pages else [f"**Unfinished: {len(found)} of {pages} pages.**", ""]
    lines = [
        "# Results",
        "",
        "Every figure that the pages promise, as `symnet train --all --accept --results FILE`",
        "measured it. Means are over the seeds that a page names; what was missed says NO.",
        "",
        f"{date.today().isoformat()}, {machine()}; {seconds:.0f} s in all.",
        "",
        *rest,
        "| page | figure | target | measured | reached | seconds of the page |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for o in found:
        for f in o.figures:
            name, bound, measured = _cells(f)
            mark = "yes" if f.reached else "**NO**"
            lines.append(f"| {o.page} | {name} | {bound} | {measured} | {mark} | {o.seconds:.0f} |")
    return "\n".join(lines) + "\n"
