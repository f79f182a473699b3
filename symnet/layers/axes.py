"""The index of a new axis: an extent, or an index that also says the letter.

new_axis("H", x[n,i]) => h < H;   new_axis(64, x[n,j]) => k < 64;   new_axis(m, ...) => m
new_axis(j, x[n,j]) => another j: a square weight is W[j,j'], not its diagonal W[j,j]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import sympy

from symnet.notation import Index, UnsupportedExpression

Width: TypeAlias = int | str | sympy.Expr

LETTERS = "jklmpqruvw"


def new_axis(width: Width, beside: Iterable[Index]) -> Index:
    """An index over `width` whose letter none of the indices `beside` has.

    An Index gives itself, or a fresh one if it is one of those beside; a name gives its lower-case
    letter if that is free; else the first of j k l m p q r u v w. Raises UnsupportedExpression if
    no letter is left.
    """
    known = tuple(beside)
    if isinstance(width, Index):
        return width.fresh() if width in known else width
    taken = {i.letter for i in known}
    own = str(width).lower()
    wished = [own] if len(own) == 1 and own.isalpha() else []
    for letter in (*wished, *LETTERS):
        if letter not in taken:
            return Index(letter, width)
    raise UnsupportedExpression(
        f"no letter is left beside {' '.join(sorted(taken))}: give an Index"
    )
