"""Whether a formula in matrix form says how long each 1 and how large each I is.

b_bar = 1^T G      1 has as many entries as G has rows
L = 1^T (v 1^T) 1  the last 1 has any length: refused
"""

from __future__ import annotations

from symnet.render.matrix.tree import (
    Diag,
    Diagonal,
    Extreme,
    Eye,
    Function,
    Leaf,
    Matrix,
    NoMatrixForm,
    Norm,
    OneHot,
    Ones,
    Scaled,
    Times,
    Trace,
    Transposed,
    Written,
)

Known = tuple[bool, bool]  # of the rows, of the columns
NOTHING = (False, False)


def check_sizes(m: Matrix) -> None:
    """Raise NoMatrixForm if a size follows neither from a tensor nor from the left side."""
    _check(m, (True, True))


def _said(m: Matrix) -> Known:
    """Whether the matrix itself says its numbers of rows and columns."""
    match m:
        case _ if m.is_scalar:
            return NOTHING
        case Leaf() | Function():
            return True, True
        case Ones() | Eye():
            return NOTHING
        case OneHot(places=places):
            return _said(places)[0], False
        case Transposed(body=body):
            return _said(body)[1], _said(body)[0]
        case Times(items=items):
            return _said(items[0])[0], _said(items[-1])[1]
        case Diag(body=body):
            return _said(body)[0], _said(body)[0]
        case Diagonal(body=body):
            return any(_said(body)), False
        case Extreme(body=body):
            return _said(body)[0], False
        case Scaled(body=body):
            return NOTHING if body is None else _said(body)
        case Written(body=body):
            return _said(body)
    found = [_said(child) for child in m.children]
    return any(r for r, _ in found), any(c for _, c in found)


def _check(m: Matrix, around: Known) -> None:
    own = _said(m)
    rows, cols = own[0] or around[0], own[1] or around[1]
    match m:
        case Ones():
            if not (rows if m.is_column else cols):
                raise NoMatrixForm("the length of a 1 would not be said")
        case Eye():
            if not rows and not cols:
                raise NoMatrixForm("the size of an I would not be said")
        case Times(items=items):
            _check_chain(items, (rows, cols))
        case Diag(body=body):
            _check(body, (rows or cols, False))
        case Diagonal(body=body) | Trace(body=body) | Norm(body=body) | Extreme(body=body):
            _check_alone(body)
        case OneHot(places=places):
            if not cols:
                raise NoMatrixForm("the number of columns of a onehot would not be said")
            _check(places, (rows, False))
        case Transposed(body=body):
            _check(body, (cols, rows))
        case _:
            for child in m.children:
                _check(child, NOTHING if child.is_scalar else (rows, cols))


def _check_chain(items: tuple[Matrix, ...], around: Known) -> None:
    """Each factor knows what its neighbours say."""
    said = [_said(i) for i in items]
    for k, item in enumerate(items):
        before = around[0] if k == 0 else said[k - 1][1]
        behind = around[1] if k == len(items) - 1 else said[k + 1][0]
        _check(item, (before, behind))


def _check_alone(body: Matrix) -> None:
    """What stands in tr(...), ||...||, rowmax(...) hears nothing of its size from outside."""
    rows, cols = _said(body)
    if (body.rows is not None and not rows) or (body.cols is not None and not cols):
        raise NoMatrixForm("the size of a matrix would not be said")
    _check(body, (rows, cols))
