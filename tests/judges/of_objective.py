"""The cases of further losses: sizes for each catalogue entry, and further graphs."""

from functools import partial

from symnet.layers import (
    catalogue,
    cosine_embedding,
    distillation,
    focal,
    huber,
    info_nce,
    labels,
    selected_cross_entropy,
    smooth_l1,
    triplet,
)
from symnet.notation import Graph, Index, Tensor
from tests.judges.case import Case

ROWS = ({"N": 3, "K": 4}, {"N": 2, "K": 1})
VECTORS = ({"N": 3, "D": 4}, {"N": 2, "D": 1})
SEQUENCES = ({"N": 2, "T": 4, "K": 3}, {"N": 3, "T": 1, "K": 2})
PAIRS = ({"N": 3, "D": 4}, {"N": 1, "D": 3})

VALUES = ("mean_absolute_error", "huber", "smooth_l1")
CLASSES = ("smoothed_cross_entropy", "weighted_cross_entropy", "selected_cross_entropy", "focal")
MARGINS = ("hinge", "multi_margin", "binary_focal", "distillation")
VECTOR_LOSSES = ("cosine_similarity", "cosine_embedding", "margin_contrastive", "triplet")


def _rows(name: str, letters: str = "nk", assume: str = "") -> Tensor:
    words = (assume,) if assume else ()
    return Tensor(name, *(Index(letter, letter.upper()) for letter in letters), assume=words)


def _x() -> Tensor:
    return _rows("x")


def _sequences() -> Graph:
    x = _rows("x", "ntk")
    return selected_cross_entropy(x, labels(x), _rows("m", "nt", "mask"))


def _vectors(*names: str) -> list[Tensor]:
    return [_rows(name, "nd") for name in names]


def _cosine_with_margin() -> Graph:
    return cosine_embedding(*_vectors("x", "y"), _rows("m", "n", "mask"), 0.25)


def _views() -> Tensor:
    return Tensor("z", Index("v", 2), *(Index(letter, letter.upper()) for letter in "nd"))


FURTHER: tuple[Case, ...] = (
    Case("selected_positions", _sequences, SEQUENCES),
    Case(
        "focal_of_a_half",
        lambda: focal(_x(), labels(_x()), 0.5),
        ({"N": 3, "K": 4}, {"N": 1, "K": 3}),
    ),
    Case("distillation_cold", lambda: distillation(_x(), _rows("z"), 0.5), ROWS),
    Case("huber_narrow", lambda: huber(_x(), _rows("y"), 0.5), ROWS),
    Case("smooth_l1_wide", lambda: smooth_l1(_x(), _rows("y"), 2), ROWS),
    Case("cosine_embedding_margin", _cosine_with_margin, VECTORS),
    Case("triplet_distances", lambda: triplet(*_vectors("a", "p", "n"), squared=False), VECTORS),
    Case("info_nce_cold", lambda: info_nce(*_vectors("x", "y"), 0.25), PAIRS),
)


def _entry(name: str) -> Case:
    if name in VECTOR_LOSSES:
        return Case(name, partial(catalogue()[name]), VECTORS)
    if name in ("info_nce", "nt_xent"):
        return Case(name, partial(catalogue()[name]), PAIRS)
    return Case(name, partial(catalogue()[name]), ROWS)


ENTRIES = (
    *CLASSES,
    *VALUES,
    *MARGINS,
    *VECTOR_LOSSES,
    *("kl_divergence", "jensen_shannon", "info_nce", "nt_xent"),
)

CASES: tuple[Case, ...] = (*(_entry(name) for name in ENTRIES), *FURTHER)
