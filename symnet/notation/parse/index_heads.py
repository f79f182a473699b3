"""What stands before brackets in index notation: heads over indices, and functions of numbers.

sum[i: c](f) = sum_i [c] f      prod[i: c](f) = prod_i (f where c, else 1)
max[i: c](f) = max_i (f where c, else -inf)      softmax[k](z) = e^z / sum_k e^z
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy

from symnet.notation import functions as f
from symnet.notation.index import Index
from symnet.notation.matrix import det, inverse, logdet
from symnet.notation.parse.numpy_elementwise import NAMED, PLAIN, TWO
from symnet.notation.reductions import (
    amax,
    argmax,
    logsumexp,
    mean,
    product,
    total,
)

Expr = Any  # SymPy expressions, whose arithmetic is not typed
Reduction = Callable[[Expr, Sequence[Index], Expr | None], Expr]

HEADS = {
    "sum": "sum[i](x[n,i]*w[i])",
    "mean": "mean[n](l[n])",
    "prod": "prod[i](x[i])",
    "max": "max[k](z[n,k])",
    "min": "min[k](z[n,k])",
    "argmax": "argmax[k](z[n,k])",
    "argmin": "argmin[k](z[n,k])",
    "logsumexp": "logsumexp[k](z[n,k])",
    "softmax": "softmax[k](z[n,k])",
    "log_softmax": "log_softmax[k](z[n,k])",
    "inv": "inv[p,q](X[p,q])[i,j]",
    "det": "det[p,q](X[p,q])",
    "logdet": "logdet[p,q](X[p,q])",
}
MATRIX = {"inv": inverse, "det": det, "logdet": logdet}
POINTWISE = frozenset({"softmax", "log_softmax"})
BINDING = frozenset(HEADS) - frozenset(MATRIX) - POINTWISE  # those that take conditions


def _under(condition: Expr | None, body: Expr, other: Expr) -> Expr:
    return body if condition is None else f.where(condition, body, other)


def _sum(body: Expr, over: Sequence[Index], condition: Expr | None) -> Expr:
    return total(body if condition is None else condition * body, over)


def _mean(body: Expr, over: Sequence[Index], condition: Expr | None) -> Expr:
    """Over the places where the condition holds."""
    if condition is None:
        return mean(body, over)
    return total(condition * body, over) / total(condition, over)


def _first(over: Sequence[Index], body: Expr) -> Expr:
    (only,) = over
    return argmax(body, only)


REDUCTIONS: dict[str, Reduction] = {
    "sum": _sum,
    "mean": _mean,
    "prod": lambda e, over, c: product(_under(c, e, sympy.S.One), over),
    "max": lambda e, over, c: amax(_under(c, e, -sympy.oo), over),
    "min": lambda e, over, c: -amax(_under(c, -e, -sympy.oo), over),
    "argmax": lambda e, over, c: _first(over, _under(c, e, -sympy.oo)),
    "argmin": lambda e, over, c: _first(over, _under(c, -e, -sympy.oo)),
    "logsumexp": lambda e, over, c: (
        logsumexp(e, over) if c is None else f.log(total(c * f.exp(e), over))
    ),
}
SINGLE = frozenset({"argmax", "argmin"})


def softmax(body: Expr, over: Sequence[Index]) -> Expr:
    """e^body / sum over the indices, which stay free in what is above the bar."""
    return f.exp(body) / total(f.exp(body), over)


def log_softmax(body: Expr, over: Sequence[Index]) -> Expr:
    return body - logsumexp(body, over)


def _nested(two: Callable[[Expr, Expr], Expr]) -> Callable[..., Expr]:
    def made(first: Expr, *others: Expr) -> Expr:
        for other in others:
            first = two(first, other)
        return first

    return made


SLOPE = sympy.Rational(1, 100)
# name -> (numbers of arguments, function)
FUNCTIONS: dict[str, tuple[range, Callable[..., Expr]]] = {
    **{name: (range(1, 2), g) for name, g in {**PLAIN, **NAMED}.items()},
    **{name: (range(2, 3), g) for name, g in TWO.items()},
    **{name: (range(1, 2), g) for name, g in f.FUNCTIONS.items() if g.nargs in (1, {1})},
    "log": (range(1, 2), f.log),
    "ln": (range(1, 2), f.log),
    "log1p": (range(1, 2), lambda x: f.log(1 + x)),
    "sqrt": (range(1, 2), f.sqrt),
    "cbrt": (range(1, 2), lambda x: sympy.Pow(x, sympy.Rational(1, 3))),
    "detach": (range(1, 2), f.detach),
    "max": (range(2, 99), _nested(f.maximum)),
    "min": (range(2, 99), _nested(f.minimum)),
    "leaky_relu": (range(1, 3), lambda x, slope=SLOPE: f.leaky_relu(x, slope)),
    "clip": (range(3, 4), lambda x, low, high: f.minimum(f.maximum(x, low), high)),
    "delta": (range(2, 3), f.delta),
    "kronecker": (range(2, 3), f.delta),
}
OTHERS = ("where", "power")  # which the reader knows by itself
