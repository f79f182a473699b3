"""Derivatives of scalar heads, by SymPy: the only other file with raw SymPy calls.

head(z1, z2) -> d head / d z_k, in placeholders z
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sympy

from symnet.calculus.convert import read
from symnet.calculus.terms import Poly
from symnet.notation import FUNCTIONS


@cache
def _placeholders(count: int) -> tuple[sympy.Symbol, ...]:
    return tuple(sympy.Dummy(f"z{k}") for k in range(count))


@cache
def _scalar_derivative(name: str, count: int, argument: int) -> sympy.Expr:
    z = _placeholders(count)
    head = FUNCTIONS[name](*z)
    meaning = head.meaning
    return (head if meaning is None else meaning).diff(z[argument])


def head_derivative(name: str, args: Sequence[Poly], argument: int) -> Poly:
    """The derivative of a scalar function with respect to one of its arguments, at `args`."""
    expression = _scalar_derivative(name, len(args), argument)
    return read(expression, dict(zip(_placeholders(len(args)), args, strict=True)))
