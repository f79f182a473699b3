"""The way of setting a picture in which it can be read on a slide.

    ways, the nicest first   =>   the first with letters of COMFORTABLE points, else the largest

A slide is 960 x 540 points, 13.33 x 7.5 inches, of which a picture may take ROOM.
"""

from __future__ import annotations

from symnet.render.pictures.clear import crossed
from symnet.render.pictures.picture import Picture, Subject, Way, picture
from symnet.render.pictures.places import Spacing
from symnet.render.pictures.svg import extent_of

Room = tuple[float, float]

ROOM = (900.0, 440.0)
COMFORTABLE = 9.5
LARGEST = 1.5  # times its own size: what is small is not blown up any further
AMPLE = 12.0  # points, beyond which larger letters are not worth anything else
CROSSING = 0.06  # what a label that is crossed by an arrow costs, as a share of the size of letters
TURNING = 0.05  # and what an arrow that goes on in a next line costs
HOPELESS = 0.45  # of a comfortable size: further ways of setting would not help either

ROOMY, CLOSE, CLOSER = (20.0, 32.0), (12.0, 14.0), (7.0, 8.0)
DOWN = False


def _dense(
    signs: tuple[int, int],
    apart: tuple[float, float],
    across: bool = True,
    racks: bool = False,
    lines: int = 1,
) -> Way:
    title, spacing = 12 if across else 22, Spacing(across, *apart)
    return Way(12, 10, 10, *signs, title, 6, spacing, racks, level=True, lines=lines)


WAYS = (
    Way(spacing=Spacing(True, *ROOMY)),
    _dense((34, 40), CLOSE),
    _dense((34, 40), CLOSE, lines=2),
    _dense((34, 40), CLOSE, DOWN),
    _dense((20, 18), CLOSE, racks=True),
    _dense((20, 18), CLOSE, racks=True, lines=2),
    _dense((34, 40), CLOSE, DOWN, racks=True),
    _dense((16, 20), CLOSER, racks=True),
    _dense((34, 40), CLOSER, DOWN, racks=True),
    _dense((16, 20), CLOSE, racks=True, lines=3),
)


def fitted(shown: Subject, room: Room = ROOM) -> Picture:
    """The picture of a subject, set so that its letters are large where it is made to fit."""
    best, most = None, 0.0
    for k, way in enumerate(WAYS):
        made = picture(shown, way)
        crossings, size = _crossed(made), text_size(made, room)
        worth = min(size, AMPLE) * (1 - CROSSING) ** crossings
        worth *= (1 - TURNING) ** made.places.turns
        if best is None or worth > most:
            best, most = made, worth
        good = worth >= COMFORTABLE and not crossings
        if good or (k >= 3 and most < HOPELESS * COMFORTABLE):
            break
    assert best is not None
    return best


def _crossed(made: Picture) -> int:
    boxes, arrows = [n.box for n in made.nodes], [e.arrow for e in made.edges]
    return crossed(made.places, boxes, arrows)


def text_size(made: Picture, room: Room = ROOM) -> float:
    """The smallest letters of a picture in points, where it is made to fit into the room.

    Indices and exponents are smaller, as they are in all mathematics.
    """
    return least(made) * scale(made, room)


def scale(made: Picture, room: Room = ROOM) -> float:
    """The scale at which a picture fits."""
    _, _, width, height = extent_of(made)
    return min(room[0] / width, room[1] / height, LARGEST)


def least(made: Picture) -> float:
    """The size of the smallest letters at scale 1."""
    set_ = [f for n in made.nodes for f in (n.main, n.extents) if f]
    set_ += [e.label for e in made.edges if e.label]
    return min(f.size for f in set_)
