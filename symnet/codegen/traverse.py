"""What the operations of a plan make and read, and all of them in order."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.plan import (
    Accumulate,
    Check,
    Contract,
    Copy,
    Gather,
    Loop,
    Map,
    Matrix,
    Op,
    Operand,
    Pad,
    Place,
    Reduce,
    Reshape,
    Scatter,
    Solve,
    Value,
    View,
)


def results(op: Op) -> tuple[Value, ...]:
    """The values that an operation makes."""
    match op:
        case Check():
            return ()
        case Loop(carries=carries):
            return tuple(c.out for c in carries)
    return (op.out,)


def operands(op: Op) -> Iterator[Operand]:
    """The operands of an operation; of a loop, those of its body too."""
    match op:
        case Map(args=args):
            yield from (a for a in args if isinstance(a, Operand))
        case Contract(left=left, right=right):
            yield left
            if right is not None:
                yield right
        case Reduce(source=source) | Copy(source=source) | Reshape(source=source):
            yield source
        case Matrix(source=source) | Accumulate(source=source):
            yield source
        case Solve(matrix=matrix, right=right):
            yield matrix
            yield right
        case View(source=value) | Pad(source=value):
            yield Operand(value, value.axes)
        case Gather(source=source, index=index):
            yield source
            yield index
        case Scatter() | Place():
            yield from _scatter_operands(op)
        case Check(index=index):
            yield index
        case Loop():
            yield from _loop_operands(op)


def _scatter_operands(op: Scatter | Place) -> Iterator[Operand]:
    if op.init is not None:
        yield op.init
    if isinstance(op, Scatter):
        yield op.index
    if isinstance(op.source, Operand):
        yield op.source


def _loop_operands(op: Loop) -> Iterator[Operand]:
    for inner in op.body:
        yield from operands(inner)
    for c in op.carries:
        for item in (c.base, c.result):
            if isinstance(item, Operand):
                yield item


def everything(ops: tuple[Op, ...]) -> Iterator[Op]:
    """All operations, those in the bodies of loops too, in order."""
    for op in ops:
        if isinstance(op, Loop):
            yield from everything(op.body)
        yield op
