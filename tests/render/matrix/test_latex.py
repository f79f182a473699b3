r"""Matrix form as LaTeX: exact formulas, golden pages, and every row is set by ziamath."""

from collections.abc import Callable

import pytest
import ziamath

from symnet.calculus import gradient, hessian
from symnet.notation import GraphError, Index, Tensor, define
from symnet.notation.graph import Graph
from symnet.notation.parse import parse
from symnet.render import latex
from symnet.render.formulas.macros import expanded
from tests.render.subjects import MODELS, TYPED, backward, random_graphs, typed


def set_by_ziamath(body: str) -> None:
    for row in body.split(" \\\\\n"):
        width, height = ziamath.Latex(expanded(row).replace("&", "", 1)).getsize()
        assert width > 0 and height > 0, row


def one(written: str, shapes: dict[str, str], wrt: str, order: int = 1) -> str:
    graph = parse(written, shapes)
    derived = gradient(graph, wrt) if order == 1 else hessian(graph, wrt)
    return latex(derived, "outputs", form="matrix").split("&= ")[1]


def test_formulas() -> None:
    shapes = {"X": "N D", "w": "D", "y": "N"}
    assert one("np.sum((X@w - y)**2)", shapes, "w") == "2 X^T (X w - y)"
    assert one("np.sum((X@w - y)**2)", shapes, "w", 2) == "2 X^T X"
    assert one("np.sum(x**2)/2", {"x": "N"}, "x", 2) == "I"
    assert one("np.linalg.slogdet(X)[1]", {"X": "N N"}, "X") == "X^{-T}"
    assert one("np.trace(A@X)", {"A": "N D", "X": "D N"}, "X") == "A^T"
    assert one("np.sum((X - U@V.T)**2)", {"X": "N D", "U": "N K", "V": "D K"}, "U") == (
        "2 (U V^T - X) V"
    )


def test_dense() -> None:
    assert latex(backward(MODELS["dense"]()), form="matrix").split(" \\\\\n") == [
        r"y &= x W + \mathbf 1 b",
        r"\bar b &= \mathbf 1^T \bar y",
        r"\bar W &= x^T \bar y",
        r"\bar x &= \bar y W^T",
    ]


def test_attention(golden: Callable[[str, str], None]) -> None:
    names = ("attention", "layer_norm", "sample_lstm", "softmax_cross_entropy", "convolution")
    pages = [f"% {name}\n{latex(backward(MODELS[name]()), form='matrix')}\n" for name in names]
    golden("forms.matrix.tex", "\n".join(pages))


def test_reasons_are_escaped() -> None:
    body = latex(MODELS["max_pool"](), form="matrix")
    assert r"&\quad\text{(it has more than two axes (n, c, u, v, p, q))}" in body
    i = Index("i", "N")
    long_name, y = Tensor("long_name", i), Tensor("y", i)
    reverse = Graph(define(y[i], long_name[i.extent - 1 - i]), inputs=[long_name])
    assert r"\text{(long\_name is read at shifted places)}" in latex(reverse, form="matrix")


@pytest.mark.parametrize("name", MODELS)
def test_models_are_set(name: str) -> None:
    set_by_ziamath(latex(backward(MODELS[name]()), form="matrix"))


def test_typed_and_random_graphs_are_set() -> None:
    for name in TYPED:
        for graph in typed(name):
            set_by_ziamath(latex(graph, form="matrix"))
    for _, graph, _ in random_graphs(range(12)):
        set_by_ziamath(latex(graph, form="matrix"))


def test_unknown_forms_are_refused() -> None:
    with pytest.raises(GraphError, match="expected 'index' or 'matrix'"):
        latex(MODELS["dense"](), form="numpy")  # type: ignore[arg-type]
