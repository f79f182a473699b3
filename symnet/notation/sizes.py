"""Extents -> numbers, from the shapes of arrays.

{X: (6, 3), W: (3, 2)} with X[n,d], W[d,k]  =>  {N: 6, D: 3, K: 2}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy

from symnet.notation.errors import ShapeMismatch
from symnet.notation.index import extent_at
from symnet.notation.tensor import Tensor

Sizes = Mapping[sympy.Symbol, int]


def size_of(extent: sympy.Expr, sizes: Sizes) -> int:
    """The value of an extent; raises ShapeMismatch if it is not known or not positive."""
    missing = [s for s in extent.free_symbols if s not in sizes]
    if missing:
        raise ShapeMismatch(f"extent {extent}: the size of {missing[0]} is not known")
    value = extent_at(extent, sizes)
    if not value.is_Integer or value < 1:
        raise ShapeMismatch(f"extent {extent} would be {value}; expected a positive integer")
    return int(value)


def bind_sizes(
    tensors: Iterable[Tensor], shapes: Mapping[str, tuple[int, ...]]
) -> dict[sympy.Symbol, int]:
    """The size of every extent symbol.

    Raises ShapeMismatch naming tensor, axis, expected and found.
    """
    sizes: dict[sympy.Symbol, int] = {}
    origin: dict[sympy.Symbol, str] = {}
    listed = [t for t in tensors if t.name in shapes]
    for t in listed:
        found = shapes[t.name]
        if len(found) != t.order:
            letters = ", ".join(str(e) for e in t.shape)
            raise ShapeMismatch(f"{t.name} has shape {found}, expected {t.order} axes ({letters})")
        for axis, (e, size) in enumerate(zip(t.shape, found, strict=True)):
            if not isinstance(e, sympy.Symbol):
                continue
            if sizes.setdefault(e, size) != size:
                raise ShapeMismatch(
                    f"{t.name} has shape {found}: axis {axis} is {size}, "
                    f"expected {e} = {sizes[e]} (from {origin[e]})"
                )
            origin.setdefault(e, t.name)
    for t in listed:
        for axis, (e, size) in enumerate(zip(t.shape, shapes[t.name], strict=True)):
            if e.free_symbols <= set(sizes) and size_of(e, sizes) != size:
                raise ShapeMismatch(
                    f"{t.name} has shape {shapes[t.name]}: axis {axis} is {size}, "
                    f"expected {e} = {size_of(e, sizes)}"
                )
    return sizes
