"""Inverses and determinants: operations on whole matrices, and equations in place of inverses.

X_inv[b,i,j] = inv[p,q](X[b,p,q])[i,j]      one call for all b
y[b,i] = sum[k](X_inv[b,i,k]*z[b,k])        if nothing else needs X_inv: X y = z is solved

An inverse that is asked for at other places (X_inv[i,i], X_inv[0,j]) is a definition of its own.
"""

from __future__ import annotations

from dataclasses import replace

from symnet.codegen.algebra import of_axis
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.constants import ONE
from symnet.codegen.plan import Contract, Item, Loop, Matrix, Op, Operand, Plan, Solve, Value
from symnet.codegen.program import Def, Program, unused_name
from symnet.codegen.scalar import Affine, Axis, Cell, Read, Reduce, Scalar
from symnet.codegen.scalar_text import text
from symnet.codegen.traverse import everything, operands

# -- before the plan --------------------------------------------------------------------------


def with_whole_inverses(program: Program) -> Program:
    """The program in which every inverse is defined over rows and columns of its own."""
    taken = set(program.names)
    defs: list[Def] = []
    for d in program.defs:
        if isinstance(d.body, Reduce) and isinstance(d.body.body, Cell) and not _is_whole(d.body):
            made, d = _apart(d, unused_name(taken, f"{d.name}_inv"))
            taken.add(made.name)
            defs.append(made)
        defs.append(d)
    return program.with_defs(tuple(defs))


def _is_whole(e: Reduce) -> bool:
    """Whether row and column are axes of their own, which do not number the matrices."""
    assert isinstance(e.body, Cell)
    at = [s.axis if isinstance(s, Affine) else None for s in (e.body.row, e.body.column)]
    others = e.body.matrix.axes - set(e.bound)
    return None not in at and at[0] is not at[1] and not others & set(at)


def _apart(d: Def, name: str) -> tuple[Def, Def]:
    """A definition of the whole inverse, and the given one as a read of it."""
    e = d.body
    assert isinstance(e, Reduce) and isinstance(e.body, Cell)
    batch = tuple(a for a in d.axes if a in e.body.matrix.axes)
    rows, columns = (a.fresh() for a in e.bound)
    body = Reduce(e.kind, Cell(e.body.matrix, of_axis(rows), of_axis(columns)), e.bound)
    made = Def(name, (*batch, rows, columns), body)
    formula = f"{text(made.entry())} = {text(body)}"
    slots = (*(of_axis(a) for a in batch), e.body.row, e.body.column)
    return replace(made, formula=formula), replace(d, body=Read(name, slots))


# -- operations -------------------------------------------------------------------------------


def matrix(b: Arrangement, e: Reduce) -> Item:
    """The operation for an inverse or a determinant."""
    rows, columns = e.bound
    source = _source(b, e.body.matrix if isinstance(e.body, Cell) else e.body, e.bound)
    batch = tuple(a for a in source.axes if a not in e.bound)
    own = tuple(_axis(s) for s in (e.body.row, e.body.column)) if isinstance(e.body, Cell) else ()
    place = (source.axes.index(rows), source.axes.index(columns))
    return b.make(
        ("matrix", e.kind, source.value, place),
        b.level([source]),
        (*batch, *own),
        "float",
        lambda out: Matrix(out, e.kind, source, rows, columns, b.note),
    )


def _source(b: Arrangement, e: Scalar, bound: tuple[Axis, ...]) -> Operand:
    """The matrix, over both of its axes also where all its rows or columns are the same."""
    b.order.extend(a for a in bound if a not in b.order)
    item = b.as_float(b.evaluate(e))
    missing = tuple(a for a in bound if not (isinstance(item, Operand) and a in item.axes))
    return b.map("multiply", item, b.fill(ONE, missing)) if missing else _operand(item)


def _operand(item: Item) -> Operand:
    assert isinstance(item, Operand)
    return item


def _axis(s: Scalar) -> Axis:
    axis = s.axis if isinstance(s, Affine) else None
    assert axis is not None
    return axis


# -- equations --------------------------------------------------------------------------------


def with_solves(plan: Plan) -> Plan:
    """The plan with equations solved where an inverse serves for nothing but one product."""
    leaving = {
        r.item.value
        for r in (*plan.outputs, *(r for _, r in plan.updates))
        if isinstance(r.item, Operand)
    }
    uses: dict[Value, int] = {}
    for op in (*everything(plan.static), *everything(plan.ops)):
        for o in () if isinstance(op, Loop) else operands(op):
            uses[o.value] = uses.get(o.value, 0) + 1
        for c in op.carries if isinstance(op, Loop) else ():
            leaving |= {i.value for i in (c.base, c.result) if isinstance(i, Operand)}
    single = {v for v, n in uses.items() if n == 1} - leaving
    formulas = dict(plan.formulas)
    return replace(plan, ops=_solved(plan.ops, single, formulas), formulas=formulas)


def _solved(ops: tuple[Op, ...], single: set[Value], formulas: dict[str, str]) -> tuple[Op, ...]:
    inverses = {
        op.out: op for op in ops if isinstance(op, Matrix) and op.kind == "inv" and op.out in single
    }
    out: list[Op] = []
    for op in ops:
        if isinstance(op, Loop):
            op = replace(op, body=_solved(op.body, single, formulas))
        elif isinstance(op, Contract) and op.right is not None:
            for inv, right in ((op.left, op.right), (op.right, op.left)):
                found = inverses.get(inv.value)
                made = None if found is None else _equation(op, found, inv, right)
                if found is None or made is None:
                    continue
                out.remove(found)
                parts = (formulas.get(found.note, ""), formulas.get(op.note, ""))
                formulas[op.note] = "\n".join(dict.fromkeys(p for p in parts if p))
                op = made
                break
        out.append(op)
    return tuple(out)


def _equation(op: Contract, found: Matrix, inv: Operand, right: Operand) -> Solve | None:
    """sum[k](inv(A)[i,k] r[k,c]) as the solution y of sum[i](A[k,i] y[i,c]) = r[k,c]."""
    row, column = inv.axes[-2:]  # of the inverse: A has them as column and row
    if len(op.summed) != 1 or not op.scale.is_one:
        return None
    (summed,) = op.summed
    if summed not in (row, column):
        return None
    unknown = row if summed is column else column
    if unknown in right.axes:
        return None
    batch = dict(zip(found.out.axes[:-2], inv.axes[:-2], strict=True))
    names = {found.rows: column, found.columns: row, **batch}
    of = Operand(found.source.value, tuple(names[a] for a in found.source.axes))
    columns = tuple(a for a in right.axes if a is not summed and a not in inv.axes)
    return Solve(op.out, of, right, summed, unknown, columns, op.note)
