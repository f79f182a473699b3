"""A page of HTML that needs nothing else: no network, no second file, one script that is named.

    document("Attention", ("math.css",), body, ("slides.js",))  =>  <!DOCTYPE html> ...

Its content security policy allows styles, the embedded font and pictures, and that one script by
its SHA-256; what the script needs to know it reads from attributes of the page.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable

FONT = "stix-two-math.woff2"


def document(
    title: str, styles: Sequence[str], body: str, scripts: Sequence[str], css: str = ""
) -> str:
    """The whole page. `styles` and `scripts` are names of templates, `css` stands before them.

    `body` is HTML, in which the caller has escaped every text.
    """
    script = "\n".join(map(template, scripts))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="generator" content="symnet">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>\n{_font()}{css}{''.join(map(template, styles))}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def policy(script: str) -> str:
    """The content security policy of a page with one script."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def template(name: str) -> str:
    """The text of a style sheet or a script in templates/."""
    return _folder().joinpath(name).read_text(encoding="utf-8")


@cache
def _font() -> str:
    """The letters of formulas; many machines have none that a browser can set formulas in."""
    coded = b64encode(_folder().joinpath(FONT).read_bytes()).decode()
    return (
        '@font-face { font-family: "symnet math"; '
        f"src: url(data:font/woff2;base64,{coded}) format('woff2'); }}\n"
    )


def _folder() -> Traversable:
    return files("symnet.render") / "templates"
