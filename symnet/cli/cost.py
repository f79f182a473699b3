"""symnet cost NAME: operations and numbers of every definition, as formulas in the extents."""

from __future__ import annotations

import json
from argparse import Namespace

from rich.console import Console
from rich.table import Table

from symnet.calculus import cost
from symnet.cli.subject import derived, subject


def run(options: Namespace) -> int:
    """0."""
    named = subject(options)
    found = cost(derived(named, options.wrt, None if options.no_check else options.seed))
    rows = [
        {
            "name": r.name,
            "pass": "backward" if r.backward else "forward",
            "flops": str(r.flops),
            "numbers": str(r.entries),
        }
        for r in found.rows
    ]
    totals = {"forward": str(found.forward), "backward": str(found.backward)}
    if options.json:
        answer = {"name": named.name, "rows": rows, "flops": totals, "bytes": str(found.bytes())}
        print(json.dumps(answer, indent=2))
        return 0
    table = Table("tensor", "pass", "operations", "numbers")
    for row in rows:
        table.add_row(*row.values())
    table.add_section()
    table.add_row("all", "forward", totals["forward"], "")
    table.add_row("all", "backward", totals["backward"], str(found.entries))
    Console().print(table)
    return 0
