"""A CSV file as arrays: what comes out, words and back, other files of the same kind."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given
from hypothesis import strategies as st

from symnet.notation import TrainingError, UnknownTensor
from symnet.train.tables.columns import REST
from symnet.train.tables.table import Table, read_table

WINES = "alcohol,ash,kind\n14.2,2.4,barolo\n13.2,2.1,barbera\n12.5,2,barolo\n"
SHIPPED = Path(sklearn.datasets.__file__).parent / "data"


@pytest.fixture
def wines(tmp_path: Path) -> Table:
    (tmp_path / "wine.csv").write_text(WINES)
    return read_table(tmp_path / "wine.csv", labels={"t": "kind"})


def test_arrays(wines: Table) -> None:
    x, t = wines.arrays["x"], wines.arrays["t"]
    assert (x.dtype, t.dtype) == (np.float64, np.intp)
    assert x.tolist() == [[14.2, 2.4], [13.2, 2.1], [12.5, 2.0]] and x.flags.c_contiguous
    assert t.tolist() == [1, 0, 1]
    assert wines.columns == {"x": ("alcohol", "ash"), "t": ("kind",)}
    assert wines.classes == {"t": ("barbera", "barolo")}


def test_several_arrays_and_a_column_without_an_axis(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,c,d,k,l\n1,2,3,4,x,u\n5,6,7,8,y,v\n9,0,1,2,x,w\n")
    numbers: dict[str, Any] = {"y": "c", "x": REST, "z": ["b"]}
    found = read_table(tmp_path / "a.csv", numbers, {"t": "k", "s": "l"}).arrays
    assert found["y"].tolist() == [3, 7, 1]
    assert found["x"].tolist() == [[1, 4], [5, 8], [9, 2]]
    assert found["z"].tolist() == [[2], [6], [0]]
    assert (found["t"].tolist(), found["s"].tolist()) == ([0, 1, 0], [0, 1, 2])
    only = read_table(tmp_path / "a.csv", {}, {"t": "k"})
    assert list(only.arrays) == ["t"]


@pytest.mark.parametrize(
    ("name", "shape", "load"),
    [
        ("iris.csv", (150, 4), "load_iris"),
        ("wine_data.csv", (178, 13), "load_wine"),
        ("breast_cancer.csv", (569, 30), "load_breast_cancer"),
    ],
)
def test_the_files_of_scikit_learn(name: str, shape: tuple[int, int], load: str) -> None:
    """Their first line holds counts and the names of classes, so names are given."""
    names = [*(f"c{k}" for k in range(shape[1])), "kind"]
    table = read_table(SHIPPED / name, labels={"t": "kind"}, names=names, skip=1)
    known = getattr(sklearn.datasets, load)()
    assert table.arrays["x"].shape == shape
    assert (table.arrays["x"] == known.data).all()
    assert (table.arrays["t"] == known.target).all()
    with pytest.raises(TrainingError, match="no row of names, give names="):
        read_table(SHIPPED / name)


def test_words(wines: Table) -> None:
    assert wines.words("t", np.array([[1, 0], [0, 0]])) == [["barolo", "barbera"], ["barbera"] * 2]
    assert wines.words("t", 1) == "barolo" and wines.words("t", np.zeros(0, int)) == []
    with pytest.raises(UnknownTensor, match="no label is called x; there are t"):
        wines.words("x", [0])
    for numbers in ([2], [-1], [0.5], [True]):
        with pytest.raises(TrainingError, match=r"expected class numbers, integers 0 .. 1"):
            wines.words("t", numbers)


def test_another_file_of_the_same_kind(wines: Table, tmp_path: Path) -> None:
    """Columns in another order, one more, one class only."""
    (tmp_path / "new.csv").write_text("kind,year,ash,alcohol\nbarolo,1990,2,13\n")
    found = wines.read(tmp_path / "new.csv")
    assert found.arrays["x"].tolist() == [[13, 2]] and found.arrays["t"].tolist() == [1]
    assert found.classes == wines.classes
    (tmp_path / "new.csv").write_text("ash,alcohol\n2,13\n")
    found = wines.read(tmp_path / "new.csv", labels=False)
    assert list(found.arrays) == ["x"] and found.words("t", [1]) == ["barolo"]
    with pytest.raises(TrainingError, match="no column is called 'kind'"):
        wines.read(tmp_path / "new.csv")
    (tmp_path / "new.csv").write_text("kind,ash,alcohol\nbarollo,2,13\n")
    with pytest.raises(TrainingError, match=r"line 2, column 'kind': 'barollo' is no class; did"):
        wines.read(tmp_path / "new.csv")


def test_refusals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, message in (
        ("alcohol,kind\n", "holds names of columns, but no samples"),
        ("alcohol,kind\n1,a\n2,a\n", "column 'kind': one class only, 'a'"),
        (WINES + "11,,barolo\n", r"line 5, column 'ash': an empty cell.*\n  11,,barolo\n     \^"),
    ):
        path.write_text(content)
        with pytest.raises(TrainingError, match=message):
            read_table(path, labels={"t": "kind"})
    with pytest.raises(TrainingError, match=r"b.csv: no such file; did you mean a.csv\?"):
        read_table(tmp_path / "b.csv")


@given(
    st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from("aAbc é")),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read(rows: list[tuple[float, str]]) -> None:
    """Python writes a float so that it is read as the same one; a word is one without blanks."""
    text = "v,w\n" + "".join(f'{v!r}," {w}z"\n' for v, w in rows) + "0,first\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8")
        found = read_table(path, {"x": "v"}, {"t": "w"})
    assert found.arrays["x"].tolist() == [*(v for v, _ in rows), 0.0]
    assert found.words("t", found.arrays["t"]) == [*(f"{w.strip()}z" for _, w in rows), "first"]


@given(st.binary(max_size=60), st.integers(0, 60), st.sampled_from([",", ";", "\t", " "]))
def test_whatever_stands_in_a_file_there_is_an_error_of_ours(
    noise: bytes, place: int, delimiter: str
) -> None:
    """A good file with bytes put into it is read, with finite numbers, or refused with its name."""
    content = WINES.replace(",", delimiter).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content[:place] + noise + content[place:])
        try:
            found = read_table(path, labels={"t": "kind"}, delimiter=delimiter).arrays
        except TrainingError as error:
            assert str(path) in str(error)
        else:
            assert np.isfinite(found["x"]).all() and len(found["x"]) == len(found["t"])
