"""Text -> Graph, in index notation or NumPy notation; never evaluated.

y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]          np.sum((X @ W - Y)**2)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnet.notation.graph import Graph
from symnet.notation.parse import numpy_text
from symnet.notation.parse.shapes import extents_of, tensors
from symnet.notation.parse.source import read_source


def parse(
    text: str,
    shapes: Mapping[str, Any] | None = None,
    assume: Mapping[str, Any] | None = None,
    notation: str | None = None,
) -> Graph:
    """The graph of a text."""
    given = tensors(shapes, assume)
    source = read_source(text)
    return numpy_text.read(source, given, extents_of(given.values()))


__all__ = ["parse"]
