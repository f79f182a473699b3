"""The layout: Graphviz where there is one, ours otherwise, with one line of advice."""

import sys

import pytest

from symnet.render.pictures import layout
from symnet.render.pictures.places import Arrow, Box, Spacing

BOXES = [Box("a", 60, 30), Box("b", 80, 40, round=True), Box("c", 50, 30)]
ARROWS = [
    Arrow("a", "b"), Arrow("b", "a", back=True, label=(90, 20)), Arrow("b", "c"), Arrow("c", "c"),
]  # fmt: skip


def check(found: layout.Places) -> None:
    (ax, _), (bx, _), (cx, _) = (found.centers[n] for n in "abc")
    assert ax < bx < cx
    forward, back, _, loop = found.paths
    assert forward[-1][0] == pytest.approx(bx - 40, abs=15)
    assert back[-1][0] == pytest.approx(ax + 30, abs=15)
    assert all(len(path) % 3 == 2 for path in found.paths)
    assert loop[0][0] != loop[-1][0] or loop[0][1] != loop[-1][1]
    assert found.labels[0] is None and found.labels[1] is not None
    assert ax < found.labels[1][0] < bx


def test_by_the_program_or_the_package() -> None:
    source = layout._source(BOXES, ARROWS, Spacing())
    answers = [layout._by_program(source), layout._by_pygraphviz(source)]
    if answers == [None, None]:
        pytest.skip("no Graphviz is installed")
    check(layout.places(BOXES, ARROWS))


def test_without_graphviz_one_line_says_what_would_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    layout._hint.cache_clear()
    check(layout.places(BOXES, ARROWS))
    layout.places(BOXES, ARROWS)
    out, err = capsys.readouterr()
    assert err == layout.HINT + "\n" and out == ""


@pytest.mark.parametrize("engine", ["dot", "pygraphviz", "layered"])
def test_downwards(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {"dot": "_by_program", "pygraphviz": "_by_pygraphviz"}
    for name, way in ways.items():
        if name != engine:
            monkeypatch.setattr(layout, way, lambda source: None)
        elif getattr(layout, way)("digraph {}") is None:
            pytest.skip(f"{name} is not installed")
    found = layout.places(BOXES, ARROWS, Spacing(across=False))
    (_, ay), (_, by), (_, cy) = (found.centers[n] for n in "abc")
    assert ay + 15 < by - 20 and by + 20 < cy - 15
    assert found.paths[0][-1][1] == pytest.approx(by - 20, abs=15)
    assert found.paths[1][-1][1] == pytest.approx(ay + 15, abs=15)
    assert found.labels[1] is not None and ay < found.labels[1][1] < by


def test_groups_are_kept_together_and_graphviz_has_nothing_to_say(
    capfd: pytest.CaptureFixture[str],
) -> None:
    boxes = [Box(n, 40, 30, group="g" if n in "bd" else "") for n in "abcde"]
    arrows = [Arrow("a", "b"), Arrow("a", "c"), Arrow("b", "d"), Arrow("c", "e"),
              Arrow("d", "b", True, level=True), Arrow("c", "b", True, level=True)]  # fmt: skip
    source = layout._source(boxes, arrows, Spacing())
    assert source.count("subgraph") == 1 and source.count("rank=same") == 1
    assert layout._by_pygraphviz(source) is None or capfd.readouterr().err == ""


def test_no_name_reaches_graphviz() -> None:
    source = layout._source([Box("evil<b>", 10, 10)], [Arrow("evil<b>", "evil<b>")], Spacing())
    assert "evil" not in source


def test_a_backward_arrow_does_not_run_on_its_forward_arrow() -> None:
    line = ((0.0, 0.0), (10.0, 0.0), (90.0, 0.0), (100.0, 0.0), (110.0, 0.0))
    back = tuple((110.0 - x, 1.0) for x, _ in line)
    arrows = [Arrow("a", "b"), Arrow("b", "a", back=True), Arrow("c", "a", back=True)]
    for label, side in ((None, 1), ((50.0, -20.0), -1)):
        before = layout.Places(110, 20, {}, (line, back, back), (None, label, None))
        found = layout._told_apart(before, arrows, True)
        assert found.paths[0] == line and found.paths[2] == back
        assert [y for _, y in found.paths[1]] == [1.0 + side * layout.APART] * 5
        assert found.labels[1] == (label and (50.0, -24.0))
