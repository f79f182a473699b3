"""A CSV file as memory-mapped arrays: equal to those in memory; nothing half-written stays."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.layers import dense, join, labels, softmax_cross_entropy
from symnet.notation import Graph, Index, Tensor, TrainingError
from symnet.train.loop import fit
from symnet.train.tables import REST, convert_table, folder, open_table, read_table
from symnet.train.tables.cells import Samples


def written(path: Path, rows: int, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(rows, 3)), rng.integers(3, size=rows)
    lines = (
        f"{','.join(map(repr, row))},kind {k},{k}\n"
        for row, k in zip((x + t[:, None]).tolist(), t, strict=True)
    )
    path.write_text("a,b,c,kind,weight\n" + "".join(lines))
    return path


WHAT: dict[str, Any] = {"numbers": {"x": REST, "w": "weight"}, "labels": {"t": "kind"}}


@pytest.mark.parametrize("rows", [5, 2 * folder.BLOCK, 2 * folder.BLOCK + 3])
def test_equal_to_the_arrays_in_memory(tmp_path: Path, rows: int) -> None:
    path = written(tmp_path / "a.csv", rows)
    there, known = convert_table(path, tmp_path / "a", **WHAT), read_table(path, **WHAT)
    assert {p.name for p in (tmp_path / "a").iterdir()} == {"x.npy", "w.npy", "t.npy", "table.json"}
    path.unlink()
    for table in (there, open_table(tmp_path / "a")):
        assert all(isinstance(a, np.memmap) for a in table.arrays.values())
        assert table.columns == known.columns and table.classes == known.classes
        for name, a in known.arrays.items():
            assert table.arrays[name].shape == a.shape and (table.arrays[name] == a).all()


def test_the_layout_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("of today\n1,5;a\n2;b\n")
    there = convert_table(
        tmp_path / "a.csv",
        tmp_path / "a",
        labels={"t": "k"},
        names=["v", "k"],
        skip=1,
        delimiter=";",
        decimal=",",
    )
    (tmp_path / "new.csv").write_text("of tomorrow\n7,25;b\n")
    assert open_table(tmp_path / "a").read(tmp_path / "new.csv").arrays["x"].tolist() == [[7.25]]
    assert there.layout == open_table(tmp_path / "a").layout


def model() -> Graph:
    net = dense(Tensor("x", Index("n", "N"), Index("i", 3)), 3)
    return join(net, softmax_cross_entropy(net.output, labels(net.output)))


def test_a_model_learns_from_it_as_from_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 500)
    there = convert_table(path, tmp_path / "a", {"x": ["a", "b", "c"]}, {"t": "kind"})
    known = read_table(path, {"x": ["a", "b", "c"]}, {"t": "kind"})
    for validation in (None, 0.2):
        a, b = (
            fit(model(), table.arrays, epochs=2, validation=validation) for table in (there, known)
        )
        assert (a.parameters["W"] == b.parameters["W"]).all()
        assert a.history.validation == pytest.approx(b.history.validation)


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "BLOCK", 256)
    peaks = []
    for rows in (2_000, 16_000):
        path = written(tmp_path / f"{rows}.csv", rows)
        tracemalloc.start()
        convert_table(path, tmp_path / f"{rows}", **WHAT)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def left(place: Path) -> list[str]:
    return sorted(p.name for p in place.iterdir())


def test_an_error_in_the_file_leaves_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 50)
    path.write_text(path.read_text() + "1,2,,kind 1,0\n")
    with pytest.raises(TrainingError, match="line 52, column 'c': an empty cell"):
        convert_table(path, tmp_path / "a", **WHAT)
    path.write_text("a,kind\n1,b\n2,b\n")
    with pytest.raises(TrainingError, match="one class only"):
        convert_table(path, tmp_path / "a", labels={"t": "kind"})
    assert left(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(
    ("raised", "error", "message"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
        (OSError(errno.ENOSPC, "No space left on device"), TrainingError, "a cannot be written: N"),
    ],
)
def test_an_interruption_or_a_full_disk_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    error: type[BaseException],
    message: str,
) -> None:
    path = written(tmp_path / "a.csv", 3 * folder.BLOCK)
    blocks = folder._blocks

    def stopping(samples: Samples) -> Iterator[folder.Block]:
        for k, block in enumerate(blocks(samples)):
            if k == 2:
                assert left(tmp_path) == [f".a.{os.getpid()}.tmp", "a.csv"]
                raise raised
            yield block

    monkeypatch.setattr(folder, "_blocks", stopping)
    with pytest.raises(error, match=message):
        convert_table(path, tmp_path / "a", **WHAT)
    assert left(tmp_path) == ["a.csv"]


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    """A real SIGINT in the middle of writing, in a program of its own."""
    path = written(tmp_path / "a.csv", 40 * folder.BLOCK)
    code = (
        # A program that is started in the background of a shell would ignore SIGINT.
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from symnet.train import convert_table;"
        "convert_table(sys.argv[1], sys.argv[2], labels={'t': 'kind'})"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(tmp_path / "a")], stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while len(left(tmp_path)) < 2 and time.monotonic() < until and program.poll() is None:
        time.sleep(0.002)
    assert len(left(tmp_path)) == 2
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=60)
    assert b"KeyboardInterrupt" in said
    assert left(tmp_path) == ["a.csv"]


def test_a_file_that_changes_between_the_two_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.csv", 20)
    write = folder._written

    for more, message in (
        ("1,2,3,kind 1,0\n", "changed while it was read: 21 rows after 20"),
        ("1,2,3,kind 9,0\n", "'kind 9' is no class"),
    ):

        def later(place: Path, samples: Samples, count: int, more: str = more) -> None:
            path.write_text(path.read_text() + more)
            write(place, samples, count)

        monkeypatch.setattr(folder, "_written", later)
        with pytest.raises(TrainingError, match=message):
            convert_table(path, tmp_path / "a", **WHAT)
        assert left(tmp_path) == ["a.csv"]
        written(path, 20)


def test_what_is_refused_before_any_work(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 5)
    (tmp_path / "there").mkdir()
    with pytest.raises(TrainingError, match=r"there is there already; open_table\('.*there'\) op"):
        convert_table(path, tmp_path / "there", **WHAT)
    with pytest.raises(TrainingError, match="x and X would be one file"):
        convert_table(path, tmp_path / "b", {"x": "a", "X": "b"})
    with pytest.raises(TrainingError, match="cannot be written: "):
        convert_table(path, path / "b", **WHAT)
    assert left(tmp_path) == ["a.csv", "there"]


def test_folders_that_hold_no_table(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"holds no table: .*table.json is missing; convert_ta"):
        open_table(tmp_path / "none")
    path, place = written(tmp_path / "a.csv", 5), tmp_path / "a"
    convert_table(path, place, **WHAT)
    about = json.loads((place / "table.json").read_text())
    for wrong, message in (
        ("{", "is damaged or holds no table"),
        ("[]", "is damaged or holds no table"),
        (json.dumps({**about, "format": "other"}), "format 'other', expected"),
        (json.dumps({**about, "choice": []}), "is damaged"),
        (json.dumps({**about, "samples": 6}), r"x.npy has shape \(5, 3\), expected \(6, 3\)"),
    ):
        (place / "table.json").write_text(wrong)
        with pytest.raises(TrainingError, match=message):
            open_table(place)
    (place / "table.json").write_text(json.dumps(about))
    (place / "x.npy").write_bytes((place / "x.npy").read_bytes()[:-8])
    with pytest.raises(TrainingError, match="is damaged or holds no table"):
        open_table(place)
    (place / "x.npy").unlink()
    with pytest.raises(TrainingError, match=r"holds no table: .*x.npy is missing"):
        open_table(place)
