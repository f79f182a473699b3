"""The decks of the gallery: by TeX and by typst, a page a step, the same rows, nothing outside.

pytest -m slow tests/test_decks.py        minutes; CI runs it where TeX is installed
"""

import io
from functools import cache

import pypdf
import pytest

from docs.gallery.decks import DECKS, HERE, deck_of, shown_page
from symnet.render.decks import beamer, slides_html, typst_pages
from symnet.render.decks.deck import Deck, Derivation, steps
from symnet.render.decks.paging import paged
from symnet.render.decks.scene import Film, Formula
from symnet.render.decks.slide_layout import film
from tests.render.tex import made as compiled_by_tex

pytestmark = pytest.mark.slow
NAMES = [pytest.param(d.name, marks=pytest.mark.xdist_group(d.name)) for d in DECKS]


@cache
def deck(name: str) -> Deck:
    return deck_of(name)


@cache
def laid_out(name: str) -> Film:
    return film(deck(name))


@pytest.mark.parametrize("name", NAMES)
def test_by_tex(name: str) -> None:
    made = laid_out(name)
    document = beamer.beamer(made)
    compiled = compiled_by_tex(document)  # raises for an overfull box or a missing character
    assert len(pypdf.PdfReader(io.BytesIO(compiled.pdf)).pages) == len(made.pages)
    for latex in {e.latex for p in made.pages for e in p.elements if isinstance(e, Formula)}:
        assert latex in document.text


@pytest.mark.parametrize("name", NAMES)
def test_by_typst(name: str) -> None:
    made = laid_out(name)
    reader = pypdf.PdfReader(io.BytesIO(typst_pages.pdf(made)))
    assert len(reader.pages) == len(made.pages)
    for page in reader.pages:
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx(made.size, abs=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_pages_equal_steps_and_html_has_them(name: str) -> None:
    slides = paged(deck(name)).slides
    assert len(laid_out(name).pages) == sum(map(steps, slides))
    text = slides_html.slides(deck(name))
    rows = sum(len(s.rows) for s in slides if isinstance(s, Derivation))
    assert text.count('class="row"') >= rows


@pytest.mark.parametrize("name", NAMES)
def test_the_gallery_is_true(name: str) -> None:
    shown = next(d for d in DECKS if d.name == name)
    made = laid_out(name)
    assert 0 <= shown_page(made, shown.frame) < len(made.pages)
    assert (HERE / f"deck_{name}.png").stat().st_size > 5000
    row = f"](deck_{name}.png) | `symnet slides {name}` | {len(made.pages)} |"
    assert row in (HERE / "README.md").read_text()
