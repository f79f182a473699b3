r"""LaTeX: what a lecturer writes; ziamath sets every row, and a TeX engine if there is one."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sympy
import ziamath
from hypothesis import given, settings

from symnet.calculus import gradient, hessian, jacobian
from symnet.notation import Definition, Graph, Index, Tensor, define, exp, inverse, mean, total
from symnet.notation.parse import parse
from symnet.render import PREAMBLE, latex, latex_of
from symnet.render.formulas.macros import expanded
from tests.graphs import Case, Seeded, cases, random_case
from tests.render import samples
from tests.render.test_text import ALL, NOTHING, SUMS, X, Y, k, n, x, y

ENGINES = ("pdflatex", "xelatex", "lualatex", "tectonic")


def gradients() -> list[Graph]:
    made = []
    for make in (samples.dense, samples.softmax, samples.classifier, samples.lstm,
                 samples.layer_norm, samples.convolution, samples.cell,
                 samples.gaussian):  # fmt: skip
        forward = make()
        wrt = [t.name for t in forward.given if t.name != "y"]
        cotangent = "out_bar" if forward.output.order else None
        made.append(gradient(forward, wrt, cotangent=cotangent, with_value=True))
    return made


def set_by_ziamath(body: str) -> None:
    """Every row and cell is accepted, takes room, and leaves no command as an error mark."""
    for row in body.split(" \\\\\n"):
        line = expanded(row).replace("&=", "=", 1).replace("&\\", "\\", 1)
        width, height = ziamath.Latex(line).getsize()
        assert width > 0 and height > 0, row


def rows(body: str) -> set[str]:
    return set(body.split(" \\\\\n"))


def test_dense() -> None:
    g = gradient(samples.dense(), ["x", "W", "b"], cotangent="y_bar", with_value=True)
    assert rows(latex(g)) == {
        r"y_{nj} &= \sum_i x_{ni}\,W_{ij} + b_j",
        r"\bar W_{ij} &= \sum_n x_{ni}\,\bar y_{nj}",
        r"\bar b_j &= \sum_n\bar y_{nj}",
        r"\bar x_{ni} &= \sum_j W_{ij}\,\bar y_{nj}",
    }


def test_functions_of_a_matrix() -> None:
    assert latex(samples.gaussian()).split(" \\\\\n")[:4] == [
        r"S^{\mathrm{inv}}_{bij} &= (S_b^{-1})_{ij}",
        r"l_b &= \log\lvert\det S_b\rvert",
        r"d_b &= \det S_b",
        r"f_{bi} &= (S_b^{-1})_{i,0}",
    ]


def test_a_matrix_read_by_its_columns() -> None:
    """inv[p,q](A[q,p])[i,j] is the inverse of the transposed matrix."""
    i, j, p, q = (Index(letter, "D") for letter in "ijpq")
    A, B = Tensor("A", i, j), Tensor("B", i, j)
    body = inverse(A[q, p], (p, q), at=(i, j))
    assert latex(Graph(define(B[i, j], body), inputs=[A])) == r"B_{ij} &= (A^{-T})_{ij}"


def test_the_inverse_of_a_name_with_a_superscript_has_parentheses() -> None:
    b = Index("b", "B")
    i, j, p, q = (Index(letter, "D") for letter in "ijpq")
    A, B = Tensor("A1", b, i, j), Tensor("B", b, i, j)
    body = inverse(A[b, p, q], (p, q), at=(i, j))
    shown = latex(Graph(define(B[b, i, j], body), inputs=[A]))
    assert shown == r"B_{bij} &= ((A^{(1)}_b)^{-1})_{ij}"
    set_by_ziamath(shown)


def test_softmax() -> None:
    g = gradient(samples.softmax(), "z", cotangent="p_bar")
    assert rows(latex(g)) == {
        r"p_{nk} &= \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}",
        r"\bar z_{nk} &= p_{nk}\Bigl(\bar p_{nk} - \sum_j p_{nj}\,\bar p_{nj}\Bigr)",
    }


def test_classifier(golden: Callable[[str, str], None]) -> None:
    g = gradient(samples.classifier(), ["W1", "b1", "W2", "b2"], with_value=True)
    golden("classifier.tex", latex(g) + "\n")
    assert r"\bar z_{nk} &= \frac{p_{nk} - y_{nk}}{N}" in rows(latex(g))
    assert r"L &= -\frac{1}{N}\sum_{n,k} y_{nk}\log p_{nk}" in rows(latex(g))


def test_a_long_row_goes_on_before_a_sign(golden: Callable[[str, str], None]) -> None:
    g = gradient(samples.lstm(), ["x", "W_i", "U_i"], cotangent="y_bar")
    golden("lstm.tex", latex(g) + "\n")
    narrow = latex(g, "gradient", width=30).split(" \\\\\n")
    going_on = [row for row in narrow if row.startswith(r"&\quad {}")]
    assert len(going_on) > 5
    assert all(
        row.startswith((r"&\quad {}+ ", r"&\quad {}- ", r"&\quad {}\cdot ")) for row in going_on
    )


def test_layer_norm_and_convolution(golden: Callable[[str, str], None]) -> None:
    g = gradient(samples.layer_norm(), ["x", "gamma", "beta"], cotangent="y_bar")
    golden("layer_norm.tex", latex(g) + "\n")
    g = gradient(samples.convolution(), ["x", "W"], cotangent="y_bar")
    assert r"\bar x_{nca} &= \sum_{u\,:\,0\le a-2u+1<K}\bar m_{n,c,u,a-2u+1}" in rows(latex(g))


EXPECTED = {
    "1 - x[n,k]^2": r"1 - x_{nk}^2",
    "x[n,k]^(3/2)": r"x_{nk}^{3/2}",
    "(y[n,k] - x[n,k])/N": r"\frac{y_{nk} - x_{nk}}{N}",
    "1 + exp(-x[n,k])": r"1 + e^{-x_{nk}}",
    "x[n,k]*(1 + erf(x[n,k]/sqrt(2)))/2": (
        r"\frac{1}{2}x_{nk}\Bigl(1 + \operatorname{erf}\Bigl(\frac{x_{nk}}{\sqrt{2}}\Bigr)\Bigr)"
    ),
    "y[n,k]*[x[n,k] > 0]": r"y_{nk}\,[x_{nk} > 0]",
    "x[n,k] - [k = t[n]]": r"x_{nk} - [k = t_n]",
    "log(sum[k](exp(x[n,k])))": r"\log\sum_k e^{x_{nk}}",
    "sum[k](x[n,k])^2": r"\Bigl(\sum_k x_{nk}\Bigr)^2",
    "where(x[n,k] > 0, x[n,k], -x[n,k])": (
        r"\begin{cases} x_{nk} & \text{if } x_{nk} > 0 \\ -x_{nk} & \text{otherwise} \end{cases}"
    ),
    "x[n,argmax[k](x[n,k])]": r"x_{n,\operatorname{argmax}_k x_{nk}}",
    "x[n,t[n]]": r"x_{n,t_n}",
    "x[n,k] + 1e-6": r"x_{nk} + 10^{-6}",
    "1.5e-4*x[n,k]": r"1.5\cdot 10^{-4}\,x_{nk}",
    "sqrt(2/pi)*x[n,k]": r"\sqrt{2/\pi}\,x_{nk}",
    "abs(x[n,k])": r"\lvert x_{nk}\rvert",
    "leaky_relu(x[n,k], 0.01)": r"\operatorname{leaky\_relu}(x_{nk},\,0.01)",
    "s*sum[k](x[n,k]*y[n,k])": r"s\sum_k x_{nk}\,y_{nk}",
    "sum[n: k = t[n]](x[n,k])": r"\sum_{n\,:\,k=t_n} x_{nk}",
    "sum[k](x[n,k])*sum[k](W[i,k]*v[k])": r"\Bigl(\sum_k x_{nk}\Bigr)\sum_k W_{ik}\,v_k",
    "-inf": r"-\infty",
}


@pytest.mark.parametrize(("e", "as_text"), ALL + SUMS, ids=[t for _, t in ALL + SUMS])
def test_constructs(e: sympy.Expr, as_text: str) -> None:
    made = latex_of(e, NOTHING)
    set_by_ziamath(made)
    if as_text in EXPECTED:
        assert made == EXPECTED[as_text]


def test_a_sum_that_is_not_the_last_factor_stands_in_parentheses() -> None:
    e = total(x[n, k], k) * (1 + total(y[n, k], k))
    assert latex_of(e, NOTHING) == (r"\Bigl(1 + \sum_k y_{nk}\Bigr)\sum_k x_{nk}")


def test_a_long_exponent_is_not_set_small() -> None:
    assert latex_of(exp(X * Y - X), NOTHING) == r"e^{x_{nk}\,y_{nk} - x_{nk}}"
    assert latex_of(exp(mean(X, k)), NOTHING) == r"\exp\Bigl(\frac{1}{K}\sum_k x_{nk}\Bigr)"


def test_cases_in_cases_are_one_list() -> None:
    from symnet.notation import compare, where

    e = where(compare(">", X, 1), 1, where(compare("<", X, 0), 0, X))
    assert latex_of(e, NOTHING) == (
        r"\begin{cases} 1 & \text{if } x_{nk} > 1 \\ 0 & \text{if } x_{nk} < 0 \\ "
        r"x_{nk} & \text{otherwise} \end{cases}"
    )


def test_jacobian_and_hessian_are_written_with_partial() -> None:
    i, j = Index("i", "D"), Index("j", "K")
    v, W, z, loss = Tensor("v", i), Tensor("W", i, j), Tensor("z", j), Tensor("L")
    g = Graph(define(z[j], total(v[i] * W[i, j], i)), inputs=[v], parameters=[W])
    assert latex(jacobian(g, "v"), "outputs") == r"\frac{\partial z_j}{\partial v_i} &= W_{ij}"
    q = Graph(define(loss[()], total(v[i] ** 2, i)), inputs=[v])
    assert latex(hessian(q, "v"), "outputs") == (
        r"\frac{\partial^2 L}{\partial v_i\,\partial v_j} &= 2[i = j]"
    )


def test_names_are_escaped() -> None:
    a = Index("a", "A")
    long = "a_very_long_name_" + "x" * 60
    odd = [Tensor(name, a) for name in ("__x"[1:], "d2L", "loss_of_it", "größe", "µ", long)]
    out = Tensor("out", a)
    g = Graph(Definition(out[a], sympy.Add(*(t[a] for t in odd))), inputs=odd)
    made = latex(g)
    set_by_ziamath(made)
    assert "_" not in made.replace(r"\_", "").replace("_b", "").replace("_{", "")
    assert r"\mathrm{\_x}_b" in made  # a, the letter of the index, is the stem of the long name
    assert r"\mathrm{loss}^{\mathrm{of},\mathrm{it}}_b" in made


def test_sigma_stays_readable_beside_a_tensor_sigma() -> None:
    from symnet.notation import sigmoid

    a = Index("a", "A")
    sigma, out = Tensor("sigma", a), Tensor("y", a)
    assert latex(Graph(define(out[a], sigmoid(sigma[a])), inputs=[sigma])) == (
        r"y_a &= \operatorname{sigmoid}(\sigma_a)"
    )
    z = Tensor("z", a)
    assert latex(Graph(define(out[a], sigmoid(z[a])), inputs=[z])) == r"y_a &= \sigma(z_a)"


def test_every_row_is_set_by_ziamath() -> None:
    for g in gradients():
        set_by_ziamath(latex(g))


@settings(max_examples=40)
@given(cases(most=5))
def test_rows_of_any_graph_are_set_by_ziamath(case: Case) -> None:
    set_by_ziamath(latex(case.graph))


def test_a_tex_engine_accepts_every_row(tmp_path: Path) -> None:
    engine = next((e for e in ENGINES if shutil.which(e)), None)
    if engine is None:
        pytest.skip("no TeX engine is installed")
    bodies = [latex(g) for g in gradients()]
    bodies += [latex(random_case(Seeded(seed), 5).graph) for seed in range(40)]
    bodies += [f"x &= {latex_of(e, NOTHING)}" for e, _ in ALL + SUMS]
    aligned = "\n".join(rf"\begin{{align*}}{b}\end{{align*}}" for b in bodies)
    source = rf"\documentclass{{article}}{PREAMBLE}\begin{{document}}{aligned}\end{{document}}"
    (tmp_path / "rows.tex").write_text(source)
    options = [] if engine == "tectonic" else ["-interaction=nonstopmode", "-halt-on-error"]
    ran = subprocess.run(
        [engine, *options, "rows.tex"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    errors = [line for line in ran.stdout.splitlines() if line.startswith(("!", "l."))]
    assert ran.returncode == 0, errors
    assert not [line for line in ran.stdout.splitlines() if "Missing character" in line]


def test_a_range_is_said_where_no_slot_says_it() -> None:
    graph = parse("y = prod[s<T](U) + sum[n](x[n]) + sum[t<T](t*U)")
    assert r"\prod_{s<T} U" in latex(graph)
    assert r"\sum_n x_n" in latex(graph)
    assert latex(gradient(graph, ["U"])).count("<T") >= 2


def test_e_has_one_meaning() -> None:
    """Not a tensor or an index beside the base of an exponential."""
    tensor = latex(parse("y[n] = exp(x[n])*e[n]"))
    assert tensor == r"y_n &= e_n\exp(x_n)"
    index = latex(parse("L = sum[n,e](exp(x[n,e])*w[e])"))
    assert index == r"L &= \sum_{e,n} w_e\exp(x_{ne})"
    assert latex(parse("y[n] = exp(x[n])")) == "y_n &= e^{x_n}"
