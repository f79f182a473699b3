"""The model of float64: points at which a claim may be refuted.

What is undefined is nan or infinite; a point counts only if the true value is finite there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from symnet.notation import ScalarFunction, UnsupportedExpression
from symnet.verify.models.evaluate import RELATIONS, Array, Evaluator, Named


def _sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1 / (1 + e), e / (1 + e)))


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


_erf = np.vectorize(math.erf, otypes=[float])
_erfc = np.vectorize(math.erfc, otypes=[float])

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{"exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh},
    **{"sinh": np.sinh, "cosh": np.cosh, "arctan": np.arctan, "absolute": np.abs, "sign": np.sign},
    **{"maximum": np.maximum, "minimum": np.minimum, "sigmoid": _sigmoid, "softplus": _softplus},
    "erf": _erf,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x, slope: np.where(x > 0, x, slope * x),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x * _erfc(-x / math.sqrt(2)) / 2,
    "gelu_tanh": lambda x: x * _sigmoid(math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)),
}


class Real:
    """float64, with IEEE's infinities."""

    def constant(self, value: sympy.Expr) -> Array:
        return np.array([float(value)])

    def whole(self, value: Array) -> Array:
        return value.astype(float)

    def add(self, a: Array, b: Array) -> Array:
        return np.asarray(a + b)

    def multiply(self, a: Array, b: Array) -> Array:
        return np.asarray(a * b)

    def power(self, x: Array, p: int, q: int) -> Array:
        if q == 1:
            return np.asarray(x**p if p >= 0 else 1 / x ** (-p))
        return np.asarray(np.sqrt(x) ** p if q == 2 and p > 0 else x ** (p / q))

    def total(self, x: Array, axis: int) -> Array:
        return np.asarray(x.sum(axis=axis))

    def product(self, x: Array, axis: int) -> Array:
        return np.asarray(x.prod(axis=axis))

    def compare(self, relation: str, a: Array, b: Array) -> Array:
        return RELATIONS[relation](a, b)

    def winner(self, x: Array, axis: int) -> Array:
        return np.asarray(np.argmax(x, axis=axis))

    def inverse(self, x: Array) -> Array:
        safe = np.isfinite(np.linalg.det(x)) & (np.abs(np.linalg.det(x)) > 0)
        eye = np.eye(x.shape[-1])
        made = np.linalg.inv(np.where(safe[..., None, None], x, eye))
        return np.asarray(np.where(safe[..., None, None], made, np.nan))

    def determinant(self, x: Array) -> Array:
        return np.asarray(np.linalg.det(x))

    def log_determinant(self, x: Array) -> Array:
        return np.asarray(np.linalg.slogdet(x)[1])

    def call(self, e: ScalarFunction, at: Evaluator) -> Named:
        function = FUNCTIONS.get(type(e).__name__)
        if function is None:
            raise UnsupportedExpression(f"float64 has no rule for {type(e).__name__}")
        axes, values = at.aligned(*(at.of(a) for a in e.args))
        return Named(np.asarray(function(*values)), axes)
