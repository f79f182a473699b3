"""Parameters of one definition side by side, with one pair of arrows for all of them.

    W -> a, U -> a, b -> a; a -> W, a -> U, a -> b   =>   [W|U|b] -> a;  a -> [W|U|b]

Each keeps its box and its arrows: those of a rack have the same path, and their labels, one under
the other, stand beside it. So a picture of a recurrent cell has four pairs of arrows, not twelve.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from symnet.render.pictures.places import Arrow, Box, Places, Point, Spacing

Layout = Callable[[Sequence[Box], Sequence[Arrow], Spacing], Places]
WIDE = 2.0  # times as wide as high: such boxes are better under each other
SIGN = "|"
TOUCH = 0.5  # between the boxes of a rack: their edges touch


@dataclass(frozen=True)
class Rack:
    """Boxes that touch each other, as one box. `shift` is where the center of each is in it."""

    box: Box
    boxes: tuple[Box, ...]
    shift: Mapping[str, Point]


def racked(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    spacing: Spacing,
    movable: frozenset[str],
    layout: Layout,
) -> tuple[tuple[Box, ...], Places]:
    """The places of boxes and arrows, those of `movable` boxes that have the same ends on racks.

    The boxes of a rack are made equally wide, or high: they are given back in their new sizes.
    """
    racks = _racks(boxes, arrows, movable, spacing.across)
    home = {b.name: rack for rack in racks for b in rack.boxes}
    left = [b for b in boxes if b.name not in home]
    merged, members = _merged(arrows, home)
    found = layout([*left, *(r.box for r in racks)], merged, spacing)
    sized = {b.name: b for rack in racks for b in rack.boxes}
    return tuple(sized.get(b.name, b) for b in boxes), _expanded(found, racks, arrows, members)


def _racks(
    boxes: Sequence[Box], arrows: Sequence[Arrow], movable: frozenset[str], across: bool
) -> list[Rack]:
    ends: dict[str, set[tuple[str, bool]]] = {name: set() for name in movable}
    for a in arrows:
        if a.tail in movable:
            ends[a.tail].add((a.head, a.back))
        if a.head in movable:
            ends[a.head].add((a.tail, a.back))
    groups: dict[tuple[tuple[str, bool], ...], list[Box]] = {}
    for b in boxes:
        if b.name in movable:
            groups.setdefault(tuple(sorted(ends[b.name])), []).append(b)
    return [_rack(group, across) for key, group in groups.items() if key and len(group) > 1]


def _rack(boxes: Sequence[Box], across: bool) -> Rack:
    """A column beside what runs across, a row above what runs down, if they are not too wide."""
    if not across and all(b.width < WIDE * b.height for b in boxes):
        turned = _rack([replace(b, width=b.height, height=b.width) for b in boxes], True)
        back = [replace(b, width=b.height, height=b.width) for b in (turned.box, *turned.boxes)]
        return Rack(back[0], tuple(back[1:]), {n: (y, x) for n, (x, y) in turned.shift.items()})
    width = max(b.width for b in boxes)
    height = sum(b.height for b in boxes) + TOUCH * (len(boxes) - 1)
    made, shift, down = [], {}, -height / 2
    for b in boxes:
        made.append(replace(b, width=width))
        shift[b.name] = (0.0, down + b.height / 2)
        down += b.height + TOUCH
    name, group = SIGN.join(b.name for b in boxes), boxes[0].group
    return Rack(Box(name, width, height, group=group), tuple(made), shift)


def _merged(
    arrows: Sequence[Arrow], home: Mapping[str, Rack]
) -> tuple[list[Arrow], list[list[int]]]:
    """Arrows between racks and boxes, each with the places of the arrows that it stands for."""
    groups: dict[tuple[str, str, bool, int], list[int]] = {}
    for k, a in enumerate(arrows):
        tail, head = (home[n].box.name if n in home else n for n in (a.tail, a.head))
        alone = -1 if a.tail in home or a.head in home else k
        groups.setdefault((tail, head, a.back, alone), []).append(k)
    place = {b.name: k for rack in home.values() for k, b in enumerate(rack.boxes)}
    merged = []
    for (tail, head, back, _), members in groups.items():
        members.sort(key=lambda k: (place.get(arrows[k].tail, 0), place.get(arrows[k].head, 0)))
        sizes = [arrows[k].label for k in members]
        labels = [size for size in sizes if size]
        room = (max(w for w, _ in labels), sum(h for _, h in labels)) if labels else None
        merged.append(Arrow(tail, head, back, room, arrows[members[0]].level))
    return merged, list(groups.values())


def _expanded(
    found: Places, racks: Sequence[Rack], arrows: Sequence[Arrow], members: Sequence[list[int]]
) -> Places:
    centers = dict(found.centers)
    for rack in racks:
        x, y = centers.pop(rack.box.name)
        centers |= {name: (x + dx, y + dy) for name, (dx, dy) in rack.shift.items()}
    paths: list[tuple[Point, ...]] = [()] * len(arrows)
    labels: list[Point | None] = [None] * len(arrows)
    for group, path, place in zip(members, found.paths, found.labels, strict=True):
        sizes = [(k, size) for k in group if (size := arrows[k].label)]
        for k in group:
            paths[k] = path
        if place:
            wide = max(w for _, (w, _) in sizes)
            down = place[1] - sum(h for _, (_, h) in sizes) / 2
            for k, (w, h) in sizes:
                labels[k] = (place[0] - (wide - w) / 2, down + h / 2)
                down += h
    return replace(found, centers=centers, paths=tuple(paths), labels=tuple(labels))
