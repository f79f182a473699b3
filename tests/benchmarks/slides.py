"""Seconds for a deck of ten pages: python -m tests.benchmarks.slides

Pages like a slide on attention: rows of formulas, a panel, a drawing with the step that is shown.
Each time is the best of five in one process; `first` is the first, with imports and all formulas
still to be set.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from symnet.render.decks.scene import Film, Formula, Frame, Page
from symnet.render.decks.typst_pages import pdf, png, typst
from symnet.render.setting.typst_wheel import compiled
from tests.render.films import goal, picture, words

LETTERS = [str.maketrans("PSQKVO", to) for to in ("PSQKVO", "ABCDEF", "GHIJKL", "MNRTUW")]


def ten_pages() -> Film:
    """Four frames of up to three steps; each frame has formulas of its own."""
    made = goal(4)
    frames = [_numbered(frame, k) for k, frame in enumerate(made.frames)]
    frames[-1] = replace(frames[-1], pages=frames[-1].pages[:1])
    return replace(made, frames=tuple(frames))


def _numbered(frame: Frame, number: int) -> Frame:
    return replace(frame, pages=tuple(_renamed(page, number) for page in frame.pages))


def _renamed(page: Page, number: int) -> Page:
    letters = LETTERS[number]
    formulas = (
        replace(e, latex=e.latex.translate(letters)) if isinstance(e, Formula) else e
        for e in page.elements
    )
    return Page((*formulas, words(300, 24, f"part {number + 1}")))


def seconds(act: Callable[[], object]) -> tuple[float, float]:
    """Of the first time, and of the best of five more."""
    taken = []
    for _ in range(6):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return taken[0], min(taken[1:])


def main() -> None:
    picture()  # derivation and layout are not counted
    film = ten_pages()
    rows: list[tuple[str, Callable[[], object]]] = [
        ("source", lambda: typst(film)),
        ("compile", lambda: compiled(source.text, source.files, "pdf")),
        ("pdf", lambda: pdf(film)),
        ("one page as PNG", lambda: png(film, 4)),
    ]
    print(f"{len(film.pages)} pages{'first':>21}{'best':>9}")
    for name, act in rows:
        first, best = seconds(act)
        print(f"{name:<20}{first:>8.3f} s{best:>7.3f} s")
        source = typst(film)
    print(f"{len(source.files)} files, {len(source.text)} signs, PDF of {len(pdf(film))} bytes")


if __name__ == "__main__":
    main()
