"""Pages by typst: all that a film holds and nothing else, always the same, and nothing moves."""

import re
import struct
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from symnet.notation.errors import SymnetError
from symnet.render.decks import typst_pages
from symnet.render.decks.scene import Element, Film, Formula, Frame, Math, Page, Words
from symnet.render.decks.typst_pages import pdf, png, typst
from symnet.render.setting.formula_svg import AIR
from symnet.render.setting.glyphs import formula
from symnet.render.setting.themes import THEMES
from symnet.render.setting.typst_wheel import compiled
from tests.render.films import AWKWARD, awkward, goal, goal_page, words
from tests.render.pdf_reading import alternatives, bookmarks, labels, page_texts

SVG = "{http://www.w3.org/2000/svg}"


def pages_as_svg(film: Film) -> list[list[ET.Element]]:
    """What is drawn on each page, after its paper; each with its place."""
    source = typst(film)
    made = [ET.fromstring(page) for page in compiled(source.text, source.files, "svg")]
    return [[part for part in page if part.tag != f"{SVG}defs"][1:] for page in made]


def one_page(*elements: Element) -> Film:
    return Film("t", "16:9", (Frame("t", (Page(elements),)),), THEMES["light"])


def shown(text: str) -> str:
    """Awkward text as it is found in a PDF: what has no glyph is a space or a question mark."""
    return re.sub("[\x00-\x1f\u2028]", " ", text).replace("\ud800", "?")


def test_every_kind_of_element_and_awkward_text_becomes_as_many_pages() -> None:
    film = awkward()
    made = pdf(film)
    assert len(page_texts(made)) == len(film.pages) == 5
    assert pdf(film) == made
    assert b"CreationDate" not in made and b"/Lang(en)" in made


@pytest.mark.parametrize("text", [t for t in AWKWARD if t])
def test_words_are_found_as_they_are_and_nothing_is_markup(text: str) -> None:
    first = page_texts(pdf(awkward()))[0]
    assert first.replace("\n", "").count(shown(text)) == 2  # as words and as a program
    assert "  if x:  # $" in first.splitlines()


def test_formulas_and_pictures_have_text_alternatives() -> None:
    film = goal()
    elements = [e for p in film.pages for e in p.elements]
    shown = [e.latex for e in elements if isinstance(e, Formula)]
    inline = [r.latex for e in elements if isinstance(e, Words) for r in e.runs if r != str(r)]
    drawn = ["The computation graph of attention"] * 3
    assert sorted(alternatives(pdf(film))) == sorted([*shown, *inline, *drawn])
    assert AWKWARD[1] in alternatives(pdf(awkward()))


def test_frames_are_bookmarks_and_number_their_pages() -> None:
    made = pdf(awkward())
    assert bookmarks(made) == [AWKWARD[1], "", AWKWARD[3]]
    assert labels(made) == ["1", "1", "1", "2", "3"]
    assert bookmarks(pdf(goal(2))) == ["Attention, backward pass"] * 2
    assert all(t.count("Attention") == 1 for t in page_texts(pdf(goal(2))))


def test_the_title_that_is_seen_is_the_heading() -> None:
    assert b"/S/H1" in pdf(goal())


def test_nothing_moves_between_pages() -> None:
    film = goal()
    drawn = [{ET.tostring(part) for part in page} for page in pages_as_svg(film)]
    for k in (1, 2):
        kept = [e for e in film.pages[0].elements if e in film.pages[k].elements]
        assert len(kept) >= 8
        assert len(drawn[0] & drawn[k]) >= len(kept)


def test_mathematics_in_a_line_stands_on_its_baseline() -> None:
    latex, size = r"\frac{a}{b_q}", 10.0
    line = Words(50, 80, ("so ", Math(latex), ", hence"), size, 50, 100)
    ((group,),) = pages_as_svg(one_page(line))
    assert group.get("transform") == "translate(50 80)"
    (image,) = group.iter(f"{SVG}image")
    _, y = re.findall(r"[-.\d]+", image.get("transform", ""))
    made = formula(latex, size)
    assert float(y) == pytest.approx(-made.ascent - AIR * size, abs=1e-3)
    height = float(image.get("height", ""))
    assert height == pytest.approx(made.height + 2 * AIR * size, abs=1e-3)


def test_a_displayed_formula_stands_where_it_was_put_and_is_made_smaller_for_its_room() -> None:
    made = formula("a + b", 10)
    for room, small in ((1000.0, 1.0), (made.width / 2, 0.5)):
        ((image,),) = pages_as_svg(one_page(Formula(50, 80, "a + b", 10, made.width, room)))
        x, y = (float(v) for v in re.findall(r"[-.\d]+", image.get("transform", "")))
        assert x == pytest.approx(50 - small * AIR * 10, abs=1e-3)
        assert y == pytest.approx(80 - small * (made.ascent + AIR * 10), abs=1e-3)


@pytest.mark.parametrize("anchor", ["left", "middle", "right"])
def test_a_line_that_is_too_wide_is_made_smaller_and_never_wrapped(anchor: str) -> None:
    long = words(200, 50, "many words " * 20, size=10, room=120.0, anchor=anchor)
    ((group,),) = pages_as_svg(one_page(long))
    a, b, c, d, x, y = (float(v) for v in re.findall(r"[-.\d]+", group.get("transform", "")))
    assert (b, c, y) == (0, 0, 50) and a == d < 0.25
    expected = {"left": 200, "middle": 140, "right": 80}[anchor]
    assert x == pytest.approx(expected, abs=1e-3)


def test_equal_formulas_and_pictures_are_one_file() -> None:
    once, often = typst(goal()), typst(goal(5))
    assert set(once.files) == set(often.files)
    assert len(often.text) < len(once.text) + 12 * 400
    assert sum(name.startswith("drawing") for name in once.files) == 3


def test_drawings_lie_on_the_paper_of_the_theme() -> None:
    source = typst(awkward())
    (name,) = (n for n in source.files if n.startswith("drawing"))
    assert b"#ffffff" not in source.files[name] and b"#fffbf5" in source.files[name]


def test_pages_that_typst_adds_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    spilled = compiled("#page[a]\n#page[b]", {}, "pdf")
    monkeypatch.setattr(typst_pages, "compiled", lambda *_: spilled)
    with pytest.raises(SymnetError, match="a deck of 1 pages became a PDF of 2 pages"):
        pdf(one_page())


def test_one_page_is_a_picture_of_the_size_that_was_asked_for() -> None:
    made = png(goal(), 1, 72)
    assert made.startswith(b"\x89PNG") and struct.unpack(">II", made[16:24]) == (454, 255)
    assert made != png(goal(), 0, 72)
    assert made == png(one_page(*goal_page(1).elements), 0, 72)


def test_notes_stand_under_each_frame() -> None:
    film = awkward()
    said = page_texts(pdf(film, notes=True))
    assert len(said) == len(film.frames)
    assert said[1].splitlines() == ["said", '#panic() <x> \\ "']
    long = replace(film.frames[0], notes="word " * 2000)
    assert len(page_texts(pdf(replace(film, frames=(long,)), notes=True))) == 1


def test_without_the_wheel_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    film = one_page(words(1, 1, "a"))
    assert typst(film).text.endswith("\n")
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SymnetError, match=r"pip install 'symnet\[slides\]'"):
        pdf(film)
