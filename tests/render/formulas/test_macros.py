r"""The macros and what they stand for: rows with them, and places that have no preamble."""

import pytest
import ziamath

from symnet.calculus import gradient
from symnet.notation import Graph
from symnet.render import PREAMBLE, latex, latex_of
from symnet.render.formulas import names
from symnet.render.formulas.macros import expanded
from symnet.render.pictures.drawing import draw
from symnet.render.pictures.network import to_networkx
from symnet.render.setting.glyphs import formula
from tests.render import samples

ROW = r"\bar x_{nd} &= r_n(\barhat x_{nd} - \mean_e\barhat x_{ne}"


def layer_norm() -> Graph:
    return gradient(samples.layer_norm(), ["x", "gamma"], cotangent="y_bar", with_value=True)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (r"\mean_e x_{ne}", r"\operatorname{mean}_e x_{ne}"),
        (r"\mean_{n,e}\hat x_{ne}", r"\operatorname{mean}_{n,e}\hat x_{ne}"),
        (r"\meaning x \barhats x", r"\meaning x \barhats x"),
        (r"\barhat x_{nd}^2", r"\bar{\hat x}_{nd}^2"),
        (r"\barhat\gamma_{nd}", r"\bar{\hat\gamma}_{nd}"),
        (r"2\barhat x\,\barhat y", r"2\bar{\hat x}\,\bar{\hat y}"),
        (r"\sum_e x_e", r"\sum_e x_e"),
    ],
)
def test_what_a_macro_stands_for(short: str, long: str) -> None:
    assert expanded(short) == long
    assert expanded(long) == long


def test_names_with_both_accents() -> None:
    assert names.name("x_hat_bar", "nd") == (r"\barhat x_{nd}", False)
    assert names.name("x_hat2_bar", "nd") == (r"\barhat x^{(2)}_{nd}", True)
    assert names.name("gamma_hat_bar") == (r"\barhat\gamma", False)
    assert names.name("x_hat_bar_dot") == (r"\dot{\barhat x}", False)
    assert names.name("x_bar_hat") == (r"\hat{\bar x}", False)
    assert names.name("out_hat_bar") == (r"\overline{\widehat{\mathrm{out}}}", False)


def test_rows_use_the_macros_and_the_preamble_has_them() -> None:
    assert ROW in latex(layer_norm())
    for macro in (r"\DeclareMathOperator{\mean}", r"\newcommand{\barhat}"):
        assert macro in PREAMBLE


def test_where_there_is_no_preamble_there_is_no_macro() -> None:
    g = layer_norm()
    d = g.definition("x_bar")
    assert d is not None
    network = to_networkx(g)
    found = [latex_of(d, g), latex_of(d.expression, g)]
    found += [network.nodes["x"]["latex"], network.nodes["x"]["cotangent_latex"]]
    assert not any(r"\mean" in f or r"\barhat" in f for f in found)
    assert r"\operatorname{mean}_e\bar{\hat x}_{ne}" in found[0]


def test_a_drawing_sets_them() -> None:
    short, long = r"\mean_e\barhat x_{ne}", r"\operatorname{mean}_e\bar{\hat x}_{ne}"
    assert formula(short, 15.0) == formula(long, 15.0)
    assert len(formula(short, 15.0).uses) == len("mean") + len("e") + len("x^-") + len("ne")
    assert ziamath.Latex(long).getsize()[0] > 0
    assert "<svg" in draw(layer_norm())._repr_svg_()
