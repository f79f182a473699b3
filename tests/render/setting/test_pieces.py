"""A row that is set piece by piece looks as it does when ziamath sets it whole."""

from xml.etree import ElementTree as ET

import pytest
import ziamath
from ziamath.tex import tex2mml

from symnet.render.setting.atoms import spaced
from symnet.render.setting.glyphs import formula
from symnet.render.setting.pieces import NAMESPACE, placed

SIZE = 24.0
ROWS = (
    "x",
    r"\bar W_{ij} = \sum_n x_{ni}\,\bar y_{nj}",
    r"-\frac{a}{b}\frac{c}{d} + \frac{1}{N}\sum_{n,k} p_{nk}",
    r"\frac{\partial y_n}{\partial w_k} = e^{-x_n^2}\Bigl(\frac{x_n}{2} - 1\Bigr)",
    r"\sigma(x) \odot \tanh(x), \quad [0 \le u-p < K]",
    r"\mathrm{softmax}\Bigl(\frac{q k^T}{\sqrt{D}}\Bigr) v",
    r"\lvert x \rvert^2 \cdot 10^{-5} \leftarrow \hat x_{nd}",
    r"\log\lvert\det A\rvert + \lvert \frac{a}{b} \rvert + \Bigl\lvert \frac{a}{b} \Bigr\rvert",
)


@pytest.mark.parametrize("latex", ROWS)
def test_pieces_stand_where_the_whole_row_has_them(latex: str) -> None:
    tree = ET.fromstring(tex2mml(latex).replace(NAMESPACE, ""))
    whole = ziamath.Math(spaced(tree, SIZE), size=SIZE)
    box, left = whole.node.bbox, min(whole.node.bbox.xmin, 0.0)
    drawn = ET.Element("svg")
    whole.drawon(drawn, -left, 0)
    boxes = {
        s.get("id"): tuple(map(float, s.get("viewBox", "").split())) for s in drawn.iter("symbol")
    }
    expected = [
        (name, float(u.get("x", 0)) - (float(u.get("width", 0)) / boxes[name][2]) * boxes[name][0])
        for u in drawn.iter("use")
        if boxes[name := u.get("href", "").removeprefix("#")][2]
    ]
    made = formula(latex, SIZE)
    assert [u.glyph for u in made.uses] == [
        name for name, _ in expected if name in dict(made.outlines)
    ]
    assert [u.x for u in made.uses] == pytest.approx(
        [x for name, x in expected if name in dict(made.outlines)], abs=0.01
    )
    assert made.width == pytest.approx(box.xmax - left, abs=0.01)
    assert made.descent == pytest.approx(-box.ymin, abs=0.01)
    assert made.ascent >= box.ymax - 0.01


def test_the_same_piece_is_set_once() -> None:
    first, second = placed("a + x_{ij}", SIZE), placed("x_{ij} = b", SIZE)
    assert any(p is q for _, p in first for _, q in second)


def test_delimiters_grow_only_where_they_are_told_to() -> None:
    """As in TeX: | and \\lfloor do not, \\left( does, \\Bigl| is of one size."""
    tall = r"\frac{a}{b}"
    bar = formula("|", SIZE)
    for left, right in ((r"\lvert ", r"\rvert"), (r"\lfloor ", r"\rfloor"), ("(", ")")):
        low = formula(f"{left}x{right}", SIZE).uses[0]
        assert formula(f"{left}{tall}{right}", SIZE).uses[0] == low
    assert bar.height == pytest.approx(formula(r"x\,|", SIZE).height)
    whole = formula(rf"\left({tall}\right) + \left(x\right)", SIZE)
    glyphs = [u.glyph for u in whole.uses]
    assert glyphs[0] not in glyphs[1:]


def test_what_is_between_left_and_right_is_an_inner() -> None:
    """A thin space before and after it, but not in parentheses."""
    x, inner = formula("x", SIZE), formula(r"\left(y\right)", SIZE)
    both = formula(r"x\left(y\right)", SIZE)
    assert both.width == pytest.approx(x.width + 3 / 18 * SIZE + inner.width, abs=1.5)
