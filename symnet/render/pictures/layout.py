"""Boxes and arrows -> places on a page, by Graphviz where there is one, else by layered.py.

From left to right, or downwards; nothing overlaps, because every box and every label comes with
its size.
`dot` is used if it is installed, then pygraphviz, whose wheel carries Graphviz itself.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import hypot
from typing import Any

import graphviz

from symnet.render.pictures.clear import cleared
from symnet.render.pictures.layered import layered
from symnet.render.pictures.places import (
    LABEL_MARGIN,
    Arrow,
    Box,
    Places,
    Point,
    Spacing,
    transposed,
)

HINT = "symnet: drawn without Graphviz; `pip install pygraphviz` or a `dot` program draws better"
INCH = 72.0
APART = 6.0
PIECES = 12
GROUP_MARGIN, TITLE_ROOM = 8, 14
UNLABELLED = 2.2  # times as far apart are ranks without labels between them


def places(boxes: Sequence[Box], arrows: Sequence[Arrow], spacing: Spacing | None = None) -> Places:
    """Where everything goes. Without Graphviz one line on standard error says what would help."""
    spacing = spacing or Spacing()
    source = _source(boxes, arrows, spacing)
    answer = _by_program(source) or _by_pygraphviz(source)
    if answer is None:
        _hint()
        return layered(boxes, arrows, spacing)
    found = _told_apart(_read(json.loads(answer), boxes), arrows, spacing.across)
    return cleared(found, boxes, arrows)


@cache
def _hint() -> None:
    """Once in a run."""
    print(HINT, file=sys.stderr)


def _by_program(source: str) -> str | None:
    if shutil.which("dot") is None:
        return None
    try:
        return str(graphviz.pipe("dot", "json0", source.encode(), quiet=True).decode())
    except graphviz.ExecutableNotFound:
        return None


def _by_pygraphviz(source: str) -> str | None:
    try:
        import pygraphviz
    except ImportError:
        return None
    drawn = pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")
    return drawn.decode() if isinstance(drawn, bytes) else str(drawn)


def _source(boxes: Sequence[Box], arrows: Sequence[Arrow], spacing: Spacing) -> str:
    """Numbers only: no name or formula reaches Graphviz here."""
    # Where there are labels, Graphviz puts a rank for them between any two.
    between = spacing.between * (1 if any(a.label for a in arrows) else UNLABELLED)
    apart = f"nodesep={spacing.beside / INCH:.4f} ranksep={between / INCH:.4f}"
    lines = [
        "digraph {",
        f"graph [rankdir={'LR' if spacing.across else 'TB'} {apart} splines=true]",
        'node [label="" fixedsize=true shape=box]',
    ]
    number = {b.name: k for k, b in enumerate(boxes)}
    for k, b in enumerate(boxes):
        shape = "ellipse" if b.round else "box"
        size = f"width={b.width / INCH:.4f} height={b.height / INCH:.4f}"
        lines.append(f"n{k} [{size} shape={shape}]")
    for end, rank in (("start", "source"), ("end", "sink")):
        those = " ".join(f"n{k}" for k, b in enumerate(boxes) if b.end == end)
        lines += [f"{{rank={rank} {those}}}"] if those else []
    lines += _clusters(boxes, arrows, number)
    for k, a in enumerate(arrows):
        first, last = (a.head, a.tail) if a.back else (a.tail, a.head)
        words = [f"id={k}", "dir=back" if a.back else "dir=forward"]
        if a.label:
            words.append(f"label=<{_blank(*a.label)}>")
        words.append("weight=1" if a.back else "weight=3")
        lines.append(f"n{number[first]} -> n{number[last]} [{' '.join(words)}]")
    return "\n".join([*lines, "}"])


def _clusters(
    boxes: Sequence[Box], arrows: Sequence[Arrow], number: dict[str, int]
) -> Iterator[str]:
    """The boxes of each group; in it, or in none, the ends of an arrow that are beside each other.

    What is of one rank across the edge of a group would be taken out of it.
    """
    group = {b.name: b.group for b in boxes}
    level: dict[str, list[str]] = {}
    for a in arrows:
        if a.level and group[a.tail] == group[a.head]:
            pair = f"{{rank=same n{number[a.tail]} n{number[a.head]}}}"
            level.setdefault(group[a.tail], []).append(pair)
    yield from level.get("", [])
    for k, name in enumerate(filter(None, dict.fromkeys(group.values()))):
        those = " ".join(f"n{number[n]}" for n, own in group.items() if own == name)
        inside = " ".join([those, *level.get(name, [])])
        yield f"subgraph cluster{k} {{graph [{CLUSTER}] {inside}}}"


def _blank(width: float, height: float) -> str:
    """A table of a fixed size with nothing in it."""
    size = f'WIDTH="{round(width)}" HEIGHT="{round(height)}"'
    return f'<TABLE FIXEDSIZE="TRUE" BORDER="0" {size}><TR><TD></TD></TR></TABLE>'


# Room for a title; no other word reaches Graphviz.
CLUSTER = f"margin={GROUP_MARGIN} labelloc=t label=<{_blank(10, TITLE_ROOM)}>"


def _read(answer: Any, boxes: Sequence[Box]) -> Places:
    _, _, width, height = map(float, answer["bb"].split(","))

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return x, height - y

    objects = {found["name"]: found for found in answer["objects"]}
    centers = {b.name: point(objects[f"n{k}"]["pos"]) for k, b in enumerate(boxes)}
    paths, labels = [], []
    for found in sorted(answer.get("edges", []), key=lambda e: int(e["id"])):
        words = found["pos"].split()
        ends = {w[0]: point(w[2:]) for w in words if w[0] in "es"}
        curve = [point(w) for w in words if w[0] not in "es"]
        if "s" in ends:  # drawn in the order, but meant against it
            curve = [*reversed(curve), ends["s"]]
        else:
            curve.append(ends["e"])
        paths.append(tuple(curve))
        labels.append(point(found["lp"]) if "lp" in found else None)
    return Places(width, height, centers, tuple(paths), tuple(labels))


def _told_apart(found: Places, arrows: Sequence[Arrow], across: bool) -> Places:
    """A backward arrow that runs along its forward arrow is moved off it, its label with it."""
    if not across:
        return transposed(_told_apart(transposed(found), arrows, True))
    paths, labels = list(found.paths), list(found.labels)
    forward = {(a.tail, a.head): p for a, p in zip(arrows, paths, strict=True) if not a.back}
    for k, a in enumerate(arrows):
        other = forward.get((a.head, a.tail)) if a.back else None
        if other is None:
            continue
        ours, theirs, label = _along(paths[k]), _along(other), labels[k]
        near = [min(hypot(x - u, y - v) for u, v in theirs) for x, y in ours]
        if sum(near) / len(near) < APART:
            level = sum(v for _, v in theirs) / len(theirs)
            height = label[1] if label else sum(y for _, y in ours) / len(ours)
            side = 1 if height >= level else -1
            paths[k] = tuple((x, y + side * APART) for x, y in paths[k])
            labels[k] = (label[0], label[1] + side * LABEL_MARGIN) if label else None
    return replace(found, paths=tuple(paths), labels=tuple(labels))


def _along(path: tuple[Point, ...]) -> list[Point]:
    """Points along a spline, a few on each of its pieces."""
    out = [path[0]]
    for piece in zip(path[0::3], path[1::3], path[2::3], path[3::3], strict=False):
        for step in range(1, PIECES + 1):
            t = step / PIECES
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            x = sum(w * p[0] for w, p in zip(weights, piece, strict=True))
            out.append((x, sum(w * p[1] for w, p in zip(weights, piece, strict=True))))
    return out
