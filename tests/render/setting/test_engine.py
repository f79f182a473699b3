"""The door to TeX: the same bytes, no shell, no other files, a limit of time, errors that help."""

import os
import stat
import time
from pathlib import Path

import pytest

from symnet.notation import SymnetError
from symnet.render.setting import engine
from symnet.render.setting.engine import Document, compiled, first_error, pdf
from tests.render import tex

SMALL = r"\documentclass{article}\begin{document}%s\end{document}"


def document(body: str) -> Document:
    return Document(SMALL.replace("%s", body))


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program of the name pdflatex, the only engine there is."""
    program = folder / "pdflatex"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.setattr(engine, "ENGINES", ("pdflatex",))


def test_without_an_engine_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engine.engine() is None
    with pytest.raises(SymnetError, match=r"no TeX engine .* apt-get install .* texlive-pictures"):
        pdf(document("x"))


def test_the_same_bytes_on_two_runs() -> None:
    tex.needed()
    source = Document(
        r"\documentclass{article}\usepackage{hyperref}\begin{document}x\end{document}"
    )
    first = pdf(source)
    time.sleep(1.1)
    assert first.startswith(b"%PDF") and first == pdf(source)
    assert b"symnet-tex-" not in first


def test_files_lie_beside_the_document() -> None:
    tex.needed()
    made = compiled(Document(SMALL.replace("%s", r"\input{part.tex}"), {"part.tex": b"here"}))
    assert "part.tex" in made.log


@pytest.mark.parametrize("name", ["../a.tex", "/a.tex", ".a", "a b", "deck.tex", "", "a/b"])
def test_names_of_files_stay_in_the_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(SymnetError, match="no name for a file"):
        pdf(Document("", {name: b""}))


def test_no_shell(tmp_path: Path) -> None:
    tex.needed()
    made = compiled(document(rf"\immediate\write18{{touch {tmp_path}/made}}x"))
    assert "runsystem" in made.log and "disabled" in made.log
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read", [r"\input{%s}", r"\newread\f\openin\f=%s \ifeof\f\input{no}\fi"])
def test_no_other_file_is_read(read: str, tmp_path: Path) -> None:
    tex.needed()
    (tmp_path / "secret.tex").write_text("secret")
    with pytest.raises(SymnetError, match="not found"):
        pdf(document(read.replace("%s", f"{tmp_path}/secret.tex")))


def test_no_other_file_is_written(tmp_path: Path) -> None:
    tex.needed()
    write = rf"\newwrite\f\immediate\openout\f={tmp_path}/made.tex \immediate\write\f{{x}}"
    with pytest.raises(SymnetError, match="can't write on file"):
        pdf(document(write))
    assert list(tmp_path.iterdir()) == []


def test_a_document_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    tex.needed()
    monkeypatch.setattr(engine, "LIMIT", 1.0)
    start = time.monotonic()
    with pytest.raises(SymnetError, match="took more than 1 s"):
        pdf(document(r"\def\x{\x}\x"))
    assert time.monotonic() - start < 10


def test_children_are_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, f"sleep 1000 &\necho $! >{tmp_path}/child\nsleep 1000")
    monkeypatch.setattr(engine, "LIMIT", 0.5)
    with pytest.raises(SymnetError, match="was ended"):
        pdf(document("x"))
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not _runs(child):
            return
        time.sleep(0.05)
    pytest.fail("a child of the engine still runs")


def _runs(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_first_error_is_shown() -> None:
    tex.needed()
    with pytest.raises(SymnetError, match=r"Undefined control sequence.*\\nothing"):
        pdf(document(r"a \nothing b \neither"))


def test_first_error() -> None:
    missing = "! LaTeX Error: File `beamer.cls' not found.\n\nType X to quit"
    assert "File `beamer.cls' not found. On Debian" in first_error(missing)
    inside = "! Undefined control sequence.\n<argument> a\\b \n      c\nl.201 \\end{frame}\n"
    assert first_error(inside) == r"Undefined control sequence. It stands at: a\b"
    assert "no reason" in first_error("")


def test_an_engine_that_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(SymnetError, match="pdflatex could not make a PDF: it gave no reason"):
        pdf(document("x"))


@pytest.mark.parametrize("name", engine.ENGINES)
def test_every_engine_is_told_to_run_nothing(name: str) -> None:
    command = engine._command(name)
    assert {"-no-shell-escape", "--untrusted"} & set(command)
    assert engine.ENVIRONMENT["openin_any"] == engine.ENVIRONMENT["openout_any"] == "p"
