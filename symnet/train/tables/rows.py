"""A CSV file, row by row: the names of its columns, and the place of every mistake.

    wine.csv  =>  names ("alcohol", "ash"),  rows ["14.2", "2.4"], ["13.2", "2.1"], ...

    wine.csv, line 3: 3 cells, expected 2 as in line 1; ...
      13.2,2.1,7
               ^

One row at a time is in memory. Quoting is that of RFC 4180: a cell in double quotes may hold the
delimiter, a line end, and a doubled quote. Blanks around a cell do not count; blank lines are
passed over; a byte order mark is taken off.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from symnet.notation import TrainingError
from symnet.notation.parse.source import nearest, pointed
from symnet.train.paths import readable

LONGEST_LINE = 1_000_000  # characters
DELIMITERS = ",;\t|"
NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another zip file; save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV",
    b"\x1f\x8b": "compressed by gzip; unpack it first",
    b"PAR1": "a Parquet file; save it as CSV",
    b"\x93NUM": "an array of NumPy; np.load reads it",
}
MISQUOTED = {  # what Python's reader says of it
    "end of data": "a quote is opened and not closed; inside of quotes, write a quote twice",
    "expected after": "signs after a closing quote; inside of quotes, write a quote twice",
    "field larger": "a cell of more than 131072 characters; is a quote not closed?",
}


@dataclass(frozen=True)
class Layout:
    """How a file is written. `names` are the columns of a file that has no header row.

    `skip` lines come before the header row, or before the first sample if there is none.
    Raises TrainingError for signs that cannot be told apart.
    """

    names: tuple[str, ...] | None = None
    skip: int = 0
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise TrainingError(f"delimiter is {self.delimiter!r}; expected one sign, such as ;")
        if self.decimal not in (".", ",") or self.decimal == self.delimiter:
            raise TrainingError(
                f"decimal is {self.decimal!r}, with the delimiter {self.delimiter!r}; "
                "expected . or , and not the delimiter"
            )
        if self.skip < 0:
            raise TrainingError(f"skip is {self.skip}; expected a number of lines")
        try:
            "".encode(self.encoding)  # refuses what is a codec, but none of text
        except LookupError:
            raise TrainingError(
                f"encoding {self.encoding!r} is not known; expected utf-8, cp1252, utf-16, .."
            ) from None


@dataclass(frozen=True)
class Row:
    """The cells of a row, the number of its first line, and its lines as they stand."""

    cells: list[str]
    line: int
    text: str


@dataclass(frozen=True)
class CsvFile:
    """A CSV file, which is read anew each time that one goes through it.

    Raises TrainingError for a file that is missing, empty or no text, for a header row with a name
    twice, and, on the way, for a row of another length, an open quote or a byte of another
    encoding: file, line, and a caret where there is a place.
    """

    path: Path
    layout: Layout = Layout()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, without blanks around them; one may be empty."""
        first = next(self._rows(), None)
        given = self.layout.names
        if first is None:
            wanted = "a row with the names of columns, then samples" if given is None else "samples"
            after = f" after {self.layout.skip} lines" if self.layout.skip else ""
            raise TrainingError(f"{self.path} is empty{after}; expected {wanted}")
        names = given or tuple(cell.strip() for cell in first.cells)
        for k, name in enumerate(names):
            if name and name in names[:k]:
                where = f"columns {names.index(name) + 1} and {k + 1} are both called {name!r}"
                if given is not None:
                    raise TrainingError(f"names: {where}")
                raise self.at(first, k, f"{where}; give one of them another name")
        return names

    def __iter__(self) -> Iterator[Row]:
        """The rows that hold samples; all have as many cells as there are names."""
        wanted, rows = len(self.names), self._rows()
        head = "as there are names"
        if self.layout.names is None:
            head = f"as in line {next(rows).line}"
        for row in rows:
            if len(row.cells) != wanted:
                raise self._ragged(row, head)
            yield row

    def column(self, name: str) -> int:
        """The place of a column. Raises TrainingError with the nearest names if it is missing."""
        if name in self.names:
            return self.names.index(name)
        shown = ", ".join(_printable(c)[:40] for c in self.names[:12])
        shown += ", .." if len(self.names) > 12 else ""
        same = [c for c in self.names if c.lower() == name.strip().lower()]
        hint = f"; did you mean {same[0]}?" if same else nearest(name, self.names)
        others = [c for c in DELIMITERS if len(self.names) == 1 and c in self.names[0]]
        if others:
            hint = f"; is the delimiter {others[0]!r}? Then give delimiter={others[0]!r}"
        elif self.layout.names is None and any(map(is_number, self.names)):
            hint = "; if this is a sample and the file has no row of names, give names=[..]"
        raise TrainingError(f"{self.path}: no column is called {name!r}{hint}\n  columns: {shown}")

    def wrong(self, row: Row, k: int, message: str) -> TrainingError:
        """The error of the k-th cell: file, line, column, and a caret under it."""
        return self.at(row, k, message, f", column {self.names[k]!r}")

    def at(self, row: Row, k: int, message: str, column: str = "") -> TrainingError:
        """The same without the column's name."""
        start, end = span(row.text, k, self.layout.delimiter)
        before = row.text.count("\n", 0, start)
        begin = row.text.rfind("\n", 0, start) + 1
        line = row.text[begin:].splitlines()[0] if row.text[begin:] else ""
        carets = pointed(_printable(line), start - begin, min(end - begin, len(line)))
        where = f"{self.path}, line {row.line + before}{column}"
        return TrainingError(f"{where}: {message}\n{carets}")

    def _ragged(self, row: Row, head: str) -> TrainingError:
        found, wanted = len(row.cells), len(self.names)
        cells = "1 cell" if found == 1 else f"{found} cells"
        hint = "a cell that holds the delimiter stands in double quotes"
        if found < wanted:
            hint = "a cell is missing"
        k = min(found - 1, wanted)
        return self.at(row, k, f"{cells}, expected {wanted} {head}; {hint}")

    def _rows(self) -> Iterator[Row]:
        """All rows, the header row with them."""
        place = readable(self.path)
        _check_text(place, self.layout.encoding)
        with place.open(encoding=_encoding(self.layout), newline="") as file:
            lines = _Lines(file, place)
            try:
                for _ in range(self.layout.skip):
                    next(lines, None)
                lines.taken()
                yield from self._parsed(lines)
            except UnicodeDecodeError as strange:
                raise _undecoded(place, self.layout.encoding, strange) from None

    def _parsed(self, lines: _Lines) -> Iterator[Row]:
        # Python 3.13 refuses to take off blanks beside a delimiter that is one.
        cells = csv.reader(
            lines,
            delimiter=self.layout.delimiter,
            skipinitialspace=self.layout.delimiter != " ",
            strict=True,
        )
        while True:
            try:
                found = next(cells)
            except StopIteration:
                return
            except csv.Error as mistake:
                raise self._misquoted(lines, mistake) from None
            line, text = lines.taken()
            if len(found) > 1 or "".join(found).strip():
                yield Row(found, line, text)

    def _misquoted(self, lines: _Lines, mistake: csv.Error) -> TrainingError:
        line, text = lines.taken()
        shown = text.splitlines()[0] if text else ""
        place = max(shown.rfind('"'), 0)
        said = next((said for key, said in MISQUOTED.items() if key in str(mistake)), str(mistake))
        carets = pointed(_printable(shown), place, place + 1)
        return TrainingError(f"{self.path}, line {line}: {said}\n{carets}")


class _Lines:
    """The lines of a file; those of the row that is being read are kept."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self._kept: list[str] = []
        self._number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        if len(line) == LONGEST_LINE:
            raise TrainingError(
                f"{self._path}, line {self._number}: more than {LONGEST_LINE} characters; "
                "is it a CSV file?"
            )
        self._kept.append(line)
        return line

    def taken(self) -> tuple[int, str]:
        """The number of the first line that was kept, and the lines; they are kept no longer."""
        first, text = self._number - len(self._kept) + 1, "".join(self._kept)
        self._kept.clear()
        return first, text


def span(text: str, k: int, delimiter: str) -> tuple[int, int]:
    """Where the k-th cell of a row stands in its text, blanks around it left out."""
    start, cell, quoted = 0, 0, False
    for i, c in enumerate(text):
        if c == '"' and text[start:i].strip()[:1] in ("", '"'):
            quoted = not quoted
        elif c == delimiter and not quoted:
            if cell == k:
                return _trimmed(text, start, i)
            start, cell = i + 1, cell + 1
    return _trimmed(text, start, len(text.rstrip("\r\n")))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    cell = text[start:end]
    if not cell.strip():
        return end, end + 1
    return start + len(cell) - len(cell.lstrip()), start + len(cell.rstrip())


def _printable(text: str) -> str:
    """The text with blanks for signs that would move what stands behind or below them."""
    return "".join(c if c.isprintable() else " " for c in text)


def is_number(cell: str) -> bool:
    """Whether Python would read the cell as a number, finite or not."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _encoding(layout: Layout) -> str:
    """UTF-8 with or without a byte order mark; any other encoding as it is."""
    return "utf-8-sig" if codecs.lookup(layout.encoding).name == "utf-8" else layout.encoding


def _check_text(place: Path, encoding: str) -> None:
    with place.open("rb") as file:
        first = file.read(4096)
    for begin, what in NO_TEXT.items():
        if first.startswith(begin):
            raise TrainingError(f"{place} is no text: {what}")
    if b"\0" in first and not codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        raise TrainingError(
            f"{place} is no {encoding} text: it holds the byte 0; if it was saved as UTF-16, give "
            "encoding='utf-16'"
        )


def _undecoded(place: Path, encoding: str, strange: UnicodeDecodeError) -> TrainingError:
    """Which line cannot be decoded, found by reading once more."""
    decoder, at = codecs.getincrementaldecoder(encoding)(), 0
    with place.open("rb") as file:
        for at, line in enumerate(file, 1):  # noqa: B007  # read after the loop
            try:
                decoder.decode(line)
            except UnicodeDecodeError as found:
                strange = found
                break
    byte = strange.object[strange.start]
    return TrainingError(
        f"{place}, line {at}: the byte 0x{byte:02x} is no {encoding}; save the file as UTF-8, or "
        "give its encoding, perhaps encoding='cp1252'"
    )
