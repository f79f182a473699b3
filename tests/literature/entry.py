"""One function of the literature with its source and the derivative that the source gives.

    known("ridge", "Hoerl & Kennard 1970, eq. 2.1", "np.sum((X@w - y)**2) + lam*np.sum(w**2)",
          "X N D | w D | y N | lam", gradient=dict(w="2*X.T@(X@w - y) + 2*lam*w"))

Function and derivatives are NumPy text. The derivatives are written by hand from the source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Known:
    """`gradient` and `hessian` have the derivative for each variable, of its shape (once, twice).

    `assume` is told to symnet. `draw` says only how values are drawn (a word of sample.py), and
    `sizes` the range of an extent (default 2 .. 5) or its only size. `index` is the same function
    in index notation, which symnet then reads instead: `text` is for NumPy and torch.
    """

    name: str
    source: str
    text: str
    shapes: Mapping[str, str]
    gradient: Mapping[str, str] = field(default_factory=dict)
    hessian: Mapping[str, str] = field(default_factory=dict)
    assume: Mapping[str, str] = field(default_factory=dict)
    draw: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int | tuple[int, int]] = field(default_factory=dict)
    index: str = ""

    @property
    def extents(self) -> tuple[str, ...]:
        """The symbols in the shapes, in order of first occurrence."""
        words = [w for shape in self.shapes.values() for w in shape.split()]
        return tuple(dict.fromkeys(w for w in words if not w.isdigit()))


def known(name: str, source: str, text: str, shapes: str, **rest: Any) -> Known:
    """`shapes` names every tensor with its extents: `X N D | w D | lam`."""
    parts = [part.split(maxsplit=1) for part in shapes.split("|")]
    return Known(name, source, text, {p[0]: p[1].strip() if p[1:] else "" for p in parts}, **rest)
