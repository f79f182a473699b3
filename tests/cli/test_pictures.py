"""Pictures: a file for each, the same bytes twice, and the extra named where it is missing."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.cli.pictures import curves, images, lines, maps, points, poses
from symnet.notation import TrainingError
from symnet.train.history import History

GREY = np.arange(64.0).reshape(8, 8)
DRAWN: dict[str, Callable[[Path], None]] = {
    "curves": lambda p: curves(p, {"a": History([2, 1], [2.5, 1.5], [1, 1])}),
    "a loss below 0": lambda p: curves(p, {"a": History([1, -1], [], [1, 1])}),
    "lines": lambda p: lines(p, [1, 2], {"a": [1, 2], "b": [2, 1]}, ("depth", "loss"), log=True),
    "images": lambda p: images(p, {"given": [GREY, GREY.T], "made": [GREY]}),
    "maps": lambda p: maps(p, {"head 1": GREY / 63, "head 2": GREY.T / 63}, list("abcdefgh")),
    "points": lambda p: points(p, np.random.default_rng(0).normal(size=(9, 2)), np.arange(9)),
    "poses": lambda p: poses(p, [GREY], {"t": np.array([[[1, 2], [3, 6]]])}, [(0, 1)]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_file_is_written(name: str, tmp_path: Path) -> None:
    for kind, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        DRAWN[name](tmp_path / "new" / f"picture.{kind}")
        assert (tmp_path / "new" / f"picture.{kind}").read_bytes().startswith(start)


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(TrainingError, match=r"pip install 'symnet\[plots\]'"):
        DRAWN["curves"](tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())
