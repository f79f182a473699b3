"""SVG -> PDF or PNG, by typst: one page, as large as the drawing."""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

from symnet.render.setting.typst_wheel import compiled

PAGE = """\
#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image("drawing.svg", alt: read("title.txt"))
"""
TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)


def converted(svg: str, kind: Literal["pdf", "png"], ppi: float = 192) -> bytes:
    """A drawing in another format; 96 units of it are an inch, as in a browser.

    So a PNG of 192 pixels per inch has twice the size, for projectors. In a PDF the drawing's
    title is its text alternative. Raises SymnetError where typst is missing, or cannot read it.
    """
    title = TITLE.search(svg)
    told = unescape(title[1]) if title else ""
    return compiled(PAGE, {"drawing.svg": svg.encode(), "title.txt": told.encode()}, kind, ppi)[0]
