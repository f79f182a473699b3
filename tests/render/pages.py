"""What every page must be: whole, offline, well-formed, with one script that its policy names."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements as (tag, attributes), texts of styles and scripts; raises where tags do not nest."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(source)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        """The attributes of elements of that tag and class."""
        return [
            a
            for t, a in self.elements
            if t == tag and (not kind or kind in a.get("class", "").split())
        ]

    @property
    def text(self) -> str:
        """All words that are shown."""
        return "".join(
            t for tag, found in self.texts.items() if tag not in ("style", "script") for t in found
        )


def check_whole(source: str) -> Page:
    """The page, after it was seen to be whole and offline."""
    found = Page(source)
    scripts = found.texts["script"]
    assert len(found.all("script")) == len(scripts) == 1
    digest = b64encode(sha256(scripts[0].encode()).digest()).decode()
    policy = next(
        m["content"] for m in found.all("meta") if "content" in m and "src" in m["content"]
    )
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            assert re.match("data:|#|$", attributes.get(name, "")), (tag, attributes)
    assert "http" not in "".join(scripts) and not re.search(
        r"@import|url\((?!data:)", "".join(found.texts["style"])
    )
    return found


def check_ids(found: Page) -> None:
    """Ids are distinct, and what is used is defined."""
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    used = {a["xlink:href"][1:] for _, a in found.elements if "xlink:href" in a}
    assert used <= set(ids)
