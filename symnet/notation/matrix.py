"""Functions of a whole matrix: inverse, determinant, log-determinant.

    inverse(A[p,q], (p,q), at=(i,j)) = (A^-1)[i,j];   det(A[p,q], (p,q));   logdet = log |det A|

A head stands only as the whole right side of a definition, and takes an entry of a named matrix:
`A_inv[b,i,j] = inverse(A[b,p,q], (p,q), at=(i,j))`. Further slots of the entry are batch indices.
"""

from __future__ import annotations

from typing import Any

import sympy

from symnet.notation.errors import ExtentMismatch, IndexMismatch, UnsupportedExpression
from symnet.notation.index import Binder, Index, rename
from symnet.notation.opaque import Opaque, as_number
from symnet.notation.tensor import Entry


class Cell(Opaque, sympy.Expr):
    """What an inverse is asked for; args = (entry of the matrix, row, column)."""

    is_commutative = True
    is_real = True


class MatrixHead(Binder):
    """A function of the matrix that `matrix` is, over the two bound indices (row, column)."""

    ordered = True

    @property
    def matrix(self) -> Entry:
        """The entry of the matrix, over the bound indices."""
        return self.body


class Determinant(MatrixHead):
    """det A."""

    symbol = "det"
    latex_symbol = r"\det"


class LogDeterminant(MatrixHead):
    """log |det A|, in nats."""

    symbol = "logdet"
    latex_symbol = r"\log\det"


class Inverse(MatrixHead):
    """(A^-1)[row, column]; args = (Cell(A[p,q], row, column), p, q)."""

    symbol = "inv"
    latex_symbol = r"\operatorname{inv}"

    @property
    def matrix(self) -> Entry:
        return self.body.args[0]

    @property
    def at(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The row and the column at which the inverse is read."""
        return self.body.args[1], self.body.args[2]

    def _sympystr(self, printer: Any) -> str:
        over = ",".join(i.letter for i in self.bound)
        row, column = (printer._print(e) for e in self.at)
        return f"inv[{over}]({printer._print(self.matrix)})[{row},{column}]"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        row, column = (printer._print(e) for e in self.at)
        text = rf"\operatorname{{inv}}({printer._print(self.matrix)})_{{{row}{column}}}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


def inverse(body: Entry, over: tuple[Index, Index], at: tuple[Any, Any]) -> Inverse:
    """The entry `at` of the inverse of the matrix body[over].

    Raises IndexMismatch, ExtentMismatch or UnsupportedExpression where body is not a square matrix.
    """
    rows, columns = _square(body, over, Inverse.symbol)
    new = {rows: rows.fresh(), columns: columns.fresh()}
    place = (as_number(a, Inverse.symbol) for a in at)
    return Inverse(Cell(rename(body, new), *place), *new.values())


def det(body: Entry, over: tuple[Index, Index]) -> Determinant:
    """The determinant of the matrix body[over]."""
    rows, columns = _square(body, over, Determinant.symbol)
    new = {rows: rows.fresh(), columns: columns.fresh()}
    return Determinant(rename(body, new), *new.values())


def logdet(body: Entry, over: tuple[Index, Index]) -> LogDeterminant:
    """log |det| of the matrix body[over], in nats."""
    rows, columns = _square(body, over, LogDeterminant.symbol)
    new = {rows: rows.fresh(), columns: columns.fresh()}
    return LogDeterminant(rename(body, new), *new.values())


def _square(body: Any, over: Any, symbol: str) -> tuple[Index, Index]:
    pair = tuple(over)
    if len(pair) != 2 or not all(isinstance(i, Index) for i in pair) or pair[0] is pair[1]:
        raise UnsupportedExpression(f"{symbol}: expected two indices, of the rows and the columns")
    if not isinstance(body, Entry) or not body.is_plain:
        raise UnsupportedExpression(
            f"{symbol}({str(body)[:64]}): expected an entry of a named matrix such as A[p,q]; "
            "give the matrix a definition of its own"
        )
    if missing := [i for i in pair if i not in body.slots]:
        raise IndexMismatch(f"{symbol}({body}): {missing[0].letter} does not stand in the matrix")
    if pair[0].extent != pair[1].extent:
        raise ExtentMismatch(
            f"{symbol}({body}): the matrix has {pair[0].extent} rows and {pair[1].extent} columns, "
            "expected as many"
        )
    return pair[0], pair[1]


def check_heads(side: sympy.Expr, at: str, whole: bool = True) -> None:
    """Raise UnsupportedExpression for a head that is not the whole right side.

    `whole` says whether this side may be a head: the base of a recurrence may not.
    """
    if not side.has(MatrixHead):
        return
    if whole and isinstance(side, MatrixHead):
        _square(side.matrix, side.bound, side.symbol)
        return
    (found, *_) = side.find(MatrixHead)
    raise UnsupportedExpression(
        f"{at}: {found} stands inside of a larger expression; give it a definition of its own"
    )
