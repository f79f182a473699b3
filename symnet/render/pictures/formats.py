"""A drawing as a file: the suffix says the format.

.svg .dot .gv    text, which needs nothing
.png .pdf        by typst, else by rsvg-convert or cairosvg
.tex             a document with a TikZ picture
"""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

from symnet.notation.errors import SymnetError
from symnet.notation.graph import Graph
from symnet.render.pictures.html import page
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.tikz import tikz_document
from symnet.render.setting.images import converted

SUFFIXES = (".svg", ".dot", ".gv", ".png", ".pdf", ".tex", ".html")
TIMEOUT = 60


class Drawn(Protocol):
    """A drawing: as text in two formats, as a picture, and what it is of."""

    @property
    def svg(self) -> str: ...
    @property
    def dot(self) -> str: ...
    @property
    def picture(self) -> Picture: ...
    @property
    def graph(self) -> Graph: ...


def saved(path: Path, drawing: Drawn) -> Path:
    """Write a drawing."""
    match path.suffix:
        case ".svg":
            path.write_text(drawing.svg, encoding="utf-8")
        case ".dot" | ".gv":
            path.write_text(drawing.dot, encoding="utf-8")
        case ".tex":
            path.write_text(tikz_document(drawing.picture), encoding="utf-8")
        case ".html":
            path.write_text(page(drawing.graph, drawing), encoding="utf-8")
        case ".png":
            path.write_bytes(_converted(drawing.svg, "png"))
        case ".pdf":
            path.write_bytes(_converted(drawing.svg, "pdf"))
        case _:
            raise SymnetError(f"{path.name}: a drawing is saved as {', '.join(SUFFIXES)}")
    return path


def _converted(svg: str, kind: Literal["png", "pdf"]) -> bytes:
    """By typst; without it by a program, if one is found. A PNG has twice the size."""
    command = _command(kind) if find_spec("typst") is None else None
    return converted(svg, kind) if command is None else _by_program(command, svg, kind)


def _command(kind: str) -> list[str] | None:
    zoom = "2" if kind == "png" else "1"
    commands = (
        ["rsvg-convert", f"--format={kind}", f"--zoom={zoom}"],
        ["cairosvg", "-", "--format", kind, "--scale", zoom],
    )
    return next((c for c in commands if shutil.which(c[0])), None)


def _by_program(command: list[str], svg: str, kind: str) -> bytes:
    ran = subprocess.run(
        command, input=svg.encode(), capture_output=True, timeout=TIMEOUT, check=False
    )
    if ran.returncode:
        reason = ran.stderr.decode(errors="replace").strip()
        raise SymnetError(f"{command[0]} could not make a {kind.upper()}: {reason}")
    return ran.stdout
