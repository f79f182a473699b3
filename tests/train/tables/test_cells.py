"""Cells: which are numbers, which are not, and what is said of those; words and their order."""

from pathlib import Path

import pytest

from symnet.notation import TrainingError
from symnet.train.tables.cells import Samples, sorted_classes
from symnet.train.tables.columns import Choice
from symnet.train.tables.rows import CsvFile, Layout

CHOICE = Choice({"x": ("width",)}, {"t": "kind"})


def samples(folder: Path, cell: str, word: str = "a", **layout: object) -> Samples:
    path = folder / "a.csv"
    d = layout.get("delimiter", ",")
    path.write_text(f"width{d}kind\n1{d}a\n{cell}{d}{word}\n")
    return Samples(CsvFile(path, Layout(**layout)), CHOICE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("2", 2.0), (" -3.5 ", -3.5), ("1e-5", 1e-5), ('"7"', 7.0), ("+.5", 0.5), ("0", 0.0)],
)
def test_numbers(tmp_path: Path, cell: str, number: float) -> None:
    assert list(samples(tmp_path, cell)) == [([1.0], [0]), ([number], [0])]


def test_a_decimal_comma(tmp_path: Path) -> None:
    found = list(samples(tmp_path, "1,5", delimiter=";", decimal=","))
    assert found[1] == ([1.5], [0])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("high", "found 'high', expected a number; if the column holds words, read it by labels"),
        ("", "an empty cell, expected a number; if it is not known, remove the row"),
        ("  ", "an empty cell"),
        ("NA", "found 'NA', expected a number; if it is not known"),
        ("nan", "found 'nan', expected a number; if it is not known"),
        ("?", "found '?', expected a number; if it is not known"),
        ("-inf", "found '-inf', expected a finite number"),
        ("Infinity", "found 'Infinity', expected a finite number"),
        ("1e999", "found '1e999', expected a finite number"),
        ("1_000", "found '1_000', expected a finite number, such as 12.5"),
        ('"1,000"', "found '1,000', expected a finite number, such as 12.5"),
        ("12 %", "found '12 %', expected a finite number, such as 12.5"),
        ("0x10", "found '0x10'"),
    ],
)
def test_what_is_no_number(tmp_path: Path, cell: str, said: str) -> None:
    with pytest.raises(TrainingError) as caught:
        list(samples(tmp_path, cell))
    message, line, carets = str(caught.value).split("\n")
    assert message.startswith(f"{tmp_path / 'a.csv'}, line 3, column 'width': {said}")
    assert line == f"  {cell},a"
    assert len(carets.strip()) == max(len(cell.strip()), 1)


@pytest.mark.parametrize(
    ("cell", "layout", "message"),
    [
        ("1,5", {"delimiter": ";"}, "if , is the decimal sign, give decimal=','"),
        ("1.5", {"delimiter": ";", "decimal": ","}, "if . is the decimal sign, give decimal='.'"),
        ("7", {"names": ("width", "kind")}, "line 1, .* if this line holds names, give skip=1"),
    ],
)
def test_hints(tmp_path: Path, cell: str, layout: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        list(samples(tmp_path, cell, **layout))


def test_words_are_counted_as_they_come(tmp_path: Path) -> None:
    found = samples(tmp_path, "2", "b")
    assert [codes for _, codes in found] == [[0], [1]]
    assert found.seen == {"t": {"a": 0, "b": 1}}
    assert [codes for _, codes in samples(tmp_path, "2", "none")] == [[0], [1]]
    for word, said in ((" ", "an empty cell"), ("NA", "found 'NA'"), ("?", r"found '\?'")):
        with pytest.raises(TrainingError, match=rf"line 3, column 'kind': {said}, expected a cl"):
            list(samples(tmp_path, "2", word))


def test_words_of_known_classes(tmp_path: Path) -> None:
    file = samples(tmp_path, "2", "barbera").file
    known = Choice(CHOICE.numbers, CHOICE.labels, classes={"t": ("barbera", "barolo", "a")})
    assert [codes for _, codes in Samples(file, known)] == [[2], [0]]
    file = samples(tmp_path, "2", "barber").file
    with pytest.raises(TrainingError, match=r"'barber' is no class; did you mean barbera\?"):
        list(Samples(file, known))
    file = samples(tmp_path, "2", "xyz").file
    with pytest.raises(TrainingError, match=r"'xyz' is no class; classes are barbera, barolo, a"):
        list(Samples(file, known))


def test_the_order_of_classes(tmp_path: Path) -> None:
    file = samples(tmp_path, "2").file
    assert sorted_classes(file, "kind", ["b", "a", "B"]) == ("B", "a", "b")
    assert sorted_classes(file, "kind", ["10", "9", "-1.5"]) == ("-1.5", "9", "10")
    assert sorted_classes(file, "kind", ["10", "9", "x"]) == ("10", "9", "x")
    with pytest.raises(TrainingError, match="column 'kind': one class only, 'a'"):
        sorted_classes(file, "kind", ["a"])
    with pytest.raises(TrainingError, match=r"'1' and '1.0' are the same number"):
        sorted_classes(file, "kind", ["1.0", "2", "1"])
