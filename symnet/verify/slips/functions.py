"""The functions that both walkers know by name, as NumPy has them or in their usual form.

    FUNCTIONS["softmax"](x) = e^x / sum e^x along the last axis

A name that is not here is read by the project's own parser.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from symnet.verify.slips.setting import Array

Function = Callable[..., Any]
LARGEST = 100_000  # entries of what is made from a size


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softplus(x: Array) -> Array:
    return np.logaddexp(0, x)


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def softmax(x: Array, axis: int | None = -1) -> Array:
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x: Array, axis: int | None = -1) -> Array:
    return x - logsumexp(x, axis, True)


def leaky_relu(x: Array, slope: Any = 0.01) -> Array:
    return np.where(np.asarray(x) > 0, x, slope * np.asarray(x))


def elu(x: Array, alpha: Any = 1.0) -> Array:
    return np.where(np.asarray(x) > 0, x, alpha * (np.exp(x) - 1))


def erf(x: Array) -> Array:
    flat = np.asarray(x, dtype=float)
    return np.array([math.erf(v) for v in flat.ravel()]).reshape(flat.shape)


def gelu(x: Array) -> Array:
    return x * (1 + erf(x / np.sqrt(2))) / 2


def gelu_tanh(x: Array) -> Array:
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def mish(x: Array) -> Array:
    return x * np.tanh(softplus(x))


def where(condition: Array, a: Any, b: Any) -> Array:
    return np.where(np.asarray(condition) != 0, a, b)


def clip(a: Array, low: Any = None, high: Any = None, **named: Any) -> Array:
    return np.clip(a, named.get("a_min", low), named.get("a_max", high))


def relation(sign: str) -> Function:
    """A comparison as the number 1 or 0."""
    made = RELATIONS[sign]
    return lambda a, b: np.asarray(made(a, b), dtype=float)


RELATIONS: dict[str, Function] = {
    **{"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal},
    **{"==": np.equal, "!=": np.not_equal},
}

SCALAR: dict[str, Function] = {
    **{"exp": np.exp, "log": np.log, "ln": np.log, "log1p": np.log1p, "expm1": np.expm1},
    **{"log2": np.log2, "log10": np.log10, "sqrt": np.sqrt, "cbrt": np.cbrt, "square": np.square},
    **{"abs": np.abs, "absolute": np.abs, "fabs": np.abs, "sign": np.sign},
    **{"sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh},
    **{"tanh": np.tanh, "arctan": np.arctan, "atan": np.arctan, "erf": erf, "exp2": np.exp2},
    **{"sigmoid": sigmoid, "expit": sigmoid, "softplus": softplus, "relu": relu, "silu": silu},
    **{"swish": silu, "gelu": gelu, "gelu_tanh": gelu_tanh, "mish": mish, "elu": elu},
    "softsign": lambda x: x / (1 + np.abs(x)),
    "log_sigmoid": lambda x: -softplus(-np.asarray(x)),
    "logsigmoid": lambda x: -softplus(-np.asarray(x)),
    "leaky_relu": leaky_relu,
    "reciprocal": lambda x: 1 / np.asarray(x),
    "negative": lambda x: -np.asarray(x),
    **{"float": lambda x: x, "detach": lambda x: x, "stop_gradient": lambda x: x},
    **{"where": where, "clip": clip, "power": np.float_power, "pow": np.float_power},
    **{"maximum": np.maximum, "minimum": np.minimum, "fmax": np.maximum, "fmin": np.minimum},
    **{"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide},
    **{"true_divide": np.divide, "logaddexp": np.logaddexp},
    **{"greater": relation(">"), "greater_equal": relation(">=")},
    **{"less": relation("<"), "less_equal": relation("<=")},
    **{"equal": relation("=="), "not_equal": relation("!=")},
    "logical_and": lambda a, b: np.asarray((a != 0) & (b != 0), dtype=float),
    "logical_or": lambda a, b: np.asarray((a != 0) | (b != 0), dtype=float),
    "logical_not": lambda a: np.asarray(np.asarray(a) == 0, dtype=float),
}

REDUCING: dict[str, Function] = {
    **{"sum": np.sum, "mean": np.mean, "average": np.mean, "max": np.max, "min": np.min},
    **{"amax": np.max, "amin": np.min, "prod": np.prod, "var": np.var, "std": np.std},
    **{"logsumexp": logsumexp, "argmax": np.argmax, "argmin": np.argmin},
    **{"cumsum": np.cumsum, "cumprod": np.cumprod},
}

SHAPING: dict[str, Function] = {
    **{"reshape": np.reshape, "ravel": np.ravel, "flatten": np.ravel, "transpose": np.transpose},
    **{"swapaxes": np.swapaxes, "moveaxis": np.moveaxis, "squeeze": np.squeeze},
    **{"expand_dims": np.expand_dims, "stack": np.stack, "concatenate": np.concatenate},
    **{"vstack": np.vstack, "hstack": np.hstack, "column_stack": np.column_stack},
    **{"repeat": np.repeat, "tile": np.tile, "pad": np.pad, "roll": np.roll, "flip": np.flip},
    **{"diff": np.diff, "broadcast_to": np.broadcast_to, "triu": np.triu, "tril": np.tril},
    **{"diag": np.diag, "diagonal": np.diagonal, "copy": np.array, "atleast_2d": np.atleast_2d},
    **{"take": np.take, "take_along_axis": np.take_along_axis},
}

PRODUCTS: dict[str, Function] = {
    **{"dot": np.dot, "vdot": np.vdot, "inner": np.inner, "outer": np.outer, "matmul": np.matmul},
    **{"tensordot": np.tensordot, "kron": np.kron, "cross": np.cross, "trace": np.trace},
    **{"einsum": np.einsum, "multi_dot": np.linalg.multi_dot, "inv": np.linalg.inv},
    **{"matrix_power": np.linalg.matrix_power, "det": np.linalg.det, "solve": np.linalg.solve},
    **{"slogdet": np.linalg.slogdet, "norm": np.linalg.norm, "pinv": np.linalg.pinv},
}


def _sized(function: Function) -> Function:
    """A function of sizes, which refuses large ones."""

    def made(*given: Any, **named: Any) -> Any:
        sizes: list[Any] = []
        for g in given:
            sizes.extend(g if isinstance(g, tuple | list) else [g])
        if math.prod(abs(int(v)) or 1 for v in sizes if isinstance(v, int | np.integer)) > LARGEST:
            raise ValueError("too large")
        return function(*given, **named)

    return made


MAKING: dict[str, Function] = {
    **{"eye": _sized(np.eye), "identity": _sized(np.eye), "ones": _sized(np.ones)},
    **{"zeros": _sized(np.zeros), "arange": _sized(np.arange), "tri": _sized(np.tri)},
    **{"ones_like": lambda x: np.ones(np.shape(x)), "zeros_like": lambda x: np.zeros(np.shape(x))},
    "full": _sized(np.full),
    "full_like": lambda x, v: np.full(np.shape(x), v),
    "len": len,
    "range": _sized(range),
}

SOFTMAX: dict[str, Function] = {
    **{"softmax": softmax, "log_softmax": log_softmax, "logsoftmax": log_softmax},
    "softmin": lambda x, axis=-1: softmax(-np.asarray(x), axis),
}

FUNCTIONS: dict[str, Function] = {
    **{**SCALAR, **REDUCING, **SHAPING, **PRODUCTS, **MAKING, **SOFTMAX},
}
CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
