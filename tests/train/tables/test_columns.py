"""Which columns are read: REST, names, refusals."""

from pathlib import Path
from typing import Any

import pytest

from symnet.notation import TrainingError
from symnet.train.tables.columns import REST, Choice, chosen
from symnet.train.tables.rows import CsvFile


@pytest.fixture
def file(tmp_path: Path) -> CsvFile:
    (tmp_path / "a.csv").write_text("id,width,height,kind\n0,1,2,a\n1,3,4,b\n")
    return CsvFile(tmp_path / "a.csv")


def test_columns(file: CsvFile) -> None:
    everything = Choice({"x": ("id", "width", "height", "kind")}, {})
    assert chosen(file, None, None) == everything
    assert chosen(file, {"x": REST}, {"t": "kind"}, ["id"]) == Choice(
        {"x": ("width", "height")}, {"t": "kind"}
    )
    assert chosen(file, {"x": REST, "y": "height"}, {"t": "kind"}, "id") == Choice(
        {"x": ("width",), "y": ("height",)}, {"t": "kind"}, frozenset("y")
    )
    assert chosen(file, {"x": ["height", "width"]}, {}).numbers == {"x": ("height", "width")}
    assert chosen(file, {}, {"t": "kind"}) == Choice({}, {"t": "kind"})


@pytest.mark.parametrize(
    ("numbers", "labels", "leave_out", "message"),
    [
        ({"x": []}, {}, (), "x has no columns"),
        ({"x": 3}, {}, (), "x is 3; expected names of columns"),
        ({"x": [0, 1]}, {}, (), r"x is \[0, 1\]; expected names of columns"),
        ({"x": ["width", "width"]}, {}, (), "x has the column 'width' twice"),
        ({"x": ["width", "hight"]}, {}, (), r"no column is called 'hight'; did you mean height\?"),
        ({"x": REST}, {"x": "kind"}, (), "x is among numbers and among labels"),
        ({"x": REST, "y": REST}, {}, (), "x and y both are REST"),
        ({"x": REST, "y": "width"}, {"t": "kind"}, ("id", "height"), "no column is left for REST"),
        ({}, {}, (), "no column is asked for"),
        ({"a/b": REST}, {}, (), "'a/b' is no name of a tensor"),
        (None, {"t": ["kind"]}, (), r"labels: t is \['kind'\]; expected the name of one column"),
        (None, {"t": REST}, (), "labels: t is REST"),
        (None, {"t": "kinds"}, (), "no column is called 'kinds'"),
        (None, {}, ("ID",), "no column is called 'ID'; did you mean id"),
        (None, {}, (1,), "leave_out is"),
    ],
)
def test_refusals(file: CsvFile, numbers: Any, labels: Any, leave_out: Any, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        chosen(file, numbers, labels, leave_out)


def test_a_name_that_is_a_number(tmp_path: Path) -> None:
    """A sample taken for names, as in a file without a row of names; or years."""
    (tmp_path / "a.csv").write_text("country,2019,2020\n7,1,2\n8,3,4\n")
    file = CsvFile(tmp_path / "a.csv")
    with pytest.raises(TrainingError, match=r"called '2019', and REST .* give names=\[..\]"):
        chosen(file, None, None)
    assert chosen(file, {"x": ["2019", "2020"]}, None).numbers == {"x": ("2019", "2020")}


def test_a_column_without_a_name(tmp_path: Path) -> None:
    """The row numbers that other programs write have none."""
    (tmp_path / "a.csv").write_text(",width\n0,1\n1,3\n")
    file = CsvFile(tmp_path / "a.csv")
    with pytest.raises(TrainingError, match=r"column 1 has no name, .* leave_out=\[''\]"):
        chosen(file, None, None)
    assert chosen(file, None, None, [""]).numbers == {"x": ("width",)}
