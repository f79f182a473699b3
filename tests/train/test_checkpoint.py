"""Checkpoints: round trip, damage, strangers, and folders that refuse."""

import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from symnet.notation import TrainingError
from symnet.train.checkpoint import Checkpoint, read, write

ARRAYS = {"W": np.arange(6.0).reshape(2, 3), "t": np.array(7), "h": np.ones(2, np.float32)}
ABOUT = {"epoch": 3, "loss": [0.1, 1 / 3], "seed": 0}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "new folder" / "run.safetensors"
    write(path, Checkpoint(ARRAYS, ABOUT))
    return path


def test_round_trip_is_exact(written: Path) -> None:
    found = read(written)
    assert found.about == ABOUT
    for name, a in ARRAYS.items():
        assert (found.arrays[name].dtype, found.arrays[name].shape) == (a.dtype, a.shape)
        assert (found.arrays[name] == a).all()
    assert os.listdir(written.parent) == [written.name]


@pytest.mark.parametrize("place", ["array", "header", "short", "nothing"])
def test_damage_is_found(written: Path, place: str) -> None:
    content = bytearray(written.read_bytes())
    if place == "array":
        content[-3] ^= 1
    elif place == "header":
        content[content.index(b'\\"epoch\\": 3') + 11] = ord("4")
    elif place == "short":
        content = content[:-8]
    else:
        content = bytearray()
    written.write_bytes(content)
    with pytest.raises(TrainingError, match="is damaged"):
        read(written)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"W": np.zeros(3)}, path)
    with pytest.raises(TrainingError, match="no checkpoint of symnet"):
        read(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no such checkpoint"):
        read(tmp_path / "none")


def test_unwritable_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(TrainingError, match="cannot be written"):
        write(blocked / "run.safetensors", Checkpoint(ARRAYS, ABOUT))


def test_failed_write_keeps_the_old_file(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingError, match="No space left"):
        write(written, Checkpoint({"W": np.zeros(100)}, {}))
    assert written.read_bytes() == before
    assert os.listdir(written.parent) == [written.name]


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path / name, Checkpoint(ARRAYS, ABOUT))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
