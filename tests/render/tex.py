"""TeX in tests: skipped where there is none, a failure where SYMNET_TEX=required (as in CI)."""

import io
import os
import re

import pytest
from pypdf import PageObject, PdfReader

from symnet.render.setting import engine
from symnet.render.setting.engine import Compiled, Document


def needed() -> None:
    """Goes on only with a TeX engine."""
    if engine.engine() is None:
        if os.environ.get("SYMNET_TEX") == "required":
            pytest.fail("SYMNET_TEX=required, and no TeX engine was found")
        pytest.skip(f"NO TEX ENGINE: nothing was compiled. {engine.INSTALL}")


def made(document: Document) -> Compiled:
    """The PDF and the log of a document, without any box that sticks out."""
    needed()
    result = engine.compiled(document)
    assert [w for w in overfull(result.log) if w > 5] == []
    assert "Missing character" not in result.log
    return result


def overfull(log: str) -> list[float]:
    """By how many points boxes are overfull."""
    return [float(w) for w in re.findall(r"^Overfull \\.box \((\d+\.?\d*)pt", log, re.MULTILINE)]


def smaller(log: str) -> list[float]:
    """The factors by which lines were made smaller."""
    return [float(f) for f in re.findall(r"^symnet: made smaller: ([\d.]+)", log, re.MULTILINE)]


def read(result: Compiled) -> PdfReader:
    return PdfReader(io.BytesIO(result.pdf))


def pieces(reader: PdfReader, page: int) -> set[tuple[str, float, float]]:
    """What is written on a page (from 0), and where: x, y from the lower left corner."""
    out = set()

    def see(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip():
            out.add((text.strip(), round(x, 3), round(y, 3)))

    reader.pages[page].extract_text(visitor_text=see)
    return out


def alternatives(page: PageObject) -> list[str]:
    """What is said aloud in place of the pictures of a page, each balanced by its end."""
    content = page.get_contents()
    operations = content.operations if content is not None else []
    said = [str(operands[1]["/Alt"]) for operands, operator in operations if operator == b"BDC"]
    ends = sum(operator == b"EMC" for _, operator in operations)
    assert ends == len(said)
    return said
