"""The two kinds of real number in which the oracle computes, each with its scalar functions.

    FLOAT64      Python floats: IEEE values (1/0 = inf, log(-1) = nan), never an exception
    digits(50)   mpmath numbers of 50 decimal digits, in a context of their own

Every function is written so that it is finite wherever its mathematics is: sigmoid(-800) = 0 in
float64, softplus(800) = 800. The table shares nothing with the generated code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy

Number = Any  # a float, or a number of an mpmath context


@dataclass(frozen=True)
class Numbers:
    """A kind of number: how one is made, its functions by name, and what an array of them holds.

    `power(x, p, q)` is x^(p/q): nan for a negative x unless q = 1, inf for 0 to a negative power.
    """

    make: Callable[[Any], Number]
    power: Callable[[Number, int, int], Number]
    functions: Mapping[str, Callable[..., Number]]
    dtype: Any
    digits: int

    def constant(self, value: sympy.Expr) -> Number:
        """A rational, pi or an infinity, to the full precision of this kind of number."""
        if isinstance(value, sympy.Rational):
            return self.make(value.p) / self.make(value.q)
        if value.is_infinite:
            return self.make(math.inf if value is sympy.S.Infinity else -math.inf)
        return self.make(sympy.N(value, self.digits + 5))


def _maximum(a: Number, b: Number) -> Number:
    return a if a >= b or a != a else b


def _minimum(a: Number, b: Number) -> Number:
    return a if a <= b or a != a else b


def _absolute(x: Number) -> Number:
    return abs(x)


def _detach(x: Number) -> Number:
    return x


# -- float64 ----------------------------------------------------------------------------------


def _float(value: Any) -> float:
    return float(value)


def _float_power(x: float, p: int, q: int) -> float:
    if x != x:
        return x
    if x == 0 and p < 0:
        return math.copysign(math.inf, x) if q == 1 and p % 2 else math.inf
    if x < 0 and q != 1:
        return math.nan
    try:
        if q == 2:
            return math.sqrt(x) ** p
        return x**p if q == 1 else x ** (p / q)
    except OverflowError:
        return -math.inf if x < 0 and p % 2 else math.inf


def _float_exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _float_sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def _float_cosh(x: float) -> float:
    try:
        return math.cosh(x)
    except OverflowError:
        return math.inf


def _float_log(x: float) -> float:
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def _float_sin(x: float) -> float:
    return math.nan if math.isinf(x) else math.sin(x)


def _float_cos(x: float) -> float:
    return math.nan if math.isinf(x) else math.cos(x)


def _float_sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


def _float_softplus(x: float) -> float:
    return _maximum(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _float_relu(x: float) -> float:
    return 0.0 if x <= 0 else x


def _float_sign(x: float) -> float:
    return x if x == 0 or x != x else math.copysign(1.0, x)


def _float_leaky_relu(x: float, slope: float) -> float:
    return x if x > 0 else slope * x


def _float_silu(x: float) -> float:
    return x * _float_sigmoid(x)


def _float_gelu(x: float) -> float:
    return x * math.erfc(-x / math.sqrt(2)) / 2


def _float_gelu_tanh(x: float) -> float:
    return x * _float_sigmoid(math.sqrt(8 / math.pi) * (x + 0.044715 * x * x * x))


FLOAT64 = Numbers(
    make=_float,
    power=_float_power,
    functions={
        "exp": _float_exp,
        "log": _float_log,
        "sin": _float_sin,
        "cos": _float_cos,
        "tanh": math.tanh,
        "sigmoid": _float_sigmoid,
        "softplus": _float_softplus,
        "erf": math.erf,
        "arctan": math.atan,
        "sinh": _float_sinh,
        "cosh": _float_cosh,
        "relu": _float_relu,
        "absolute": _absolute,
        "sign": _float_sign,
        "detach": _detach,
        "leaky_relu": _float_leaky_relu,
        "silu": _float_silu,
        "gelu": _float_gelu,
        "gelu_tanh": _float_gelu_tanh,
        "maximum": _maximum,
        "minimum": _minimum,
    },
    dtype=np.float64,
    digits=17,
)


# -- mpmath -----------------------------------------------------------------------------------


def digits(count: int) -> Numbers:
    """Numbers of so many decimal digits, in an mpmath context that nobody else's settings touch."""
    ctx: Any = mpmath.MPContext()
    ctx.dps = count
    mpf: Callable[[Any], Number] = ctx.mpf

    def power(x: Number, p: int, q: int) -> Number:
        if ctx.isnan(x) or (x < 0 and q != 1):
            return ctx.nan
        if x == 0 and p < 0:
            return ctx.inf
        return x**p if q == 1 else ctx.power(x, mpf(p) / q)

    def log(x: Number) -> Number:
        if x > 0:
            return ctx.log(x)
        return -ctx.inf if x == 0 else ctx.nan

    def sigmoid(x: Number) -> Number:
        return 1 / (1 + ctx.exp(-x))

    def softplus(x: Number) -> Number:
        return _maximum(x, mpf(0)) + ctx.log1p(ctx.exp(-abs(x)))

    def gelu_tanh(x: Number) -> Number:
        cubic = x + mpf(44715) / 1000000 * x**3
        return x * sigmoid(ctx.sqrt(8 / ctx.pi) * cubic)

    return Numbers(
        make=mpf,
        power=power,
        functions={
            "exp": ctx.exp,
            "log": log,
            "sin": ctx.sin,
            "cos": ctx.cos,
            "tanh": ctx.tanh,
            "sigmoid": sigmoid,
            "softplus": softplus,
            "erf": ctx.erf,
            "arctan": ctx.atan,
            "sinh": ctx.sinh,
            "cosh": ctx.cosh,
            "relu": lambda x: mpf(0) if x <= 0 else x,
            "absolute": _absolute,
            "sign": lambda x: mpf((x > 0) - (x < 0)),
            "detach": _detach,
            "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
            "silu": lambda x: x * sigmoid(x),
            "gelu": lambda x: x * ctx.erfc(-x / ctx.sqrt(2)) / 2,
            "gelu_tanh": gelu_tanh,
            "maximum": _maximum,
            "minimum": _minimum,
        },
        dtype=object,
        digits=count,
    )
