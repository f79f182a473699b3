"""Around the boxes of each layer a frame with its title, where no frame holds anything else.

boxes of groups A, B; places   =>   a rectangle for each group, or none at all
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symnet.render.pictures.places import Arrow, Box, Frame, Places
from symnet.render.setting.glyphs import Formula

INSET = 6.0  # between a frame and what is in it


@dataclass(frozen=True)
class Framed:
    """A frame, and its title in the upper left corner."""

    frame: Frame
    title: Formula
    text: str


def framed(
    boxes: Sequence[Box], arrows: Sequence[Arrow], found: Places, titles: Mapping[str, Formula]
) -> tuple[Framed, ...]:
    """The frames of all groups that have a title; none if one of them would hold what is not its.

    A label is of the groups of both ends of its arrow, and in a frame if these are one.
    """
    group = {b.name: b.group for b in boxes}
    things = [({b.group}, (*found.centers[b.name], b.width, b.height)) for b in boxes]
    for a, at in zip(arrows, found.labels, strict=True):
        if at is not None and a.label is not None:
            things.append(({group[a.tail], group[a.head]}, (*at, *a.label)))
    out = []
    for name, title in titles.items():
        inside = [place for own, place in things if own == {name}]
        if not inside:
            continue
        frame = _around(inside, title)
        if any(_meets(frame, place) for own, place in things if name not in own):
            return ()
        out.append(Framed(frame, title, name))
    return tuple(out) if not _overlapping([f.frame for f in out]) else ()


def _around(places: Sequence[tuple[float, float, float, float]], title: Formula) -> Frame:
    left = min(x - w / 2 for x, _, w, _ in places) - INSET
    right = max(x + w / 2 for x, _, w, _ in places) + INSET
    top = min(y - h / 2 for _, y, _, h in places) - INSET - title.height
    bottom = max(y + h / 2 for _, y, _, h in places) + INSET
    return left, top, max(right - left, title.width + 2 * INSET), bottom - top


def _meets(frame: Frame, place: tuple[float, float, float, float]) -> bool:
    left, top, width, height = frame
    x, y, w, h = place
    return (
        abs(x - left - width / 2) < (w + width) / 2 and abs(y - top - height / 2) < (h + height) / 2
    )


def _overlapping(frames: Sequence[Frame]) -> bool:
    middles = [(x + w / 2, y + h / 2, w, h) for x, y, w, h in frames]
    return any(_meets(f, m) for k, f in enumerate(frames) for m in middles[:k])
