"""How wide words and formulas are, and where a sentence is wrapped.

    wrapped(("with the row sum ", Math("r_q"), ", hence"), 8, 160)   =>   lines, each with its width

Words are measured letter by letter in STIX Two, in which the formulas are set. A painter's own font
differs by a few per cent, so SLACK of a line is left free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from symnet.render.decks.scene import Math, Run
from symnet.render.setting.glyphs import font, formula

SLACK = 0.96
BOLD = 1.04
UNKNOWN = 0.55  # of the size: the width of a letter that STIX does not have
ASCENT, DESCENT = 0.74, 0.24  # of the size, for words
EM = 1000  # units of the font


@dataclass(frozen=True)
class Lined:
    """A line of a wrapped sentence with its measures."""

    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        return self.ascent + self.descent


def width_of(run: Run, size: float, bold: bool = False) -> float:
    """The width of words, or of a formula in a line."""
    if isinstance(run, Math):
        return formula(run.latex, size).width
    return sum(map(_letter, run)) * size * (BOLD if bold else 1.0)


@lru_cache(maxsize=1024)
def _letter(character: str) -> float:
    """The width of one letter at size 1."""
    glyph = font().glyph(character)
    return float(glyph.advance()) / EM if glyph.index else UNKNOWN


def line_of(runs: tuple[Run, ...], size: float, bold: bool = False) -> Lined:
    """Runs as one line, however wide."""
    width, up, down = 0.0, ASCENT * size, DESCENT * size
    for run in runs:
        width += width_of(run, size, bold)
        if isinstance(run, Math):
            made = formula(run.latex, size)
            up, down = max(up, made.ascent), max(down, made.descent)
    return Lined(runs, width, up, down)


def wrapped(
    sentence: tuple[Run, ...], size: float, width: float, bold: bool = False
) -> list[Lined]:
    """The lines of a sentence, each within `width` unless a single word is wider."""
    lines: list[list[Run]] = []
    used = 0.0
    for spaced, chunk in _chunks(sentence):
        needed = sum(width_of(run, size, bold) for run in chunk)
        gap = width_of(" ", size) if spaced and lines else 0.0
        if lines and used + gap + needed <= width * SLACK:
            lines[-1] += [" ", *chunk] if gap else chunk
            used += gap + needed
        else:
            lines.append(list(chunk))
            used = needed
    return [line_of(tuple(_merged(line)), size, bold) for line in lines]


def _chunks(sentence: Iterable[Run]) -> Iterator[tuple[bool, list[Run]]]:
    """What is not parted: (whether a space stands before it, words and formulas without one)."""
    chunk: list[Run] = []
    spaced = False
    for run in sentence:
        if isinstance(run, Math):
            chunk.append(run)
            continue
        words = run.split(" ")
        for k, word in enumerate(words):
            if k:
                if chunk:
                    yield spaced, chunk
                chunk, spaced = [], True
            if word:
                chunk.append(word)
    if chunk:
        yield spaced, chunk


def _merged(line: Iterable[Run]) -> Iterator[Run]:
    """Words that stand side by side as one run."""
    words = ""
    for run in line:
        if isinstance(run, Math):
            if words:
                yield words
            yield run
            words = ""
        else:
            words += run
    if words:
        yield words
