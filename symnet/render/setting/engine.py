r"""A LaTeX document -> PDF, by the TeX engine that is installed; the same bytes on every run.

    Document = text + files      pdf(document) -> bytes      compiled(document) -> PDF and log

TeX is a programming language: no shell, no file outside of its own folder, which starts empty and
is thrown away, and a limit of time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from symnet.notation.errors import SymnetError

# pdflatex first: it starts in 0.3 s, belongs to every TeX system, has no Lua that could reach
# files, and can be told to write the same bytes. lualatex is the other way round. tectonic fetches
# packages by itself, which it is forbidden here: it is of use to those who have run it before.
ENGINES = ("pdflatex", "xelatex", "lualatex", "tectonic")
LIMIT = 60.0  # seconds
PACKAGES = "texlive-latex-base texlive-latex-recommended texlive-pictures lmodern"
INSTALL = f"On Debian or Ubuntu: apt-get install --no-install-recommends {PACKAGES}"
JOB = "deck"

ENVIRONMENT = {
    **{"openin_any": "p", "openout_any": "p", "shell_escape": "f"},
    **{"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "max_print_line": "10000"},
}
FLAGS = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"-jobname={JOB}")
# Dates and names of folders are left out of the PDF.
FIRST = {
    "pdflatex": r"\pdfinfoomitdate=1 \pdfsuppressptexinfo=-1 \pdftrailerid{}",
    "lualatex": r"\pdfvariable suppressoptionalinfo=1023 \pdfvariable trailerid={}",
}
RUNS = {"xelatex": 2, "lualatex": 2}  # there the bookmarks come with the second


@dataclass(frozen=True)
class Document:
    """The text of a LaTeX document, and the files that it includes, by name."""

    text: str
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Compiled:
    """A PDF and what TeX said while making it."""

    pdf: bytes
    log: str


def engine() -> str | None:
    """The name of the TeX engine that is used, if there is any."""
    return next((name for name in ENGINES if shutil.which(name)), None)


def pdf(document: Document) -> bytes:
    """The PDF of a document; the same document gives the same bytes.

    Raises SymnetError without an engine, with TeX's first error, and after LIMIT seconds.
    """
    return compiled(document).pdf


def compiled(document: Document) -> Compiled:
    """The PDF and the log of a document; raises as pdf() does."""
    found = engine()
    if found is None:
        raise SymnetError(f"no TeX engine ({', '.join(ENGINES)}) was found. {INSTALL}")
    with tempfile.TemporaryDirectory(prefix="symnet-tex-") as name:
        folder = Path(name)
        _write(document, folder)
        for _ in range(RUNS.get(found, 1)):
            status = _run(_command(found), folder)
        log = _read(folder / f"{JOB}.log").decode(errors="replace")
        made = _read(folder / f"{JOB}.pdf")
    if status or not made:
        raise SymnetError(f"{found} could not make a PDF: {first_error(log)}")
    return Compiled(made, log)


def first_error(log: str) -> str:
    """The first error of a log, where it was met, and what to do about it."""
    found = re.search(r"^! (.*)$", log, re.MULTILINE)
    if found is None:
        return "it gave no reason. Save the .tex file and compile it by hand"
    if re.search(r"File [`'].*?\.(sty|cls|tex|def|fd)' not found|metric data not found", found[1]):
        return f"{found[1]} {INSTALL}"
    place = re.search(r"^(?:<[a-z ]+>|l\.\d+) *(.*)$", log[found.end() :], re.MULTILINE)
    return f"{found[1]} {f'It stands at: {place[1].strip()[-60:]}' if place else ''}".strip()


def _write(document: Document, folder: Path) -> None:
    for name, content in document.files.items():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) or name.startswith(f"{JOB}."):
            raise SymnetError(f"{name!r} is no name for a file beside a document")
        (folder / name).write_bytes(content)
    (folder / f"{JOB}.tex").write_text(document.text, encoding="utf-8")


def _command(name: str) -> list[str]:
    if name == "tectonic":
        return [name, "--untrusted", "--only-cached", "--keep-logs", f"{JOB}.tex"]
    return [name, *FLAGS, rf"{FIRST.get(name, '')}\input{{{JOB}.tex}}"]


def _run(command: list[str], folder: Path) -> int:
    """The exit status; a process that takes too long is ended with all that it started."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise SymnetError(f"{command[0]} took more than {LIMIT:.0f} s and was ended") from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that still runs, and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
