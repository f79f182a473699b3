"""RNN, LSTM and GRU: the recurrent layers of symnet, one model for each direction.

onnx       Y[t,d,n,k], packed weights (out, in), two biases for each gate
symnet     h[n,t,k] for each direction, weights (in, out), b = Wb + Rb as a definition of its own
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet import layers
from symnet.notation import Graph, Index, Tensor, define
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import Builder, Model, Table, has_all, layer, need

Arrays = dict[str, np.ndarray]
ACTIVATIONS = {
    "RNN": ["Tanh"],
    "GRU": ["Sigmoid", "Tanh"],
    "LSTM": ["Sigmoid", "Tanh", "Tanh"],
}
DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}


@dataclass(frozen=True)
class Direction:
    """One direction d of a case: its arrays under symnet's names."""

    case: OnnxCase
    d: int
    backwards: bool

    def sequence(self, array: np.ndarray) -> np.ndarray:
        """(T, N, ..) as (N, T, ..)."""
        return array if self.case["layout"] else np.swapaxes(array, 0, 1)

    def state(self, array: np.ndarray) -> np.ndarray:
        """(D, N, H) or (N, D, H) at this direction."""
        return array[:, self.d] if self.case["layout"] else array[self.d]

    def states(self, array: np.ndarray) -> np.ndarray:
        """All steps, (T, D, N, H) or (N, T, D, H), as (N, T, H)."""
        if self.case["layout"]:
            return array[:, :, self.d]
        return np.swapaxes(array[:, self.d], 0, 1)

    def gates(self, k: int, letters: Sequence[str], prefix: str) -> Arrays:
        """The parts of a packed input; matrices are transposed to (in, out)."""
        packed = self.case.input(k)
        if packed is None:
            return {}
        parts = np.split(packed[self.d], len(letters))
        return {f"{prefix}_{q}".rstrip("_"): a.T for q, a in zip(letters, parts, strict=True)}

    def biases(self, letters: Sequence[str], width: int) -> tuple[Arrays, Arrays]:
        """Those that go with the input, and those that go with the state."""
        packed = self.case.input(3)
        both = np.zeros(2 * len(letters) * width) if packed is None else packed[self.d]
        parts = np.split(both, 2 * len(letters))
        n = len(letters)
        return dict(zip(letters, parts[:n], strict=True)), dict(
            zip(letters, parts[n:], strict=True)
        )


def recurrent(
    cell: Any, letters: Sequence[str], apart: Sequence[str] = (), **options: Any
) -> Builder:
    """The builder of a cell whose gates stand in this order in onnx.

    Gates that are `apart` have two biases in symnet too. `options` are of the cell.
    """

    def build(case: OnnxCase) -> list[Model]:
        x, *_ = has_all(case.inputs[:3])
        usual = ACTIVATIONS[case.operator]
        need((case["activations"] or usual)[: len(usual)] == usual, "other activations")
        need(case["clip"] is None, "a bound on what enters the activations")
        need(not case["input_forget"], "input and forget gate in one")
        steps = x.shape[1 if case["layout"] else 0]
        lengths = case.input(4)
        need(lengths is None or bool(np.all(lengths == steps)), "sequences of several lengths")
        return [
            _model(Direction(case, d, backwards), cell, letters, apart, options)
            for d, backwards in enumerate(DIRECTIONS[case["direction"]])
        ]

    return build


def _model(
    one: Direction, cell: Any, letters: Sequence[str], apart: Sequence[str], options: dict[str, Any]
) -> Model:
    case = one.case
    x = one.sequence(case.inputs[0])
    n, t, i = (Index(l, size) for l, size in zip("nti", x.shape, strict=True))
    k = Index("k", case["hidden_size"])
    first, second = one.biases(letters, case["hidden_size"])
    given = {"x": x, **one.gates(1, letters, "W"), **one.gates(2, letters, "U")}
    sums = {f"b_{q}".rstrip("_"): q for q in letters if q not in apart}
    for b, q in sums.items():
        given |= {f"W{b}": first[q], f"R{b}": second[q]}
    for q in apart:
        given |= {f"b_{q}": first[q], f"c_{q}": second[q]}
    for place, name in ((5, "h0"), (6, "c0")):
        if case.input(place) is not None:
            given[name] = one.state(case.input(place))
    peepholes = one.gates(7, "iof", "p")
    if peepholes:
        given |= peepholes
        options = {**options, "peepholes": True}
    biases = [_sum_of_biases(b, k) for b in sums]
    core = cell(
        Tensor("x", n, t, i),
        k,
        initial="given" if "h0" in given else "zero",
        reverse=one.backwards,
        weights={g.output.name: g.output for g in biases},
        **options,
    )
    ends, expected = _ends(one, core)
    return layer(layers.join(*biases, core, *ends), given, expected)


def _sum_of_biases(b: str, k: Index) -> Graph:
    """b[k] = Wb[k] + Rb[k]: onnx has two biases where one is enough."""
    made, w, r = Tensor(b, k), Tensor(f"W{b}", k), Tensor(f"R{b}", k)
    return Graph(define(made[k], w[k] + r[k]), parameters=[w, r], output=made)


def _ends(one: Direction, core: Graph) -> tuple[list[Graph], Arrays]:
    """The last states as definitions, and what is expected of them and of all steps."""
    every, *last = one.case.outputs
    expected = {} if every is None else {"h": one.states(every)}
    graphs = []
    for letter, array in zip("hc", last, strict=False):
        if array is not None:
            name = f"{letter}_T"
            state = core.tensor(letter)
            graphs.append(layers.last_state(state, reverse=one.backwards, output=name))
            expected[name] = one.state(array)
    return graphs, expected


def gru(case: OnnxCase) -> list[Model]:
    """linear_before_reset is the convention of cuDNN, with a second bias of the candidate."""
    if case["linear_before_reset"]:
        return recurrent(layers.gru, "zrh", "h", convention="reset_after")(case)
    return recurrent(layers.gru, "zrh", convention="cho")(case)


TABLE: Table = {
    "RNN": (recurrent(layers.rnn, ("",)),),
    "LSTM": (recurrent(layers.lstm, "iofg"),),
    "GRU": (gru,),
}
