"""A drawing as PDF and PNG, without TeX and without a program beside Python."""

import struct
import sys

import pytest

from symnet.notation.errors import SymnetError
from symnet.render.setting.images import converted

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48" viewBox="0 0 96 48">'
    "<title>S &lt; 1</title>"
    '<rect width="96" height="48" fill="#ff0000"/></svg>'
)


def test_a_png_has_the_pixels_that_were_asked_for():
    for ppi, size in ((96, (96, 48)), (192, (192, 96))):
        made = converted(SVG, "png", ppi)
        assert made.startswith(b"\x89PNG")
        assert struct.unpack(">II", made[16:24]) == size


def test_a_pdf_is_one_page_as_large_as_the_drawing_and_always_the_same():
    made = converted(SVG, "pdf")
    assert made.startswith(b"%PDF")
    assert b"/MediaBox[0 0 72 36]" in made
    assert b"/Alt(S < 1)" in made
    assert b"CreationDate" not in made
    assert made == converted(SVG, "pdf")


def test_what_is_no_drawing_is_refused_in_the_words_of_typst():
    with pytest.raises(SymnetError, match=r"typst could not make a PDF: .*SVG"):
        converted("<svg", "pdf")


def test_without_the_wheel_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SymnetError, match=r"pip install 'symnet\[slides\]'"):
        converted(SVG, "pdf")
