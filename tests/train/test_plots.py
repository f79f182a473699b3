"""Figures: axes with words, files of each kind, the extra named where it is missing."""

from pathlib import Path

import pytest

from symnet.train.plots import encoded, figure, labelled, write


def test_a_figure_of_two_rows() -> None:
    made, axes = figure(2, 1, (3.0, 2.0), heights=(3, 1))
    labelled(axes[0], "x", "y", "both")
    assert [axes[0].get_xlabel(), axes[0].get_ylabel(), axes[0].get_title()] == ["x", "y", "both"]
    assert encoded(made, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_files(tmp_path: Path, kind: str, start: bytes) -> None:
    path = tmp_path / "new" / f"a.{kind}"
    write(figure(1, 1, (2.0, 2.0))[0], path)
    assert path.read_bytes().startswith(start)
