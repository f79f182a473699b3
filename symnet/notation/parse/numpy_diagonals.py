"""Diagonals and triangles of matrices: diag both ways, trace, tril, triu, eye.

diag(A)[i] = A[i,i]     diag(v)[i,j] = [i = j] v[i]     tril(A)[i,j] = [j <= i] A[i,j]
"""

from __future__ import annotations

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import Array, same_extent, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_reshape import raveled
from symnet.notation.reductions import total

TABLE: Table = {}


@rule(TABLE, "trace(a, offset=0, axis1=0, axis2=1)", method=True)
def _trace(call: Call) -> Value:
    return summed(diagonal(call, call["axis1"], call["axis2"]))


@rule(TABLE, "diagonal(a, offset=0, axis1=0, axis2=1)", method=True)
def _diagonal(call: Call) -> Value:
    return diagonal(call, call["axis1"], call["axis2"])


def summed(x: Array) -> Array:
    """The sum over the last axis."""
    return Array(x.indices[:-1], total(x.expression, x.indices[-1]))


def diagonal(call: Call, axis1: Value, axis2: Value, name: str = "a") -> Array:
    """a[.., i, i + offset]: the other axes, then the diagonal."""
    x = call.array(name)
    if x.order < 2:
        raise call.error(f"expected at least two axes, found shape {shown(x)}", name)
    p, q = call.axis(axis1, x.order, "axis1"), call.axis(axis2, x.order, "axis2")
    if p == q:
        raise call.error("axis1 and axis2 are the same")
    return along_diagonal(call, x, p, q, call.integer("offset"))


def along_diagonal(call: Call, x: Array, p: int, q: int, offset: int) -> Array:
    """x at equal places of axes p and q, the second shifted by the offset."""
    rows, columns = x.shape[p] + min(offset, 0), x.shape[q] - max(offset, 0)
    if same_extent(rows, columns) or (columns - rows).is_nonnegative:
        size = rows
    elif (rows - columns).is_nonnegative:
        size = columns
    else:
        raise call.error(
            f"the length of the diagonal of shape {shown(x)} depends on the sizes; "
            "expected a square matrix, or numbers"
        )
    if size.is_positive is False:
        raise call.error("the diagonal is empty")
    k = Index(x.indices[p].letter, size)
    slots: list[sympy.Expr] = [i.fresh() for i in x.indices]
    slots[p], slots[q] = k - min(offset, 0), k + max(offset, 0)
    free = [s for axis, s in enumerate(slots) if axis not in (p, q)]
    return Array((*free, k), x.at(slots))


@rule(TABLE, "diag(v, k=0)")
def _diag(call: Call) -> Value:
    x, k = call.array("v"), call.integer("k")
    if x.order == 2:
        return along_diagonal(call, x, 0, 1, k)
    if x.order != 1:
        raise call.error(f"expected a vector or a matrix, found shape {shown(x)}", "v")
    return on_diagonal(call, x, k)


@rule(TABLE, "diagflat(v, k=0)")
def _diagflat(call: Call) -> Value:
    return on_diagonal(call, raveled(call, call.array("v")), call.integer("k"))


def on_diagonal(call: Call, x: Array, k: int) -> Array:
    """The matrix with the vector x on its k-th diagonal, and 0 elsewhere."""
    size = x.shape[0] + abs(k)
    i, j = Index("i", size), Index("j", size)
    slot = i if k >= 0 else j
    on = compare("==", i + k, j)
    if k == 0:
        return Array((i, j), on * x.at([i]))
    inside = compare("<", slot, x.shape[0])
    return call.page.name(Array((i, j), on * inside * x.at([slot])), NAMES["other"])


@rule(TABLE, "tril(m, k=0)")
def _tril(call: Call) -> Value:
    return _triangle(call, call.integer("k"), lower=True)


@rule(TABLE, "triu(m, k=0)")
def _triu(call: Call) -> Value:
    return _triangle(call, call.integer("k"), lower=False)


def _triangle(call: Call, k: int, lower: bool) -> Array:
    x = call.array("m")
    if x.order < 2:
        raise call.error(f"expected a matrix, found shape {shown(x)}", "m")
    x = x.fresh()
    i, j = x.indices[-2:]
    keep = compare("<=", j, i + k) if lower else compare("<=", i + k, j)
    return x.mapped(lambda e: keep * e)


@rule(TABLE, "tri(N, M=None, k=0)")
def _tri(call: Call) -> Value:
    i, j = _rectangle(call)
    return Array((i, j), compare("<=", j, i + call.integer("k")))


@rule(TABLE, "eye(N, M=None, k=0)")
def _eye(call: Call) -> Value:
    i, j = _rectangle(call)
    return Array((i, j), compare("==", i + call.integer("k"), j))


@rule(TABLE, "identity(n)")
def _identity(call: Call) -> Value:
    n = call.extent(call["n"], "n")
    i, j = Index("i", n), Index("j", n)
    return Array((i, j), compare("==", i, j))


def _rectangle(call: Call) -> tuple[Index, Index]:
    rows = call.extent(call["N"], "N")
    columns = rows if call["M"] is None else call.extent(call["M"], "M")
    return Index("i", rows), Index("j", columns)


__all__ = ["along_diagonal", "diagonal", "summed"]
