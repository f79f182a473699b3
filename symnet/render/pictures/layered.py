"""A layered layout without Graphviz, for machines that have none: plainer, but nothing overlaps.

    columns by the longest path; order in a column by barycentres; heights by isotonic regression

Boxes stand in even columns. What an arrow needs between its ends, a bend or its label, stands in
the columns between them, with a height of its own, so that arrows keep clear of everything else.
An order that runs down is laid out as one to the right, with x and y exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import sqrt

import networkx as nx

from symnet.render.pictures.places import Arrow, Box, Places, Point, Spacing, transposed

BEND = 10.0  # height kept free for an arrow that passes
LIFT = 8.0  # between an arrow and its label under it
LOOP = 34.0  # room over a box for an arrow to itself
HEAD = 9.0  # length of an arrow's head
SWEEPS = 12


@dataclass(eq=False)
class Item:
    """Something in a column: a box, or the place where an arrow passes it."""

    width: float
    height: float
    y: float = 0.0
    left: list[Item] = field(default_factory=list)
    right: list[Item] = field(default_factory=list)


def layered(
    boxes: Sequence[Box], arrows: Sequence[Arrow], spacing: Spacing | None = None
) -> Places:
    """The places of boxes, arrows and labels."""
    spacing = spacing or Spacing()
    if spacing.across:
        return _to_the_right(boxes, arrows, spacing)
    turned = [replace(b, width=b.height, height=b.width) for b in boxes]
    labelled = [replace(a, label=a.label and (a.label[1], a.label[0])) for a in arrows]
    return transposed(_to_the_right(turned, labelled, spacing))


def _to_the_right(boxes: Sequence[Box], arrows: Sequence[Arrow], spacing: Spacing) -> Places:
    looped = {a.tail for a in arrows if a.tail == a.head}
    own = {b.name: Item(b.width, b.height + 2 * LOOP * (b.name in looped)) for b in boxes}
    columns, chains = _columns(boxes, arrows, own)
    _settle_order(columns)
    _settle_heights(columns, spacing.beside / 2)
    edges = _across(columns, spacing.between)
    across = {
        id(item): edge for column, edge in zip(columns, edges, strict=True) for item in column
    }
    centers = {}
    for b in boxes:
        left, right = across[id(own[b.name])]
        centers[b.name] = ((left + right) / 2, own[b.name].y)
    ports = _ports(boxes, arrows, chains, own)
    paths, labels = [], []
    for k, a in enumerate(arrows):
        if a.tail == a.head:
            path, label = _loop(a, next(b for b in boxes if b.name == a.tail), centers[a.tail])
        else:
            path, label = _route(k, a, chains[k], boxes, own, centers, ports, across)
        paths.append(path)
        labels.append(label)
    return _moved(boxes, centers, paths, labels, arrows)


def _ends(a: Arrow) -> tuple[str, str]:
    return (a.head, a.tail) if a.back else (a.tail, a.head)


# -- columns ----------------------------------------------------------------------------------


def _columns(
    boxes: Sequence[Box], arrows: Sequence[Arrow], own: dict[str, Item]
) -> tuple[list[list[Item]], dict[int, list[Item]]]:
    """The columns, and for each arrow the items that it passes, from left to right."""
    rank = _ranks(boxes, arrows)
    columns: list[list[Item]] = [[] for _ in range(2 * max(rank.values(), default=0) + 1)]
    for b in boxes:
        columns[2 * rank[b.name]].append(own[b.name])
    chains: dict[int, list[Item]] = {}
    for k, a in enumerate(arrows):
        left, right = sorted(_ends(a), key=lambda name: rank[name])
        if left == right:
            continue
        passed = []
        for c in range(2 * rank[left] + 1, 2 * rank[right]):
            width, height = 0.0, BEND
            if a.label and c == 2 * rank[left] + 1:
                width, height = a.label[0], a.label[1] + LIFT
            passed.append(Item(width, height))
            columns[c].append(passed[-1])
        for one, other in pairwise([own[left], *passed, own[right]]):
            one.right.append(other)
            other.left.append(one)
        chains[k] = passed
    return columns, chains


def _ranks(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, int]:
    """Longest path from the left; what has nothing to its left stands close to what it feeds."""
    order: nx.DiGraph[str] = nx.DiGraph()
    order.add_nodes_from(b.name for b in boxes)
    for a in arrows:
        left, right = _ends(a)
        if left != right and not nx.has_path(order, right, left):
            order.add_edge(left, right)
    rank: dict[str, int] = {}
    for name in nx.topological_sort(order):
        rank[name] = max((rank[p] + 1 for p in order.predecessors(name)), default=0)
    for name in order:
        if not order.in_degree(name) and order.out_degree(name):
            rank[name] = min(rank[s] for s in order.successors(name)) - 1
    last = max(rank.values(), default=0)
    ends = {"start": 0, "end": last + 1}
    return {b.name: ends.get(b.end, rank[b.name]) for b in boxes}


# -- order ------------------------------------------------------------------------------------


def _settle_order(columns: list[list[Item]]) -> None:
    """Sort each column by the mean place of its neighbours, forth and back; keep the best."""
    best, fewest = [list(c) for c in columns], _crossings(columns)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else columns[::-1]:
            place = {id(i): p for c in columns for p, i in enumerate(c)}
            column.sort(key=_mean_place(place, forth))
        if (found := _crossings(columns)) < fewest:
            best, fewest = [list(c) for c in columns], found
    for column, kept in zip(columns, best, strict=True):
        column[:] = kept


def _mean_place(place: dict[int, int], forth: bool) -> Callable[[Item], float]:
    def key(item: Item) -> float:
        others = item.left if forth else item.right
        if not others:
            return float(place[id(item)])
        return sum(place[id(o)] for o in others) / len(others)

    return key


def _crossings(columns: list[list[Item]]) -> int:
    count = 0
    for one, other in pairwise(columns):
        place = {id(i): p for p, i in enumerate(other)}
        ends = [(p, place[id(r)]) for p, i in enumerate(one) for r in i.right if id(r) in place]
        count += sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0 for k, a in enumerate(ends) for b in ends[:k]
        )
    return count


# -- heights and widths -----------------------------------------------------------------------


def _settle_heights(columns: list[list[Item]], gap: float) -> None:
    for column in columns:
        down = 0.0
        for item in column:
            item.y = down + item.height / 2
            down += item.height + gap
        for item in column:
            item.y -= down / 2
    for sweep in range(2 * SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = [_wanted(item) for item in column]
            room = [(a.height + b.height) / 2 + gap for a, b in pairwise(column)]
            for item, y in zip(column, _separated(wanted, room), strict=True):
                item.y = y


def _wanted(item: Item) -> float:
    others = item.left + item.right
    return sum(o.y for o in others) / len(others) if others else item.y


def _separated(wanted: list[float], room: list[float]) -> list[float]:
    """The closest heights, in least squares, of which neighbours are at least `room` apart."""
    shift = [0.0]
    for r in room:
        shift.append(shift[-1] + r)
    blocks: list[tuple[float, int]] = []  # mean, count: pool adjacent violators
    for w, s in zip(wanted, shift, strict=True):
        blocks.append((w - s, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (m2, n2), (m1, n1) = blocks.pop(), blocks.pop()
            blocks.append(((m1 * n1 + m2 * n2) / (n1 + n2), n1 + n2))
    flat = [m for m, n in blocks for _ in range(n)]
    return [m + s for m, s in zip(flat, shift, strict=True)]


def _across(columns: list[list[Item]], gap: float) -> list[tuple[float, float]]:
    """Left and right edge of each column."""
    out, x = [], 0.0
    for column in columns:
        width = max((i.width for i in column), default=0.0)
        out.append((x, x + width))
        x += width + gap
    return out


# -- arrows -----------------------------------------------------------------------------------


def _ports(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    chains: dict[int, list[Item]],
    own: dict[str, Item],
) -> dict[tuple[int, str], float]:
    """(arrow, box) -> how far below its center the arrow meets the box, spread over the side."""
    out: dict[tuple[int, str], float] = {}
    for b in boxes:
        sides: dict[bool, list[tuple[float, int]]] = {False: [], True: []}
        for k, a in enumerate(arrows):
            if k not in chains or b.name not in (a.tail, a.head):
                continue
            other = own[a.head if b.name == a.tail else a.tail]
            at_right = own[b.name].right and _is_left(b.name, a, own, chains[k])
            chain = chains[k] or [other]
            near = chain[0] if at_right else chain[-1]
            sides[bool(at_right)].append((near.y, k))
        for found in sides.values():
            for place, (_, k) in enumerate(sorted(found), 1):
                spread = place / (len(found) + 1) - 0.5
                out[k, b.name] = 0.8 * b.height * spread
    return out


def _is_left(name: str, a: Arrow, own: dict[str, Item], chain: list[Item]) -> bool:
    first = chain[0] if chain else own[a.head if name == a.tail else a.tail]
    return any(first is o for o in own[name].right)


def _route(
    k: int,
    a: Arrow,
    chain: list[Item],
    boxes: Sequence[Box],
    own: dict[str, Item],
    centers: dict[str, Point],
    ports: dict[tuple[int, str], float],
    across: dict[int, tuple[float, float]],
) -> tuple[tuple[Point, ...], Point | None]:
    by_name = {b.name: b for b in boxes}
    left, right = sorted((a.tail, a.head), key=lambda name: centers[name][0])
    start = _meet(by_name[left], centers[left], ports[k, left], 1)
    end = _meet(by_name[right], centers[right], ports[k, right], -1)
    leave, arrive = across[id(own[left])][1], across[id(own[right])][0]
    points, label = [start, (max(start[0], leave), start[1])], None
    for item in chain:
        x0, x1 = across[id(item)]
        y = item.y
        if item.width and a.label:
            y = item.y - item.height / 2 + LIFT / 2
            label = ((x0 + x1) / 2, item.y + LIFT / 2)
        points += [(x0, y), (x1, y)]
    points += [(min(end[0], arrive), end[1]), end]
    if a.head == left:
        points.reverse()
    tip = points.pop()
    base = (tip[0] + (HEAD if a.head == left else -HEAD), tip[1])
    points = [p for p in points if (p[0] > base[0]) == (a.head == left)] or [points[0]]
    return (*_smooth([*points, base]), tip), label


def _meet(b: Box, center: Point, down: float, side: int) -> Point:
    reach = b.width / 2
    if b.round:
        reach *= sqrt(max(0.0, 1 - (2 * down / b.height) ** 2))
    return center[0] + side * reach, center[1] + down


def _smooth(points: list[Point]) -> list[Point]:
    """A cubic spline that is level at every point."""
    out = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        if (x0, y0) == (x1, y1):
            continue
        bend = (x1 - x0) / 2
        out += [(x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
    return out


def _loop(a: Arrow, b: Box, center: Point) -> tuple[tuple[Point, ...], Point | None]:
    x, top = center[0], center[1] - b.height / 2
    path = [(x - 20, top), (x - 20, top - 24), (x + 20, top - 24), (x + 20, top - HEAD)]
    label = (x, top - 20 - a.label[1] / 2) if a.label else None
    return (*path, (x + 20, top)), label


def _moved(
    boxes: Sequence[Box],
    centers: dict[str, Point],
    paths: list[tuple[Point, ...]],
    labels: list[Point | None],
    arrows: Sequence[Arrow],
) -> Places:
    """Everything moved so that it starts at (0, 0)."""
    tops = [centers[b.name][1] - b.height / 2 for b in boxes]
    tops += [y for path in paths for _, y in path]
    tops += [at[1] - a.label[1] / 2 for at, a in zip(labels, arrows, strict=True) if at and a.label]
    up = min(tops, default=0.0)
    low = max([centers[b.name][1] + b.height / 2 for b in boxes], default=0.0)
    wide = max([centers[b.name][0] + b.width / 2 for b in boxes], default=0.0)
    return Places(
        wide,
        low - up,
        {name: (x, y - up) for name, (x, y) in centers.items()},
        tuple(tuple((x, y - up) for x, y in path) for path in paths),
        tuple(None if at is None else (at[0], at[1] - up) for at in labels),
    )
