"""Operands as matrices for BLAS: which groups of axes merge, and in which order one is copied.

x[n, u+p, v+q, c] as the matrix (n u v, p q c)   =>   copied in this order: runs of q and c
x[n, u+p, v+q] as the matrix (n u v, p q)        =>   copied as (p q, n u v): runs of v

NumPy copies run by run, and a run costs as much as 50 entries of a long one. BLAS reads a matrix
from rows or from columns, so the order is free; and a copy that was made before costs nothing.
"""

from __future__ import annotations

from itertools import pairwise

from symnet.codegen.arrangement import Arrangement
from symnet.codegen.plan import Operand, contiguous
from symnet.codegen.reads import copied, copy_key
from symnet.codegen.scalar import Axis
from symnet.codegen.size import ONE, Size, product_of, representative

Axes = tuple[Axis, ...]

PER_RUN = 50  # the cost of a run, in entries of a long run
APART = 8  # the cost of an entry whose neighbour in the copy is no neighbour in the source


def as_matrix(b: Arrangement, o: Operand, batch: Axes, first: Axes, second: Axes) -> Operand:
    """The operand if its two groups of axes merge, else a copy in which they do."""
    if is_matrix(o, first, second):
        return o
    return copied(b, o, min(_orders(batch, first, second), key=lambda a: _cost(b, o, a, second)))


def matrix_cost(b: Arrangement, o: Operand, batch: Axes, first: Axes, second: Axes) -> int:
    """What `as_matrix` has to copy, in entries of a long run."""
    if is_matrix(o, first, second):
        return 0
    return min(_cost(b, o, a, second) for a in _orders(batch, first, second))


def _orders(batch: Axes, first: Axes, second: Axes) -> list[Axes]:
    return [(*batch, *first, *second), (*batch, *second, *first)]


def _cost(b: Arrangement, o: Operand, order: Axes, second: Axes) -> int:
    """The cost of the copy; the columns should run fastest, if that makes no great difference."""
    if b.is_known(copy_key(o, order)):
        return 0
    entries = representative(o.value.entries)
    strides = dict(zip(o.axes, o.value.strides, strict=True))
    run, axis = ONE, order[-1]
    for a in reversed(order):
        if strides[a] != strides[axis] * run:
            break
        run = run * a.size
    one = entries * (1 if strides[axis] == ONE else APART)
    turned = bool(second) and order[-1] is not second[-1]
    return entries // representative(run) * PER_RUN + one + turned * entries


# -- what BLAS can read -----------------------------------------------------------------------


def is_matrix(o: Operand, first: Axes, second: Axes) -> bool:
    """Whether the two groups of axes of an operand merge into a matrix that BLAS reads."""
    return merges(dict(zip(o.axes, o.value.strides, strict=True)), first, second)


def is_plain(o: Operand, second: Axes) -> bool:
    """Whether the second group lies innermost: a matrix that is not read transposed."""
    strides = dict(zip(o.axes, o.value.strides, strict=True))
    return strides[second[-1]] == ONE


def fits(axes: Axes, rows: Axes, columns: Axes) -> bool:
    """Whether the groups merge in an array of these axes that has no gaps."""
    strides = dict(zip(axes, contiguous([a.size for a in axes]), strict=True))
    return merges(strides, rows, columns)


def merges(strides: dict[Axis, Size], first: Axes, second: Axes) -> bool:
    """Whether the two groups of axes merge into one axis each, of which one has stride 1."""
    if not (_merge(strides, first) and _merge(strides, second)):
        return False
    if not first or not second:
        return True
    for inner, outer in ((second, first), (first, second)):
        lead = strides[outer[-1]]
        if strides[inner[-1]] == ONE and _at_least(lead, product_of([a.size for a in inner])):
            return True
    return False


def _at_least(a: Size, s: Size) -> bool:
    return (a - s).is_nonnegative()


def _merge(strides: dict[Axis, Size], group: Axes) -> bool:
    return all(strides[a] == strides[c] * c.size for a, c in pairwise(group))
