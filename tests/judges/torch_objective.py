"""What torch computes for the cases of further losses."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Given = dict[str, Tensor]


def _weighted(g: Given) -> Tensor:
    """torch has no derivative by the weights."""
    w = g["w"][g["t"]]
    value = (w * F.cross_entropy(g["x"], g["t"], reduction="none")).sum() / w.sum()
    own = F.cross_entropy(g["x"], g["t"], weight=g["w"].detach())
    assert torch.allclose(value.detach(), own.detach(), rtol=1e-13)
    return value


def _selected(g: Given) -> Tensor:
    """Over the chosen rows; written with the mask, so that there is a derivative by it too."""
    each = F.cross_entropy(g["x"].flatten(0, -2), g["t"].flatten(), reduction="none")
    m = g["m"].flatten()
    if not m.detach().any():
        return (each * m).sum() * 0
    chosen = F.cross_entropy(g["x"][g["m"] > 0], g["t"][g["m"] > 0])
    mean = (each * m).sum() / m.sum()
    assert torch.allclose(mean.detach(), chosen.detach(), rtol=1e-13)
    return mean


def _focal(g: Given, focus: float = 2) -> Tensor:
    logs = -F.cross_entropy(g["x"], g["t"], reduction="none")
    return -((1 - logs.exp()) ** focus * logs).mean()


def _binary_focal(g: Given, focus: float = 2, balance: float = 0.25) -> Tensor:
    """As torchvision.ops.sigmoid_focal_loss, for y that may be differentiated too."""
    x, y = g["x"], g["y"]
    yes = balance * y * torch.sigmoid(-x) ** focus * F.logsigmoid(x)
    no = (1 - balance) * (1 - y) * torch.sigmoid(x) ** focus * F.logsigmoid(-x)
    return -(yes + no).mean()


def _distillation(g: Given, temperature: float = 2) -> Tensor:
    q = torch.softmax(g["z"].detach() / temperature, -1)
    return temperature**2 * F.cross_entropy(g["x"] / temperature, q)


def _kl(p: Tensor, q: Tensor) -> Tensor:
    return F.kl_div(q.log(), p, reduction="batchmean")


def _jensen_shannon(g: Given) -> Tensor:
    middle = (g["p"] + g["q"]) / 2
    return (_kl(g["p"], middle) + _kl(g["q"], middle)) / 2


def _cosine_embedding(g: Given, margin: float = 0) -> Tensor:
    """torch has labels -1 and 1, and no derivative by them."""
    c = F.cosine_similarity(g["x"], g["y"], eps=0)
    m = g["m"]
    value = (m * (1 - c) + (1 - m) * torch.clamp(c - margin, min=0)).mean()
    own = F.cosine_embedding_loss(g["x"], g["y"], 2 * m.detach() - 1, margin)
    assert torch.allclose(value.detach(), own.detach(), rtol=1e-8)
    return value


def _margin_contrastive(g: Given) -> Tensor:
    distance = torch.linalg.vector_norm(g["x"] - g["y"], dim=-1)
    far = torch.clamp(2 - distance, min=0)
    return ((g["m"] * distance**2 + (1 - g["m"]) * far**2) / 2).mean()


def _triplet(g: Given, power: int = 2) -> Tensor:
    def distance(x: Tensor, y: Tensor) -> Tensor:
        return torch.linalg.vector_norm(x - y, dim=-1) ** power

    return F.triplet_margin_with_distance_loss(
        g["a"], g["p"], g["n"], distance_function=distance, margin=1.0
    )


def _multi_margin(g: Given, margin: float = 1) -> Tensor:
    """torch's own has no second derivative."""
    x, t = g["x"], g["t"]
    others = torch.ones_like(x).scatter(1, t[:, None], 0)
    value = (others * torch.relu(margin - x.gather(1, t[:, None]) + x)).mean()
    own = F.multi_margin_loss(x.detach(), t, margin=margin)
    assert torch.allclose(value.detach(), own, rtol=1e-13)
    return value


def _info_nce(g: Given, temperature: float = 1) -> Tensor:
    scores = g["x"] @ g["y"].T / temperature
    return F.cross_entropy(scores, torch.arange(len(scores)))


def _nt_xent(g: Given, temperature: float = 0.5) -> Tensor:
    """As algorithm 1 of SimCLR: one list of 2N vectors, the partner N places away."""
    z = F.normalize(g["z"].flatten(0, 1), dim=-1)
    count = len(z)
    itself = torch.eye(count, dtype=torch.bool)
    scores = (z @ z.T / temperature).masked_fill(itself, -torch.inf)
    return F.cross_entropy(scores, (torch.arange(count) + count // 2) % count)


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "smoothed_cross_entropy": lambda g: F.cross_entropy(g["x"], g["t"], label_smoothing=0.1),
    "weighted_cross_entropy": _weighted,
    "selected_cross_entropy": _selected,
    "selected_positions": _selected,
    "focal": _focal,
    "focal_of_a_half": lambda g: _focal(g, 0.5),
    "binary_focal": _binary_focal,
    "distillation": _distillation,
    "distillation_cold": lambda g: _distillation(g, 0.5),
    "kl_divergence": lambda g: _kl(g["p"], g["q"]),
    "jensen_shannon": _jensen_shannon,
    "mean_absolute_error": lambda g: F.l1_loss(g["x"], g["y"]),
    "huber": lambda g: F.huber_loss(g["x"], g["y"]),
    "huber_narrow": lambda g: F.huber_loss(g["x"], g["y"], delta=0.5),
    "smooth_l1": lambda g: F.smooth_l1_loss(g["x"], g["y"]),
    "smooth_l1_wide": lambda g: F.smooth_l1_loss(g["x"], g["y"], beta=2.0),
    "hinge": lambda g: torch.relu(1 - g["x"] * g["y"]).mean(),
    "multi_margin": _multi_margin,
    "cosine_similarity": lambda g: F.cosine_similarity(g["x"], g["y"]),
    "cosine_embedding": _cosine_embedding,
    "cosine_embedding_margin": lambda g: _cosine_embedding(g, 0.25),
    "margin_contrastive": _margin_contrastive,
    "triplet": _triplet,
    "triplet_distances": lambda g: _triplet(g, 1),
    "info_nce": _info_nce,
    "info_nce_cold": lambda g: _info_nce(g, 0.25),
    "nt_xent": _nt_xent,
}
