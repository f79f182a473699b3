"""Text -> Graph, in index notation or NumPy notation; never evaluated.

y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]          np.sum((X @ W - Y)**2)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnet.notation.errors import ParseError
from symnet.notation.graph import Graph
from symnet.notation.parse import index_text, numpy_text
from symnet.notation.parse.notation import INDEX, notation_of
from symnet.notation.parse.shapes import extents_of, tensors
from symnet.notation.parse.source import checked, read_source


def parse(
    text: str,
    shapes: Mapping[str, Any] | None = None,
    assume: Mapping[str, Any] | None = None,
    notation: str | None = None,
) -> Graph:
    """The graph of a text; its output is the last line, named `L` or `y` if it has no name.

    `shapes`: {"X": "N D", "w": ("D",), "b": 6, "lam": ""}; the symbols may stand as numbers in the
    text. `assume`: {"Y": "one_hot", "t": "integer<V"}. In index notation shapes may be left out
    where the slots determine them; what was inferred stands in the notes of the graph.
    `notation` is "index" or "numpy"; without it, the text decides.
    Raises ParseError: what was expected and found, the line, and carets under the place.
    """
    shown = checked(text)
    try:
        if notation_of(shown, _known(shapes), notation) == INDEX:
            return index_text.read(shown, shapes, assume)
        given = tensors(shapes, assume)
        return numpy_text.read(read_source(shown), given, extents_of(given.values()))
    except RecursionError:
        raise ParseError(
            "the text is nested too deeply; give inner parts a name: z = ..."
        ) from None


def _known(shapes: Mapping[str, Any] | None) -> set[str]:
    """The names of tensors and extents, as far as they can be told before any check."""
    given = tensors(shapes, None)
    return {*given, *extents_of(given.values())}


__all__ = ["parse"]
