"""max, argmax, products and plain sums of an operand over axes of its own.

A maximum along rows is read at its place, x[n, argmax_k x[n,k]]: NumPy's argmax has vector
instructions there, its maximum takes four times as long.
"""

from __future__ import annotations

from symnet.codegen.algebra import of_axis
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.plan import Gather, Item, Operand, Reduce, is_contiguous
from symnet.codegen.reads import flat_index
from symnet.codegen.scalar import Axis


def reduce_axes(b: Arrangement, kind: str, body: Item, bound: tuple[Axis, ...]) -> Item:
    """The reduction; the item itself if it has none of the axes."""
    if not bound or not isinstance(body, Operand):
        return body
    if body.value.kind == "bool":
        body = b.map("float", body)
    source = body
    if kind == "max" and _along_rows(source, bound):
        return _at_largest(b, source)
    axes = tuple(a for a in source.axes if a not in bound)
    place = tuple(sorted(source.axes.index(a) for a in bound))
    return b.make(
        ("reduce", kind, source.value, place),
        b.level([source]),
        axes,
        "int" if kind == "argmax" else source.value.kind,
        lambda out: Reduce(out, kind, source, bound, b.note),
    )


def _along_rows(source: Operand, bound: tuple[Axis, ...]) -> bool:
    """Whether the one bound axis is the last of several, without gaps."""
    fits = bound == source.axes[-1:] and len(source.axes) > 1
    return fits and source.value.kind == "float" and is_contiguous(source.value)


def _at_largest(b: Arrangement, source: Operand) -> Operand:
    """max_k x[n,k] = x[n, argmax_k x[n,k]], also where an entry is not a number."""
    *rows, k = source.axes
    place = reduce_axes(b, "argmax", source, (k,))
    assert isinstance(place, Operand)
    sizes = [a.size for a in source.axes]
    index = flat_index(b, [*map(of_axis, rows), place], sizes)
    return b.make(
        ("gather", source.value, 0, len(sizes), index.value, 0),
        b.level([source, index]),
        index.axes,
        source.value.kind,
        lambda out: Gather(out, source, index, 0, len(sizes), b.note),
    )
