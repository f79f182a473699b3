"""The cases of normalisation and dropout: sizes for each catalogue entry, and further graphs."""

from functools import partial

from symnet.layers import (
    batch_norm,
    catalogue,
    dropout,
    evaluation,
    group_norm,
    layer_norm,
    rms_norm,
)
from symnet.notation import Graph, Index, Tensor
from tests.judges.case import Case

RUNNING = ("mu_run", "v_run")


def _images(channels: int | str = "C") -> Tensor:
    n, a, b = (Index(letter, letter.upper()) for letter in "nab")
    return Tensor("x", n, Index("c", channels), a, b)


def _sequences() -> Tensor:
    return Tensor("x", *(Index(letter, letter.upper()) for letter in "ntd"))


def _given(**shared: str) -> Graph:
    """Gain and bias that are other tensors, and an eps that is large."""
    x = _sequences()
    gain, bias = (Tensor(name, x.indices[-1]) for name in "gb")
    return layer_norm(x, eps=0.5, gain=gain, bias=bias)


ROWS = ({"N": 3, "D": 4}, {"N": 2, "D": 1})
IMAGES = ({"N": 2, "C": 3, "A": 4, "B": 1}, {"N": 1, "C": 1, "A": 2, "B": 3})
BATCHES = ({"N": 4, "D": 3}, {"N": 2, "D": 1})
SEQUENCES = ({"N": 2, "T": 3, "D": 4}, {"N": 1, "T": 2, "D": 3})
GROUPS = ({"N": 2, "G": 3, "M": 4, "A": 1, "B": 5}, {"N": 1, "G": 1, "M": 2, "A": 3, "B": 1})

# of each catalogue entry: sizes, and real tensors that torch does not differentiate
ENTRIES: dict[str, tuple[tuple[dict[str, int], ...], tuple[str, ...]]] = {
    "layer_norm": (ROWS, ()),
    "rms_norm": (ROWS, ()),
    "batch_norm": (BATCHES, RUNNING),
    "batch_norm_images": (IMAGES, RUNNING),
    "group_norm": (GROUPS, ()),
    "instance_norm": (IMAGES, ()),
    "dropout": (ROWS, ()),
    "dropout_channels": (IMAGES, ()),
    "stochastic_depth": (ROWS, ()),
    "gaussian_noise": (ROWS, ()),
}

FURTHER: tuple[Case, ...] = (
    Case("layer_norm_two_axes", lambda: layer_norm(_images(), axes=2), IMAGES),
    Case("layer_norm_sequences", lambda: layer_norm(_sequences()), SEQUENCES),
    Case("layer_norm_plain", lambda: layer_norm(_sequences(), affine=False), SEQUENCES),
    Case("layer_norm_given", _given, SEQUENCES),
    Case("rms_norm_two_axes", lambda: rms_norm(_images(), axes=2, eps=1e-3), IMAGES),
    Case("batch_norm_last_axis", lambda: batch_norm(_sequences(), channel=-1), SEQUENCES, RUNNING),
    Case("batch_norm_evaluation", lambda: evaluation(batch_norm(_images())), IMAGES, RUNNING),
    Case("group_norm_flat", lambda: group_norm(_images(6), 2), ({"N": 2, "A": 3, "B": 1},)),
    Case("group_norm_of_one", lambda: group_norm(_images(3), 3), ({"N": 2, "A": 1, "B": 4},)),
    Case("group_norm_all", lambda: group_norm(_images(3), 1), ({"N": 1, "A": 2, "B": 4},)),
    Case("dropout_rows", lambda: dropout(_sequences(), 0.5, shared=[1]), SEQUENCES),
    Case("dropout_evaluation", lambda: evaluation(dropout(_sequences(), 0.5)), SEQUENCES),
)

CASES: tuple[Case, ...] = (
    *(Case(name, partial(catalogue()[name]), *rest) for name, rest in ENTRIES.items()),
    *FURTHER,
)
