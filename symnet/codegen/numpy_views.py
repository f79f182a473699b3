"""Index expressions as NumPy source: views (slices where they suffice, else strides), integers."""

from __future__ import annotations

from symnet.codegen.numpy_text import Text
from symnet.codegen.plan import Iota, View
from symnet.codegen.scalar import Affine, Axis
from symnet.codegen.size import ONE, ZERO, Size


def view_suffix(t: Text, op: View) -> str:
    """What turns the source's variable into the view; uses the helper `strided` if it must."""
    axes = op.out.axes
    slices = [_slice(t, s, own, axes) for s, own in zip(op.slots, op.source.axes, strict=True)]
    order = [a for s in op.slots for a, _ in s.terms if a in axes]
    if None in slices or order != list(axes) or len(set(order)) < len(order):
        return ""
    if all(s == ":" for s in slices):
        return "[...]"
    while slices and slices[-1] == ":":
        slices.pop()
    return f"[{', '.join(s for s in slices if s is not None)}]"


def view_text(t: Text, op: View) -> str:
    """An expression for the view."""
    name = t.name(op.source)
    suffix = view_suffix(t, op)
    if not op.out.axes:
        kind = "int" if op.out.kind == "int" else "float"
        return f"{kind}({name}[{', '.join(t.index(s) for s in op.slots)}])"
    if suffix:
        return name if suffix == "[...]" else _row(t, op, suffix)
    t.helpers["strided"] = None
    axes = op.out.axes
    start = [
        t.index(Affine(tuple(x for x in s.terms if x[0] not in axes), s.constant)) for s in op.slots
    ]
    steps = [[t.size(s.coefficient(a)) for s in op.slots] for a in axes]
    rows = ", ".join(f"({', '.join(r)},)" for r in steps)
    return f"strided({name}, ({', '.join(start)},), {t.shape(op.out.shape)}, ({rows},))"


def _row(t: Text, op: View, suffix: str) -> str:
    """The view, from the list of all rows if it is a row that moves with a loop."""
    first = op.slots[0]
    moves = first.terms and not any(a in op.out.axes for a, _ in first.terms)
    if moves and not {",", ":"} & set(suffix) and t.place(op.source) == "workspace":
        return t.rows(op.source) + suffix
    return t.name(op.source) + suffix


def _slice(t: Text, slot: Affine, own: Axis, axes: tuple[Axis, ...]) -> str | None:
    """The slot as a slice or an integer; None if it is neither."""
    running = [(a, c) for a, c in slot.terms if a in axes]
    rest = Affine(tuple(x for x in slot.terms if x[0] not in axes), slot.constant)
    if not running:
        return t.index(rest)
    if len(running) > 1:
        return None
    axis, step = running[0]
    if step == ONE and not rest.terms and rest.constant == ZERO and axis.size == own.size:
        return ":"
    if step.is_positive():
        stop = rest.plus(Affine((), step * (axis.size - 1) + 1))
        tail = "" if step == ONE else f":{t.size(step)}"
        first = "" if not rest.terms and rest.constant == ZERO else t.index(rest)
        return f"{first}:{t.index(stop)}{tail}"
    if (-step).is_positive() and not rest.terms:
        return _backwards(t, rest.constant, step, axis)
    return None


def _backwards(t: Text, start: Size, step: Size, axis: Axis) -> str | None:
    end = start + step * (axis.size - 1)
    if end == ZERO:
        return f"{t.size(start)}::{t.size(step)}"
    if end.is_positive():
        return f"{t.size(start)}:{t.size(end - 1)}:{t.size(step)}"
    return None


def iota_text(t: Text, op: Iota) -> str:
    """An expression for an array of integers."""
    axes = op.out.axes
    parts = []
    for k, a in enumerate(axes):
        c = op.affine.coefficient(a)
        shape = ["1"] * len(axes)
        shape[k] = "-1"
        step = "" if c == ONE else f"*({t.size(c)})"
        if c.terms:
            text = f"np.arange({t.size(a.size)})"
            parts.append((f"{text}.reshape({', '.join(shape)})" if len(axes) > 1 else text) + step)
    rest = Affine(tuple(x for x in op.affine.terms if x[0] not in axes), op.affine.constant)
    if rest.terms or rest.constant.terms or not parts:
        parts.append(t.index(rest))
    text = " + ".join(parts)
    if len(axes) > 1 or not any("arange" in p for p in parts):
        return f"np.broadcast_to({text}, {t.shape(op.out.shape)})"
    return text
