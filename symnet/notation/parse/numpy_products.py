"""NumPy's products: matmul, dot and their relatives, as sums over products.

matmul(X,W) = sum_d X[n,d] W[d,k]     kron(A,B)[m,n] = sum_ijpq [m = P i + p] [n = Q j + q] A B
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import (
    ONE,
    Array,
    axis_letter,
    elementwise,
    same_extent,
    shown,
    slots_in,
    stretched,
    summed,
)
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_reshape import raveled
from symnet.notation.parse.page import Page

TABLE: Table = {}


def matmul(page: Page, node: ast.AST, a: Array, b: Array) -> Array:
    """a @ b: the last axis of a with the second last of b (its only one, for a vector)."""
    if not a.indices or not b.indices:
        raise page.source.error(node, "@ needs arrays with axes; for a number write *")
    k = a.indices[-1].fresh()
    inner = b.indices[-2 if b.order > 1 else 0]
    if not same_extent(k.extent, inner.extent):
        raise page.source.error(
            node,
            f"@: the last axis of the left side has extent {k.extent}, axis "
            f"{'-2' if b.order > 1 else '0'} of the right side has {inner.extent}: "
            f"{shown(a)} @ {shown(b)}",
        )
    batch = stretched([a.indices[:-2], b.indices[:-2]])
    rows = [a.indices[-2].fresh()] if a.order > 1 else []
    columns = [b.indices[-1].fresh()] if b.order > 1 else []
    left = _read(a, batch, [*rows, k])
    right = _read(b, batch, [k, *columns])
    return Array((*batch, *rows, *columns), summed(left * right, [k]))


def _read(x: Array, batch: Sequence[Index], last: Sequence[Index]) -> sympy.Expr:
    head = Array(x.indices[: x.order - len(last)], sympy.S.Zero)
    return x.at([*slots_in(head, batch), *last])


def contracted(call: Call, a: Array, b: Array, left: Sequence[int], right: Sequence[int]) -> Array:
    """sum over pairs of axes of a and b; the other axes of a, then those of b."""
    joined = {}
    for p, q in zip(left, right, strict=True):
        if not same_extent(a.shape[p], b.shape[q]):
            raise call.error(
                f"axis {p} of the first has extent {a.shape[p]}, axis {q} of the second "
                f"{b.shape[q]}: {shown(a)} and {shown(b)}"
            )
        joined[p] = a.indices[p].fresh()
    k = dict(zip(right, (joined[p] for p in left), strict=True))
    own = [joined.get(p) or i.fresh() for p, i in enumerate(a.indices)]
    other = [k.get(q) or i.fresh() for q, i in enumerate(b.indices)]
    body = a.at(own) * b.at(other)
    free = [i for p, i in enumerate(own) if p not in joined]
    free += [i for q, i in enumerate(other) if q not in k]
    return Array(tuple(free), summed(body, list(joined.values())))


@rule(TABLE, "matmul(a, b)")
def _matmul(call: Call) -> Value:
    return matmul(call.page, call.node, call.array("a"), call.array("b"))


@rule(TABLE, "dot(a, b)", method=True)
def _dot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if not a.indices or not b.indices:
        return contracted(call, a, b, [], [])
    return contracted(call, a, b, [a.order - 1], [b.order - 2 if b.order > 1 else 0])


@rule(TABLE, "inner(a, b)")
def _inner(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if not a.indices or not b.indices:
        return contracted(call, a, b, [], [])
    return contracted(call, a, b, [a.order - 1], [b.order - 1])


@rule(TABLE, "vdot(a, b)")
def _vdot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if a.order != b.order or not all(map(same_extent, a.shape, b.shape)):
        a, b = raveled(call, a), raveled(call, b)
    axes = list(range(a.order))
    return contracted(call, a, b, axes, axes)


@rule(TABLE, "vecdot(a, b, axis=-1)")
def _vecdot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    p, q = (call.axis(call["axis"], x.order) for x in (a, b))
    if not same_extent(a.shape[p], b.shape[q]):
        raise call.error(f"axis {p} has extents {a.shape[p]} and {b.shape[q]}", "axis")
    a, b = _axis_last(a, p), _axis_last(b, q)
    made = elementwise(lambda x, y: x * y, a, b)
    k = made.indices[-1]
    return Array(made.indices[:-1], summed(made.expression, [k]))


def _axis_last(x: Array, k: int) -> Array:
    return Array((*x.indices[:k], *x.indices[k + 1 :], x.indices[k]), x.expression)


@rule(TABLE, "outer(a, b)")
def _outer(call: Call) -> Value:
    return contracted(call, raveled(call, call.array("a")), raveled(call, call.array("b")), [], [])


@rule(TABLE, "tensordot(a, b, axes=2)")
def _tensordot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    axes = call["axes"]
    if isinstance(axes, tuple | list):
        if len(axes) != 2:
            raise call.error("expected a number, or a pair of axes", "axes")
        pair = [x if isinstance(x, tuple | list) else (x,) for x in axes]
        left = [call.axis(k, a.order, "axes") for k in pair[0]]
        right = [call.axis(k, b.order, "axes") for k in pair[1]]
        if len(left) != len(right) or len(set(left)) != len(left) or len(set(right)) != len(right):
            raise call.error("expected as many axes of both, each once", "axes")
        return contracted(call, a, b, left, right)
    n = call.integer("axes")
    if not 0 <= n <= min(a.order, b.order):
        raise call.error(f"{n} axes, but the arrays have {a.order} and {b.order}", "axes")
    return contracted(call, a, b, range(a.order - n, a.order), range(n))


@rule(TABLE, "kron(a, b)")
def _kron(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    order = max(a.order, b.order)
    a, b = _padded(a, order), _padded(b, order)
    free: list[Index] = []
    bound: list[Index] = []
    condition: sympy.Expr = sympy.S.One
    own: list[sympy.Expr] = []
    other: list[sympy.Expr] = []
    for axis, (p, q) in enumerate(zip(a.indices, b.indices, strict=True)):
        size = sympy.expand(p.extent * q.extent)
        m = Index(axis_letter(size, axis), size)
        i = p.fresh() if p.extent != ONE else sympy.S.Zero
        j = q.fresh() if q.extent != ONE else sympy.S.Zero
        if ONE in (p.extent, q.extent):
            i, j = (m, j) if p.extent != ONE else (i, m if q.extent != ONE else j)
        else:
            condition = condition * compare("==", m, q.extent * i + j)
            bound += [i, j]
        free.append(m)
        own.append(i)
        other.append(j)
    body = condition * a.at(own) * b.at(other)
    made = Array(tuple(free), summed(body, bound))
    return call.page.name(made, NAMES["other"]) if bound else made


def _padded(x: Array, order: int) -> Array:
    """x with axes of extent 1 in front."""
    return Array((*(Index("i", ONE) for _ in range(order - x.order)), *x.indices), x.expression)


@rule(TABLE, "multi_dot(arrays)")
def _multi_dot(call: Call) -> Value:
    out, *rest = call.arrays("arrays")
    for x in rest:
        out = matmul(call.page, call.node, out, x)
    return out


@rule(TABLE, "cross(a, b, axis=-1)")
def _cross(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    p, q = (call.axis(call["axis"], x.order) for x in (a, b))
    if a.shape[p] != 3 or b.shape[q] != 3:
        raise call.error(f"expected vectors of 3 entries, found {shown(a)} and {shown(b)}")
    a, b = _axis_last(a, p), _axis_last(b, q)
    x, y = ([Array(v.indices[:-1], v.at([*v.indices[:-1], k])) for k in range(3)] for v in (a, b))
    parts = []
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        parts.append(elementwise(lambda s, t, u, v: s * t - u * v, x[i], y[j], x[j], y[i]))
    free = parts[0].indices
    c = Index("c", 3)
    body = sympy.Add(*(compare("==", c, k) * v.at(free) for k, v in enumerate(parts)))
    place = call.axis(call["axis"], len(free) + 1)
    return call.page.name(Array((*free[:place], c, *free[place:]), body), NAMES["other"])


__all__ = ["contracted", "matmul"]
