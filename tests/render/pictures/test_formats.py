"""A drawing as a file, in every format, on a machine that has nothing else."""

import shutil
import sys
from pathlib import Path

import pytest

from symnet.notation import SymnetError
from symnet.render import draw
from symnet.render.pictures import formats
from tests.render import samples

START = {".svg": b"<svg", ".dot": b"digraph", ".png": b"\x89PNG", ".pdf": b"%PDF", ".tex": b"\\",
         ".html": b"<!DOCTYPE html>"}  # fmt: skip


def test_save(tmp_path: Path) -> None:
    d = draw(samples.softmax())
    assert d.save(tmp_path / "a.svg").read_text() == d.svg == d._repr_svg_()
    assert d.save(str(tmp_path / "a.dot")).read_text() == d.dot
    with pytest.raises(SymnetError, match=r"a.jpeg: a drawing is saved as \.svg, \.dot"):
        d.save(tmp_path / "a.jpeg")
    assert not (tmp_path / "a.jpeg").exists()


@pytest.mark.parametrize("with_pygraphviz", [True, False])
@pytest.mark.parametrize("suffix", sorted(START))
def test_without_any_program(
    suffix: str, with_pygraphviz: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    if not with_pygraphviz:
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
    if suffix in (".png", ".pdf"):
        pytest.importorskip("typst")
    made = draw(samples.softmax()).save(tmp_path / f"a{suffix}")
    assert made.read_bytes().startswith(START[suffix])


def test_the_same_bytes_in_every_format(tmp_path: Path) -> None:
    for suffix in formats.SUFFIXES:
        if suffix in (".png", ".pdf"):
            pytest.importorskip("typst")
        one, other = (
            draw(samples.softmax()).save(tmp_path / f"{k}{suffix}").read_bytes() for k in "ab"
        )
        assert one == other, suffix


def test_without_typst_a_program_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(
        formats, "_by_program", lambda command, svg, kind: " ".join(command).encode()
    )
    made = draw(samples.softmax()).save(tmp_path / "a.png")
    assert made.read_bytes() == b"rsvg-convert --format=png --zoom=2"


def test_with_neither_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SymnetError, match=r"pip install 'symnet\[slides\]'"):
        draw(samples.softmax()).save(tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()


def test_a_program_that_fails_says_why() -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such picture')"]
    with pytest.raises(SymnetError, match="could not make a PNG: no such picture"):
        formats._by_program(command, "<svg/>", "png")
