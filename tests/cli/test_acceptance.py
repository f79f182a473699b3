"""Figures beside their bounds: what is missed says so, what is not measured yet too."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from symnet.cli.acceptance import Outcome, accepted, machine, markdown
from symnet.cli.trainable import Figure, Training

GOOD = Figure("accuracy", 98.5, 97.0, unit=" %")
BAD = Figure("error", 0.5, 0.1, at_most=True)


def training(*figures: Figure) -> Training:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("not asked for")

    return Training(never, never, lambda _: list(figures), 1, short=lambda: [GOOD])


def options(**given: object) -> Namespace:
    return Namespace(**{"name": None, "short": False, "json": False, "results": None, **given})


def test_one_miss_is_a_miss(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    pages = {"a": training(GOOD), "b": training(GOOD, BAD)}
    assert accepted(options(results=path), pages) == 1
    text = path.read_text()
    assert "| b | error | <= 0.1 | 0.5 | **NO** |" in text
    assert machine() in text
    assert "Unfinished" not in text
    assert "NO" in capsys.readouterr().out


def test_json_and_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert accepted(options(name="a", short=True, json=True), {"a": training(BAD)}) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["reached"] is True
    assert [row["figure"] for row in found["figures"]] == ["accuracy"]


def test_what_is_not_measured_yet_is_said() -> None:
    assert "**Unfinished: 1 of 2 pages.**" in markdown([Outcome("a", [GOOD], 1.0)], 2)


def test_no_number_is_no_figure() -> None:
    assert not Figure("loss", float("nan"), 1.0).reached
    assert not Figure("loss", float("nan"), 1.0, at_most=True).reached
