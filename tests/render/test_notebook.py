"""What a notebook shows: rows of LaTeX that stand by themselves, text in a terminal."""

import pytest

from symnet.calculus import gradient
from symnet.layers import catalogue
from symnet.notation import GraphError
from symnet.notation.report import Evidence, Report, Verdict
from symnet.render import draw
from symnet.render.notebook import formulas, plain, shown
from symnet.render.setting.mathml import mathml
from symnet.render.text import text
from tests.render import samples

REPORT = Report(Verdict.PROVED, "W_bar", "W_bar = x < y", "W_bar = x", Evidence("canonical form"))


class Printer:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.said = ""

    def text(self, obj: str) -> None:
        self.said += obj


def test_a_graph_is_its_rows() -> None:
    g = gradient(samples.layer_norm(), ["x"], cotangent="y_bar", with_value=True)
    found = formulas(g)
    assert found.startswith("$$\\begin{aligned}\n\\mu_n &= ")
    assert "\\barhat" not in found and "\\mean" not in found
    mathml(found.strip("$"), block=True)
    assert plain(g) == text(g)


@pytest.mark.parametrize("name", ["dense", "lstm", "attention", "batch_norm", "max_pool"])
def test_every_definition_stands_by_itself(name: str) -> None:
    for d in catalogue()[name]().definitions:
        assert formulas(d).startswith("$\\displaystyle ")
        mathml(formulas(d).strip("$"))
        assert plain(d).startswith(d.name)


def test_as_ipython_asks() -> None:
    g, printer = samples.dense(), Printer()
    assert shown("text/latex", g) == formulas(g)
    assert shown("text/plain", g, printer, False) is None
    assert printer.said == "y[n,j] = sum[i](x[n,i]*W[i,j]) + b[j]"
    assert plain(draw(g)) == "a drawing of 4 boxes and 3 arrows"
    assert plain(REPORT).startswith("PROVED") and plain(7) == "7"
    assert "x &lt; y" in (shown("text/html", REPORT) or "")
    with pytest.raises(GraphError, match="a Graph is not shown as text/html"):
        shown("text/html", g)
