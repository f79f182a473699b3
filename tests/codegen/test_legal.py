"""Broken plans are found: each rule is broken once, by hand."""

from dataclasses import replace

import pytest

from symnet.codegen.buffers import Buffer, assign
from symnet.codegen.legal import IllegalPlan, check_memory, check_plan
from symnet.codegen.lower import lower
from symnet.codegen.plan import Contract, Map, Operand, Plan, Value
from symnet.codegen.planning import make_plan
from symnet.codegen.scalar import Axis
from symnet.codegen.size import size
from symnet.codegen.traverse import results
from symnet.notation import Graph, Index, Tensor, define, exp, tanh, total

n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")


def plan() -> Plan:
    x, W, y, z = Tensor("x", n, i), Tensor("W", i, j), Tensor("y", n, j), Tensor("z", n, j)
    graph = Graph(
        define(y[n, j], tanh(total(x[n, i] * W[i, j], over=i))),
        define(z[n, j], exp(y[n, j]) * y[n, j]),
        inputs=[x, W],
        output=z,
    )
    return make_plan(lower(graph))


def first(p: Plan, kind: type) -> int:
    return next(k for k, op in enumerate(p.ops) if isinstance(op, kind))


def test_a_plan_as_made_is_legal() -> None:
    p = plan()
    check_plan(p)
    check_memory(p, assign(p))


def test_use_before_definition() -> None:
    p = plan()
    with pytest.raises(IllegalPlan, match="not made before"):
        check_plan(replace(p, ops=tuple(reversed(p.ops))))


def test_value_made_twice() -> None:
    p = plan()
    with pytest.raises(IllegalPlan, match="made twice"):
        check_plan(replace(p, ops=(*p.ops, p.ops[0])))


def test_operand_of_another_size() -> None:
    p = plan()
    k = first(p, Map)
    op = p.ops[k]
    assert isinstance(op, Map)
    wrong = tuple(Axis(a.letter, size(7)) for a in op.out.axes)
    args = tuple(Operand(a.value, wrong) if isinstance(a, Operand) else a for a in op.args)
    with pytest.raises(IllegalPlan, match="another size"):
        check_plan(replace(p, ops=(*p.ops[:k], replace(op, args=args), *p.ops[k + 1 :])))


def test_axis_in_two_groups_of_a_contraction() -> None:
    p = plan()
    k = first(p, Contract)
    op = p.ops[k]
    assert isinstance(op, Contract)
    for changes, what in [
        ({"rows": (*op.rows, *op.summed)}, "two groups"),
        ({"summed": ()}, "nothing is summed"),
        ({"columns": ()}, "other axes"),
    ]:
        with pytest.raises(IllegalPlan, match=what):
            broken = replace(op, **changes)  # type: ignore[arg-type]
            check_plan(replace(p, ops=(*p.ops[:k], broken, *p.ops[k + 1 :])))


def test_result_that_is_not_made() -> None:
    p = plan()
    (r,) = p.outputs
    ghost = Value("ghost", r.axes)
    with pytest.raises(IllegalPlan, match="not made"):
        check_plan(replace(p, outputs=(replace(r, item=Operand(ghost, r.axes)),)))


def test_array_that_is_overwritten_too_early() -> None:
    p = plan()
    memory = assign(p)
    made = [v for op in p.ops for v in results(op) if v.axes]
    one = Buffer("float", made[0].entries)
    for v in made:
        memory.buffers[v] = one
    with pytest.raises(IllegalPlan, match="overwritten"):
        check_memory(p, memory)
