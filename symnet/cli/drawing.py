"""symnet draw NAME: the computation graph, forward and backward, as SVG (or DOT, PNG, PDF)."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from symnet.cli.subject import derived, subject
from symnet.notation import Graph
from symnet.render.drawing import SUFFIXES, draw


def run(options: Namespace) -> int:
    """0."""
    found = subject(options)
    check = None if options.no_check else options.seed
    graph = found.graph if options.forward else derived(found, options.wrt, check)
    path = draw_into(options.output, found.name, graph)
    print(json.dumps({"name": found.name, "file": str(path)}) if options.json else path)
    return 0


def draw_into(output: str | Path, name: str, graph: Graph) -> Path:
    """Draw into a file, if `output` ends as one that can be drawn, else into the folder `output`.

    The folder is made if it is not there. The path of the drawing.
    """
    path = Path(output)
    if path.suffix not in SUFFIXES:
        path = path / f"{name}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    return draw(graph).save(path)
