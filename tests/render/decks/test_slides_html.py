"""Slides as a page: whole, offline, escaped; in a browser step by step, and nothing moves."""

from pathlib import Path

import pytest

from symnet.calculus import gradient
from symnet.layers import catalogue
from symnet.render import draw
from symnet.render.decks.deck import (
    Checked,
    Code,
    Cover,
    Curve,
    Deck,
    Derivation,
    Figure,
    Formulas,
    Math,
    Panel,
    Points,
    References,
    Row,
    Verdicts,
    steps,
)
from symnet.render.decks.slides_html import slides
from symnet.render.setting.themes import THEMES
from tests.browser import Browser
from tests.render.pages import check_ids, check_whole

AWKWARD = "a < b & \"c\" 'd' </script><script>alert(1)</script> <!-- ]]> \\ é"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><script>1</script></svg>'


def derivation() -> Derivation:
    """Three rows, two of them with a panel, and a figure in which each has its arrows."""
    graph = catalogue()["attention"]()
    both = gradient(graph, ["Q", "K", "V"], cotangent="O_bar", with_value=True)
    rows = (
        Row("V_bar", (r"\bar V = P^\top \bar O", r"\quad {}+ 0"), ("product & chain",)),
        Row("S_bar", (r"\bar S = P \odot (\bar P - r\mathbf 1^\top)",), ("softmax",)),
        Row("Q_bar", (r"\bar Q = \bar S K/\sqrt d",)),
    )
    panels = (
        Panel(("One row has ", Math("p"), ", hence"), (("p", r"= e^z/\sum_j e^{z_j}"),)),
        Panel((), (("a", "= b"), ("", "= d"))),
        Panel(),
    )
    order = (frozenset({"V", "P"}), frozenset({"S"}), frozenset({"Q", "K"}))
    figure = Figure(draw(both).picture, "Attention, forward and backward", order)
    return Derivation("Backward", rows, panels, figure, (("left ", Math("n^2")), ("right",)))


def deck(title: str = "Talk", theme: str = "light") -> Deck:
    """One slide of each kind."""
    claims = (
        Checked((r"\bar z = p",), ("a page",), "refuted", (("the ", Math("y"), " is missing"),),
                (r"\bar z = p - y",)),
        Checked((r"\bar b = 0",), (), "proved"),
    )  # fmt: skip
    return Deck(
        title,
        (
            Cover(title, ("about ", Math("x")), ("today",), notes="greet & smile"),
            Points("Points", (("one",), ("two ", Math("y")), (AWKWARD,)), revealed=True),
            Formulas("Rows", (Row("y", ("y = x",)),), (("before",),), (("after",),)),
            derivation(),
            Verdicts("Claims", claims),
            Code("Program", ("# why", "a < b", ""), (("words",),)),
            Curve("Chart", SVG, b"", 'loss "falls"', (("words",),)),
            References("References", (("Knuth 1986",),)),
        ),
        theme=theme,
    )


def test_the_page_is_whole_and_the_same_twice() -> None:
    source = slides(deck())
    found = check_whole(source)
    check_ids(found)
    assert source == slides(deck())
    assert [s["class"].split()[1] for s in found.all("section")] == [
        *("cover", "points", "formulas", "derivation", "verdicts", "code", "curve", "references")
    ]
    assert [int(s["data-steps"]) for s in found.all("section")] == [steps(s) for s in deck().slides]
    assert len(source.encode()) < 250_000


def test_every_text_is_escaped() -> None:
    source = slides(deck(AWKWARD))
    found = check_whole(source)
    assert found.text.count(AWKWARD) == 3  # title of the page, of the cover, and a point
    assert found.all("section")[0]["aria-label"] == AWKWARD
    assert found.all("img")[0]["alt"] == 'loss "falls"'


def test_a_chart_is_a_picture_of_its_own() -> None:
    found = check_whole(slides(deck()))
    assert found.all("img")[0]["src"].startswith("data:image/svg+xml;base64,PHN2Zy")


def test_rows_panels_and_figure_have_their_steps() -> None:
    found = check_whole(slides(Deck("T", (derivation(),))))
    assert [a["data-step"] for a in found.all("div", "row")] == ["0", "1", "2"]
    assert [a["data-step"] for a in found.all("aside", "panel")] == ["0", "1"]
    assert found.all("figure", "figure")[0]["data-order"] == '[["P", "V"], ["S"], ["K", "Q"]]'
    assert [len(found.all("div", kind)) for kind in ("line", "left", "right")] == [4, 3, 3]
    heads = {a["data-head"] for a in found.all("g", "backward")}
    assert heads == {"O", "P", "V", "S", "K", "Q"}


def test_numbers_go_on_where_a_slide_before_left_off() -> None:
    first = derivation()
    later = Derivation(first.title, first.rows[1:], figure=first.figure, first=2, before=1, count=3)
    found = check_whole(slides(Deck("T", (later,))))
    assert found.texts["span"][:1] == ["2"]
    assert "step 2 of 3" in found.text
    assert found.all("figure", "figure")[0]["data-before"] == "1"


def test_drawings_share_their_glyphs() -> None:
    one = len(slides(Deck("T", (derivation(),))))
    two = len(slides(Deck("T", (derivation(), derivation()))))
    check_ids(check_whole(slides(Deck("T", (derivation(), derivation())))))
    assert two - one < 60_000


@pytest.mark.parametrize("theme", THEMES)
def test_colours_are_those_of_the_theme(theme: str) -> None:
    assert all(f"--{k}: {c};" in slides(deck(theme=theme)) for k, c in THEMES[theme].items())


# -- in a browser -----------------------------------------------------------------------------


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> tuple[Browser, Path]:
    path = tmp_path / "talk.html"
    path.write_text(slides(deck()), encoding="utf-8")
    return browser, path


CURRENT = "document.querySelector('.slide.current')"
PLACES = f"""[...{CURRENT}.querySelectorAll('.row, .panel, .line, .node, figure, footer')].map(
    (e) => {{ const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }})"""
STATES = f"[...{CURRENT}.querySelectorAll('.row')].map((e) => e.className)"
PAINTED = f"""[...{CURRENT}.querySelectorAll('.edge.now')].map((e) => e.dataset.head)"""


def test_steps_in_a_browser(opened: tuple[Browser, Path]) -> None:
    b, path = opened
    b.open(path, "#4")
    assert b.evaluate(STATES) == ["row now", "row coming", "row coming"]
    assert set(b.evaluate(PAINTED)) == {"P", "V"}
    first = b.evaluate(PLACES)
    b.press("ArrowRight")
    assert b.evaluate("location.hash") == "#4.2"
    assert b.evaluate(STATES) == ["row done", "row now", "row coming"]
    assert b.evaluate(PAINTED) == ["S"]
    assert b.evaluate(PLACES) == first  # nothing moves
    assert b.evaluate(f"{CURRENT}.querySelector('.step').textContent") == "step 2 of 3"
    b.press("PageDown")
    b.press(" ", " ")
    assert b.evaluate("location.hash") == "#5"
    b.press("ArrowLeft")
    assert b.evaluate("location.hash") == "#4.3"
    assert b.loaded == {path.as_uri()} and b.messages == []


def test_formulas_are_seen_in_a_browser(opened: tuple[Browser, Path]) -> None:
    b, path = opened
    b.open(path, "?page")
    boxes = b.evaluate("""[...document.querySelectorAll('math')].map((e) => {
        const b = e.getBoundingClientRect(); return b.width * b.height; })""")
    assert len(boxes) > 15 and min(boxes) > 0
    assert b.evaluate("document.fonts.check('20px \"symnet math\"')")
    assert b.evaluate("document.documentElement.scrollHeight > 3 * innerHeight")
    assert b.evaluate("document.documentElement.className") == ""
    assert b.messages == []


def test_everything_fits_on_its_slide_in_a_browser(opened: tuple[Browser, Path]) -> None:
    b, path = opened
    for number in range(1, len(deck().slides) + 1):
        b.open(path, f"#{number}")
        outside = b.evaluate(f"""(() => {{
            const stage = {CURRENT}.querySelector('.stage').getBoundingClientRect();
            return [...{CURRENT}.querySelectorAll('math, svg, p, li, pre, img')].filter((e) => {{
                const b = e.getBoundingClientRect();
                return b.left < stage.left || b.right > stage.right + 1
                    || b.top < stage.top || b.bottom > stage.bottom + 1;
            }}).map((e) => e.outerHTML.slice(0, 80)); }})()""")
        assert outside == [], number
    assert b.messages == []


def test_all_slides_at_once_in_a_browser(opened: tuple[Browser, Path]) -> None:
    b, path = opened
    b.open(path, "#2.2")
    b.press("Escape")
    assert b.evaluate("document.documentElement.className") == "show overview"
    b.click("#slide-5")
    assert b.evaluate("location.hash") == "#5"
    assert b.evaluate("document.documentElement.className") == "show"
