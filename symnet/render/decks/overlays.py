"""Pages of one frame -> one list of lines, each with the pages that it is on.

    [a b c], [a d c]   =>   a on all, b on 1, d on 2, c on all

What is on several pages stands once, so it cannot move between them; on every page the lines keep
their order, so that what lies above lies above.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeVar

Line = TypeVar("Line", bound=Hashable)


def merged(pages: Sequence[Sequence[Line]]) -> list[tuple[Line, tuple[int, ...]]]:
    """All lines in one order, with the numbers of their pages, from 1."""
    out: list[tuple[Line, tuple[int, ...]]] = []
    for number, page in enumerate(pages, 1):
        known = [line for line, _ in out]
        steps = SequenceMatcher(None, known, page, autojunk=False).get_opcodes()
        both: list[tuple[Line, tuple[int, ...]]] = []
        for step, a, b, c, d in steps:
            if step == "equal":
                both += [(line, (*on, number)) for line, on in out[a:b]]
            else:
                both += out[a:b]
                both += [(line, (number,)) for line in page[c:d]]
        out = both
    return out


def specification(on: Sequence[int], last: int) -> str:
    """Beamer's words for some pages of `last`: <2-3>, <2-> up to the last, nothing for all."""
    if len(on) == last:
        return ""
    starts = [on[0], *(b for a, b in pairwise(on) if b != a + 1)]
    ends = [*(a for a, b in pairwise(on) if b != a + 1), on[-1]]
    spans = [_span(a, b, last) for a, b in zip(starts, ends, strict=True)]
    return f"<{','.join(spans)}>"


def _span(start: int, end: int, last: int) -> str:
    if start == end:
        return str(start)
    return f"{start}-" if end == last else f"{start}-{end}"
