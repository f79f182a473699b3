"""The catalogue of further losses."""

from __future__ import annotations

from symnet.layers.catalogue.entry import Builder, rows
from symnet.layers.loss import labels
from symnet.layers.objective.classes import (
    binary_focal,
    distillation,
    focal,
    selected_cross_entropy,
    smoothed_cross_entropy,
    weighted_cross_entropy,
)
from symnet.layers.objective.contrast import info_nce, nt_xent
from symnet.layers.objective.divergence import jensen_shannon, kl_divergence
from symnet.layers.objective.margin import hinge, multi_margin
from symnet.layers.objective.similarity import (
    cosine_embedding,
    cosine_similarity,
    margin_contrastive,
    triplet,
)
from symnet.layers.objective.values import huber, mean_absolute_error, smooth_l1
from symnet.notation import Graph, Index, Tensor


def _x() -> Tensor:
    return rows("x", "k", "K")


def _vectors(name: str) -> Tensor:
    return rows(name, "d", "D")


def _mask(name: str) -> Tensor:
    return Tensor(name, Index("n", "N"), assume="mask")


def _weighted() -> Graph:
    x = _x()
    return weighted_cross_entropy(x, labels(x), Tensor("w", Index("k", "K"), assume="positive"))


def _views() -> Tensor:
    return Tensor("z", Index("v", 2), Index("n", "N"), Index("d", "D"))


def objective() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "smoothed_cross_entropy": lambda: smoothed_cross_entropy(_x(), labels(_x())),
        "weighted_cross_entropy": _weighted,
        "selected_cross_entropy": lambda: selected_cross_entropy(_x(), labels(_x()), _mask("m")),
        "focal": lambda: focal(_x(), labels(_x())),
        "binary_focal": lambda: binary_focal(_x(), rows("y", "k", "K", "mask")),
        "distillation": lambda: distillation(_x(), rows("z", "k", "K")),
        "kl_divergence": lambda: kl_divergence(
            rows("p", "k", "K", "simplex"), rows("q", "k", "K", "simplex")
        ),
        "jensen_shannon": lambda: jensen_shannon(
            rows("p", "k", "K", "simplex"), rows("q", "k", "K", "simplex")
        ),
        "mean_absolute_error": lambda: mean_absolute_error(_x(), rows("y", "k", "K")),
        "huber": lambda: huber(_x(), rows("y", "k", "K")),
        "smooth_l1": lambda: smooth_l1(_x(), rows("y", "k", "K")),
        "hinge": lambda: hinge(_x(), rows("y", "k", "K")),
        "multi_margin": lambda: multi_margin(_x(), labels(_x())),
        "cosine_similarity": lambda: cosine_similarity(_vectors("x"), _vectors("y")),
        "cosine_embedding": lambda: cosine_embedding(_vectors("x"), _vectors("y"), _mask("m")),
        "margin_contrastive": lambda: margin_contrastive(
            _vectors("x"), _vectors("y"), _mask("m"), 2
        ),
        "triplet": lambda: triplet(_vectors("a"), _vectors("p"), _vectors("n")),
        "info_nce": lambda: info_nce(_vectors("x"), _vectors("y")),
        "nt_xent": lambda: nt_xent(_views()),
    }
