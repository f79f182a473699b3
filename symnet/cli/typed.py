"""TEXT on the command line -> the graph that it says, and the same text at small sizes.

"np.sum((X@W - Y)**2)" --shape X=N,D ...    text itself, in NumPy or index notation
@loss.txt, loss.txt, loss.py                the text of that file; it is read, never run
-                                           the text on standard input
"""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from symnet.cli import UsageError
from symnet.notation import Graph, SymnetError
from symnet.notation.parse import parse

SUFFIXES = (".txt", ".py")
LONGEST_FILE = 1_000_000  # bytes; longer text is refused by the parser in any case
SMALL = 6  # a larger integer extent is made smaller where the judges evaluate entry by entry
NAME = re.compile(r"[A-Za-z_]\w*\Z")


@dataclass(frozen=True)
class Typed:
    """A text with its shapes and assumptions, as they were given."""

    text: str
    shapes: dict[str, str]
    assume: dict[str, list[str]]

    def graph(self) -> Graph:
        """The graph. Raises ParseError, IndexMismatch and their like for what cannot be read."""
        return parse(self.text, self.shapes, assume=self.assume)

    def small(self) -> Graph:
        """The same text with smaller integer extents: different ones stay different, in order.

        The graph itself if none is large, or if the text does not allow it (a reshape, say).
        """
        words = [w for shape in self.shapes.values() for w in re.split(r"[\s,]+", shape)]
        numbers = sorted({int(w) for w in words if w.isdigit() and len(w) < 12} - {1})
        large = [n for n in numbers if n > SMALL]
        if not large:
            return self.graph()
        kept = len(numbers) - len(large)
        for chosen, first in ((numbers, 2), (large, numbers[kept - 1] + 1 if kept else 2)):
            new = {str(n): str(m) for m, n in enumerate(chosen, start=first)}
            if (found := self._with(new)) is not None:
                return found
        return self.graph()

    def _with(self, numbers: dict[str, str]) -> Graph | None:
        """The graph with other numbers in the shapes; None if the text needs those it has."""
        shapes = {
            name: re.sub(r"\b\d+\b", lambda m: numbers.get(m.group(), m.group()), shape)
            for name, shape in self.shapes.items()
        }
        try:
            return parse(self.text, shapes, assume=self.assume)
        except SymnetError:
            return None


def is_text(options: Namespace) -> bool:
    """Whether the subject is TEXT, and not the NAME of a page, layer or optimiser."""
    subject = options.name
    return bool(options.shape) or NAME.match(subject) is None


def typed(options: Namespace) -> Typed:
    """What was typed. Raises UsageError for a shape or an assumption that is not NAME=..."""
    shapes = dict(p for word in options.shape or () for p in _pairs(word, "--shape", "X=N,D"))
    assume: dict[str, list[str]] = {}
    for word in options.assume or ():
        for name, words in _pairs(word, "--assume", "y=one_hot"):
            assume.setdefault(name, []).extend(w for w in words.split(",") if w)
    return Typed(_text(options.name), shapes, assume)


def _pairs(word: str, option: str, example: str) -> list[tuple[str, str]]:
    """X=N,D W=D,K (or with ;) -> the pairs."""
    out = []
    for part in re.split(r"[\s;]+", word.strip()):
        name, equals, value = part.partition("=")
        if not equals or not NAME.match(name):
            raise UsageError(f"{option} {word[:80]!r}: expected NAME=..., such as {example}")
        out.append((name, value))
    return out


def _text(subject: str) -> str:
    if subject == "-":
        return sys.stdin.read(LONGEST_FILE)
    path = _file(subject)
    if path is None:
        return subject.lstrip(" ")
    with path.open(encoding="utf-8") as file:
        try:
            return file.read(LONGEST_FILE)
        except UnicodeDecodeError as e:
            raise UsageError(f"{path}: expected text in UTF-8, found other bytes") from e


def _file(subject: str) -> Path | None:
    """The file that is meant, if one is. Raises UsageError if @FILE is not there."""
    if subject.startswith("@"):
        path = Path(subject[1:])
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
        return path
    if subject.endswith(SUFFIXES) and len(subject) < 4096 and "\n" not in subject:
        path = Path(subject)
        return path if path.is_file() else None
    return None
