"""What a layout is given, and what it answers: sizes in, places out. One unit is 1/72 inch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Frame = tuple[float, float, float, float]  # left, top, width, height
LABEL_MARGIN = 4.0  # kept free on all sides of a label, within the size that is given


@dataclass(frozen=True)
class Spacing:
    """Whether the order runs across the page or down it, and how far things are apart.

    `beside`: two boxes of one rank; `between`: two ranks.
    """

    across: bool = True
    beside: float = 20.0
    between: float = 32.0


@dataclass(frozen=True)
class Box:
    """A node: a rectangle, or the ellipse in it. `end`: it stands at the start or end of all.

    Boxes of one `group` are kept together.
    """

    name: str
    width: float
    height: float
    round: bool = False
    end: Literal["", "start", "end"] = ""
    group: str = ""


@dataclass(frozen=True)
class Arrow:
    """From tail to head, perhaps with a label of (width, height).

    `back`: it points against the order, to the left or upwards. `level`: its ends are best beside
    each other.
    """

    tail: str
    head: str
    back: bool = False
    label: tuple[float, float] | None = None
    level: bool = False


@dataclass(frozen=True)
class Places:
    """Centers of boxes by name, and for each arrow its path and the center of its label.

    A path is a cubic spline (start, then three points a piece) and then the tip of the arrow.
    y grows downwards. `turns`: how many arrows go on in a next line.
    """

    width: float
    height: float
    centers: dict[str, Point]
    paths: tuple[tuple[Point, ...], ...]
    labels: tuple[Point | None, ...]
    turns: int = 0


def transposed(found: Places) -> Places:
    """The same with x and y exchanged: what ran to the right runs down."""
    return Places(
        found.height,
        found.width,
        {name: (y, x) for name, (x, y) in found.centers.items()},
        tuple(tuple((y, x) for x, y in path) for path in found.paths),
        tuple(None if at is None else (at[1], at[0]) for at in found.labels),
    )
