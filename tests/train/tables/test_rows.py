"""Rows of a CSV file: what is read, and where the caret stands under what is not."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.notation import TrainingError
from symnet.train.tables.rows import CsvFile, Layout, span

GOOD = "width,height,kind\n1,2,a\n3,4,b\n"


def file(folder: Path, content: str | bytes, **layout: object) -> CsvFile:
    path = folder / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CsvFile(path, Layout(**layout))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.rstrip(),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD + "\n\n   \n",
        "\n\n" + GOOD,
        "width, height , kind\n1, 2, a\n3,4,b\n".replace(", ", ","),
        '"width","height","kind"\n"1","2","a"\n"3","4","b"\n',
    ],
)
def test_what_is_read(tmp_path: Path, content: str) -> None:
    found = file(tmp_path, content)
    assert found.names == ("width", "height", "kind")
    assert [row.cells for row in found] == [["1", "2", "a"], ["3", "4", "b"]]
    assert [row.cells for row in found] == [["1", "2", "a"], ["3", "4", "b"]]  # and once more


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (GOOD.replace(",", ";"), {"delimiter": ";"}),
        (GOOD.replace(",", "\t"), {"delimiter": "\t"}),
        (GOOD.replace(",", " "), {"delimiter": " "}),
        (GOOD.encode("utf-16"), {"encoding": "utf-16"}),
        ("of today\n\n" + GOOD, {"skip": 2}),
        (GOOD, {"skip": 1, "names": ("width", "height", "kind")}),
        (GOOD.split("\n", 1)[1], {"names": ("width", "height", "kind")}),
    ],
)
def test_other_layouts(tmp_path: Path, content: str | bytes, layout: dict[str, object]) -> None:
    found = file(tmp_path, content, **layout)
    assert found.names == ("width", "height", "kind")
    assert [row.cells for row in found] == [["1", "2", "a"], ["3", "4", "b"]]


def test_lines_of_rows_count_lines_in_quotes(tmp_path: Path) -> None:
    found = file(tmp_path, 'a,b\n1,"two\nlines"\n\n2,3\n')
    assert [(row.line, row.cells[1]) for row in found] == [(2, "two\nlines"), (5, "3")]
    error = str(found.wrong(next(iter(found)), 1, "wrong"))
    assert error.endswith("data.csv, line 2, column 'b': wrong\n  1,\"two\n    ^^^^")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n\n", "is empty; expected a row with the names of columns, then samples"),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 are both called 'a'; .*\n  a,b,a\n      \\^$"),
        (GOOD + "5,6\n", "line 4: 2 cells, expected 3 as in line 1; .* missing\n  5,6\n    \\^$"),
        (GOOD + "5\n", "line 4: 1 cell, expected 3 as in line 1"),
        (GOOD + "5,6,a,7\n", "line 4: 4 cells, expected 3 .*\n  5,6,a,7\n        \\^$"),
        (GOOD + '5,"6,a\n', 'line 4: a quote is opened and not closed.*\n  5,"6,a\n    \\^$'),
        (GOOD + '5,"6" m,a\n', "line 4: signs after a closing quote"),
        (GOOD + '"' + "z" * 200_000 + '",', "line 4: a cell of more than 131072 characters"),
        ("a" * 1_000_001, "line 1: more than 1000000 characters; is it a CSV file?"),
        (GOOD.encode() + b"5,6,\xe9\n", "line 4: the byte 0xe9 is no utf-8; .*'cp1252'$"),
        (GOOD.encode("utf-16"), "it holds the byte 0; .* encoding='utf-16'$"),
        (b"PK\x03\x04\0\0", "is no text: an Excel workbook or another zip file; save it as CSV"),
        (b"\x1f\x8b\x08\0", "is no text: compressed by gzip"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        list(file(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (GOOD, "widht", r"no column is called 'widht'; did you mean width\?\n  columns: width, h"),
        (GOOD, "KIND", r"did you mean kind\?"),
        (GOOD, "species", r"'species'\n  columns: width, height, kind$"),
        (GOOD.replace(",", ";"), "width", "is the delimiter ';'\\? Then give delimiter=';'"),
        ("1,2,a\n3,4,b\n", "kind", r"the file has no row of names, give names=\[..\]"),
    ],
)
def test_a_column_that_is_missing(tmp_path: Path, content: str, name: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        file(tmp_path, content).column(name)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ({"delimiter": ",,"}, "delimiter is ',,'; expected one sign"),
        ({"delimiter": '"'}, "expected one sign"),
        ({"decimal": ","}, "decimal is ',', with the delimiter ','"),
        ({"decimal": "'"}, "expected . or ,"),
        ({"skip": -1}, "skip is -1"),
        ({"encoding": "utf-9"}, "encoding 'utf-9' is not known"),
        ({"encoding": "base64"}, "encoding 'base64' is not known"),
    ],
)
def test_layouts_that_are_refused(layout: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        Layout(**layout)  # type: ignore[arg-type]


def test_names_twice_or_in_a_file_without_samples(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="names: columns 1 and 2 are both called 'a'"):
        list(file(tmp_path, "1,2\n", names=("a", "a")))
    with pytest.raises(TrainingError, match="is empty after 9 lines; expected samples"):
        list(file(tmp_path, GOOD, names=("a",), skip=9))


@given(st.lists(st.text(alphabet='ab ,"\n;é', max_size=6), min_size=2, max_size=5))
def test_the_span_is_the_cell(cells: list[str]) -> None:
    """What Python's writer writes: the text at the span, read alone, is the cell."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(cells)
    text = written.getvalue()
    for k, cell in enumerate(cells):
        start, end = span(text, k, ",")
        assert next(csv.reader(io.StringIO(text[start:end], newline=""))) == [cell]


@given(st.lists(st.text(alphabet="ab\"'", min_size=1, max_size=6), min_size=2, max_size=5))
def test_the_span_of_a_cell_without_quotes_around(cells: list[str]) -> None:
    """A quote inside of a cell is a sign like any other."""
    cells = [f"c{cell}" for cell in cells]
    text = " , ".join(cells)
    assert [text[slice(*span(text, k, ","))] for k in range(len(cells))] == cells
