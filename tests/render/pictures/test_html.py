"""The page of a drawing: whole, offline, escaped; in a browser each box shows what it is."""

from functools import cache
from pathlib import Path

import pytest

from symnet.calculus import cost, gradient
from symnet.layers import catalogue
from symnet.notation import Graph
from symnet.render import draw
from symnet.render.pictures.html import page
from tests.browser import Browser
from tests.render import samples
from tests.render.pages import check_ids, check_whole
from tests.render.pictures.test_dot import ODD, awkward
from tests.render.pictures.test_drawing import both_ways


@cache
def block() -> Graph:
    """An encoder block, forward and backward: 52 definitions in layers."""
    g = catalogue()["encoder_block"]()
    return gradient(g, [t.name for t in g.given], cotangent="y2_bar", with_value=True)


@cache
def block_page() -> str:
    return page(block())


@pytest.mark.parametrize("make", [samples.classifier, samples.softmax, samples.cell, awkward])
def test_the_page_is_whole_and_the_same_twice(make) -> None:
    g = make() if make is awkward else both_ways(make)
    source = page(g)
    check_ids(check_whole(source))
    assert source == page(g)


def test_every_drawn_box_has_a_card_with_its_formulas() -> None:
    g = both_ways(samples.classifier)
    found = check_whole(page(g))
    drawn = {a["data-name"] for a in found.all("g", "node")}
    assert drawn == {a["data-card"] for a in found.all("section", "card") if "data-card" in a}
    shown = {a["alttext"] for a in found.all("math")}
    assert any(r"h_{nj} &= \tanh(a_{nj})" in latex for latex in shown)
    assert any(r"\bar h_{nj} &= \sum_k" in latex for latex in shown)
    assert r"N \times H" in shown and "j < H" in shown


def test_costs_are_shown_where_they_are_given() -> None:
    g = both_ways(samples.dense)
    costs = {r.name: (r.flops, r.entries) for r in cost(g).rows}
    assert "operations" not in check_whole(page(g)).text
    found = check_whole(page(g, costs=costs))
    assert "operations" in found.text and "cost of the gradient" in found.text


def test_layers_are_boxes_that_open() -> None:
    found = check_whole(block_page())
    check_ids(found)
    views = [(a["data-view"], a["data-layer"]) for a in found.all("figure", "view")]
    assert views[0] == ("overview", "") and views[-1] == ("whole graph", "")
    assert ("multi-head attention", "multi-head attention") in views[1:-1]
    assert [("hidden" in a) for a in found.all("figure", "view")] == [False] + [True] * (
        len(views) - 1
    )
    cards = {a.get("data-card") for a in found.all("section", "card")}
    assert {"multi-head attention", "P", "W_q", "x"} <= cards
    assert "encoder block \u203a multi-head attention \u203a attention" in found.text


def test_a_drawing_alone() -> None:
    g = block()
    found = check_whole(page(g, draw(g, layer="layer norm y1")))
    assert len(found.all("figure", "view")) == 1
    assert not found.all("select")


def test_names_are_escaped() -> None:
    source = page(awkward())
    found = check_whole(source)
    assert not found.all("b") and "N<b>" not in source
    assert {a["data-name"] for a in found.all("g", "node")} >= {"node", "edge"}
    assert any(ODD in told for told in found.texts["title"])


def test_size() -> None:
    g = both_ways(samples.classifier)
    assert len(page(g).encode()) <= 300_000 * max(1, len(g.definitions) / 20)
    assert len(block_page().encode()) <= 300_000 * len(block().definitions) / 20


def test_a_layer_and_a_copy_need_no_overview() -> None:
    """LSTM with all its gradients: one layer, and its output by a second name."""
    graph = catalogue()["lstm"]()
    source = page(gradient(graph, [t.name for t in graph.given], "y_bar", with_value=True))
    found = check_whole(source)
    assert [a["data-view"] for a in found.all("figure", "view")] == ["whole graph"]
    assert len(source.encode()) <= 300_000


# -- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pages") / "block.html"
    file.write_text(block_page(), encoding="utf-8")
    return file


SHOWN = "document.querySelector('.card.shown').dataset.card"
VIEW = "document.querySelector('.view:not([hidden])').dataset.view"


def node(name: str) -> str:
    return f'.view:not([hidden]) .node[data-name="{name}"]'


def test_a_click_shows_what_a_box_is_in_a_browser(browser: Browser, path: Path) -> None:
    browser.open(path)
    assert browser.evaluate(VIEW) == "overview"
    browser.click(node("multi-head attention"))
    assert browser.evaluate(VIEW) == "multi-head attention"
    browser.click(node("P"))
    assert browser.evaluate(SHOWN) == "P"
    assert browser.evaluate("location.hash") == "#P"
    heights = browser.evaluate(
        "[...document.querySelectorAll('.card.shown math')].map("
        "(e) => e.getBoundingClientRect().height)"
    )
    assert len(heights) >= 4 and min(heights) > 5
    near = browser.evaluate(
        "[...document.querySelectorAll('.view:not([hidden]) .node.near')].map("
        "(e) => e.dataset.name).sort()"
    )
    assert near == ["O", "S"]
    assert browser.loaded == {path.as_uri()} and browser.messages == []


def test_the_keyboard_alone_in_a_browser(browser: Browser, path: Path) -> None:
    browser.open(path)
    for _ in range(30):
        browser.press("Tab")
        if browser.evaluate("document.activeElement.dataset.name") == "layer norm y1":
            break
    browser.press("Enter")
    assert browser.evaluate(VIEW) == "layer norm y1"
    browser.press("Enter")
    assert browser.evaluate(SHOWN) == browser.evaluate("document.activeElement.dataset.name")
    browser.press("Escape")
    browser.press("Escape")
    assert browser.evaluate(VIEW) == "overview"
    assert browser.evaluate("document.activeElement.dataset.name") == "layer norm y1"
    assert browser.messages == []


def test_zoom_toggles_and_the_way_back_in_a_browser(browser: Browser, path: Path) -> None:
    browser.open(path, "#S")
    assert browser.evaluate(SHOWN) == "S"
    assert browser.evaluate(VIEW) == "multi-head attention"
    box = "document.querySelector('.view:not([hidden]) svg').getAttribute('viewBox')"
    before = browser.evaluate(box)
    browser.click('[data-zoom="in"]')
    assert browser.evaluate(box) != before
    browser.click('[data-zoom="fit"]')
    assert browser.evaluate(box) == before
    seen = "getComputedStyle(document.querySelector('.view:not([hidden]) .edge.backward')).display"
    assert browser.evaluate(seen) != "none"
    browser.click('[data-way="backward"]')
    assert browser.evaluate(seen) == "none"
    browser.click(".card.shown .ref")
    assert browser.evaluate(SHOWN) in ("k", "q")
    browser.click(".trail button")
    assert browser.evaluate(VIEW) == "overview"
    assert browser.messages == []


def test_text_is_dark_on_white_in_a_browser(browser: Browser, path: Path) -> None:
    """Contrast of at least 4.5 to 1 for all words beside the drawing."""
    browser.open(path, "#S")
    faint = browser.evaluate("""(() => {
        const light = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
            .map((p) => p <= 0.03928 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4);
            return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
        return [...document.querySelectorAll('header *, .card.shown *')]
            .filter((e) => e.textContent.trim() && e.getClientRects().length)
            .filter((e) => 1.05 / (light(getComputedStyle(e).color) + 0.05) < 4.5)
            .map((e) => e.outerHTML.slice(0, 80)); })()""")
    assert faint == []
