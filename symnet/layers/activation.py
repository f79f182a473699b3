"""Activations: a scalar function of every entry.

    h[n,k] = f(x[n,k])

x and h have the same shape, of any order. The functions, their derivatives and their values at
kinks stand in notation/functions.py; here each becomes a layer.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

import sympy

from symnet import notation
from symnet.layers.titled import entitled, titled
from symnet.notation import Graph, Tensor, UnsupportedExpression, define
from symnet.notation.functions import exp
from symnet.notation.intake import intake

ACTIVATIONS: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "identity": lambda x: x,
    "exp": notation.exp,
    "log": notation.log,
    "sin": notation.sin,
    "cos": notation.cos,
    "tanh": notation.tanh,
    "sigmoid": notation.sigmoid,
    "softplus": notation.softplus,
    "erf": notation.erf,
    "relu": notation.relu,
    "leaky_relu": lambda x: notation.leaky_relu(x, sympy.Rational(1, 100)),
    "silu": notation.silu,
    "gelu": notation.gelu,
    "gelu_tanh": notation.gelu_tanh,
    "absolute": notation.absolute,
    "sign": notation.sign,
    "detach": notation.detach,
}


def activation(x: Tensor, kind: str, name: str = "", *, output: str = "h") -> Graph:
    """h[n,k] = f(x[n,k]) with f named by `kind`, one of ACTIVATIONS (leaky_relu has slope 1/100).

    x (any shape), h (the same). Raises UnsupportedExpression, with the nearest names, if no
    activation is called `kind`.
    """
    title = kind.replace("_", " ")
    return entitled(entrywise(function(kind), x, name=name, output=output), title)


def function(kind: str) -> Callable[[sympy.Expr], sympy.Expr]:
    """The scalar function named by `kind`, one of ACTIVATIONS.

    Raises UnsupportedExpression, with the nearest names, if there is none.
    """
    if kind not in ACTIVATIONS:
        near = get_close_matches(kind, ACTIVATIONS, 3)
        hint = f"did you mean {' or '.join(near)}" if near else f"known: {', '.join(ACTIVATIONS)}"
        raise UnsupportedExpression(f"no activation is called {kind!r}; {hint}")
    return ACTIVATIONS[kind]


def entrywise(
    function: Callable[..., sympy.Expr], *tensors: Tensor, name: str = "", output: str = "h"
) -> Graph:
    """h[n,k] = f(x[n,k], y[n,k], ...) for a function of scalar expressions.

    All tensors have the shape of the first, and so has h. A tensor given twice is one input.
    Raises ExtentMismatch or IndexMismatch if the shapes differ.
    """
    first = tensors[0]
    h = Tensor(f"{output}{name}", *first.indices)
    value = function(*(notation.Entry(x, *first.indices) for x in tensors))
    inputs = tuple({x.name: x for x in tensors}.values())
    return Graph(define(h.at(), value), inputs=inputs, output=h)


@titled("leaky relu")
def leaky_relu(x: Tensor, slope: float | sympy.Expr, name: str = "", *, output: str = "h") -> Graph:
    """h = x where x > 0, else slope x; the derivative at 0 is the slope.

    x (any shape), h (the same). Source: Maas, Hannun & Ng 2013 (there slope 0.01).
    """
    given = intake(slope)
    return entrywise(lambda e: notation.leaky_relu(e, given), x, name=name, output=output)


@titled("maximum")
def maximum(x: Tensor, y: Tensor, name: str = "", *, output: str = "h") -> Graph:
    """h = max(x, y), entry by entry; at a tie the derivative flows to x. All of one shape."""
    return entrywise(notation.maximum, x, y, name=name, output=output)


@titled("minimum")
def minimum(x: Tensor, y: Tensor, name: str = "", *, output: str = "h") -> Graph:
    """h = min(x, y), entry by entry; at a tie the derivative flows to x. All of one shape."""
    return entrywise(notation.minimum, x, y, name=name, output=output)


@titled("tanh")
def tanh_exponential(x: Tensor, name: str = "", *, output: str = "t") -> Graph:
    """t = (e^x - e^-x) / (e^x + e^-x): the hyperbolic tangent as a quotient of exponentials.

    x (any shape), t (the same). Nothing knows that this is tanh: x_bar = t_bar (1 - t^2) follows.
    """
    return entrywise(lambda e: (exp(e) - exp(-e)) / (exp(e) + exp(-e)), x, name=name, output=output)


@titled("sigmoid")
def sigmoid_exponential(x: Tensor, name: str = "", *, output: str = "s") -> Graph:
    """s = 1 / (1 + e^-x): the logistic function from its exponential.

    x (any shape), s (the same). Nothing knows that this is sigmoid: x_bar = s_bar s (1 - s)
    follows.
    """
    return entrywise(lambda e: 1 / (1 + exp(-e)), x, name=name, output=output)
