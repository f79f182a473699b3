"""Layers, losses and models: ready-made builders of Graphs. Mathematics only.

A layer is a function of Tensors and extents that returns a Graph; `join` makes one of several.
"""

from symnet.layers.activation import (
    ACTIVATIONS,
    activation,
    entrywise,
    leaky_relu,
    maximum,
    minimum,
    sigmoid_exponential,
    tanh_exponential,
)
from symnet.layers.catalogue import catalogue
from symnet.layers.dense import dense, linear
from symnet.layers.evaluation import evaluation
from symnet.layers.gate import bilinear_gate, gate, glu
from symnet.layers.initial import (
    bernoulli,
    constant,
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    lecun_normal,
    normal,
    rules,
    zeros,
)
from symnet.layers.loss import (
    add,
    binary_cross_entropy,
    l2_penalty,
    labels,
    mean_squared_error,
    softmax_cross_entropy,
)
from symnet.layers.model import chain, join, mlp, weights
from symnet.layers.reuse import reuse
from symnet.layers.softmax import log_softmax, softmax
from symnet.notation import Rule

__all__ = [
    "ACTIVATIONS",
    "Rule",
    "activation",
    "add",
    "bernoulli",
    "bilinear_gate",
    "binary_cross_entropy",
    "catalogue",
    "chain",
    "constant",
    "dense",
    "entrywise",
    "evaluation",
    "fans",
    "gate",
    "glorot_normal",
    "glorot_uniform",
    "glu",
    "he_normal",
    "join",
    "l2_penalty",
    "labels",
    "leaky_relu",
    "lecun_normal",
    "linear",
    "log_softmax",
    "maximum",
    "mean_squared_error",
    "minimum",
    "mlp",
    "normal",
    "reuse",
    "rules",
    "sigmoid_exponential",
    "softmax",
    "softmax_cross_entropy",
    "tanh_exponential",
    "weights",
    "zeros",
]
