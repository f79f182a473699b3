"""Program -> Plan: all definitions arranged, what nobody needs removed, values named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symnet.codegen.algebra import of_axis
from symnet.codegen.arrangement import Arrangement, Stored
from symnet.codegen.evaluate import evaluate
from symnet.codegen.facts import Facts
from symnet.codegen.layout import leading_axes
from symnet.codegen.loops import arrange
from symnet.codegen.orders import orders
from symnet.codegen.plan import Carry, Check, Copy, Loop, Op, Operand, Plan, Result, Value, View
from symnet.codegen.program import Given, Program, extents_of, unused_name, without_dead
from symnet.codegen.recompute import with_recomputed
from symnet.codegen.scalar import Axis, Read
from symnet.codegen.schedule import scheduled
from symnet.codegen.traverse import everything, operands, results
from symnet.codegen.whole import with_solves
from symnet.codegen.widen import widened


def make_plan(program: Program) -> Plan:
    """The plan that computes a program."""
    program = without_dead(program)
    first = leading_axes(program)
    b = Arrangement(program, Facts(program), evaluate, leading=first, orders=orders(program, first))
    given = {g.name: _given(b, g) for g in program.given}
    arrange(b, program.defs)
    outputs = tuple(_result(b, name) for name in program.outputs)
    updates = tuple((state, _result(b, new)) for state, new in program.updates)
    overwritten = {given[state] for state, _ in updates}
    outputs = tuple(_kept_apart(b, r, overwritten) for r in outputs)
    updates = tuple((state, _kept_apart(b, r, overwritten)) for state, r in updates)
    plan = Plan(
        given=tuple(given.values()),
        static=tuple(b.static),
        ops=tuple(b.scopes[0]),
        outputs=outputs,
        updates=updates,
        extents=extents_of(program),
        ranges=tuple(b.ranges),
        zeros=tuple(dict.fromkeys(b.zeros)),
        quiet=b.quiet,
        formulas={d.name: d.formula for d in program.defs},
    )
    plan = with_recomputed(with_solves(without_dead_operations(plan)))
    return named(scheduled(widened(plan)), b)


def _given(b: Arrangement, g: Given) -> Value:
    axes = tuple(Axis(n, s) for n, s in zip(g.letters, g.shape, strict=True))
    value = Value(g.name, axes, "int" if g.integer else "float")
    b.stored[g.name] = [Stored(Operand(value, axes), axes)]
    return value


def _result(b: Arrangement, name: str) -> Result:
    axes = b.stored[name][-1].axes
    b.note, b.order = name, list(axes)
    return Result(name, b.evaluate(Read(name, tuple(of_axis(a) for a in axes))), axes)


def _kept_apart(b: Arrangement, r: Result, overwritten: set[Value]) -> Result:
    """A result that lies in an array which an update overwrites is copied before that."""
    if not isinstance(r.item, Operand) or not r.item.axes:
        return r
    made = {v: op for op in everything(tuple(b.scopes[0])) for v in results(op)}
    root = r.item.value
    while isinstance(op := made.get(root), View):
        root = op.source
    if root not in overwritten:
        return r
    copy = Value(r.name, r.axes, r.item.value.kind)
    b.emit(Copy(copy, r.item, r.name), 0)
    return Result(r.name, Operand(copy, r.axes), r.axes)


# -- what nobody needs ------------------------------------------------------------------------


def without_dead_operations(plan: Plan) -> Plan:
    """The plan without operations whose values are not used."""
    needed = {r.item.value for r in _leaving(plan) if isinstance(r.item, Operand)}
    ops = _live(plan.ops, needed)
    static = _live(plan.static, needed)
    states = {state for state, _ in plan.updates}
    used = [v for v in plan.given if v in needed or v.note in states]
    shown = {str(s) for v in used for s in v.shape}
    for v in plan.given:  # tensors that only tell a size
        if v not in used and any(str(s) in plan.extents and str(s) not in shown for s in v.shape):
            used.append(v)
            shown |= {str(s) for s in v.shape}
    given = tuple(v for v in plan.given if v in used)
    extents = sorted({*plan.extents, *(n for v in given for s in v.shape for n in s.names)})
    ranges = tuple(r for r in plan.ranges if any(v.note == r[0] for v in given))
    return replace(plan, ops=ops, static=static, given=given, extents=tuple(extents), ranges=ranges)


def _leaving(plan: Plan) -> list[Result]:
    return [*plan.outputs, *(r for _, r in plan.updates)]


def _live(ops: tuple[Op, ...], needed: set[Value]) -> tuple[Op, ...]:
    """The operations that make needed values; what these need is added to `needed`."""
    kept: list[Op] = []
    for op in reversed(ops):
        if isinstance(op, Loop):
            live = _live_loop(op, needed)
            if live is not None:
                kept.append(live)
        elif isinstance(op, Check) or any(v in needed for v in results(op)):
            needed.update(o.value for o in operands(op))
            kept.append(op)
    return tuple(reversed(kept))


def _live_loop(op: Loop, needed: set[Value]) -> Loop | None:
    """The loop with the carries that are needed, directly or by one that is."""
    inside: set[Value] = set()
    while True:
        carries = tuple(c for c in op.carries if c.out in needed | inside)
        start = {o.value for c in carries for o in _carry_operands(c)}
        used = set(inside | start)
        body = _live(op.body, used)
        if not carries and not any(isinstance(x, Check) for x in body):
            return None
        if used <= inside:
            break
        inside |= used
    needed |= inside
    return replace(op, body=body, carries=carries)


def _carry_operands(c: Carry) -> Iterable[Operand]:
    return (i for i in (c.base, c.result) if isinstance(i, Operand))


# -- names ------------------------------------------------------------------------------------


def named(plan: Plan, b: Arrangement) -> Plan:
    """A name for every value: the tensor's where it is the tensor, else numbered after it."""
    names: dict[Value, str] = {v: v.note for v in plan.given}
    taken = set(names.values()) | set(b.stored)
    for name, places in b.stored.items():
        for s in places:
            if isinstance(s.item, Operand) and s.item.value not in names:
                names[s.item.value] = name
    for op in (*everything(plan.static), *everything(plan.ops)):
        for value in results(op):
            if value not in names:
                names[value] = unused_name(taken, b.names.get(value, f"{value.note}_1"))
                taken.add(names[value])
    return replace(plan, names=names)
