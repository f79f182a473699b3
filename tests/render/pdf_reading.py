"""What a reader finds in a PDF: the words of each page, text alternatives, bookmarks.

Reads what typst writes (objects side by side, streams by zlib, fonts with a map to Unicode), no
more: an oracle for tests that needs no other program.
"""

import re
import zlib

ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
INNER = rb"(?:\\.|[^()\\])*"
for _ in range(4):  # parentheses that match need no escape in a string
    INNER = rb"(?:\\.|[^()\\]|\(" + INNER + rb"\))*"
STRING = rb"(?:\((" + INNER + rb")\)|<([0-9A-F]+)>)"


def objects(pdf: bytes) -> dict[int, bytes]:
    found = re.finditer(rb"(?<=\n)(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    return {int(m[1]): m[2] for m in found}


def page_texts(pdf: bytes) -> list[str]:
    """The words of each page, one line for each piece."""
    parts = objects(pdf)
    pages = [body for body in parts.values() if b"/Type/Page/" in body]
    return [_text(_stream(parts[_reference(p, b"Contents")]), _fonts(p, parts)) for p in pages]


def alternatives(pdf: bytes) -> list[str]:
    """The text alternatives of all figures."""
    tags = [b for b in objects(pdf).values() if b"/StructElem/S/Figure" in b]
    return [_said(re.search(rb"/Alt" + STRING, b, re.DOTALL)) for b in tags]


def bookmarks(pdf: bytes) -> list[str]:
    return [_said(m) for m in re.finditer(rb"/Title" + STRING + rb"/Dest", pdf, re.DOTALL)]


def labels(pdf: bytes) -> list[str]:
    """The number that a viewer shows for each page."""
    parts = objects(pdf)
    (catalog,) = (b for b in parts.values() if b"/Type/Catalog" in b)
    numbers = parts[_reference(catalog, b"PageLabels")]
    each = [parts[int(k)] for k in re.findall(rb"\d+ (\d+) 0 R", numbers)]
    return [re.search(rb"/St (\d+)", b)[1].decode() for b in each]


def _reference(body: bytes, key: bytes) -> int:
    return int(re.search(rb"/" + key + rb" (\d+) 0 R", body)[1])


def _stream(body: bytes) -> bytes:
    return zlib.decompress(body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0])


def _fonts(page: bytes, parts: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """Name of a font -> number of a glyph -> letters."""
    resources = parts[_reference(page, b"Resources")]
    named = re.search(rb"/Font<<(.*?)>>", resources, re.DOTALL)
    found = re.findall(rb"/(\w+) (\d+) 0 R", named[1]) if named else []
    return {name: _letters(parts[int(k)], parts) for name, k in found}


def _letters(font: bytes, parts: dict[int, bytes]) -> dict[int, str]:
    table = _stream(parts[_reference(font, b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(a, 16): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs}


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    said, font = [], {}
    for m in re.finditer(rb"/(\w+) [\d.]+ Tf|(\[.*?\]TJ|" + STRING + rb"Tj)", content, re.DOTALL):
        if m[1]:
            font = fonts[m[1]]
            continue
        drawn = b"".join(_bytes(s) for s in re.finditer(STRING, m[2], re.DOTALL))
        glyphs = (int.from_bytes(drawn[k : k + 2]) for k in range(0, len(drawn), 2))
        said.append("".join(font[glyph] for glyph in glyphs))
    return "\n".join(said)


def _bytes(literal: re.Match[bytes]) -> bytes:
    def plain(m: re.Match[bytes]) -> bytes:
        return bytes([int(m[1], 8)]) if m[1][:1].isdigit() else ESCAPED.get(m[1], m[1])

    if literal[2]:
        return bytes.fromhex(literal[2].decode())
    return re.sub(rb"\\([0-7]{1,3}|.)", plain, literal[1], flags=re.DOTALL)


def _said(literal: re.Match[bytes]) -> str:
    raw = _bytes(literal)
    return raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")
