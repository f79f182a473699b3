"""The catalogue of normalisation and dropout."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder, rows
from symnet.layers.dropout import dropout, gaussian_noise, stochastic_depth
from symnet.layers.normalisation import (
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)
from symnet.notation import Index, Tensor


def _x() -> Tensor:
    return rows("x", "d", "D")


def _images() -> Tensor:
    return Tensor("x", *(Index(letter, letter.upper()) for letter in "ncab"))


def _groups() -> Tensor:
    return Tensor("x", *(Index(letter, letter.upper()) for letter in "ngmab"))


def normalisation() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "layer_norm": lambda: layer_norm(_x()),
        "rms_norm": lambda: rms_norm(_x()),
        "batch_norm": lambda: batch_norm(_x()),
        "batch_norm_images": lambda: batch_norm(_images()),
        "group_norm": lambda: group_norm(_groups()),
        "instance_norm": lambda: instance_norm(_images()),
        "dropout": lambda: dropout(_x(), 0.75),
        "dropout_channels": lambda: dropout(_images(), 0.75, shared=(2, 3)),
        "stochastic_depth": lambda: stochastic_depth(_x(), rows("F", "d", "D"), 0.8),
        "gaussian_noise": lambda: gaussian_noise(_x(), 0.1),
    }
