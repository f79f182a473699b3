"""A text in a file that may be larger than memory: its bytes where they are, and their numbers.

    symbols = the bytes that occur, sorted        ids[k] = the place of the k-th byte among them

    book = open_text("book.txt");   fit(model, streams(book[:-100_000], 32), ..)

The file is memory-mapped: `streams` reads the windows of a batch and looks their numbers up. For a
text of ASCII, a byte is a character; of another one, UTF-8 has two to four bytes for a character.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from symnet.notation import TrainingError, UnknownTensor
from symnet.train.paths import readable

Array = np.ndarray[Any, Any]
MARK = b"\xef\xbb\xbf"  # how UTF-8 says that it is UTF-8
BLOCK = 1 << 20  # bytes in memory while symbols are counted


@dataclass(frozen=True)
class TextFile:
    """The bytes of a file, memory-mapped, and the symbols among them; `text[a:b]` is a part."""

    content: Array
    symbols: bytes

    def __len__(self) -> int:
        return len(self.content)

    def __getitem__(self, part: slice) -> TextFile:
        """A part of the text, with the symbols of the whole."""
        return TextFile(self.content[part], self.symbols)

    @cached_property
    def numbers(self) -> Array:
        """The number (256,) of each byte; of one that does not occur, -1."""
        found = np.full(256, -1, np.intp)
        found[list(self.symbols)] = np.arange(len(self.symbols))
        return found

    @property
    def ids(self) -> Array:
        """All numbers, in memory."""
        return np.asarray(self.numbers[self.content])

    def encoded(self, text: str) -> Array:
        """The numbers of a text of the same symbols. Raises UnknownTensor for another symbol."""
        found = self.numbers[np.frombuffer(text.encode(), np.uint8)]
        if len(found) and found.min() < 0:
            strange = next(c for c in text if not set(c.encode()) <= set(self.symbols))
            raise UnknownTensor(f"the text has no symbol {strange!r}; it has {self.symbols!r}")
        return np.asarray(found)

    def decoded(self, ids: Iterable[int]) -> str:
        """The text of these numbers; U+FFFD where a character was cut in the middle."""
        return bytes(self.symbols[k] for k in ids).decode(errors="replace")

    def read(self, path: str | Path) -> TextFile:
        """Another file with the same numbers. Raises UnknownTensor for a byte that is no symbol."""
        found = open_text(path)
        strange = sorted(set(found.symbols) - set(self.symbols))
        if strange:
            raise UnknownTensor(
                f"{path} holds {bytes(strange[:6])!r}, no symbols of the first text; they are "
                f"{self.symbols!r}"
            )
        return TextFile(found.content, self.symbols)


def open_text(path: str | Path) -> TextFile:
    """The text in a file of any size; it is read once, block by block, to find its symbols.

    Nothing is changed but that a byte order mark is left out: capitals, line ends and blanks are
    symbols too. Raises TrainingError for a file that is missing, or holds less than two symbols.
    """
    place = readable(path)
    with place.open("rb") as file:
        first = len(MARK) if file.read(len(MARK)) == MARK else 0
    content = np.memmap(place, np.uint8, "r")[first:]
    seen = np.zeros(256, bool)
    for k in range(0, len(content), BLOCK):
        seen[content[k : k + BLOCK]] = True
    symbols = bytes(np.flatnonzero(seen).tolist())
    if len(symbols) < 2:
        raise TrainingError(
            f"{place} holds {symbols!r} only; a model of text needs two symbols at least"
        )
    return TextFile(content, symbols)
