"""The same texts read by torch: its functions under the names that NumPy gives them.

`np` is an object whose attributes are torch's, except where name or meaning differ. Used only to
hold the literature's derivatives against automatic differentiation; needs torch.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy
import torch
from torch.nn import functional

Array = Any


def tensor(x: Any) -> Array:
    return x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=torch.float64)


def unary(f: Callable[[Array], Array]) -> Callable[[Any], Array]:
    return lambda x: f(tensor(x))


def binary(f: Callable[[Array, Array], Array]) -> Callable[[Any, Any], Array]:
    return lambda x, y: f(tensor(x), tensor(y))


def reduction(f: Callable[..., Array]) -> Callable[..., Array]:
    def reduced(x: Any, axis: Any = None, keepdims: bool = False) -> Array:
        if axis is None:
            return f(x)
        return f(x, dim=axis, keepdim=keepdims)

    return reduced


def extreme(f: Callable[..., Array]) -> Callable[..., Array]:
    def reduced(x: Any, axis: Any = None, keepdims: bool = False) -> Array:
        return f(x) if axis is None else f(x, dim=axis, keepdim=keepdims).values

    return reduced


def variance(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return torch.var(x, dim=axis, correction=0, keepdim=keepdims)


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    dims = tuple(range(x.ndim)) if axis is None else axis
    return torch.logsumexp(x, dims, keepdim=keepdims)


def transpose(x: Array, axes: Any = None) -> Array:
    return x.permute(tuple(range(x.ndim))[::-1] if axes is None else tuple(axes))


def pad(x: Array, widths: Any) -> Array:
    flat = [w for pair in reversed(widths) for w in pair]
    return functional.pad(x, flat)


def norm(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return torch.sqrt(reduction(torch.sum)(x**2, axis, keepdims))


def conv(f: Callable[..., Array], axes: int) -> Callable[..., Array]:
    def convolved(x: Array, k: Array, stride: int = 1, padding: int = 0) -> Array:
        return f(x, k, stride=stride, padding=padding)

    return convolved


FUNCTIONS: dict[str, Any] = {
    "sum": reduction(torch.sum),
    "mean": reduction(torch.mean),
    "prod": reduction(torch.prod),
    "max": extreme(torch.max),
    "min": extreme(torch.min),
    "var": variance,
    "std": lambda x, axis=None, keepdims=False: torch.sqrt(variance(x, axis, keepdims)),
    "maximum": binary(torch.maximum),
    "minimum": binary(torch.minimum),
    "clip": torch.clip,
    "transpose": transpose,
    "concatenate": lambda xs, axis=0: torch.cat(list(xs), dim=axis),
    "stack": lambda xs, axis=0: torch.stack(list(xs), dim=axis),
    "repeat": lambda x, n, axis: torch.repeat_interleave(x, n, dim=axis),
    "diff": lambda x, axis=-1: torch.diff(x, dim=axis),
    "cumsum": lambda x, axis=0: torch.cumsum(x, dim=axis),
    "eye": lambda n: torch.eye(n, dtype=torch.float64),
    "ones": lambda shape: torch.ones(shape, dtype=torch.float64),
    "zeros": lambda shape: torch.zeros(shape, dtype=torch.float64),
    "where": lambda c, a, b: torch.where(c, tensor(a), tensor(b)),
    "dot": lambda x, y: x @ y,
    "pad": pad,
    "power": lambda x, p: x**p,
    "pi": numpy.pi,
    "linalg": SimpleNamespace(
        inv=torch.linalg.inv,
        det=torch.linalg.det,
        solve=torch.linalg.solve,
        slogdet=torch.linalg.slogdet,
        norm=norm,
    ),
}
UNARY = {
    *("exp", "log", "log1p", "expm1", "sqrt", "abs", "sign", "square", "arctan"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh"),
}


class Namespace:
    """`np` for torch: an overridden function, or torch's own of that name."""

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return FUNCTIONS[name]
        found = getattr(torch, name)
        return unary(found) if name in UNARY else found


NAMES: dict[str, Any] = {
    "np": Namespace(),
    "sigmoid": torch.sigmoid,
    "softplus": lambda x: torch.log1p(torch.exp(x)),
    "relu": functional.relu,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "erf": torch.erf,
    "softmax": lambda x, axis=-1: torch.softmax(x, dim=axis),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, dim=axis),
    "logsumexp": logsumexp,
    "conv1d": conv(functional.conv1d, 1),
    "conv2d": conv(functional.conv2d, 2),
}
