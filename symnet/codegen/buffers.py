"""Which value lies in which array: liveness, reuse, and work in place.

A value is computed in the array of an operand that dies there (entry by entry operations only),
else in one that is free and has as many entries, else in a new one. Outputs and updated states
are computed where they belong, together with the chain of operations in place that leads to them.
What a loop carries, and what has zeros around it, keeps an array of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnet.codegen.plan import (
    Check,
    Iota,
    Loop,
    Map,
    Op,
    Operand,
    Pad,
    Place,
    Plan,
    Result,
    Scatter,
    Value,
    View,
    is_contiguous,
)
from symnet.codegen.size import Size
from symnet.codegen.traverse import everything, operands, results

END = 1 << 30


@dataclass(frozen=True, eq=False)
class Buffer:
    """An array: of the workspace, or (`role` out, state, slot) one that belongs to a name."""

    kind: str
    entries: Size
    role: str = "work"
    name: str = ""
    owner: Value | None = None  # of a slot: the carried value


@dataclass
class Memory:
    """The buffer of every array value that is not given, static or a view."""

    buffers: dict[Value, Buffer] = field(default_factory=dict)

    def shares(self, a: Value, b: Value) -> bool:
        """Whether two values lie in the same array."""
        return a in self.buffers and self.buffers.get(a) is self.buffers.get(b)


def assign(plan: Plan) -> Memory:
    """Buffers for all values of a plan."""
    memory = Memory()
    roots = _roots(plan)
    fixed: dict[Value, Buffer] = {}
    last = _last_uses(plan.ops, roots)
    for r in (*plan.outputs, *(r for _, r in plan.updates)):
        if isinstance(r.item, Operand):
            last[roots.get(r.item.value, r.item.value)] = END
    _assign_targets(plan, roots, last, fixed)
    _assign_ops(plan.ops, roots, last, fixed, memory)
    return memory


def _roots(plan: Plan) -> dict[Value, Value]:
    """For every view the value whose array it shows."""
    out: dict[Value, Value] = {}
    for op in (*everything(plan.static), *everything(plan.ops)):
        if isinstance(op, View):
            out[op.out] = out.get(op.source, op.source)
    return out


def _last_uses(ops: tuple[Op, ...], roots: dict[Value, Value]) -> dict[Value, int]:
    """The position of the last operation that reads each value, itself or through a view."""
    last: dict[Value, int] = {}
    for k, op in enumerate(ops):
        for o in operands(op):
            last[roots.get(o.value, o.value)] = k
    return last


# -- in place ---------------------------------------------------------------------------------


def in_place(op: Op, k: int, roots: dict[Value, Value], last: dict[Value, int]) -> list[Value]:
    """The operands in whose array the operation could work, because they die there."""
    match op:
        case Map(out=out, function=function, args=args):
            found = [a for a in args if isinstance(a, Operand)]
            if function == "where":
                found = [a for a in args[2:] if isinstance(a, Operand)]
        case Scatter(out=out, init=init) | Place(out=out, init=init):
            found = [] if init is None else [init]
        case _:
            return []
    others = list(operands(op))
    return [
        o.value
        for o in found
        if o.axes == out.axes
        and o.value.kind == out.kind
        and o.value not in roots
        and last.get(o.value) == k
        and _only_entrywise(o, others, roots, isinstance(op, Map) and op.function != "where")
    ]


def _only_entrywise(
    o: Operand, others: list[Operand], roots: dict[Value, Value], repeat: bool
) -> bool:
    """Whether nothing else in the operation shows the same array in another way."""
    same = [p for p in others if roots.get(p.value, p.value) is o.value]
    return all(p == o for p in same) and (repeat or len(same) == 1)


def _assign_targets(
    plan: Plan, roots: dict[Value, Value], last: dict[Value, int], fixed: dict[Value, Buffer]
) -> None:
    """Outputs and new states in their own arrays, with the operations in place before them."""
    made = {v: (k, op) for k, op in enumerate(plan.ops) for v in results(op)}
    given = {v.note: v for v in plan.given}
    targets = [("state", state, r) for state, r in plan.updates]
    new = {r.name for _, r in plan.updates}
    targets += [("out", r.name, r) for r in plan.outputs if r.name not in new]
    for role, name, r in targets:
        state = given[name] if role == "state" else None
        if not _can_be_target(r, made, fixed):
            continue
        assert isinstance(r.item, Operand)
        buffer = Buffer(r.item.value.kind, r.item.value.entries, role, name)
        _claim(r.item.value, buffer, state, made, roots, last, fixed)


def _claim(
    value: Value,
    buffer: Buffer,
    state: Value | None,
    made: dict[Value, tuple[int, Op]],
    roots: dict[Value, Value],
    last: dict[Value, int],
    fixed: dict[Value, Buffer],
) -> bool:
    """Give the array to a value and, as far as it goes, to what the value is computed from."""
    if value in fixed or value not in made or _apart(made[value][1]):
        return False
    k, op = made[value]
    if state is not None and not _state_is_free(state, k, op, roots, last):
        return False
    fixed[value] = buffer
    for v in in_place(op, k, roots, last):
        if _claim(v, buffer, state, made, roots, last, fixed):
            break
    return True


def _can_be_target(
    r: Result, made: dict[Value, tuple[int, Op]], fixed: dict[Value, Buffer]
) -> bool:
    if not isinstance(r.item, Operand) or not r.item.axes or r.item.axes != r.axes:
        return False
    value = r.item.value
    return value in made and value not in fixed and not _apart(made[value][1])


def _apart(op: Op) -> bool:
    """Whether the values of the operation need an array of their own, or are no array."""
    return isinstance(op, View | Pad | Loop | Iota)


def _state_is_free(
    state: Value, k: int, op: Op, roots: dict[Value, Value], last: dict[Value, int]
) -> bool:
    """Whether the old state is read for the last time by this operation, entry by entry."""
    if last.get(state, -1) < k:
        return True
    return last.get(state) == k and state in in_place(op, k, roots, last)


# -- the rest ---------------------------------------------------------------------------------


def _assign_ops(
    ops: tuple[Op, ...],
    roots: dict[Value, Value],
    last: dict[Value, int],
    fixed: dict[Value, Buffer],
    memory: Memory,
) -> None:
    free: list[Buffer] = []
    for k, op in enumerate(ops):
        if isinstance(op, Loop):
            _assign_loop(op, roots, memory)
        if not isinstance(op, View | Check | Loop):
            value = op.out
            if value.axes:
                memory.buffers[value] = _buffer(op, k, value, roots, last, fixed, memory, free)
        _release(op, k, roots, last, memory, free)


def _buffer(
    op: Op,
    k: int,
    value: Value,
    roots: dict[Value, Value],
    last: dict[Value, int],
    fixed: dict[Value, Buffer],
    memory: Memory,
    free: list[Buffer],
) -> Buffer:
    if value in fixed:
        return fixed[value]
    if _apart(op):
        return Buffer(value.kind, value.entries, "own")
    for v in in_place(op, k, roots, last):
        if v in memory.buffers and memory.buffers[v].role == "work" and is_contiguous(v):
            return memory.buffers[v]
    for b in free:
        if b.entries == value.entries and b.kind == value.kind:
            free.remove(b)
            return b
    return Buffer(value.kind, value.entries)


def _release(
    op: Op,
    k: int,
    roots: dict[Value, Value],
    last: dict[Value, int],
    memory: Memory,
    free: list[Buffer],
) -> None:
    """Arrays of values that are read for the last time here become free."""
    kept = {memory.buffers[v] for v in results(op) if v in memory.buffers}
    for o in operands(op):
        value = roots.get(o.value, o.value)
        b = memory.buffers.get(value)
        if b is None or b.role != "work" or b in kept or b in free or last.get(value) != k:
            continue
        free.append(b)


def _assign_loop(op: Loop, roots: dict[Value, Value], memory: Memory) -> None:
    """The body has arrays of its own; a result is computed in its slot of the carried array."""
    for c in op.carries:
        memory.buffers[c.out] = Buffer(c.out.kind, c.out.entries, "carried")
    made = {v: x for x in op.body for v in results(x)}
    uses = _last_uses(op.body, roots)
    last = {v: k if v in made else END for v, k in uses.items()}  # the next turn reads the others
    fixed: dict[Value, Buffer] = {}
    for c in op.carries:
        if not isinstance(c.result, Operand):
            continue
        value = c.result.value
        last[roots.get(value, value)] = END
        fits = c.result.axes == value.axes and _same_axes(c.out, c.result)
        if fits and value in made and value not in fixed and not _apart(made[value]):
            fixed[value] = Buffer(value.kind, value.entries, "slot", owner=c.out)
    _assign_ops(op.body, roots, last, fixed, memory)


def _same_axes(out: Value, result: Operand) -> bool:
    return bool(result.axes) and out.axes[1:] == result.axes
