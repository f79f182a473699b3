"""numpy.linalg: inverse, determinants, solve, norms, whole powers of a matrix.

    solve(A, B) = inv(A) @ B     slogdet(A)[1] = log |det A|     norm(x) = (sum x^2)^(1/2)

A matrix without a name gets one (A); so do its inverse (A_inv) and its determinants.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.notation import functions as f
from symnet.notation.matrix import det, inverse, logdet
from symnet.notation.parse.array import Array, of_tensor, same_extent
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_products import matmul, shown
from symnet.notation.parse.numpy_reduce import reduced
from symnet.notation.reductions import amax, total
from symnet.notation.tensor import Entry

TABLE: Table = {}


def matrix(call: Call, name: str = "a") -> Array:
    """The argument as a named square matrix, or a stack of them, over indices in order."""
    x = call.array(name)
    if x.order < 2:
        raise call.error(f"expected a matrix, found shape {shown(x)}", name)
    if not same_extent(x.shape[-1], x.shape[-2]):
        raise call.error(f"expected a square matrix, found shape {shown(x)}", name)
    e = x.expression
    if isinstance(e, Entry) and e.is_plain and e.slots == x.indices:
        return x
    return x if x.is_plain else call.page.name(x, NAMES["matrix"])


def _name(x: Array) -> str:
    assert isinstance(x.expression, Entry)
    return str(x.expression.tensor.name)


def inverted(call: Call, name: str = "a") -> Array:
    """The inverse, as a definition of its own; (A^T)^-1 = (A^-1)^T."""
    x = matrix(call, name)
    done = call.page.inverses.get(_name(x))
    entry = x.expression
    assert isinstance(entry, Entry)
    if done is None:
        own = of_tensor(entry.tensor)
        rows, columns = own.indices[-2:]
        i, j = rows.fresh(), columns.fresh()
        places = [entry.slots.index(k) for k in x.indices[-2:]]
        if sorted(places) != [own.order - 2, own.order - 1]:
            named = call.page.name(x, NAMES["matrix"], exactly=False)
            raise call.error(f"the rows and columns of {_name(named)} must be its last two axes")
        right = inverse(own.expression, (rows, columns), at=(i, j))
        made = Array((*own.indices[:-2], i, j), right)
        done = call.page.name(made, f"{entry.tensor.name}_inv")
        call.page.inverses[_name(x)] = done
    fresh = done.fresh()
    order = [entry.slots.index(k) for k in x.indices]
    flipped = order[-2] > order[-1]
    if not flipped:
        return fresh
    *batch, i, j = fresh.indices
    return Array((*batch, j, i), fresh.expression)


@rule(TABLE, "inv(a)")
def _inv(call: Call) -> Value:
    return inverted(call)


@rule(TABLE, "pinv(a)", "lstsq", "eig", "eigh", "eigvals", "eigvalsh", "svd", "qr", "cholesky")
def _refused(call: Call) -> Value:
    raise call.error("not supported; inv, det, slogdet and solve of a square matrix are")


@rule(TABLE, "solve(a, b)")
def _solve(call: Call) -> Value:
    return matmul(call.page, call.node, inverted(call), call.array("b"))


@rule(TABLE, "det(a)")
def _det(call: Call) -> Value:
    x = matrix(call)
    rows, columns = x.indices[-2:]
    made = Array(x.indices[:-2], det(x.expression, (rows, columns)))
    return call.page.name(made, f"det_{_name(x)}")


def _logdet(call: Call) -> Array:
    x = matrix(call)
    rows, columns = x.indices[-2:]
    made = Array(x.indices[:-2], logdet(x.expression, (rows, columns)))
    return call.page.name(made, f"logdet_{_name(x)}")


@rule(TABLE, "logdet(a)")
def _log_det(call: Call) -> Value:
    return _logdet(call)


@rule(TABLE, "slogdet(a)")
def _slogdet(call: Call) -> Value:
    return (None, _logdet(call))


@rule(TABLE, "matrix_power(a, n)")
def _matrix_power(call: Call) -> Value:
    n = call.integer("n")
    if not 1 <= abs(n) <= 16:
        raise call.error(f"the power {n}, expected 1 to 16 or -1 to -16", "n")
    base = inverted(call) if n < 0 else call.array("a")
    out = base
    for _ in range(abs(n) - 1):
        out = matmul(call.page, call.node, out, base.fresh())
    return out


@rule(TABLE, "norm(x, ord=None, axis=None, keepdims=False)")
def _norm(call: Call) -> Value:
    x = call.array("x")
    axes = call.axes("axis", x)
    if not axes:
        return x.mapped(f.absolute)
    made = _of_order(call, x, axes)
    return call.page.name(made, NAMES["norm"])


def _of_order(call: Call, x: Array, axes: Sequence[int]) -> Array:
    order = call["ord"]
    given = order.expression if isinstance(order, Array) else order
    keep = call.flag("keepdims")
    vector = len(axes) == 1
    if given is None or given == "fro" or (vector and given == 2):
        if given == "fro" and vector:
            raise call.error("'fro' is of a matrix", "ord")
        return reduced(x, axes, keep, lambda e, o: f.sqrt(total(e**2, o)))
    if vector and given == 1:
        return reduced(x, axes, keep, lambda e, o: total(f.absolute(e), o))
    if vector and given is sympy.oo:
        return reduced(x, axes, keep, lambda e, o: amax(f.absolute(e), o))
    if vector and isinstance(given, sympy.Rational) and given > 0:
        return reduced(
            x, axes, keep, lambda e, o: total(_power(f.absolute(e), given), o) ** (1 / given)
        )
    what = "a vector: a positive number or inf" if vector else "a matrix: 'fro'"
    raise call.error(f"this order is not supported; for {what}", "ord")


def _power(e: sympy.Expr, p: sympy.Rational) -> sympy.Expr:
    return sympy.Pow(e, p)
