"""What is cheap is computed again instead of being kept for long.

    w = t + 1;  z = w*u;  ... ;  u_bar = (1 - t*t)*q + w     =>     ... ;  u_bar = .. + (t + 1)

A large array that is kept is written and read outside of the cache, and takes the place of what
lies between. So a sum or a product is made again where its operands are at hand: each large one
is read close to the later use, for itself. The numbers are the same, bit by bit.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import accumulate, pairwise

from symnet.codegen.plan import Contract, Map, Op, Operand, Plan, Value
from symnet.codegen.size import representative
from symnet.codegen.traverse import everything, operands, results

CHEAP = {"add", "subtract", "multiply", "negative"}
LARGE = 1 << 17  # entries of a typical size: half a megabyte of float32
FAR = 8  # arrays of the same size that are written between two uses


def with_recomputed(plan: Plan) -> Plan:
    """The plan in which large, cheap values are made again before a use that is far away."""
    done = plan
    for op in plan.ops:
        if isinstance(op, Map) and op.function in CHEAP and _entries(op.out) >= LARGE:
            done = _split(done, op.out)
    return done


def _entries(v: Value) -> int:
    return representative(v.entries)


def _split(plan: Plan, v: Value) -> Plan:
    """The plan with the value made again before the first use that is far from the one before."""
    uses = _uses(plan, v)
    if uses is None or v in _leaving(plan):
        return plan
    start, op = next((k, x) for k, x in enumerate(plan.ops) if isinstance(x, Map) and x.out is v)
    written = [0, *accumulate(sum(map(_entries, results(x))) for x in plan.ops)]
    far = FAR * _entries(v)
    for last, first in pairwise([start, *uses]):
        if written[first] - written[last] > far:
            break
    else:
        return plan
    at_hand = all(
        _read_near(plan, a.value, first, written, far)
        for a in operands(op)
        if 2 * _entries(a.value) > _entries(v)
    )
    return _again(plan, op, first) if at_hand else plan


def _leaving(plan: Plan) -> set[Value]:
    found = [*plan.outputs, *(r for _, r in plan.updates)]
    return {r.item.value for r in found if isinstance(r.item, Operand)}


def _uses(plan: Plan, v: Value) -> list[int] | None:
    """The positions of the operations that read the value; None if one cannot be given another."""
    found = []
    for k, op in enumerate(plan.ops):
        if any(o.value is v for x in everything((op,)) for o in operands(x)):
            if not isinstance(op, Map | Contract):
                return None
            found.append(k)
    return found


def _read_near(plan: Plan, v: Value, place: int, written: list[int], far: int) -> bool:
    """Whether an operation close to the place reads the value for itself."""
    low = bisect_left(written, written[place] - far)
    high = bisect_left(written, written[place] + far)
    near = plan.ops[low:high]
    return any(isinstance(x, Map | Contract) and _reads(x, v) for x in near)


def _reads(op: Op, v: Value) -> bool:
    return any(o.value is v for o in operands(op))


def _again(plan: Plan, op: Map, first: int) -> Plan:
    note = plan.ops[first].note
    new = Value(note, op.out.axes, op.out.kind, op.out.level)
    made = replace(op, out=new, note=note)
    late = [_reading(x, op.out, new) for x in plan.ops[first:]]
    return replace(plan, ops=(*plan.ops[:first], made, *late))


def _reading(op: Op, old: Value, new: Value) -> Op:
    """The operation with one value in place of another."""

    def other(o: Operand) -> Operand:
        return Operand(new, o.axes) if o.value is old else o

    if isinstance(op, Map):
        return replace(op, args=tuple(other(a) if isinstance(a, Operand) else a for a in op.args))
    if isinstance(op, Contract):
        right = None if op.right is None else other(op.right)
        return replace(op, left=other(op.left), right=right)
    return op
