"""The catalogue of dense layers, activations, gates and the losses on rows."""

from __future__ import annotations

from functools import partial

from symnet.layers.activation import (
    ACTIVATIONS,
    activation,
    maximum,
    minimum,
    sigmoid_exponential,
    tanh_exponential,
)
from symnet.layers.catalogue.entry import Builder, rows
from symnet.layers.dense import dense, linear
from symnet.layers.gate import bilinear_gate, gate, glu
from symnet.layers.loss import (
    binary_cross_entropy,
    l2_penalty,
    labels,
    mean_squared_error,
    softmax_cross_entropy,
)
from symnet.layers.model import mlp
from symnet.layers.softmax import log_softmax, softmax
from symnet.notation import Graph, Index, Tensor

OUTPUT = {"tanh": "t", "sigmoid": "s"}


def _x() -> Tensor:
    return rows("x", "i", "I")


def _logits() -> Tensor:
    return rows("x", "k", "K")


def _activation(kind: str) -> Graph:
    x = rows("x", "k", "K", "positive" if kind == "log" else "")
    return activation(x, kind, output=OUTPUT.get(kind, "h"))


def _cross_entropy(kind: str) -> Graph:
    x = _logits()
    if kind == "labels":
        return softmax_cross_entropy(x, labels(x))
    return softmax_cross_entropy(x, rows("y", "k", "K", "" if kind == "real" else kind))


def _l2() -> Graph:
    i, j = Index("i", "I"), Index("j", "J")
    return l2_penalty([Tensor("W", i, j), Tensor("V", j)], 1e-4)


def basics() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    out: dict[str, Builder] = {
        "linear": lambda: linear(_x(), Index("j", "J"), output="y"),
        "dense": lambda: dense(_x(), Index("j", "J"), output="y"),
    }
    out |= {kind: partial(_activation, kind) for kind in ACTIVATIONS}
    out |= {
        "tanh_exponential": lambda: tanh_exponential(_logits()),
        "sigmoid_exponential": lambda: sigmoid_exponential(_logits()),
        "maximum": lambda: maximum(_logits(), rows("y", "k", "K")),
        "minimum": lambda: minimum(_logits(), rows("y", "k", "K")),
        "softmax": lambda: softmax(_logits()),
        "log_softmax": lambda: log_softmax(_logits()),
        "gate": lambda: gate(rows("x", "j", "J"), rows("y", "j", "J")),
        "bilinear_gate": lambda: bilinear_gate(_x(), Index("j", "J")),
        "glu": lambda: glu(_x(), Index("j", "J")),
        "softmax_cross_entropy": partial(_cross_entropy, "labels"),
        "softmax_cross_entropy_one_hot": partial(_cross_entropy, "one_hot"),
        "softmax_cross_entropy_targets": partial(_cross_entropy, "real"),
        "binary_cross_entropy": lambda: binary_cross_entropy(
            rows("x", "j", "J"), rows("y", "j", "J")
        ),
        "mean_squared_error": lambda: mean_squared_error(rows("x", "j", "J"), rows("y", "j", "J")),
        "l2_penalty": _l2,
        "mlp": lambda: mlp(_x(), [Index("j", "J"), Index("k", "K")]),
    }
    return out
