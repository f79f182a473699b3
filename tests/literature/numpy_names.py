"""The functions of the NumPy notation that NumPy lacks, in NumPy: what bare names mean in a text.

NAMES: name -> function. softmax(x, axis) = exp(x)/sum exp(x), conv2d is cross-correlation, ...
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import erf

Array = Any


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softplus(x: Array) -> Array:
    return np.log1p(np.exp(x))


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def gelu(x: Array) -> Array:
    return x * (1 + erf(x / np.sqrt(2))) / 2


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def softmax(x: Array, axis: Any = -1) -> Array:
    return np.exp(x - logsumexp(x, axis, keepdims=True))


def log_softmax(x: Array, axis: Any = -1) -> Array:
    return x - logsumexp(x, axis, keepdims=True)


def conv1d(x: Array, k: Array, stride: int = 1, padding: int = 0) -> Array:
    """y[b,o,u] = sum_{c,p} x[b,c,u*stride+p-padding] k[o,c,p]."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    windows = sliding_window_view(padded, k.shape[2], axis=2)[:, :, ::stride]
    return np.einsum("bcup,ocp->bou", windows, k)


def conv2d(x: Array, k: Array, stride: int = 1, padding: int = 0) -> Array:
    """y[b,o,u,v] = sum_{c,p,q} x[b,c,u*stride+p-padding,v*stride+q-padding] k[o,c,p,q]."""
    if x.ndim == 3:
        return conv2d(x[None], k, stride, padding)[0]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = sliding_window_view(padded, k.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcuvpq,ocpq->bouv", windows, k)


NAMES: dict[str, Callable[..., Array]] = {
    f.__name__: f
    for f in (
        *(sigmoid, softplus, relu, silu, gelu, erf),
        *(softmax, log_softmax, logsumexp, conv1d, conv2d),
    )
}
