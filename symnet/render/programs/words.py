"""The words of NumPy text: numbers, scalar functions, and what binds how tightly in Python.

sigmoid(x) => 1/(1 + np.exp(-x))    softplus(x) => np.logaddexp(0, x)    1/2 => 1/2
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symnet.notation.errors import UnsupportedExpression

CHOICE, RELATION, SUM, PRODUCT, SIGN, POWER, CLOSED = range(7)
Word = tuple[str, int]  # text, and how tightly it binds

PLAIN = {
    **{"exp": "np.exp", "log": "np.log", "sin": "np.sin", "cos": "np.cos", "tanh": "np.tanh"},
    **{"sinh": "np.sinh", "cosh": "np.cosh"},
    **{"arctan": "np.arctan", "absolute": "np.abs", "sign": "np.sign", "erf": "np.vectorize(erf)"},
    **{"maximum": "np.maximum", "minimum": "np.minimum"},
}
IMPORTS = {"np.vectorize(erf)": "from math import erf"}  # what NumPy itself does not have
ROOT = "np.sqrt(2/np.pi)"


def bound(word: Word, level: int) -> str:
    """The text, in parentheses where it binds less tightly than `level`."""
    text, own = word
    return text if own >= level else f"({text})"


def number(value: Fraction, decimal: bool = False) -> Word:
    """A number >= 0; what binds as a product is written as a quotient."""
    if decimal:
        return repr(float(value)), CLOSED
    if value.denominator == 1:
        return str(value.numerator), CLOSED
    return f"{value.numerator}/{value.denominator}", PRODUCT


def power(base: Word, exponent: Fraction) -> Word:
    """base^exponent, exponent > 0."""
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return f"np.sqrt({base[0]})", CLOSED
    raised = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{bound(base, CLOSED)}**{raised}", POWER


def quotient(above: list[str], below: list[str]) -> Word:
    """Factors, each bound as a power, over factors."""
    text = "*".join(above) or "1"
    level = PRODUCT if len(above) > 1 or below else POWER
    if below:
        text += f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})"
    return text, level


def negated(word: Word) -> Word:
    """-x."""
    return f"-{bound(word, PRODUCT)}", SIGN


def called(function: str, arguments: list[Word]) -> Word:
    """A scalar function of arrays."""
    if function in PLAIN:
        return f"{PLAIN[function]}({', '.join(a[0] for a in arguments)})", CLOSED
    if function not in MEANINGS:
        raise UnsupportedExpression(f"{function} has no NumPy text")
    return MEANINGS[function](arguments)


def _sigmoid(a: list[Word]) -> Word:
    return f"1/(1 + np.exp({negated(a[0])[0]}))", PRODUCT


def _leaky(a: list[Word]) -> Word:
    x, slope = a
    return f"np.where({bound(x, SUM)} > 0, {x[0]}, {bound(slope, POWER)}*{bound(x, POWER)})", CLOSED


def _gelu(a: list[Word]) -> Word:
    x = bound(a[0], POWER)
    return f"{x}*(1 + np.vectorize(erf)({x}/np.sqrt(2)))/2", PRODUCT


def _gelu_tanh(a: list[Word]) -> Word:
    x = bound(a[0], CLOSED)
    return f"{x}*(1 + np.tanh({ROOT}*({x} + 0.044715*{x}**3)))/2", PRODUCT


MEANINGS: dict[str, Callable[[list[Word]], Word]] = {
    "sigmoid": _sigmoid,
    "softplus": lambda a: (f"np.logaddexp(0, {a[0][0]})", CLOSED),
    "relu": lambda a: (f"np.maximum({a[0][0]}, 0)", CLOSED),
    "detach": lambda a: a[0],
    "floor": lambda a: (f"int(np.floor({a[0][0]}))", CLOSED),  # of an extent
    "ceiling": lambda a: (f"int(np.ceil({a[0][0]}))", CLOSED),
    "leaky_relu": _leaky,
    "silu": lambda a: (f"{bound(a[0], POWER)}/(1 + np.exp({negated(a[0])[0]}))", PRODUCT),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
}
