"""Labels to places where nothing crosses them: a layout knows boxes, but not how arrows bend.

    label crossed by an arrow, or by its own   =>   the best of the places beside its own arrow

Best: on no box and no other label, crossed by as few arrows as can be, near the arrow, on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from symnet.render.pictures.places import Arrow, Box, Places, Point

Array: TypeAlias = npt.NDArray[np.float64]

PIECES = 12  # points on each piece of a spline
PASSES = 3
GAPS = (1.5, 9.0, 22.0)  # between an arrow and its label, beyond the label's own margin
ON_BOX, ON_LABEL, ON_ARROW, OWN_ARROW, AWAY = 100.0, 100.0, 6.0, 4.0, 0.02
OFF_PAGE = 0.2, 0.02  # for a point, where the page then fills a slide less, and elsewhere
SLIDE = 2.05  # width to height
TOUCHING = 0.1  # of a point: nothing
GOOD = 0.5  # a label that costs less stays where it is
FROM_ENDS = 0.12  # of an arrow, that are too near to its ends to stand there


def cleared(found: Places, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Places:
    """The same with labels moved along their arrows, where that frees them."""
    table = _Table(found, boxes, arrows)
    for _ in range(PASSES):
        if not any([table.improve(k) for k in range(len(arrows))]):
            break
    return replace(found, labels=tuple(table.at.get(k) for k in range(len(arrows))))


def crossed(found: Places, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> int:
    """How many labels are crossed by an arrow, or lie on something."""
    table = _Table(found, boxes, arrows)
    return sum(table.cost(k, np.array([table.at[k]]))[0] >= OWN_ARROW for k in table.at)


class _Table:
    """What lies where, while labels move."""

    def __init__(self, found: Places, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> None:
        self.page = (found.width, found.height)
        is_wide = found.width > SLIDE * found.height
        self.off_page = np.array(OFF_PAGE if is_wide else OFF_PAGE[::-1])
        self.sizes = [a.label or (0.0, 0.0) for a in arrows]
        self.at = {k: at for k, at in enumerate(found.labels) if at is not None}
        self.first = dict(self.at)
        self.paths = [along(path) for path in found.paths]
        owners = [np.full(len(path), k) for k, path in enumerate(self.paths)]
        self.points = np.concatenate(self.paths) if self.paths else np.zeros((0, 2))
        self.owner = np.concatenate(owners) if owners else np.zeros(0)
        self.boxes = np.array(
            [(*found.centers[b.name], b.width / 2, b.height / 2) for b in boxes]
        ).reshape(-1, 4)

    def improve(self, k: int) -> bool:
        """Move a label if it is in the way and a better place is found."""
        if k not in self.at:
            return False
        now = self.cost(k, np.array([self.at[k]]))[0]
        if now < GOOD:
            return False
        places = self.beside(k)
        costs = self.cost(k, places)
        best = int(np.argmin(costs))
        if costs[best] >= now - 1e-6:
            return False
        self.at[k] = (float(places[best][0]), float(places[best][1]))
        return True

    def beside(self, k: int) -> Array:
        """Places at both sides of the arrow, where the label just touches it, and a little off."""
        path, (w, h) = self.paths[k], self.sizes[k]
        inner = path[int(len(path) * FROM_ENDS) : len(path) - int(len(path) * FROM_ENDS)]
        sides = [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)]
        steps = [((w / 2 + gap) * x, (h / 2 + gap) * y) for gap in GAPS for x, y in sides]
        made: Array = (inner[:, None, :] + np.array(steps)[None, :, :]).reshape(-1, 2)
        return made

    def cost(self, k: int, places: Array) -> Array:
        """What it costs to put label k at each of the places."""
        w, h = self.sizes[k]
        out = np.zeros(len(places))
        out += ON_BOX * _meeting(places, w, h, self.boxes).sum(1)
        others = [(*self.at[j], self.sizes[j][0] / 2, self.sizes[j][1] / 2)
                  for j in self.at if j != k]  # fmt: skip
        nearly = w - TOUCHING, h - TOUCHING  # labels of one stack touch each other
        out += ON_LABEL * _meeting(places, *nearly, np.array(others).reshape(-1, 4)).sum(1)
        spots = np.hstack([self.points, np.zeros_like(self.points)])
        inside = _meeting(places, w - 1, h - 1, spots)
        own = self.owner == k
        for j in np.unique(self.owner[inside.any(0) & ~own]):
            out += ON_ARROW * inside[:, self.owner == j].any(1)
        out += OWN_ARROW * inside[:, own].any(1)
        reach = np.array(self.page) / 2
        over = np.abs(places - reach) + np.array([w, h]) / 2 - reach
        out += np.clip(over, 0, None) @ self.off_page
        out += AWAY * np.hypot(*(places - np.array(self.first[k])).T)
        return out


def _meeting(places: Array, w: float, h: float, others: Array) -> Any:
    """Which rectangles of a size around the places meet which others (x, y, half of w, of h)."""
    apart = np.abs(places[:, None, :] - others[None, :, :2])
    return (apart < others[None, :, 2:] + np.array([w, h]) / 2).all(2)


def along(path: Sequence[Point]) -> Array:
    """Points along a spline, to its tip."""
    *curve, tip = np.array(path, dtype=float)
    t = np.linspace(0, 1, PIECES + 1)[:, None]
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    pieces = [
        sum(w * p for w, p in zip(weights, curve[k : k + 4], strict=True))
        for k in range(0, len(curve) - 3, 3)
    ]
    made: Array = np.vstack([*pieces, tip[None, :]])
    return made
