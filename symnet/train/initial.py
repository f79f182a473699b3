"""Rules of initialisation -> arrays.

    initialise(parameters, rules, seed)  =>  {name: array}

Each parameter has a generator of its own, from the seed and its name: a layer that is added does
not change what the others start from.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sympy

from symnet.layers.initial import fans
from symnet.notation import Graph, Rule, Tensor
from symnet.notation.index import extent_at
from symnet.notation.rule import FAN_IN, FAN_OUT
from symnet.notation.sizes import Sizes, size_of
from symnet.train.draws import drawn

Array = np.ndarray[Any, Any]


def initialise(
    parameters: Iterable[Tensor],
    rules: Mapping[str, Rule],
    seed: int,
    sizes: Sizes | None = None,
    graph: Graph | None = None,
) -> dict[str, Array]:
    """A float64 array for each parameter, drawn by its rule; the same seed draws the same arrays.

    The graph shows which axes of a parameter are summed over: fan_in and fan_out.
    Raises ShapeMismatch if the extent of a parameter has no size.
    """
    return {t.name: _one(t, rules[t.name], seed, sizes or {}, graph) for t in parameters}


def _one(t: Tensor, rule: Rule, seed: int, sizes: Sizes, graph: Graph | None) -> Array:
    shape = tuple(size_of(e, sizes) for e in t.shape)
    fan_in, fan_out = (size_of(e, sizes) for e in fans(t, graph))
    mean, deviation = (_value(e, fan_in, fan_out) for e in (rule.mean, rule.deviation))
    generator = np.random.default_rng([seed, zlib.crc32(t.name.encode())])
    return drawn(Rule(rule.kind, mean, deviation), shape, generator)


def _value(e: sympy.Expr, fan_in: int, fan_out: int) -> float:
    return float(extent_at(e, {FAN_IN: fan_in, FAN_OUT: fan_out}))
