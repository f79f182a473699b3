"""Determinant and inverse of a small matrix by elimination, in any kind of number.

    rows -> (det, inverse rows)          Gauss-Jordan with the largest pivot of each column

Nothing is shared with generated code, which asks LAPACK. A singular matrix has no inverse: its
entries are nan, and its determinant is 0.
"""

from __future__ import annotations

from typing import Any

Number = Any
Rows = list[list[Number]]


def eliminated(matrix: Rows, zero: Number, one: Number) -> tuple[Number, Rows | None]:
    """The determinant, and the rows of the inverse (None for a singular matrix)."""
    n = len(matrix)
    left = [list(row) for row in matrix]
    right = [[one if i == j else zero for j in range(n)] for i in range(n)]
    det = one
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(left[i][k]))
        if left[pivot][k] == 0:
            return zero, None
        if pivot != k:
            left[k], left[pivot] = left[pivot], left[k]
            right[k], right[pivot] = right[pivot], right[k]
            det = -det
        top = left[k][k]
        det = det * top
        left[k] = [x / top for x in left[k]]
        right[k] = [x / top for x in right[k]]
        for i in range(n):
            factor = left[i][k]
            if i != k and factor != 0:
                left[i] = [x - factor * y for x, y in zip(left[i], left[k], strict=True)]
                right[i] = [x - factor * y for x, y in zip(right[i], right[k], strict=True)]
    return det, right
