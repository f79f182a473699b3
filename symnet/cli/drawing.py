"""symnet draw NAME: the computation graph, forward and backward, as a picture or a page.

-o NAME.svg, .dot, .png, .pdf, .tex (TikZ) or .html, where all views are on one page.

--overview: a box for each layer; --layer TITLE: one of them; --unrolled N: a loop as N steps.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from symnet.calculus import cost
from symnet.cli.subject import derived, subject
from symnet.notation import Graph
from symnet.render.pictures.drawing import LEGIBLE, SUFFIXES, Drawing, draw
from symnet.render.pictures.html import page
from symnet.render.pictures.zoom import Show


def run(options: Namespace) -> int:
    """0."""
    found = subject(options)
    check = None if options.no_check else options.seed
    graph = found.graph if options.forward else derived(found, options.wrt, check)
    made = drawn(graph, options)
    path = place(options.output, found.name)
    if path.suffix == ".html" and not narrowed(options):
        costs = {row.name: (row.flops, row.entries) for row in cost(graph).rows}
        path.write_text(page(graph, costs=costs), encoding="utf-8")
    else:
        made.save(path)
    size = made.text_size()
    if options.json:
        print(json.dumps({"name": found.name, "file": str(path), "text_size": round(size, 1)}))
        return 0
    print(path)
    if size < LEGIBLE:
        larger = ", --overview or --layer TITLE has larger ones" if graph.parts else ""
        print(f"symnet: letters of {size:.1f} points on a slide{larger}", file=sys.stderr)
    return 0


def drawn(graph: Graph, options: Namespace) -> Drawing:
    """The drawing that the options ask for."""
    show: Show = "backward" if options.backward else "both"
    return draw(
        graph,
        view="overview" if options.overview else "full",
        layer=options.layer,
        show="forward" if options.forward else show,
        unrolled=options.unrolled,
    )


def narrowed(options: Namespace) -> bool:
    """Whether a part or a view was asked for: else a page has them all."""
    return bool(
        options.overview or options.layer or options.backward or options.unrolled is not None
    )


def place(output: str | Path, name: str) -> Path:
    """A file, if `output` ends as one that can be drawn, else NAME.svg in the folder `output`.

    The folder is made if it is not there.
    """
    path = Path(output)
    if path.suffix not in SUFFIXES:
        path = path / f"{name}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def draw_into(output: str | Path, name: str, graph: Graph) -> Path:
    """Draw all of a graph; the path of the drawing."""
    return draw(graph).save(place(output, name))
