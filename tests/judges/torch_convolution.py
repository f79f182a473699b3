"""What torch computes for the cases of convolution, pooling and residual blocks.

torch.nn.functional for all of it; padding on one side only is put there by F.pad. A weight with a
group axis is torch's weight with its first two axes as one; the identity of ties is torch's own.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import Tensor
from torch.nn import functional as F

Given = dict[str, Tensor]
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
SPREAD = {1: F.conv_transpose1d, 2: F.conv_transpose2d}


def _conv(g: Given, **options: Any) -> Tensor:
    axes = g["x"].ndim - 2
    return CONV[axes](g["x"], g["w"], g.get("b"), **options)


def _grouped(g: Given, **options: Any) -> Tensor:
    return _conv({**g, "w": g["w"].flatten(0, 1)}, groups=g["w"].shape[0], **options)


def _depthwise(g: Given, **options: Any) -> Tensor:
    return _conv({**g, "w": g["w"][:, None]}, groups=g["w"].shape[0], **options)


def _pointwise(g: Given, **options: Any) -> Tensor:
    axes = g["x"].ndim - 2
    return _conv({**g, "w": g["w"].reshape(*g["w"].shape, *[1] * axes)}, **options)


def _one_image(g: Given) -> Tensor:
    return F.conv2d(g["x"][None], g["w"], g["b"], padding=1)[0]


def _spread(g: Given, **options: Any) -> Tensor:
    return SPREAD[g["x"].ndim - 2](g["x"], g["w"], g.get("b"), **options)


def _tied(g: Given) -> Tensor:
    return g["v"][:, :, None, None] + (g["k"] - g["k"].detach())


def _norm(x: Tensor, g: Given, name: str) -> Tensor:
    return F.batch_norm(x, None, None, g[f"gamma{name}"], g[f"beta{name}"], training=True)


def _map(x: Tensor, g: Given, name: str, stride: int = 1) -> Tensor:
    """conv 3 x 3 or 1 x 1, or linear, by the weight that is there."""
    if f"W{name}" in g:
        return F.linear(x, g[f"W{name}"].T)
    w = g[f"w{name}"]
    padding = 1
    if w.ndim == 2:
        w, padding = w.reshape(*w.shape, *[1] * (x.ndim - 2)), 0
    return CONV[x.ndim - 2](x, w, stride=stride, padding=padding)


def _block(g: Given, stride: int = 1) -> Tensor:
    x = g["x"]
    h = F.relu(_norm(_map(x, g, "1", stride), g, "1"))
    branch = _norm(_map(h, g, "2"), g, "2")
    if "gamma_s" in g:
        x = _norm(_map(x, g, "_s", stride), g, "_s")
    return F.relu(x + branch)


def _pre_activation(g: Given, stride: int = 1) -> Tensor:
    x = g["x"]
    h = F.relu(_norm(x, g, "1"))
    branch = _map(F.relu(_norm(_map(h, g, "1", stride), g, "2")), g, "2")
    if "w_s" in g or "W_s" in g:
        x = _map(h, g, "_s", stride)
    return x + branch


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "convolution": partial(_conv, stride=2, padding=1),
    "convolution_1d": partial(_conv, padding="same"),
    "grouped_convolution": _grouped,
    "depthwise_convolution": partial(_depthwise, padding=1),
    "pointwise_convolution": partial(_pointwise, stride=2),
    "convolution_valid": _conv,
    "convolution_without_bias": _conv,
    "convolution_of_any_kernel": partial(_conv, stride=2, padding=1),
    "convolution_drops_rows": partial(_conv, stride=3),
    "convolution_per_axis": partial(_conv, stride=(1, 2), padding=(2, 0), dilation=(2, 1)),
    "convolution_one_sided": lambda g: _conv({**g, "x": F.pad(g["x"], (1, 0, 0, 2))}, stride=2),
    "convolution_dilated": partial(_conv, dilation=2, padding="same"),
    "convolution_strided_and_dilated": partial(_conv, dilation=3, stride=2, padding=1),
    "convolution_over_the_edge": partial(_conv, padding=2),
    "convolution_1d_causal": lambda g: _conv({**g, "x": F.pad(g["x"], (4, 0))}, dilation=2),
    "convolution_1d_strided": partial(_conv, stride=3, padding=1),
    "grouped_convolution_1d": partial(_grouped, padding=1),
    "grouped_convolution_strided": partial(_grouped, stride=2, padding=1),
    "depthwise_convolution_strided": partial(_depthwise, stride=2, padding=(0, 1), dilation=(1, 2)),
    "pointwise_convolution_1d": _pointwise,
    "convolution_of_one_image": _one_image,
    "convolution_3d": partial(_conv, stride=(1, 2, 1), padding=(0, 1, 0)),
    "transposed_convolution": partial(_spread, stride=2, padding=1, output_padding=1),
    "transposed_convolution_2d": partial(_spread, stride=2, padding=1, output_padding=1),
    "transposed_convolution_per_axis": partial(
        _spread, stride=(1, 3), padding=(1, 0), dilation=(2, 1), output_padding=(0, 2)
    ),
    "transposed_convolution_1d_dilated": partial(_spread, stride=2, dilation=2, padding=1),
    "max_pool": lambda g: F.max_pool2d(g["x"], 3, 2, 1),
    "average_pool": lambda g: F.avg_pool2d(g["x"], 2),
    "average_pool_inside": lambda g: F.avg_pool2d(g["x"], 3, 2, 1, count_include_pad=False),
    "global_average_pool": lambda g: F.adaptive_avg_pool2d(g["x"], 1)[..., 0, 0],
    "global_max_pool": lambda g: F.adaptive_max_pool2d(g["x"], 1)[..., 0, 0],
    "max_pool_without_overlap": lambda g: F.max_pool2d(g["x"], 2),
    "max_pool_dilated": lambda g: F.max_pool2d(g["x"], (2, 3), 1, (1, 0), (2, 1)),
    "max_pool_1d": lambda g: F.max_pool1d(g["x"], 3, 2, 1),
    "max_pool_with_ties": lambda g: F.max_pool2d(_tied(g), 3, 2, 1),
    "max_pool_1d_with_ties": lambda g: F.max_pool1d(_tied(g).flatten(0, 1), 3, 1).unflatten(
        0, g["v"].shape
    ),
    "global_max_pool_with_ties": lambda g: F.adaptive_max_pool2d(_tied(g), 1)[..., 0, 0],
    "average_pool_padded": lambda g: F.avg_pool2d(g["x"], 3, 2, 1),
    "average_pool_per_axis": lambda g: F.avg_pool2d(
        g["x"], (4, 3), (1, 2), (2, 0), count_include_pad=False
    ),
    "average_pool_1d": lambda g: F.avg_pool1d(g["x"], 3, 2),
    "global_average_pool_1d": lambda g: F.adaptive_avg_pool1d(g["x"], 1)[..., 0],
    "residual": lambda g: g["x"] + F.linear(g["x"], g["W"].T, g["b"]),
    "residual_block": _block,
    "residual_block_projection": partial(_block, stride=2),
    "residual_block_pre_activation": _pre_activation,
    "residual_block_of_planes": partial(_block, stride=2),
    "residual_block_pre_activation_projection": partial(_pre_activation, stride=2),
    "dense_residual_block": _block,
    "dense_residual_block_pre_activation": _pre_activation,
}
