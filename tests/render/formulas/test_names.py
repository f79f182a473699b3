"""Names in LaTeX: two that would look the same are printed as they are written."""

import re
from pathlib import Path

import pytest
import sympy

import symnet as sn
from symnet.notation.index import Index
from symnet.notation.parse import parse
from symnet.notation.tensor import Tensor
from symnet.render.formulas.letters import choose
from symnet.render.formulas.names import alike, as_written, name, symbol
from symnet.render.formulas.tree import Letter, Name
from symnet.render.latex import latex

N = sympy.Symbol("N", integer=True, positive=True)


@pytest.mark.parametrize(
    "pair",
    [
        ("x1", "x_1"),
        ("eps", "epsilon"),
        ("alpha", "α"),
        ("h2_bar", "h_bar2"),
        ("h_2_bar", "h_bar_2"),
        ("x", "x_"),
        ("Theta1", "Θ_1"),
    ],
)
def test_names_that_look_alike(pair: tuple[str, str]) -> None:
    orders = {"y": 1, **dict.fromkeys(pair, 2)}
    assert name(pair[0], "ij") == name(pair[1], "ij")
    assert alike(orders) == set(pair)
    assert len({as_written(text, "ij")[0] for text in pair}) == 2


@pytest.mark.parametrize(
    "several",
    [
        ("x", "x1", "x2", "x_hat", "x_bar", "x_new"),
        ("x_hat_bar", "x_bar_hat", "xhat_bar"),
        ("phi", "Phi", "psi"),
        ("W_q", "W_Q", "Wq", "w_q"),
    ],
)
def test_names_that_differ(several: tuple[str, ...]) -> None:
    assert alike(dict.fromkeys(several, 2)) == frozenset()
    assert len({name(text)[0] for text in several}) == len(several)


def test_a_number_that_looks_like_an_entry_gives_way() -> None:
    assert alike({"x": 1, "x_1": 0}) == {"x_1"}
    assert alike({"x": 2, "x_1": 0}) == frozenset()
    assert alike({"x": 2, "x_1_2": 0}) == {"x_1_2"}
    assert alike({"x": 1, "x_1": 1}) == frozenset()  # x^{(1)}_n beside x_n
    assert alike({"x_bar": 1, "x_1_bar": 0}) == {"x_1_bar"}


def test_an_accent_stays_with_its_name() -> None:
    """The gradient by x1 alone is not that by x_1."""
    assert alike({"x1": 1, "x_1": 1, "x1_bar": 1, "y_bar": 1}) == {"x1", "x_1", "x1_bar"}
    graph = parse("y = sum[n](x1[n]*x_1[n]^2)")
    assert latex(sn.gradient(graph, ["x1"])) == r"\mathrm{x1\_bar}_n &= \mathrm{x\_1}_n^2"


def test_extents_too() -> None:
    assert alike({"k1": 1}, ["k_1", "N"]) == {"k1", "k_1"}
    assert alike({}, ["N1", "N_1"]) == {"N1", "N_1"}


def test_every_formula_tells_them_apart() -> None:
    """Forward, backward, index form and matrix form."""
    graph = sn.gradient(parse("y[n] = x1[n]*x_1[n]^2\nL = sum[n](y[n])"), ["x1", "x_1"])
    assert latex(graph).split(" \\\\\n") == [
        r"\mathrm{x\_1\_bar}_n &= 2\,\mathrm{x1}_n\,\mathrm{x\_1}_n",
        r"\mathrm{x1\_bar}_n &= \mathrm{x\_1}_n^2",
    ]
    assert latex(graph, form="matrix").split(" \\\\\n") == [
        r"\mathrm{x\_1\_bar} &= 2\,\mathrm{x1} \odot \mathrm{x\_1}",
        r"\mathrm{x1\_bar} &= \mathrm{x\_1}^{\odot 2}",
    ]


def test_derivatives_keep_their_quotient_where_it_tells_them_apart() -> None:
    beside = "dy_dx1[n,m]*dy_dx_1[n,m]*u[n]*du1_du[n]*du_1_du[n]"
    made = latex(parse(f"y[n] = x1[n]*x_1[n]\nz = sum[n,m]({beside})"), which=("z",))
    assert made == (
        r"z &= \sum_{n,m}\frac{\partial y_n}{\partial \mathrm{x1}_m}\,"
        r"\frac{\partial y_n}{\partial \mathrm{x\_1}_m}\,u_n\,"
        r"\mathrm{du1\_du}_n\,\mathrm{du\_1\_du}_n"
    )


def test_indices_that_look_alike() -> None:
    first, second = Index("k_1", N), Index("k1", N)
    x = Tensor("epsilon", first, second)
    chosen = choose(Name(x, (Letter(first), Letter(second))), (first, second))
    assert len({symbol(letter) for letter in chosen.values()}) == 2
    e = Index("eps", N)
    assert choose(Name(x, (Letter(e), Letter(e))), (e,))[e] != "eps"


def test_pictures_tell_them_apart(tmp_path: Path) -> None:
    graph = sn.gradient(parse("y[n] = x1[n]*x_1[n]^2\nL = sum[n](y[n])"), ["x1", "x_1"])
    drawing = sn.draw(graph)
    drawing.save(tmp_path / "drawing.tex")
    drawn = (tmp_path / "drawing.tex").read_text(encoding="utf-8")
    assert r"\mathrm{x1}" in drawn
    assert r"\mathrm{x\_1}" in drawn
    assert "x^{(1)}" not in drawn
    drawing.save(tmp_path / "drawing.html")
    heads = re.findall(r"<h2><math.*?</math>", (tmp_path / "drawing.html").read_text("utf-8"))
    assert len(heads) == len(set(heads)) == 2
