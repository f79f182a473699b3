"""The cells and inputs that the tests of recurrent layers share."""

from collections.abc import Callable
from functools import partial

import numpy as np

from symnet.layers import gru, lstm, rnn
from symnet.notation import Graph, Index, Tensor
from symnet.verify.interpret import interpret

Cell = Callable[..., Graph]
CELLS: dict[str, Cell] = {
    "rnn": rnn,
    "lstm": lstm,
    "peepholes": partial(lstm, peepholes=True),
    "cho": partial(gru, convention="cho"),
    "chung": partial(gru, convention="chung"),
    "reset_after": partial(gru, convention="reset_after"),
}
SIZES = {"N": 2, "T": 5, "I": 3, "H": 4}

n, i, k = Index("n", "N"), Index("i", "I"), Index("k", "H")
t = Index("t", "T", sequential=True)
x = Tensor("x", n, t, i)
m = Tensor("m", n, t, assume="mask")


def drawn(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Normal numbers for every real given tensor, at SIZES."""
    return {
        v.name: rng.normal(size=[SIZES[str(e)] for e in v.shape])
        for v in graph.given
        if not v.is_integer_valued
    }


def states(graph: Graph, given: dict[str, np.ndarray]) -> np.ndarray:
    """The output at these arrays."""
    return interpret(graph, given)[graph.output.name]
