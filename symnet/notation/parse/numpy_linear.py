"""numpy.linalg: inverse, determinants, solve, whole powers of a matrix.

    solve(A, B) = inv(A) @ B     slogdet(A)[1] = log |det A|     matrix_power(A, 2) = A @ A

A matrix without a name gets one (A); so do its inverse (A_inv) and its determinants. Here trace,
diagonal, cross and tensordot are those of numpy.linalg, which work on the last axes.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnet.notation.functions import compare
from symnet.notation.matrix import det, inverse, logdet
from symnet.notation.parse.array import Array, of_tensor, same_extent, shown
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.numpy_diagonals import diagonal, summed
from symnet.notation.parse.numpy_products import matmul
from symnet.notation.tensor import Entry

TABLE: Table = {}
IN_LINALG: Table = {}  # what numpy.linalg means by a name that numpy has too
HIGHEST_POWER = 16


def matrix(call: Call, name: str = "a") -> Array:
    """The argument as a named square matrix or a stack of them; its last axes may be swapped."""
    x = call.array(name)
    if x.order < 2:
        raise call.error(f"expected a matrix, found shape {shown(x)}", name)
    if not same_extent(x.shape[-1], x.shape[-2]):
        raise call.error(f"expected a square matrix, found shape {shown(x)}", name)
    e = x.expression
    if isinstance(e, Entry) and x.is_plain:
        *batch, i, j = x.indices
        if e.slots in ((*batch, i, j), (*batch, j, i)):
            return x
    wanted = unused(NAMES["matrix"], call.page.taken)
    return call.page.name(x, wanted, exactly=x.is_plain, whole=True)


def _entry(x: Array) -> Entry:
    assert isinstance(x.expression, Entry)
    return x.expression


def inverted(call: Call, name: str = "a") -> Array:
    """The inverse, as a definition of its own; (A^T)^-1 = (A^-1)^T."""
    x = matrix(call, name)
    tensor = _entry(x).tensor
    done = call.page.inverses.get(tensor.name)
    if done is None:
        own = of_tensor(tensor)
        rows, columns = own.indices[-2:]
        i, j = rows.fresh(), columns.fresh()
        right = inverse(own.expression, (rows, columns), at=(i, j))
        made = Array((*own.indices[:-2], i, j), right)
        done = call.page.name(made, f"{tensor.name}_inv", whole=True)
        call.page.inverses[tensor.name] = done
    fresh = done.fresh()
    if _entry(x).slots == x.indices:
        return fresh
    *batch, i, j = fresh.indices
    return Array((*batch, j, i), fresh.expression)


@rule(TABLE, "inv(a)")
def _inv(call: Call) -> Value:
    return inverted(call)


@rule(TABLE, "solve(a, b)")
def _solve(call: Call) -> Value:
    return matmul(call.page, call.node, inverted(call), call.array("b"))


@rule(TABLE, "det(a)")
def _det(call: Call) -> Value:
    x = matrix(call)
    rows, columns = x.indices[-2:]
    made = Array(x.indices[:-2], det(_entry(x), (rows, columns)))
    return call.page.name(made, f"det_{_entry(x).tensor.name}")


def _logdet(call: Call) -> Array:
    x = matrix(call)
    rows, columns = x.indices[-2:]
    made = Array(x.indices[:-2], logdet(_entry(x), (rows, columns)))
    return call.page.name(made, f"logdet_{_entry(x).tensor.name}")


@rule(TABLE, "logdet(a)")
def _log_det(call: Call) -> Value:
    return _logdet(call)


@dataclass(frozen=True)
class Sign:
    """The sign of a determinant: piecewise constant, and not part of a formula."""

    def __str__(self) -> str:
        return "the sign of det; [1] is log |det|"


@rule(TABLE, "slogdet(a)")
def _slogdet(call: Call) -> Value:
    return (Sign(), _logdet(call))


@rule(TABLE, "matrix_power(a, n)")
def _matrix_power(call: Call) -> Value:
    n = call.integer("n")
    if abs(n) > HIGHEST_POWER:
        raise call.error(f"the power {n}, expected -{HIGHEST_POWER} to {HIGHEST_POWER}", "n")
    x = call.array("a")
    if x.order < 2 or not same_extent(*x.shape[-2:]):
        raise call.error(f"expected a square matrix, found shape {shown(x)}", "a")
    if n == 0:
        x = x.fresh()
        return x.mapped(lambda _: compare("==", *x.indices[-2:]))
    base = inverted(call) if n < 0 else x
    out = base
    for _ in range(abs(n) - 1):
        out = matmul(call.page, call.node, out, base.fresh())
    return out


@rule(IN_LINALG, "trace(a, offset=0)")
def _trace(call: Call) -> Value:
    return summed(diagonal(call, -2, -1))


@rule(IN_LINALG, "diagonal(a, offset=0)")
def _diagonal(call: Call) -> Value:
    return diagonal(call, -2, -1)
