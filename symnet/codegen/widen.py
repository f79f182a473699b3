"""A short vector is repeated before it meets a large array.

    z[n,u,v,c]*g[c], 16 channels   =>   g_1[u,v,c] = g[c];  z[n,u,v,c]*g_1[u,v,c]

NumPy works run by run: axes that lie behind one another in all operands are taken as one, and each
run costs as much as some 30 entries. With g of 16 entries there are N*64 runs of 16, which takes
three times as long as N runs of 1024. An operand that changes nowhere within a run is no obstacle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symnet.codegen.plan import Item, Map, Op, Operand, Plan, Value, is_contiguous
from symnet.codegen.scalar import Axis
from symnet.codegen.size import Size, product_of, representative

SHORT = 256  # a run that is worth making longer
LONG = 512  # a run that is long enough
MANY = 1024  # the runs there must be
LONGER = 4  # how many times longer it must become
SMALLER = 8  # how many times fewer entries the repeated vector must have than the array

Known = dict[tuple[Value, tuple[int | Size, ...]], Value]


def widened(plan: Plan) -> Plan:
    """The plan with such vectors repeated, once for all that read them in the same way."""
    known: Known = {}
    ops: list[Op] = []
    for op in plan.ops:
        if isinstance(op, Map):
            args = tuple(_repeated(op, a, known, ops) for a in op.args)
            op = op if args == op.args else replace(op, args=args)
        ops.append(op)
    return replace(plan, ops=tuple(ops))


def _repeated(op: Map, item: Item, known: Known, ops: list[Op]) -> Item:
    """The operand, or an array that repeats it along more of the last axes."""
    if not isinstance(item, Operand) or item.value.kind != "float" or not item.axes:
        return item
    axes = _longer(op.out.axes, item)
    if axes is None:
        return item
    key = (item.value, tuple(item.axes.index(a) if a in item.axes else a.size for a in axes))
    if key not in known:
        known[key] = Value(op.note, axes)
        ops.append(Map(known[key], "float", (item,), op.note))
    return Operand(known[key], axes)


def _longer(axes: tuple[Axis, ...], o: Operand) -> tuple[Axis, ...] | None:
    """The axes of the repeated operand, in the order of the result; None if it is not worth it."""
    order = [a for a in axes if a in o.axes]
    if o.axes != tuple(order) or not is_contiguous(o.value) or len(order) == len(axes):
        return None
    run, entries = _entries(_run(axes, o)), _entries(axes)
    if run >= SHORT or entries // run < MANY:
        return None
    best, longest = None, LONGER * run - 1
    for last in reversed(range(len(axes))):
        wide = tuple(a for k, a in enumerate(axes) if a in o.axes or k >= last)
        if longest >= LONG or SMALLER * _entries(wide) > entries:
            break
        if _entries(axes[last:]) > longest:
            best, longest = wide, _entries(axes[last:])
    return best


def _run(axes: tuple[Axis, ...], o: Operand) -> Sequence[Axis]:
    """The last axes, all of which the operand has, or none."""
    first = len(axes) - 1
    while first and (axes[first - 1] in o.axes) == (axes[-1] in o.axes):
        first -= 1
    return axes[first:]


def _entries(axes: Sequence[Axis]) -> int:
    return representative(product_of([a.size for a in axes]))
