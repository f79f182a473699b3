r"""Film -> Beamer: a document to be edited, each element one line, each page a step of its frame.

    beamer(film) -> Document       preamble(film), fragment(film) -> to be put into another talk

What is the same on all pages of a frame stands once and is set by the same commands on each of
them, so it does not move. One run of LaTeX is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import singledispatchmethod

from symnet.render.decks.beamer_preamble import NOTES, preamble_for
from symnet.render.decks.overlays import merged, specification
from symnet.render.decks.scene import (
    Aspect,
    Box,
    Code,
    Drawn,
    Element,
    Film,
    Formula,
    Frame,
    Line,
    Page,
    Plot,
    Run,
    Words,
)
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import extent_of
from symnet.render.pictures.tikz import lines, number, states_of
from symnet.render.setting import tex_words
from symnet.render.setting.engine import Document
from symnet.render.setting.themes import Color

ASPECTS: dict[Aspect, str] = {"16:9": "169", "4:3": "43"}


def beamer(film: Film, *, handout: bool = False, notes: bool = False, folder: str = "") -> Document:
    """The document of a deck. A handout has the last page of each frame.

    With `notes`, what the speaker says follows each frame on a page of its own. The names of the
    files that it includes begin with `folder`.
    """
    options = [f"aspectratio={ASPECTS[film.aspect]}", "usepdftitle=false"]
    options += ["handout"] if handout else []
    frames = [replace(f, pages=f.pages[-1:]) for f in film.frames] if handout else film.frames
    body = _frames(frames, folder, at_the_end=notes)
    text = "\n".join(
        (
            f"% {tex_words.comment(film.title)}: pdflatex makes the slides in one run.",
            rf"\documentclass[{','.join(options)}]{{beamer}}",
            preamble(film),
            r"\usefonttheme{serif}\renewcommand{\bfdefault}{b}",
            r"\setbeamertemplate{navigation symbols}{}",
            r"\setbeamercolor{background canvas}{bg=snpaper}",
            r"\setbeamercolor{normal text}{fg=snink,bg=snpaper}",
            *([NOTES] if notes else []),
            rf"\hypersetup{{pdftitle={{{tex_words.bookmark(film.title)}}}}}",
            r"\begin{document}",
            body.text,
            r"\end{document}",
            "",
        )
    )
    return Document(text, body.files)


def preamble(film: Film) -> str:
    """What the frames need, for the preamble of another talk of the same aspect."""
    return preamble_for(film.colors)


def fragment(part: Film | Frame, folder: str = "") -> Document:
    """The frames alone, to be read by \\input in another talk, and the files that they include."""
    return _frames(part.frames if isinstance(part, Film) else (part,), folder)


def _frames(
    frames: tuple[Frame, ...] | list[Frame], folder: str, at_the_end: bool = False
) -> Document:
    painter = Painter(folder)
    written = [line for frame in frames for line in _frame(frame, painter, at_the_end)]
    return Document("\n".join((*painter.graphs(), *written)), painter.files)


def _frame(frame: Frame, painter: Painter, at_the_end: bool) -> Iterator[str]:
    last = len(frame.pages)
    yield r"\begin{frame}[plain,s]"
    yield rf"\begin{{snpage}}{{{last}}}{{{tex_words.bookmark(frame.title)}}}"
    for (macro, rest), on in merged([painter.page(p) for p in frame.pages]):
        yield f"{macro}{specification(on, last)}{rest}"
    yield r"\end{snpage}"
    if frame.notes:
        said = [tex_words.words(p) for p in frame.notes.split("\n\n") if p.strip()]
        yield "".join((r"\note", f"<{last}>" if at_the_end else "", "{", r"\par ".join(said), "}"))
    yield r"\end{frame}"


class Painter:
    """Writes elements as (macro, its arguments); keeps the drawings and files that they need."""

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}
        self._plots: dict[bytes, str] = {}
        self._pictures: dict[int, str] = {}
        self._drawings: dict[str, str] = {}

    def page(self, page: Page) -> list[tuple[str, str]]:
        """The lines of a page."""
        return [self.line(e) for e in page.elements]

    def graphs(self) -> Iterator[str]:
        """The definitions of all drawings that were met."""
        for drawn, name in self._drawings.items():
            yield rf"\sngraphis{{{name}}}{{%"
            yield drawn
            yield "}"

    @singledispatchmethod
    def line(self, element: Element) -> tuple[str, str]:
        raise TypeError(f"{type(element).__name__} is no element of a page")

    @line.register
    def _(self, e: Words) -> tuple[str, str]:
        look = [_color(e.color), *_flags(e)]
        runs = "".join(map(_run, e.runs))
        return r"\snwords", _arguments(e.x, e.y, e.size, e.room, ", ".join(look), runs)

    @line.register
    def _(self, e: Formula) -> tuple[str, str]:
        return r"\snformula", _arguments(
            e.x, e.y, e.size, e.room, _color(e.color), tex_words.mathematics(e.latex)
        )

    @line.register
    def _(self, e: Code) -> tuple[str, str]:
        text = tex_words.code(e.text)
        return r"\sncode", _arguments(e.x, e.y, e.size, e.room, _color(e.color), text)

    @line.register
    def _(self, e: Box) -> tuple[str, str]:
        look = [f"fill={_color(e.fill)}"] if e.fill else []
        if e.stroke:
            look += [f"draw={_color(e.stroke)}", f"line width={number(e.thick)}bp"]
        look += [f"rounded corners={number(e.corner)}bp"] if e.corner else []
        return r"\snbox", _arguments(e.x, e.y, e.width, e.height, ", ".join(look))

    @line.register
    def _(self, e: Line) -> tuple[str, str]:
        look = f"{_color(e.color)}, line width={number(e.thick)}bp"
        return r"\snline", _arguments(e.x, e.y, e.to_x, e.to_y, look)

    @line.register
    def _(self, e: Drawn) -> tuple[str, str]:
        left, top, _, _ = extent_of(e.picture)
        x, y = e.x - e.scale * left, e.y - e.scale * top
        states = ", ".join(f"{t}={s}" for t, s in states_of(e.picture, e.states).items())
        alt = tex_words.pdf_string(e.title)
        scale, name = f"{e.scale:.4f}", self._graph(e.picture)
        return r"\sngraph", _arguments(x, y, scale, name, states, alt)

    @line.register
    def _(self, e: Plot) -> tuple[str, str]:
        name = self._plots.setdefault(e.pdf, f"{self.folder}plot{len(self._plots) + 1}.pdf")
        self.files[name] = e.pdf
        alt = tex_words.pdf_string(e.title)
        return r"\snplot", _arguments(e.x, e.y, e.width, e.height, name, alt)

    def _graph(self, picture: Picture) -> str:
        """The name of a drawing; equal ones share it."""
        if id(picture) not in self._pictures:
            drawn = "\n".join(lines(picture))
            self._drawings.setdefault(drawn, f"graph{len(self._drawings) + 1}")
            self._pictures[id(picture)] = self._drawings[drawn]
        return self._pictures[id(picture)]


def _color(color: Color | None) -> str:
    return f"sn{color}"


def _flags(e: Words) -> Iterator[str]:
    if e.bold:
        yield "bold"
    if e.italic:
        yield "italic"
    if e.anchor != "left":
        yield e.anchor


def _run(run: Run) -> str:
    return tex_words.words(run) if isinstance(run, str) else f"${tex_words.mathematics(run.latex)}$"


def _arguments(*values: float | str) -> str:
    return "".join(f"{{{v if isinstance(v, str) else number(v)}}}" for v in values)
