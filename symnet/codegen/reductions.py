"""max, argmax, products and plain sums of an operand over axes of its own."""

from __future__ import annotations

from symnet.codegen.arrangement import Arrangement
from symnet.codegen.plan import Item, Operand, Reduce
from symnet.codegen.scalar import Axis


def reduce_axes(b: Arrangement, kind: str, body: Item, bound: tuple[Axis, ...]) -> Item:
    """The reduction; the item itself if it has none of the axes."""
    if not bound or not isinstance(body, Operand):
        return body
    if body.value.kind == "bool":
        body = b.map("float", body)
    source = body
    axes = tuple(a for a in source.axes if a not in bound)
    place = tuple(sorted(source.axes.index(a) for a in bound))
    return b.make(
        ("reduce", kind, source.value, place),
        b.level([source]),
        axes,
        "int" if kind == "argmax" else source.value.kind,
        lambda out: Reduce(out, kind, source, bound, b.note),
    )
