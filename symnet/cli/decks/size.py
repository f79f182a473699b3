"""How wide a column of a slide is, for who breaks formulas before the slide is laid out."""

from __future__ import annotations

from symnet.render.decks.canvas import MARGIN, MATHS
from symnet.render.decks.paging import PANEL
from symnet.render.decks.scene import SIZES, Aspect
from symnet.render.decks.slide_rows import NUMBER, PANEL_MATHS

FREE = 10.0  # of a row, at its right end


def whole(aspect: Aspect) -> float:
    """Rows over the whole width."""
    return SIZES[aspect][0] - 2 * MARGIN - FREE


def beside(aspect: Aspect) -> float:
    """Numbered rows with a panel beside them."""
    room = SIZES[aspect][0] - 2 * MARGIN
    return (1 - PANEL) * room - 20 - NUMBER - FREE


def panel(aspect: Aspect) -> float:
    """The panel, without the left sides of its chain."""
    return PANEL * (SIZES[aspect][0] - 2 * MARGIN)


__all__ = ["MATHS", "PANEL_MATHS", "beside", "panel", "whole"]
