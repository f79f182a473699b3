"""Literal loops as the judge of index notation: the text, and the same formula in plain Python.

    Case("y[n] = sum[i](x[n,i]*w[i])", "x: N D; w: D",
         lambda x, w, N, D: filled((N,), lambda n: sum(x[n, i] * w[i] for i in range(D))))

The function names the arrays and sizes that it takes. Sizes are all different, so that a transposed
axis cannot hide.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.verify import interpret
from symnet.verify.sample import sample_tensor

SIZES = {
    **{"N": 2, "D": 3, "K": 4, "T": 5, "V": 6, "A": 7, "H": 2, "M": 3, "B": 2, "U": 4, "C": 2},
    **{"I": 3, "O": 4, "J": 5, "S": 3},
}


@dataclass(frozen=True)
class Case:
    """A text with shapes ("x: N D; w: D"), and its value by loops."""

    text: str
    shapes: str
    literal: Callable[..., Any]
    assume: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.replace("\n", "; ")

    @property
    def given(self) -> dict[str, str]:
        pairs = (part.split(":") for part in self.shapes.split(";") if part.strip())
        return {name.strip(): shape.strip() for name, shape in pairs}


def compare(case: Case, seed: int = 0) -> Graph:
    """Assert that the oracle's value of the graph is that of the loops; the graph."""
    graph = parse(case.text, case.given, case.assume)
    arrays = arrays_for(graph, seed)
    known = {s.name for s in graph.extents}
    sizes = {k: n for k, n in SIZES.items() if k in known}
    found = interpret(graph, arrays, sizes)[graph.output.name]
    wanted = inspect.signature(case.literal).parameters
    expected = np.asarray(case.literal(**{k: {**SIZES, **arrays}[k] for k in wanted}), float)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    return graph


def arrays_for(graph: Graph, seed: int) -> dict[str, np.ndarray]:
    """An array for every tensor that is given, as its assumptions say."""
    rng = np.random.default_rng(seed)
    sizes: Mapping[Any, int] = {
        sympy.Symbol(k, integer=True, positive=True): n for k, n in SIZES.items()
    }
    return {t.name: sample_tensor(t, sizes, rng, graph) for t in graph.given}


def filled(shape: tuple[int, ...], entry: Callable[..., float]) -> np.ndarray:
    """The array whose entries are entry(i, j, ...), one after the other."""
    out = np.zeros(shape)
    for at in itertools.product(*map(range, shape)):
        out[at] = entry(*at)
    return out
