"""The plain recurrent layer."""

import numpy as np
import pytest

from symnet.layers import rnn
from symnet.notation import UnsupportedExpression
from symnet.verify.judge import judge
from tests.layers.recurrent.cells import drawn, k, states, x


@pytest.mark.parametrize("kind", ["tanh", "relu", "sigmoid", "identity"])
def test_activation(kind: str, rng: np.random.Generator) -> None:
    graph = rnn(x, k, activation=kind, initial="given")
    arrays = drawn(graph, rng)
    f = {
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "identity": lambda a: a,
    }[kind]
    h, found = arrays["h0"], states(graph, arrays)
    for t in range(found.shape[1]):
        h = f(arrays["x"][:, t] @ arrays["W"] + h @ arrays["U"] + arrays["b"])
        np.testing.assert_allclose(found[:, t], h, rtol=1e-13)


def test_a_kink_in_the_recurrence_passes_the_judges() -> None:
    graph = rnn(x, k, activation="relu")
    assert judge(graph, [v.name for v in graph.given]).passed


def test_unknown_activation_names_the_nearest() -> None:
    with pytest.raises(UnsupportedExpression, match="'tahn'; did you mean tanh"):
        rnn(x, k, activation="tahn")
