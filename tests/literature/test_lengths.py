"""What is printed is as short as what a lecturer writes: lengths in LaTeX, and exact formulas.

A length counts the characters of a line of `sn.latex` without its alignment: no `&`, no line end.
"""

import numpy as np
import pytest

from symnet.calculus import gradient, hessian
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.render import latex, text
from symnet.verify import interpret
from tests.literature.blocks import ENCODER, HEADS, Block
from tests.literature.derive import derived

LAYER_NORM = (
    "m = np.mean(X, axis=1, keepdims=True); s = np.sqrt(np.var(X, axis=1, keepdims=True) + eps); "
)
SHAPES = {"X": "N D", "g": "D", "b": "D", "eps": ""}


def lines(graph: Graph) -> list[str]:
    shown = (line.replace("&", "").removesuffix(r"\\") for line in latex(graph).splitlines())
    return [" ".join(line.split()) for line in shown]


def length(graph: Graph, left: str) -> int:
    """The length of the line that defines what LaTeX calls `left`."""
    found = [len(line) for line in lines(graph) if line.startswith(left)]
    assert len(found) == 1, lines(graph)
    return found[0]


# With and without gain, with the gain before or after the quotient.
LAYER_NORMS = [
    LAYER_NORM + "(X - m)/s",
    LAYER_NORM + "(X - m)/s*g + b",
    LAYER_NORM + "g*(X - m)/s + b",
    LAYER_NORM + "x_hat = (X - m)/s; g*x_hat + b",
]


@pytest.mark.parametrize("written", LAYER_NORMS)
def test_layer_norm(written: str) -> None:
    derived = gradient(parse(written, SHAPES), "X", cotangent="y_bar")
    assert length(derived, r"\bar X_") <= 120


def test_attention() -> None:
    graph = derived("scaled dot product")[0].graph
    assert length(graph, r"\bar Q_") <= 120
    assert length(graph, r"\bar K_") <= 120
    assert length(graph, r"\bar S_") <= 120


def test_lstm_cell() -> None:
    assert length(derived("LSTM cell")[0].graph, r"\bar x_") <= 200


@pytest.mark.parametrize("block", [ENCODER, HEADS], ids=["one head", "heads"])
def test_encoder_block(block: Block) -> None:
    graph = gradient(parse(block.text, block.shapes), list(block.wrt), cotangent="y_bar")
    assert len(lines(graph)) <= 45
    assert len(text(graph).splitlines()) <= 45
    assert [line for line in text(graph).splitlines() if len(line) > 120] == []


def test_the_long_lines_read_back(rng: np.random.Generator) -> None:
    """The parser reads what is printed in less room, and it has the values of the graph."""
    parsed = parse(HEADS.text, HEADS.shapes)
    graph = gradient(parsed, list(HEADS.wrt), cotangent="y_bar", with_value=True)
    back = parse(text(graph), {**HEADS.shapes, "y_bar": "B T D"}, notation="index")
    sizes = {"B": 2, "T": 3, "D": 4, "F": 5, "H": 2, "d": 2}
    shapes = {t.name: [sizes[str(e)] for e in t.shape] for t in graph.given}
    arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    arrays["eps"] = np.float64(0.1)
    expected, found = interpret(graph, arrays, sizes), interpret(back, arrays, sizes)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-12, err_msg=name)


def matrix(graph: Graph) -> list[str]:
    return text(graph, form="matrix").splitlines()


def test_least_squares() -> None:
    graph = parse("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"})
    assert matrix(gradient(graph, "w")) == ["w_bar = 2 X^T (X w - y)"]
    assert matrix(hessian(graph, "w")) == ["d2L_dw2 = 2 X^T X"]


def test_dense() -> None:
    graph = parse("x@W + b", {"x": "N I", "W": "I J", "b": "J"})
    found = matrix(gradient(graph, ["W", "b", "x"], cotangent="G"))
    assert found == ["b_bar = 1^T G", "W_bar = x^T G", "x_bar = G W^T"]


def test_log_determinant_and_trace() -> None:
    log_det = parse("np.linalg.slogdet(X)[1]", {"X": "N N"})
    assert matrix(gradient(log_det, "X"))[-1] == "X_bar = X^{-T}"
    trace = parse("np.trace(A@X)", {"A": "N D", "X": "D N"})
    assert matrix(gradient(trace, "X")) == ["X_bar = A^T"]
