"""The walker of NumPy notation against the project's parser and interpreter."""

import numpy as np
import pytest

from symnet.verify.slips.arrays import Arrays, NoRule
from symnet.verify.slips.node import Node
from symnet.verify.slips.reading import read_formula
from tests.verify.slips.settings import Made

SHAPES = {"X": "N D", "W": "D K", "x": "N", "y": "N", "v": "D", "A": "M M", "a": "", "P": "N D"}
MADE = Made(
    "np.sum(X@W) + x@y + np.sum(v) + np.trace(A) + a + np.sum(P)",
    SHAPES,
    "x",
    assume={"P": "positive"},
)
TEXTS = [
    "X@W",
    "X.T@x - a*v",
    "np.sum(X, axis=0)/X.shape[0] + v",
    "X.mean(1, keepdims=True)*np.ones(D)",
    "np.var(X, axis=1)",
    "softmax(X, axis=1)",
    "log_softmax(X, axis=0)",
    "logsumexp(X, axis=1)",
    "z = np.tanh(X@W); z**2 - 1/np.cosh(z)",
    "np.where(X > 0, X, a*X)",
    "(X > 0)*X + ~(X > 0)",
    "np.einsum('nd,dk->nk', X, W)",
    "np.outer(x, v) + x[:, None]*v",
    "np.linalg.inv(A) @ A.T",
    "np.linalg.slogdet(A)[1]",
    "np.diag(v) + np.triu(np.outer(v, v))",
    "x[1:] - x[:-1]",
    "np.roll(x, 1) + np.cumsum(y)",
    "sigmoid(x) + relu(y) + softplus(x) + np.log1p(x**2)",
    "np.maximum(x, y)*np.sign(x) + np.abs(y)",
    "np.stack([x, y])",
    "np.stack([x*k for k in range(3)])",
    "sum(x*k for k in range(3))",
    "np.pad(x, (1, 2))",
    "N, C = X.shape; np.sum(X)/(N*C)",
    "np.swapaxes(X, 0, 1) + X.T",
    "np.sqrt(P)/P**1.5",
    "np.repeat(x, 2) ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_the_project(text: str) -> None:
    setting = MADE.setting(text)
    expected = MADE.read(text)
    assert expected is not None
    root = read_formula(text, "numpy").root
    for values, wanted in zip(setting.values, expected, strict=True):
        found = np.asarray(Arrays(values, _refused).value(root), dtype=float)
        assert np.allclose(np.squeeze(found), np.squeeze(wanted), 1e-12, 1e-12)


def test_unknown_functions_are_for_the_reader() -> None:
    root = read_formula("conv1d(x, y)", "numpy").root
    with pytest.raises(NoRule):
        Arrays({"x": np.ones(3), "y": np.ones(2)}, _refused).value(root)


def test_large_powers_are_floats() -> None:
    assert Arrays({}, _refused).value(read_formula("9**9", "numpy").root) == 9.0**9
    with pytest.raises(OverflowError):
        Arrays({}, _refused).value(read_formula("9**9**9", "numpy").root)


def _refused(node: Node) -> None:
    raise NoRule(node.head)
