"""Whether a plan is legal: the rules that stand in plan.py, checked one by one.

    check_plan(plan)            rules 1-9
    check_memory(plan, memory)  rules 10-11, by following which value each array holds

Tests run both on every plan that they build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symnet.codegen.buffers import Buffer, Memory, in_place
from symnet.codegen.plan import (
    STATIC,
    Accumulate,
    Carry,
    Contract,
    Copy,
    Fill,
    Gather,
    Iota,
    Loop,
    Map,
    Matrix,
    Op,
    Operand,
    Pad,
    Place,
    Plan,
    Reduce,
    Reshape,
    Result,
    Scatter,
    Solve,
    Value,
    View,
    is_contiguous,
)
from symnet.codegen.scalar import Affine, Axis
from symnet.codegen.traverse import everything, operands, results


class IllegalPlan(AssertionError):
    """A pass has made a plan that breaks a rule: a mistake of codegen, not of its user."""


def _require(holds: bool, what: str, op: object) -> None:
    if not holds:
        raise IllegalPlan(f"{what}: {op}")


def check_plan(plan: Plan) -> None:
    """Raise IllegalPlan for the first rule that the plan breaks."""
    known = set(plan.given)
    _require(len(known) == len(plan.given), "a given value stands twice", plan.given)
    for op in plan.static:
        _require(all(v.level == STATIC for v in results(op)), "static operation, other level", op)
        _check_op(op, known, ())
    _check_ops(plan.ops, known, ())
    for r in (*plan.outputs, *(r for _, r in plan.updates)):
        _check_result(r, known)
    given = {v.note for v in plan.given}
    for state, _ in plan.updates:
        _require(state in given, "an updated state is not given", state)
    missing = [v for op in everything(plan.ops) for v in results(op) if v not in plan.names]
    _require(not missing, "values without a name", missing)
    _require(len(set(plan.names.values())) == len(plan.names), "two values of one name", plan)


def _check_result(r: Result, known: set[Value]) -> None:
    if isinstance(r.item, Operand):
        _require(r.item.value in known, "a result is not made", r)
        _check_operand(r.item, r)
        _require(set(r.item.axes) <= set(r.axes), "a result has other axes than its tensor", r)


def _check_ops(ops: Iterable[Op], known: set[Value], loops: tuple[Axis, ...]) -> None:
    for op in ops:
        if isinstance(op, Loop):
            _check_loop(op, known, loops)
        else:
            _check_op(op, known, loops)


def _check_loop(op: Loop, known: set[Value], loops: tuple[Axis, ...]) -> None:
    carried = {c.out for c in op.carries}
    _require(not carried & known, "a carried value is made twice", op)
    for c in op.carries:
        _check_carry(c, op, known)
    inside = known | carried
    _check_ops(op.body, inside, (*loops, op.axis))
    for c in op.carries:
        if isinstance(c.result, Operand):
            _require(c.result.value in inside, "a carry's result is not made", op)
            _require(set(c.result.axes) <= set(c.out.axes[1:]), "a carry has other axes", op)
    for inner in op.body:
        read = {o.value for o in operands(inner)} & carried
        allowed = isinstance(inner, View | Loop | Pad | Gather)
        _require(not read or allowed, "a carried value is read as a whole in its loop", inner)
    known |= carried


def _check_carry(c: Carry, op: Loop, known: set[Value]) -> None:
    expected = op.axis.size + c.before + c.after
    _require(c.out.axes[0].size == expected, "a carried value has another length", op)
    if isinstance(c.base, Operand):
        _require(c.base.value in known, "a base is not made before its loop", op)


def _check_op(op: Op, known: set[Value], loops: tuple[Axis, ...]) -> None:
    for o in operands(op):
        _require(o.value in known, "an operand is not made before it is used", op)
        _check_operand(o, op)
    for v in results(op):
        _require(v not in known, "a value is made twice", op)
        known.add(v)
    for e in _affine_parts(op):
        free = {a for a, _ in e.terms} - set(loops) - set(_axes(op))
        _require(not free, "an index stands for no axis of the operation", op)
    _check_shape(op)


def _check_operand(o: Operand, op: object) -> None:
    _require(len(o.axes) == len(o.value.axes), "an operand has too few or too many axes", op)
    _require(len(set(o.axes)) == len(o.axes), "an axis stands twice in an operand", op)
    for a, own in zip(o.axes, o.value.axes, strict=True):
        _require(a.size == own.size, "an axis of an operand has another size", op)


def _axes(op: Op) -> tuple[Axis, ...]:
    own = [a for v in results(op) for a in v.axes]
    match op:
        case Place(axes=axes):
            return (*own, *axes)
        case View(source=source):
            return (*own, *source.axes)
    return tuple(own)


def _affine_parts(op: Op) -> Iterator[Affine]:
    match op:
        case Map(args=args):
            yield from (a for a in args if isinstance(a, Affine))
        case Iota(affine=affine):
            yield affine
        case View(slots=slots) | Place(slots=slots):
            yield from slots


def _check_shape(op: Op) -> None:
    match op:
        case Map(out=out) | Copy(out=out):
            for o in operands(op):
                _require(set(o.axes) <= set(out.axes), "an operand has an axis that out lacks", op)
            if isinstance(op, Copy):
                _require(set(op.source.axes) == set(out.axes), "a copy adds an axis", op)
        case Reduce(out=out, source=source, over=over):
            _require(set(source.axes) == {*out.axes, *over}, "a reduction loses an axis", op)
            _require(bool(over) and not {*out.axes} & {*over}, "reduced axes are kept", op)
        case Accumulate(out=out, source=source, axis=axis):
            _require(out.axes == source.axes and axis in out.axes, "out has other axes", op)
        case Reshape(out=out, source=source):
            _require(is_contiguous(source.value), "an array with gaps is reshaped", op)
            _require(out.entries == source.value.entries, "a reshape loses entries", op)
        case Contract():
            _check_contract(op)
        case Matrix(out=out, kind=kind, source=source, rows=rows, columns=columns):
            batch = tuple(a for a in source.axes if a not in (rows, columns))
            _require(len(batch) + 2 == len(source.axes), "a matrix lacks an axis", op)
            _require(rows.size == columns.size, "a matrix is not square", op)
            own = out.axes[len(batch) :]
            _require(out.axes[: len(batch)] == batch, "out has other axes", op)
            _require(len(own) == (2 if kind == "inv" else 0), "out has other axes", op)
            _require(all(a.size == rows.size for a in own), "an inverse has other sizes", op)
        case Solve():
            _check_solve(op)
        case View(out=out, source=source, slots=slots):
            _require(len(slots) == len(source.axes), "a view has too few slots", op)
        case Pad(out=out, source=source, before=before, after=after):
            pairs = zip(out.axes, source.axes, before, after, strict=True)
            fine = all(a.size == own.size + p + q for a, own, p, q in pairs)
            _require(fine, "a padded axis has another size", op)
        case Gather(out=out, source=source, index=index, first=first, last=last):
            wanted = (*source.axes[:first], *index.axes, *source.axes[last:])
            _require(out.axes == wanted, "a gather has other axes", op)
            _require(index.value.kind == "int", "an index is no integer", op)
        case Scatter(out=out, init=init, lead=lead, index=index):
            _require(0 < lead <= len(out.axes), "a scatter counts over no axis", op)
            _require(index.value.kind == "int", "an index is no integer", op)
            _require(init is None or set(init.axes) == set(out.axes), "init has other axes", op)
        case Place(out=out, slots=slots, init=init):
            _require(len(slots) == len(out.axes), "a place has too few slots", op)
            _require(init is None or set(init.axes) == set(out.axes), "init has other axes", op)
        case Iota() | Fill():
            _require(op.out.level == STATIC, "a constant is made more than once", op)


def _check_contract(op: Contract) -> None:
    groups = (*op.batch, *op.rows, *op.columns, *op.summed)
    _require(len(set(groups)) == len(groups), "an axis stands in two groups", op)
    _require(bool(op.summed), "nothing is summed", op)
    _require(set(op.out.axes) == {*op.batch, *op.rows, *op.columns}, "out has other axes", op)
    _require(set(op.left.axes) == {*op.batch, *op.rows, *op.summed}, "left has other axes", op)
    right = {*op.batch, *op.summed, *op.columns}
    _require(op.right is None or set(op.right.axes) == right, "right has other axes", op)


def _check_solve(op: Solve) -> None:
    batch = set(op.matrix.axes) - {op.row, op.unknown}
    _require(op.row is not op.unknown, "the row is the unknown", op)
    _require(len(op.matrix.axes) == len(batch) + 2, "a matrix lacks an axis", op)
    _require(set(op.out.axes) == {*batch, op.unknown, *op.columns}, "out has other axes", op)
    _require(set(op.right.axes) >= {op.row, *op.columns}, "right has other axes", op)
    _require(set(op.right.axes) <= {*batch, op.row, *op.columns}, "right has other axes", op)
    _require(not {*op.columns} & {*op.matrix.axes}, "a column is an axis of the matrix", op)


# -- memory -----------------------------------------------------------------------------------


def check_memory(plan: Plan, memory: Memory) -> None:
    """Raise IllegalPlan if an operation reads an array that another value has overwritten."""
    roots: dict[Value, Value] = {}
    for op in (*everything(plan.static), *everything(plan.ops)):
        if isinstance(op, View):
            roots[op.out] = roots.get(op.source, op.source)
    given = {v.note: v for v in plan.given}
    holds: dict[object, Value] = {}
    for b in memory.buffers.values():
        if b.role == "state":
            holds[_array(b)] = given[b.name]
    homes = {given[b.name]: _array(b) for b in memory.buffers.values() if b.role == "state"}
    _follow(plan.ops, roots, memory, holds, homes)
    for r in (*plan.outputs, *(r for _, r in plan.updates)):
        if isinstance(r.item, Operand):
            _check_holds(r.item.value, r, roots, memory, holds, homes)


def _array(b: Buffer) -> object:
    """One key for one array: a state's array may be named by several buffers."""
    return (b.role, b.name) if b.role in ("state", "out") else b


def _check_holds(
    value: Value,
    op: object,
    roots: dict[Value, Value],
    memory: Memory,
    holds: dict[object, Value],
    homes: dict[Value, object],
) -> None:
    root = roots.get(value, value)
    home = homes.get(root)
    if root in memory.buffers:
        home = _array(memory.buffers[root])
    if home is not None and home in holds:
        _require(holds[home] is root, "a value is read after its array was overwritten", op)


def _follow(
    ops: Iterable[Op],
    roots: dict[Value, Value],
    memory: Memory,
    holds: dict[object, Value],
    homes: dict[Value, object],
) -> None:
    for op in ops:
        if isinstance(op, Loop):
            for _ in range(2):  # what one turn overwrites, the next one may read
                _follow(op.body, roots, memory, holds, homes)
        for o in operands(op):
            if not isinstance(op, Loop):
                _check_holds(o.value, op, roots, memory, holds, homes)
        for v in results(op):
            if v in memory.buffers:
                _check_in_place(op, v, roots, memory, holds)
                holds[_array(memory.buffers[v])] = v


def _check_in_place(
    op: Op, v: Value, roots: dict[Value, Value], memory: Memory, holds: dict[object, Value]
) -> None:
    """Where an operand lies in the array of the result, it is read entry by entry."""
    before = holds.get(_array(memory.buffers[v]))
    read = {roots.get(o.value, o.value) for o in operands(op)}
    if before is None or before not in read or isinstance(op, Loop):
        return
    fine = before in in_place(op, 0, roots, dict.fromkeys(read, 0))
    _require(fine, "an operation overwrites an operand that it still reads", op)
