"""Film -> typst source and PDF: the pages of a deck without TeX.

    typst(film) -> Source -> pdf(film);   png(film, page)

Every distinct element is defined once, and pages only name it: so it cannot move between them,
and source and PDF stay small. Pages of one frame share its number, as overlays in Beamer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from symnet.notation.errors import SymnetError
from symnet.render.decks.scene import Film, Frame, Page, Words
from symnet.render.decks.typst_elements import Painter
from symnet.render.setting.typst_wheel import compiled, points, quoted

# Text has no height, so that its baseline lies where it is placed, and a line never breaks.
# A heading shows as the words of the title that the page has; it makes the bookmark.
HEAD = """\
#let c = ({colors})
#set document(title: {title}, date: none)
#set page(width: {width}, height: {height}, margin: 0pt, fill: c.paper)
#set page(numbering: "1", header: none, footer: none)
#set text(font: "Libertinus Serif", lang: "en", hyphenate: false)
#set text(top-edge: "baseline", bottom-edge: "baseline")
#let at(x, y, body) = place(top + left, dx: x, dy: y, body)
#let inline(width, body) = box(width: width, height: 0pt, body)
#let one-line(x, y, room, share, body) = at(x, y, context {{
  let taken = measure(body).width
  let small = if taken > room {{ room / taken }} else {{ 1 }}
  let line = box(width: taken + 1pt, body)
  move(dx: -share * small * taken, scale(small * 100%, origin: top + left, line))
}})
#let titled(title, shown) = {{
  show heading: shown
  heading(title)
}}
#let noted(number, slide, notes) = page(height: auto, fill: white, {{
  counter(page).update(number)
  block(width: {width}, height: {height}, fill: c.paper, stroke: 0.5pt + c.line, slide)
  set text(size: 11pt, top-edge: "cap-height", bottom-edge: "baseline")
  pad(x: 20pt, bottom: 20pt, for said in notes {{ par(said) }})
}})
"""


@dataclass(frozen=True)
class Source:
    """A typst document: its text, and the files that it reads, by name."""

    text: str
    files: Mapping[str, bytes] = field(hash=False)


def typst(film: Film, *, notes: bool = False, folder: str = "") -> Source:
    """The source of a deck: one page of the document for each page of the film.

    With `notes`: one page for each frame as it is at its end, what the speaker says under it.
    The names of the files that it reads begin with `folder`.
    """
    writer = _Writer(Painter(film.colors, folder))
    written = writer.with_notes if notes else writer.pages
    pages = [text for number, f in enumerate(film.frames, 1) for text in written(number, f)]
    defined = [f"#let {name} = {code}" for code, name in writer.names.items()]
    return Source("\n".join([_head(film), *defined, *pages, ""]), writer.painter.files)


def pdf(film: Film, *, notes: bool = False) -> bytes:
    """A deck as PDF; the same film gives the same bytes. Raises SymnetError without typst."""
    source = typst(film, notes=notes)
    made = compiled(source.text, source.files, "pdf")[0]
    expected = len(film.frames if notes else film.pages)
    found = re.search(rb"/Type\s*/Pages\s*/Count\s+(\d+)", made)
    if found is None or int(found[1]) != expected:
        there = found[1].decode() if found else "no"
        raise SymnetError(f"a deck of {expected} pages became a PDF of {there} pages")
    return made


def png(film: Film, page: int, ppi: float = 144) -> bytes:
    """One page of a deck as a picture; pages are counted from 0."""
    alone = Frame(film.title, (film.pages[page],))
    source = typst(replace(film, frames=(alone,)))
    return compiled(source.text, source.files, "png", ppi)[0]


def _head(film: Film) -> str:
    width, height = film.size
    colors = ", ".join(f"{name}: rgb({quoted(value)})" for name, value in film.colors.items())
    return HEAD.format(
        colors=colors, title=quoted(film.title), width=points(width), height=points(height)
    )


@dataclass
class _Writer:
    """Writes pages; `names` are the elements seen so far: expression -> name."""

    painter: Painter
    names: dict[str, str] = field(default_factory=dict)

    def pages(self, number: int, frame: Frame) -> Iterator[str]:
        for k, page in enumerate(frame.pages):
            shown = self._shown(page, None if k else frame.title)
            yield f"#page({{ counter(page).update({number}); {shown} }})"

    def with_notes(self, number: int, frame: Frame) -> Iterator[str]:
        page = frame.pages[-1] if frame.pages else Page(())
        said = "".join(quoted(p) + ", " for p in frame.notes.splitlines() if p.strip())
        shown = self._shown(page, frame.title)
        yield f"#noted({number}, {{ {shown} }}, ({said}))"

    def _shown(self, page: Page, title: str | None) -> str:
        """The elements of a page; if there is a title, it becomes a bookmark."""
        heading = _title_on(page, title)
        shown = []
        for element in page.elements:
            name = self.names.setdefault(self.painter.code(element), f"e{len(self.names) + 1}")
            shown.append(f"titled({quoted(title or '')}, {name})" if element is heading else name)
        if title is not None and heading is None:
            shown.insert(0, f"titled({quoted(title)}, none)")
        return "; ".join(shown)


def _title_on(page: Page, title: str | None) -> Words | None:
    """The words of a page that are the title of its frame."""
    words = (e for e in page.elements if isinstance(e, Words))
    return next((w for w in words if w.runs == (title,)), None)
