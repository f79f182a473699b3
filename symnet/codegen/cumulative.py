"""Sums up to an index, and products without one factor: one pass instead of one for each index.

    sum[m]([m <= n] * x[m])                      the running sum of x, at n
    sum[m]([m > n] * x[m])                       the running sum from the end, at n+1
    prod[j](where([j = k], 1, x[j]))             (product before k) * (product after k)

The second factor of 0 times infinity never arises: what lies beyond n is not read.
"""

from __future__ import annotations

from symnet.codegen.algebra import mul, of_axis, of_size
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.constants import ONE
from symnet.codegen.facts import margin
from symnet.codegen.linear import multiply_items
from symnet.codegen.plan import Accumulate, Item, Operand
from symnet.codegen.reads import view
from symnet.codegen.scalar import Affine, Axis, Compare, Num, Reduce, Scalar, Where
from symnet.codegen.size import ONE as UNIT

Axes = tuple[Axis, ...]


def running(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item | None:
    """The sum as a running sum, if its only bracket compares a bound index with a free one."""
    found = _order(brackets[0], bound) if len(brackets) == 1 else None
    if found is None:
        return None
    m, n, back, shift = found
    inside = [f for f in rest if f.axes & set(bound)]
    outer = [f for f in rest if not f.axes & set(bound)]
    body = mul(*inside)
    if n in b.loops or n in body.axes or m not in body.axes:
        return None
    gone = tuple(a for a in bound if a is not m)
    spare = guarded or bool(shift.constant.terms)  # the last m are then in no sum
    item = b.as_float(b.evaluate(Reduce("sum", body, gone) if gone else body, spare))
    if not isinstance(item, Operand) or m not in item.axes:
        return None
    made = _read(b, accumulated(b, "sum", item, m, back), m, of_axis(n).plus(shift))
    return multiply_items(b, ONE, [made, *(b.evaluate(f, guarded) for f in outer)], [])


def _order(c: Compare, bound: Axes) -> tuple[Axis, Axis, bool, Affine] | None:
    """(m, n, back, s) where the bracket says m <= n + s, or with `back` m >= n + s.

    Beyond its ends a running sum is 0 on the side where it starts, so s has to lead there.
    """
    e = margin(c)
    if e is None or len(e.terms) != 2:
        return None
    for m, n in (e.terms, e.terms[::-1]):
        if m[0] not in bound or n[0] in bound or m[0].size != n[0].size:
            continue
        if {m[1], n[1]} != {UNIT, UNIT * -1} or not (e.constant * -1).is_nonnegative():
            continue
        back = m[1] == UNIT
        return m[0], n[0], back, of_size(e.constant * (-1 if back else 1))
    return None


def accumulated(b: Arrangement, kind: str, item: Operand, axis: Axis, back: bool) -> Operand:
    """The running sum or product along an axis, from its start or from its end."""
    place = item.axes.index(axis)
    return b.make(
        ("accumulate", kind, item.value, place, back),
        b.level([item]),
        item.axes,
        "float",
        lambda out: Accumulate(out, kind, item, axis, back, b.note),
    )


def _read(b: Arrangement, o: Operand, axis: Axis, at: Affine) -> Operand:
    """The operand with `at` for one of its axes, and 0 where that lies outside."""
    if at.axis is not None:
        return Operand(o.value, tuple(at.axis if a is axis else a for a in o.axes))
    slots = [at if a is axis else of_axis(a) for a in o.axes]
    return view(b, o.value, slots, True, b.note)


# -- products ---------------------------------------------------------------------------------


def without_one(b: Arrangement, e: Reduce) -> Item | None:
    """The product over all of an axis but one place, which a free index names."""
    found = _left_out(e)
    if found is None:
        return None
    j, k, body = found
    if k in b.loops or k in body.axes or j not in body.axes:
        return None
    b.order.extend(a for a in (j,) if a not in b.order)
    item = b.as_float(b.evaluate(body, True))
    if not isinstance(item, Operand) or j not in item.axes:
        return None
    before = _shifted(b, item, j, -1, of_size(0))
    after = _shifted(b, item, j, 1, of_size(j.size - 1))
    parts = (
        accumulated(b, "product", before, j, False),
        accumulated(b, "product", after, j, True),
    )
    return b.map("multiply", *(_read(b, p, j, of_axis(k)) for p in parts))


def _left_out(e: Reduce) -> tuple[Axis, Axis, Scalar] | None:
    """(j, k, f) for the product over j of f, or 1 where j = k."""
    if len(e.bound) != 1 or not isinstance(e.body, Where):
        return None
    condition, one, body = e.body.condition, e.body.then, e.body.other
    if not isinstance(condition, Compare) or condition.relation not in ("==", "!="):
        return None
    if condition.relation == "!=":
        one, body = body, one
    sides = [s.axis if isinstance(s, Affine) else None for s in (condition.left, condition.right)]
    (j,) = e.bound
    k = sides[1] if sides[0] is j else sides[0]
    if j not in sides or k is None or k is j or k.size != j.size or one != Num(ONE.ratio):
        return None
    return j, k, body


def _shifted(b: Arrangement, item: Operand, axis: Axis, by: int, end: Affine) -> Operand:
    """The factors one place further, and 1 where there is none."""
    moved = _read(b, item, axis, of_axis(axis).plus(of_size(by)))
    mask = b.map("equal", b.iota(of_axis(axis)), end)
    return b.map("where", mask, ONE, moved)
