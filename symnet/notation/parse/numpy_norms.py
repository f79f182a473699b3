"""numpy.linalg.norm and its relatives, as reductions of powers of absolute values.

norm(x) = (sum x^2)^(1/2)     norm(x, 1) = sum |x|     norm(A, 1) = max_j sum_i |A[i,j]|
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from symnet.notation import functions as f
from symnet.notation.index import Index
from symnet.notation.parse.array import Array
from symnet.notation.parse.call import Call, Table, Value, described, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_reduce import reduced
from symnet.notation.reductions import amax, amin, total

TABLE: Table = {}
Reduction = Callable[[sympy.Expr, Sequence[Index]], sympy.Expr]


@rule(TABLE, "norm(x, ord=None, axis=None, keepdims=False)")
def _norm(call: Call) -> Value:
    x = call.array("x")
    axes = call.axes("axis", x)
    if call["ord"] is None or not axes:
        return root_of_squares(call, x, axes)
    if len(axes) == 1:
        return of_vectors(call, x, axes)
    return of_matrices(call, x, axes)


@rule(TABLE, "vector_norm(x, axis=None, keepdims=False, ord=2)")
def _vector_norm(call: Call) -> Value:
    x = call.array("x")
    return of_vectors(call, x, call.axes("axis", x))


@rule(TABLE, "matrix_norm(x, keepdims=False, ord='fro')")
def _matrix_norm(call: Call) -> Value:
    x = call.array("x")
    if x.order < 2:
        raise call.error(f"x is {described(x)}, expected a matrix", "x")
    return of_matrices(call, x, (x.order - 2, x.order - 1))


def root_of_squares(call: Call, x: Array, axes: Sequence[int]) -> Array:
    """(sum x^2)^(1/2) over the axes."""
    if not axes:
        return x.mapped(f.absolute)
    return _finished(call, x, axes, lambda e, over: f.sqrt(total(e**2, over)))


def _finished(call: Call, x: Array, axes: Sequence[int], function: Reduction) -> Array:
    made = reduced(x, axes, call.flag("keepdims"), function)
    return call.page.name(made, NAMES["norm"])


def _order(call: Call) -> sympy.Expr | str:
    given = call["ord"]
    return given if isinstance(given, str) else call.array("ord").expression


def of_vectors(call: Call, x: Array, axes: Sequence[int]) -> Array:
    """(sum |x|^p)^(1/p); the largest for inf, the smallest for -inf, how many are not 0 for 0."""
    p = _order(call)
    special: dict[sympy.Expr | str, Reduction] = {
        sympy.oo: lambda e, over: amax(f.absolute(e), over),
        -sympy.oo: lambda e, over: amin(f.absolute(e), over),
        sympy.S.Zero: lambda e, over: total(f.compare("!=", e, 0), over),
        sympy.S.One: lambda e, over: total(f.absolute(e), over),
    }
    if p in special:
        return _finished(call, x, axes, special[p])
    if not isinstance(p, sympy.Rational):
        raise call.error(f"the order {p}; for a vector expected a number, inf or -inf", "ord")
    if p == 2:
        return root_of_squares(call, x, axes)
    even = p.is_integer and p % 2 == 0
    return _finished(
        call, x, axes, lambda e, over: total((e if even else f.absolute(e)) ** p, over) ** (1 / p)
    )


def of_matrices(call: Call, x: Array, axes: Sequence[int]) -> Array:
    """'fro', and the largest or smallest sum over columns (1, -1) or rows (inf, -inf)."""
    p = _order(call)
    if p == "fro":
        return root_of_squares(call, x, axes)
    if p in (2, -2, "nuc") and len(axes) == 2:
        raise call.error(f"the order {p} needs singular values; 'fro', 1 and inf do not", "ord")
    if p not in (1, -1, sympy.oo, -sympy.oo) or len(axes) != 2:
        raise call.error(f"the order {p}; for a matrix expected 'fro', 1, -1, inf or -inf", "ord")
    rows, columns = axes
    inner, outer = (rows, columns) if p in (1, -1) else (columns, rows)
    sums = reduced(x, [inner], True, lambda e, over: total(f.absolute(e), over))
    sums = call.page.name(sums, NAMES["argument"])
    pick = amax if p in (1, sympy.oo) else amin
    made = reduced(sums, [outer], True, pick)
    if not call.flag("keepdims"):
        kept = [k for k in range(made.order) if k not in axes]
        slots = [i if k in kept else sympy.S.Zero for k, i in enumerate(made.indices)]
        made = Array(tuple(made.indices[k] for k in kept), made.at(slots))
    return call.page.name(made, NAMES["norm"])
