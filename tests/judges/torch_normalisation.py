"""What torch computes for the cases of normalisation and dropout."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Given = dict[str, Tensor]


def _layer_norm(g: Given, axes: int = 1) -> Tensor:
    return F.layer_norm(g["x"], g["x"].shape[-axes:], g["gamma"], g["beta"])


def _rms_norm(g: Given, axes: int = 1, eps: float = 1e-6) -> Tensor:
    return F.rms_norm(g["x"], g["x"].shape[-axes:], g["gamma"], eps)


def _batch_norm(g: Given) -> Tensor:
    """With running statistics, so that torch takes its usual path; they change nothing here."""
    running = g["mu_run"].clone(), g["v_run"].clone()
    return F.batch_norm(g["x"], *running, g["gamma"], g["beta"], training=True)


def _batch_norm_last_axis(g: Given) -> Tensor:
    moved = F.batch_norm(g["x"].movedim(-1, 1), None, None, g["gamma"], g["beta"], training=True)
    return moved.movedim(1, -1)


def _batch_norm_evaluation(g: Given) -> Tensor:
    return F.batch_norm(g["x"], g["mu_run"], g["v_run"], g["gamma"], g["beta"], training=False)


def _group_norm(g: Given) -> Tensor:
    """x (N, G, M, A, B): torch has the channels in one axis."""
    x, weights = g["x"], (g["gamma"].flatten(), g["beta"].flatten())
    return F.group_norm(x.flatten(1, 2), x.shape[1], *weights).reshape(x.shape)


def _group_norm_flat(g: Given) -> Tensor:
    return F.group_norm(g["x"], g["gamma"].shape[0], g["gamma"].flatten(), g["beta"].flatten())


def _instance_norm(g: Given) -> Tensor:
    return F.instance_norm(g["x"], weight=g["gamma"], bias=g["beta"])


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "layer_norm": _layer_norm,
    "layer_norm_two_axes": lambda g: _layer_norm(g, 2),
    "layer_norm_sequences": _layer_norm,
    "layer_norm_plain": lambda g: F.layer_norm(g["x"], g["x"].shape[-1:]),
    "layer_norm_given": lambda g: F.layer_norm(g["x"], g["x"].shape[-1:], g["g"], g["b"], 0.5),
    "rms_norm": _rms_norm,
    "rms_norm_two_axes": lambda g: _rms_norm(g, 2, 1e-3),
    "batch_norm": _batch_norm,
    "batch_norm_images": _batch_norm,
    "batch_norm_last_axis": _batch_norm_last_axis,
    "batch_norm_evaluation": _batch_norm_evaluation,
    "group_norm": _group_norm,
    "group_norm_flat": _group_norm_flat,
    "group_norm_of_one": _group_norm_flat,
    "group_norm_all": _group_norm_flat,
    "instance_norm": _instance_norm,
    "dropout": lambda g: g["x"] * g["m"] / 0.75,
    "dropout_channels": lambda g: g["x"] * g["m"][:, :, None, None] / 0.75,
    "dropout_rows": lambda g: g["x"] * g["m"].unsqueeze(1) / 0.5,
    "dropout_evaluation": lambda g: F.dropout(g["x"], 0.5, training=False) * 1,
    "stochastic_depth": lambda g: g["x"] + torch.einsum("n,nd->nd", g["m"], g["F"]),
    "gaussian_noise": lambda g: g["x"] + g["e"],
}
