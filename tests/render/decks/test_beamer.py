"""Beamer: the lines of a frame, and what pdflatex makes of them."""

import io
import re
from dataclasses import replace
from functools import cache

import pytest
from pypdf import PdfWriter

from symnet.render.decks.beamer import Painter, beamer, fragment, preamble
from symnet.render.decks.beamer_preamble import MACROS
from symnet.render.decks.scene import (
    Code,
    Drawn,
    Element,
    Film,
    Formula,
    Frame,
    Math,
    Page,
    Plot,
    Words,
)
from symnet.render.formulas.macros import PREAMBLE
from symnet.render.setting import engine
from symnet.render.setting.engine import Compiled, Document
from symnet.render.setting.themes import THEMES
from tests.render import films, tex

NAMED = [f.title for f in films.awkward().frames if f.title]


@cache
def chart() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 50)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def awkward() -> Film:
    """The film of everything awkward, its plots with a PDF."""
    film = films.awkward()

    def filled(page: Page) -> Page:
        elements = (replace(e, pdf=chart()) if isinstance(e, Plot) else e for e in page.elements)
        return Page(tuple(elements))

    frames = tuple(replace(f, pages=tuple(map(filled, f.pages))) for f in film.frames)
    return replace(film, frames=frames)


def one(*elements: Element) -> Film:
    """A film of one page."""
    return Film("t", "16:9", (Frame("f", (Page(elements),)),), THEMES["light"])


def line(element: Element) -> str:
    macro, rest = Painter().line(element)
    return macro + rest


@cache
def goal() -> Compiled:
    return tex.made(beamer(films.goal()))


def formulas(film: Film) -> set[str]:
    found = set()
    for e in (e for p in film.pages for e in p.elements):
        if isinstance(e, Formula):
            found.add(e.latex)
        if isinstance(e, Words):
            found |= {r.latex for r in e.runs if isinstance(r, Math)}
    return found


# -- the text -------------------------------------------------------------------------------------


def test_elements_are_lines_to_be_read() -> None:
    assert line(films.words(20, 30.5, "Why ", Math("a_b"), "?", size=8, bold=True)) == (
        r"\snwords{20}{30.5}{8}{400}{snink, bold}{Why $a_b$?}"
    )
    assert line(Formula(1, 2, r"\frac{a}{b}", 12, 50, 60, "faint")) == (
        r"\snformula{1}{2}{12}{60}{snfaint}{\frac{a}{b}}"
    )
    assert line(Code(1, 2, "  x['k']", 7, 60)) == (
        r"\sncode{1}{2}{7}{60}{snink}{~~x[\textquotesingle{}k\textquotesingle{}]}"
    )


def test_what_is_on_all_pages_is_plain_and_the_rest_says_where() -> None:
    text = beamer(films.goal()).text
    assert text.count("Attention, backward pass}\n") == 2  # the bookmark and the title
    assert r"\snwords{19.8}{24.5}{16.5}{400}{snink, bold}{Attention, backward pass}" in text
    assert r"\snwords<2>{433.7}{21}{7.5}{400}{snsoft, right}{step 2 of 3}" in text
    assert r"\snformula<2->{39.6}{91}{12.5}{190}{snink}{\bar S" in text
    assert r"\snformula<1>{39.6}{91}{12.5}{190}{snfaint}{\bar S" in text


def test_a_drawing_is_defined_once_and_its_states_are_one_line_each() -> None:
    text = beamer(films.goal(2)).text
    assert text.count(r"\sngraphis{graph1}") == 1 and "graph2" not in text
    assert text.count(r"\sngraph<") == 6
    assert r"{graph1}{K=coming, Q=coming, S=now}{(The computation graph of attention)}" in text
    more = len(beamer(films.goal(9)).text) - len(beamer(films.goal(8)).text)
    assert more < 6000  # of text for a frame of three pages


@pytest.mark.parametrize("film", [films.goal(), films.awkward()])
def test_every_formula_is_there_as_it_is(film: Film) -> None:
    text = beamer(film).text
    assert len(formulas(film)) >= 2
    assert all(latex in text for latex in formulas(film))


def test_a_plot_is_a_file_that_is_written_once() -> None:
    document = beamer(awkward())
    assert document.files == {"plot1.pdf": chart()}
    assert document.text.count("{plot1.pdf}") == 2
    assert fragment(awkward().frames[0]).files == document.files


def test_a_handout_has_the_last_pages_and_no_steps() -> None:
    text = beamer(films.goal(), handout=True).text
    assert re.search(r"\\documentclass\[.*handout.*\]\{beamer\}", text)
    body = text.split(r"\begin{document}")[1]
    assert "step 3 of 3" in body and "step 2 of 3" not in body
    assert not re.search(r"\\sn\w+<", body)


def test_rows_may_use_the_macros_of_their_own_preamble() -> None:
    for name in re.findall(r"\\(?:DeclareMathOperator|newcommand)\{(\\\w+)\}", PREAMBLE):
        assert rf"\providecommand{{{name}}}" in MACROS


def test_an_unknown_element_is_refused() -> None:
    with pytest.raises(TypeError, match="str is no element of a page"):
        Painter().line("x")  # type: ignore[arg-type]


def test_the_same_film_gives_the_same_text() -> None:
    assert beamer(awkward()) == beamer(awkward())


# -- what pdflatex makes of it ---------------------------------------------------------------------


def test_a_page_for_each_step_and_bookmarks() -> None:
    reader = tex.read(tex.made(beamer(awkward())))
    assert len(reader.pages) == len(awkward().pages)
    assert [entry.title for entry in reader.outline] == NAMED
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [0, 4]
    assert reader.metadata.title == awkward().title
    size = reader.pages[0].mediabox
    assert (round(float(size.width), 1), round(float(size.height), 1)) == (362.8, 272.1)


def test_pictures_say_what_they_are() -> None:
    """As marked content, which programs that read aloud say in their place."""
    for film in (films.goal(), awkward()):
        reader = tex.read(tex.made(beamer(film)))
        for page, shown in zip(reader.pages, film.pages, strict=True):
            wanted = [e.title for e in shown.elements if isinstance(e, Drawn | Plot)]
            assert tex.alternatives(page) == wanted


def test_signs_are_only_signs() -> None:
    said = tex.read(tex.made(beamer(awkward()))).pages[0].extract_text()
    for words in ('a "quoted" \\ backslash \\n \\u{41}', "@ref *bold* _it_ `raw` = title", "größer",
                  "</script> https://a.b [c](d) {e} #panic()", "lone", "if x: # $"):  # fmt: skip
        assert words in said


def test_nothing_moves_between_the_pages_of_a_frame() -> None:
    reader = tex.read(goal())
    first, second, third = (tex.pieces(reader, k) for k in range(3))
    assert len(first & second & third) > 150
    for text, x, y in (first | second | third) - (first & second & third):
        assert text.startswith("step") or (x > 270 and y > 120), (text, x, y)  # the panel


def test_elements_lie_where_they_say() -> None:
    film = one(films.words(50, 60, "Here", size=10), films.words(50, 200, "Hall", size=20))
    reader = tex.read(tex.made(beamer(film)))
    height = 90 * 72 / 25.4
    expected = {("Here", 50, round(height - 60, 3)), ("Hall", 50, round(height - 200, 3))}
    for (text, x, y), (_, u, v) in zip(
        sorted(tex.pieces(reader, 0)), sorted(expected), strict=True
    ):
        assert abs(x - u) < 0.01 and abs(y - v) < 0.01, text


def test_a_line_that_is_too_wide_is_made_smaller_and_counted() -> None:
    long = "Mathematics " * 20
    fits, wide = films.words(20, 50, "short"), films.words(20, 80, long, room=200)
    assert tex.smaller(tex.made(beamer(one(fits))).log) == []
    (factor,) = tex.smaller(tex.made(beamer(one(fits, wide))).log)
    assert 0.1 < factor < 0.6


def test_measured_widths_nearly_hold() -> None:
    """The goal slide: nothing on it is made smaller by more than 11 %."""
    assert min(tex.smaller(goal().log)) > 0.89


def test_notes_follow_their_frame() -> None:
    reader = tex.read(tex.made(beamer(awkward(), notes=True)))
    assert len(reader.pages) == len(awkward().pages) + 1
    assert "#panic() <x> \\" in reader.pages[4].extract_text()
    noted = replace(films.goal(), frames=(replace(films.goal().frames[0], notes="Slowly."),))
    last = tex.read(tex.made(beamer(noted, notes=True))).pages[3].extract_text()
    assert "Slowly." in last and "step 3 of 3" in last  # the slide, and under it the notes
    assert len(tex.read(tex.made(beamer(awkward(), handout=True))).pages) == 3


@pytest.mark.parametrize("theme", ["Madrid", "Berkeley"])
def test_frames_may_be_put_into_another_talk(theme: str) -> None:
    tex.needed()
    part = fragment(films.goal().frames[0])
    text = "\n".join(
        (
            r"\documentclass[aspectratio=169]{beamer}",
            rf"\usetheme{{{theme}}}\setbeamersize{{text margin left=3mm}}",
            preamble(films.goal()),
            r"\begin{document}\begin{frame}{First}\end{frame}\input{part}\end{document}",
        )
    )
    reader = tex.read(tex.made(Document(text, {"part.tex": part.text.encode()})))
    assert len(reader.pages) == 4
    (title,) = (p for p in tex.pieces(reader, 1) if p[0] == "Attention, backward pass")
    assert title[1:] == pytest.approx((19.8, 90 * 72 / 25.4 - 24.5), abs=0.01)


def test_the_same_bytes_on_two_runs() -> None:
    assert goal().pdf == engine.pdf(beamer(films.goal()))
