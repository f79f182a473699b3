"""Cells as numbers: what a cell has to be, and what is said if it is not.

number:  14.2   -3   1e-5        not: an empty cell, NA, nan, inf, 1_000, 1,000, 12 %
word:    any text but NA, nan, null, ?; each has a code 0, 1, .. in the order in which they come
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symnet.notation import TrainingError
from symnet.notation.parse.source import nearest
from symnet.train.tables.columns import Choice
from symnet.train.tables.rows import CsvFile, Row

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "--", ".", "missing"}
NO_WORD = {"", "na", "n/a", "nan", "null", "?"}  # what programs write where nothing is known


@dataclass(frozen=True)
class Samples:
    """The rows of a file as (numbers, codes): one number for each column, one code for each label.

    A code is the class number if classes are known; if not, words are counted as they come, and
    `seen` tells which they were.
    """

    file: CsvFile
    choice: Choice
    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.choice.classes or {}
        for name in self.choice.labels:
            self.seen.setdefault(name, {word: k for k, word in enumerate(known.get(name, ()))})

    def __iter__(self) -> Iterator[tuple[list[float], list[int]]]:
        column = self.file.column
        numbers = [column(c) for columns in self.choice.numbers.values() for c in columns]
        labels = [(name, column(c)) for name, c in self.choice.labels.items()]
        read = _point if self.file.layout.decimal == "." else _comma
        for row in self.file:
            cells = row.cells
            try:
                values = [read(cells[k]) for k in numbers]
            except ValueError:
                raise self._no_number(row, numbers, read) from None
            if not all(map(math.isfinite, values)):
                raise self._no_number(row, numbers, read)
            yield values, [self._code(row, name, k) for name, k in labels]

    def _code(self, row: Row, name: str, k: int) -> int:
        word, seen = row.cells[k].strip(), self.seen[name]
        if word not in seen:
            if word.lower() in NO_WORD:
                found = f"found {word!r}" if word else "an empty cell"
                said = "expected a class; remove the row, or write a word of its own for it"
                raise self.file.wrong(row, k, f"{found}, {said}")
            if self.choice.classes is not None:
                raise self.file.wrong(row, k, f"{word!r} is no class{_known(word, seen)}")
            seen[word] = len(seen)
        return seen[word]

    def _no_number(
        self, row: Row, numbers: Sequence[int], read: Callable[[str], float]
    ) -> TrainingError:
        k = next(k for k in numbers if not _is_finite(row.cells[k], read))
        cell = row.cells[k].strip()
        found = f"found {cell[:40]!r}" if cell else "an empty cell"
        return self.file.wrong(row, k, f"{found}, expected {self._expected(row, k, cell)}")

    def _expected(self, row: Row, k: int, cell: str) -> str:
        layout, column = self.file.layout, self.file.names[k]
        if cell.lower() in MISSING:
            return "a number; if it is not known, remove the row or write a likely number"
        other, sign = (",", _comma) if layout.decimal == "." else (".", _point)
        if other != layout.delimiter and _is_finite(cell, sign):
            return f"a number; if {other} is the decimal sign, give decimal={other!r}"
        if any(c.isdigit() for c in cell) or cell.lower().lstrip("+-") in ("inf", "infinity"):
            return "a finite number, such as 12.5 or -1e-3, without other signs"
        if layout.names is not None and row.line == layout.skip + 1:
            return f"a number; if this line holds names, give skip={layout.skip + 1}"
        return (
            f"a number; if the column holds words, read it by labels={{'t': {column!r}}} or leave "
            "it out"
        )


def sorted_classes(file: CsvFile, column: str, words: Sequence[str]) -> tuple[str, ...]:
    """The words of a label in the order of their class numbers.

    By value if all are numbers, else as text. Raises TrainingError for a single class, and for two
    words that are the same number.
    """
    where = f"{file.path}, column {column!r}"
    if len(words) < 2:
        raise TrainingError(
            f"{where}: one class only, {words[0]!r}; a classifier needs two at least"
        )
    if not all(_is_finite(word, _point) for word in words):
        return tuple(sorted(words))
    found = sorted(words, key=lambda word: (float(word), word))
    for a, b in pairwise(found):
        if float(a) == float(b):
            raise TrainingError(f"{where}: {a!r} and {b!r} are the same number; write one of them")
    return tuple(found)


def _known(word: str, seen: dict[str, int]) -> str:
    few = ", ".join(list(seen)[:8]) + (", .." if len(seen) > 8 else "")
    return nearest(word, seen) or f"; classes are {few}"


def _point(cell: str) -> float:
    """A number with a decimal point; float would also take 1_000."""
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def _comma(cell: str) -> float:
    """A number with a decimal comma."""
    if "_" in cell or "." in cell:
        raise ValueError(cell)
    return float(cell.replace(",", "."))


def _is_finite(cell: str, read: Callable[[str], float]) -> bool:
    try:
        return math.isfinite(read(cell))
    except ValueError:
        return False
