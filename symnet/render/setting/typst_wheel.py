"""The door to typst: source and files in memory -> PDF, PNG or SVG, the same on every machine.

The wheel carries the compiler and its fonts: Libertinus Serif, DejaVu Sans Mono, New Computer
Modern. No other font is used and nothing is fetched; a document that says `date: none` has no date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from symnet.notation.errors import SymnetError

Kind: TypeAlias = Literal["pdf", "png", "svg"]
MAIN = "main.typ"
UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")  # they would break a line


def compiled(text: str, files: Mapping[str, bytes], kind: Kind, ppi: float = 144) -> list[bytes]:
    """A document: one PDF, or one picture for each page. `ppi` (pixels per inch) is for PNG.

    Raises SymnetError where the wheel is missing, and with typst's own words where it refuses.
    """
    wheel = _wheel()
    project: Any = {**files, MAIN: text.encode()}  # the wheel takes a mapping, its stub says not
    try:
        made = wheel.compile(project, format=kind, ppi=ppi, ignore_system_fonts=True)
    except wheel.TypstError as refused:
        raise SymnetError(f"typst could not make a {kind.upper()}: {refused}") from refused
    return made if isinstance(made, list) else [made]


def _wheel() -> Any:
    try:
        import typst  # 34 MB, in an extra
    except ImportError:
        raise SymnetError(
            "PDF and PNG without TeX are made by typst, which is not installed: "
            "pip install 'symnet[slides]'"
        ) from None
    return typst


def quoted(text: str) -> str:
    """A string literal of typst, in which nothing is markup; of one line."""
    whole = UNPRINTABLE.sub(" ", text).encode(errors="replace").decode()
    return '"' + whole.replace("\\", "\\\\").replace('"', '\\"') + '"'


def points(value: float) -> str:
    """A length in points, to 1/1000."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0pt" if text in ("-0", "") else text + "pt"
