"""A chain that is too long for a page, in lines, as text is.

    a -> b -> c -> d   =>   a -> b -+
                            +-------+
                            +-> c -> d

The chain is laid out whole and cut where few arrows pass. Each line is laid out by itself, with a
point at its end for each arrow that goes on; there the arrow turns round to the next line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symnet.render.pictures.places import Arrow, Box, Places, Point, Spacing

Layout = Callable[[Sequence[Box], Sequence[Arrow], Spacing], Places]
Path = tuple[Point, ...]

TRACK = 8.0  # between two arrows that turn side by side
CLEAR = 10.0  # between a line and the first of them
TURN = 7.0  # radius
FRAMED = 20.0  # above and below a line, for the frames of groups and their titles
ROUND = 0.5523  # of the radius: where the control points of a quarter of a circle are
DIVIDED = 0.4
PASSED = 0.1  # of the length of a line: how far a cut may go to pass one arrow less


def in_lines(
    boxes: Sequence[Box], arrows: Sequence[Arrow], spacing: Spacing, count: int, layout: Layout
) -> Places:
    """The places of boxes and arrows in `count` lines, or in fewer where there is little."""
    whole = layout(boxes, arrows, spacing)
    line = _lines(whole, arrows, count, {b.name: b.group for b in boxes if b.group})
    last = max(line.values(), default=0)
    if not last:
        return whole
    pieces = [_Piece(k, a, line) for k, a in enumerate(arrows)]
    made = [_laid(r, boxes, line, pieces, spacing, layout) for r in range(last + 1)]
    return _stacked(made, pieces, arrows)


def _lines(
    whole: Places, arrows: Sequence[Arrow], count: int, group: dict[str, str]
) -> dict[str, int]:
    """The line of each box: cuts near equal parts of the length, where few arrows pass.

    A box that is joined to one other only, such as a parameter, stays with that. A cut through a
    group costs as much as many arrows.
    """
    xs = {name: x for name, (x, _) in whole.centers.items()}
    near: dict[str, set[str]] = {name: set() for name in xs}
    for a in arrows:
        if a.tail != a.head:
            near[a.tail].add(a.head)
            near[a.head].add(a.tail)
    xs |= {name: xs[next(iter(n))] for name, n in near.items() if len(n) == 1}
    middles = [(a + b) / 2 for a, b in pairwise(sorted(set(xs.values()))) if b - a > 1]
    length, cuts = whole.width / count, list[float]()
    for k in range(1, count):
        cost = {m: abs(m - k * length) / length + PASSED * _passing(m, xs, arrows)
                + DIVIDED * _divided(m, xs, group)
                for m in middles if not cuts or m > cuts[-1]}  # fmt: skip
        cuts += [min(cost, key=lambda m: cost[m])] if cost else []
    return {name: sum(x > cut for cut in cuts) for name, x in xs.items()}


def _passing(x: float, xs: dict[str, float], arrows: Sequence[Arrow]) -> int:
    return sum((xs[a.tail] < x) != (xs[a.head] < x) for a in arrows)


def _divided(x: float, xs: dict[str, float], group: dict[str, str]) -> int:
    sides = {(g, xs[name] < x) for name, g in group.items()}
    return len(sides) - len({g for g, _ in sides})


class _Piece:
    """An arrow in lines: from the line of the box that comes first to that of the other."""

    def __init__(self, number: int, arrow: Arrow, line: dict[str, int]) -> None:
        self.number, self.arrow = number, arrow
        ends = arrow.tail, arrow.head
        self.first, self.last = ends if line[ends[0]] <= line[ends[1]] else ends[::-1]
        self.top, self.bottom = line[self.first], line[self.last]

    def stub(self, line: int) -> str:
        """The point where it leaves a line for the next."""
        return f"{self.number} after {line}"

    def on(self, line: int) -> Arrow | None:
        """Its part on a line, if it has one; the label is on the first line."""
        if not self.top <= line <= self.bottom:
            return None
        if self.top == self.bottom:
            return self.arrow
        left = self.first if line == self.top else self.stub(line - 1)
        right = self.last if line == self.bottom else self.stub(line)
        back = self.arrow.tail != self.first
        label = self.arrow.label if line == self.top else None
        return Arrow(*((right, left) if back else (left, right)), back, label)


@dataclass(frozen=True)
class _Line:
    """A line by itself: its places, and which arrow each of its arrows is part of."""

    found: Places
    arrows: dict[int, int]  # number of an arrow -> its place among those of the line

    def path(self, number: int) -> Path:
        return self.found.paths[self.arrows[number]]

    def label(self, number: int) -> Point | None:
        return self.found.labels[self.arrows[number]]


def _laid(
    line: int,
    boxes: Sequence[Box],
    lines: dict[str, int],
    pieces: Sequence[_Piece],
    spacing: Spacing,
    layout: Layout,
) -> _Line:
    own = [b for b in boxes if lines[b.name] == line]
    enter = [Box(p.stub(line - 1), 1, 1, end="start") for p in pieces if p.top < line <= p.bottom]
    leave = [Box(p.stub(line), 1, 1, end="end") for p in pieces if p.top <= line < p.bottom]
    parts = [(p.number, part) for p in pieces if (part := p.on(line))]
    arrows = [part for _, part in parts]
    found = layout([*enter, *own, *leave], arrows, spacing)
    top, bottom = _reach(found, own, arrows)
    made = _Line(found, {number: k for k, (number, _) in enumerate(parts)})
    made = _moved(made, 0.0, -top)
    return replace(made, found=replace(made.found, height=bottom - top))


def _reach(found: Places, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> tuple[float, float]:
    """Top and bottom of a line, with labels that were moved and frames around groups."""
    free = FRAMED if any(b.group for b in boxes) else 0.0
    edges = [(0.0, found.height)]
    edges += [(found.centers[b.name][1], b.height / 2 + free) for b in boxes if b.group]
    edges += [(at[1], a.label[1] / 2 + free) for at, a in zip(found.labels, arrows, strict=True)
              if at and a.label]  # fmt: skip
    return min([0.0, *(y - h for y, h in edges[1:])]), max(y + h for y, h in edges)


# -- under each other -------------------------------------------------------------------------


def _stacked(made: Sequence[_Line], pieces: Sequence[_Piece], arrows: Sequence[Arrow]) -> Places:
    passing = [[p for p in pieces if p.top <= r < p.bottom] for r in range(len(made) - 1)]
    inset = max(map(_room, passing))
    tops = [0.0]
    for line, group in zip(made, passing, strict=False):
        tops.append(tops[-1] + line.found.height + _room(group))
    moved = [_moved(line, inset, top) for line, top in zip(made, tops, strict=True)]
    turns = [dict(_turns(r, moved, tops[r + 1], inset, group)) for r, group in enumerate(passing)]
    stubs = {p.stub(r) for r, group in enumerate(passing) for p in group}
    centers = {n: at for line in moved for n, at in line.found.centers.items() if n not in stubs}
    labels = [moved[p.top].label(p.number) if p.arrow.label else None for p in pieces]
    return Places(
        max(line.found.width for line in made) + 2 * inset,
        tops[-1] + made[-1].found.height,
        centers,
        tuple(_joined(p, moved, turns) for p in pieces),
        tuple(labels),
        sum(map(len, passing)),
    )


def _room(group: Sequence[_Piece]) -> float:
    """What arrows that turn round take beside a line, or under it."""
    return 2 * CLEAR + TRACK * (len(group) - 1)


def _moved(line: _Line, right: float, down: float) -> _Line:
    def at(p: Point) -> Point:
        return p[0] + right, p[1] + down

    f = line.found
    centers = {name: at(p) for name, p in f.centers.items()}
    paths = tuple(tuple(map(at, path)) for path in f.paths)
    labels = tuple(None if p is None else at(p) for p in f.labels)
    return replace(line, found=Places(f.width, f.height, centers, paths, labels))


def _turns(
    r: int, moved: Sequence[_Line], below: float, inset: float, group: Sequence[_Piece]
) -> Iterator[tuple[int, Path]]:
    """From the end of a line round to the start of the next: the highest arrow is outermost."""
    above, under = moved[r].found, moved[r + 1].found
    ends = [(above.centers[p.stub(r)], under.centers[p.stub(r)], p.number) for p in group]
    for k, (start, end, number) in enumerate(sorted(ends, key=lambda e: (e[0][1], e[2]))):
        right = inset + above.width + CLEAR + TRACK * (len(ends) - 1 - k)
        left = inset - CLEAR - TRACK * k
        yield number, _round(start, right, below - CLEAR - TRACK * k, left, end)


def _round(start: Point, right: float, level: float, left: float, end: Point) -> Path:
    """To the right, down, back to the left, down, and to the right again, with round corners."""
    corners = [(right, start[1]), (right, level), (left, level), (left, end[1])]
    points, path = [start, *corners, end], [start]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before), _towards(corner, after)
        path += _straight(path[-1], enter)
        path += [_between(enter, corner, ROUND), _between(leave, corner, ROUND), leave]
    return (*path, *_straight(path[-1], end))


def _towards(corner: Point, other: Point) -> Point:
    """Where a corner begins to be round, on the way to it from another point."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    return _between(corner, other, min(TURN, length / 2) / length) if length else corner


def _between(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _straight(a: Point, b: Point) -> list[Point]:
    """A piece of a spline from a to b, without a."""
    return [_between(a, b, 1 / 3), _between(a, b, 2 / 3), b]


def _joined(p: _Piece, moved: Sequence[_Line], turns: Sequence[dict[int, Path]]) -> Path:
    """The path of an arrow through all of its lines."""
    if p.top == p.bottom:
        return moved[p.top].path(p.number)
    lines = list(range(p.top, p.bottom + 1))
    if p.arrow.tail != p.first:
        lines.reverse()
    path: list[Point] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        *curve, tip = moved[line].path(p.number)
        path += [*_straight(path[-1], curve[0]), *curve[1:]] if path else curve
        if following is None:
            return (*path, tip)
        turn = turns[min(line, following)][p.number]
        turn = turn if following > line else turn[::-1]
        path += [*_straight(path[-1], turn[0]), *turn[1:]]
    raise AssertionError("an arrow ends on its last line")
