"""A formula in matrix language as a small tree of frozen values, before it is text, LaTeX, NumPy.

    W_bar = Times(X^T, G)    y = Added(Times(X, W), Times(1, b^T))    z = Scaled(2, Hadamard(P, G))

Every node runs over an index for its rows and one for its columns, None where it has one of them:
a column has rows only, a scalar has neither. What does not fit is refused when it is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from symnet.notation.index import Index
from symnet.notation.tensor import Tensor
from symnet.render.formulas.tree import ONE, Letter, Tree

Axis = Index | None
Powers = tuple[tuple["Matrix", Fraction], ...]


class NoMatrixForm(Exception):
    """A formula is no matrix formula; says why.

    `needs`: indices that have to be written for it to become one; `among`: one of them might.
    """

    def __init__(
        self, reason: str, needs: Iterable[Index] = (), among: Iterable[Index] = ()
    ) -> None:
        super().__init__(reason)
        self.needs, self.among = tuple(needs), tuple(among)


@dataclass(frozen=True)
class Matrix:
    """A node; the subclasses below are the closed set of what can be printed."""

    rows: Axis
    cols: Axis

    @property
    def children(self) -> tuple[Matrix, ...]:
        """The nodes directly inside."""
        found: list[Matrix] = []
        for f in fields(self):
            found.extend(_matrices(getattr(self, f.name)))
        return tuple(found)

    @property
    def axes(self) -> frozenset[Index]:
        """The indices of rows and columns."""
        return frozenset(i for i in (self.rows, self.cols) if i is not None)

    @property
    def is_scalar(self) -> bool:
        return self.rows is None and self.cols is None

    @property
    def is_column(self) -> bool:
        return self.rows is not None and self.cols is None

    @property
    def is_row(self) -> bool:
        return self.rows is None and self.cols is not None

    @property
    def is_matrix(self) -> bool:
        return self.rows is not None and self.cols is not None


def _matrices(value: Any) -> Iterator[Matrix]:
    if isinstance(value, Matrix):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _matrices(v)


@dataclass(frozen=True)
class Leaf(Matrix):
    """A tensor or a slice of one: a slot that is fixed has a tree, a slot that runs has None.

    `flipped`: the rows run over the later axis, or the only axis that runs lies in a row.
    """

    tensor: Tensor
    slots: tuple[Tree | None, ...]
    flipped: bool = False


@dataclass(frozen=True)
class Ones(Matrix):
    """A column or a row of ones."""


@dataclass(frozen=True)
class Eye(Matrix):
    """The identity: 1 where the two indices are equal."""


@dataclass(frozen=True)
class Constant(Matrix):
    """A number, an extent or a written index."""

    tree: Tree


@dataclass(frozen=True)
class OneHot(Matrix):
    """The matrix [k = t[n]] of a column t of integers: row n is the unit vector of t[n]."""

    places: Matrix


@dataclass(frozen=True)
class Transposed(Matrix):
    """The transpose of something that has no shorter one."""

    body: Matrix


@dataclass(frozen=True)
class Times(Matrix):
    """A matrix product of at least two factors, none of them a scalar."""

    items: tuple[Matrix, ...]


@dataclass(frozen=True)
class Scaled(Matrix):
    """coefficient * scalars^exponents * body; body None stands for 1, and then it is a scalar."""

    coefficient: Fraction
    scalars: Powers
    body: Matrix | None


@dataclass(frozen=True)
class Hadamard(Matrix):
    """The entrywise product of powers, all of one shape."""

    items: Powers


@dataclass(frozen=True)
class Added(Matrix):
    """A sum of signed terms of one shape; a scalar among them is added to every entry."""

    terms: tuple[tuple[bool, Matrix], ...]


@dataclass(frozen=True)
class Apply(Matrix):
    """A scalar function of every entry."""

    function: str
    arguments: tuple[Matrix, ...]


@dataclass(frozen=True)
class Compared(Matrix):
    """The bracket [a < b], entry by entry; also a chain."""

    sides: tuple[Matrix, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True)
class Chosen(Matrix):
    """`value` where the condition holds, else `other`, entry by entry."""

    condition: Matrix
    value: Matrix
    other: Matrix


@dataclass(frozen=True)
class Diag(Matrix):
    """The diagonal matrix of a column; rows and columns are one index."""

    body: Matrix


@dataclass(frozen=True)
class Diagonal(Matrix):
    """The column on the diagonal of a matrix."""

    body: Matrix


@dataclass(frozen=True)
class Trace(Matrix):
    """sum_i A[i,i]; `body` is a matrix whose rows and columns run over one extent."""

    body: Matrix


@dataclass(frozen=True)
class Norm(Matrix):
    """sqrt(sum of squares) of a column or a matrix."""

    body: Matrix


@dataclass(frozen=True)
class Extreme(Matrix):
    """max, prod or argmax of every row of a matrix (a column), or of a column (a scalar)."""

    kind: str
    body: Matrix


@dataclass(frozen=True)
class Triangle(Matrix):
    """A matrix that is 0 above the diagonal `offset` (`lower`), or below it."""

    lower: bool
    offset: int
    body: Matrix


@dataclass(frozen=True)
class Written(Matrix):
    """A sum, product or maximum over written letters, where the conditions hold."""

    kind: str
    letters: tuple[Letter, ...]
    conditions: tuple[Tree, ...]
    body: Matrix


@dataclass(frozen=True)
class Function(Matrix):
    """det or logdet of a matrix, a scalar; inv, a matrix."""

    kind: str
    body: Leaf


# -- constructors -----------------------------------------------------------------------------


def constant(tree: Tree) -> Constant:
    """A scalar that is no tensor."""
    return Constant(None, None, tree)


def transposed(m: Matrix) -> Matrix:
    """The transpose: of a product by turning its factors round, of a sum where that is shorter."""
    turned: dict[str, Any] = {"rows": m.cols, "cols": m.rows}
    match m:
        case _ if m.is_scalar:
            return m
        case Transposed(body=body):
            return body
        case Leaf():
            return replace(m, flipped=not m.flipped, **turned)
        case Ones() | Eye() | Diag():
            return replace(m, **turned)
        case Times(items=items):
            return replace(m, items=tuple(transposed(i) for i in reversed(items)), **turned)
        case Scaled(body=body) if body is not None:
            return replace(m, body=transposed(body), **turned)
        case Function(body=leaf):
            turned["body"] = transposed(leaf)
            return replace(m, **turned)
        case Written(body=body):
            return replace(m, body=transposed(body), **turned)
        case Triangle(body=body):
            flipped = replace(m, lower=not m.lower, offset=-m.offset, body=transposed(body))
            return replace(flipped, **turned)
        case Hadamard() | Added() | Apply() | Compared() | Chosen():
            inside = replace(_turned_inside(m), **turned)
            minus = isinstance(m, Added) and len(m.terms) == 1
            return inside if minus or price(inside) <= price(m) else Transposed(m.cols, m.rows, m)
    return Transposed(m.cols, m.rows, m)


def _turned_inside(m: Matrix) -> Matrix:
    """The same entrywise node over the transposes of what is directly inside."""
    return replace(m, **{f.name: _turned(getattr(m, f.name)) for f in fields(m)})


def _turned(value: Any) -> Any:
    if isinstance(value, Matrix):
        return transposed(value)
    if isinstance(value, tuple):
        return tuple(map(_turned, value))
    return value


def price(m: Matrix) -> int:
    """How many transposes of matrices a reader has to take; a vector lies as it needs to."""
    own = isinstance(m, Transposed) or (isinstance(m, Leaf) and m.flipped and m.is_matrix)
    return own + sum(map(price, m.children))


def oriented(m: Matrix, rows: Axis, cols: Axis) -> Matrix:
    """The matrix or its transpose, so that its rows and columns run over these."""
    if (m.rows, m.cols) == (rows, cols):
        return m
    if (m.rows, m.cols) != (cols, rows):
        raise NoMatrixForm("the rows and columns of two factors do not fit")
    return transposed(m)


def times(*factors: Matrix) -> Matrix:
    """The matrix product; scalars come out in front, the identity drops out."""
    coefficient = ONE
    scalars: list[tuple[Matrix, Fraction]] = []
    chain: list[Matrix] = []
    for f in factors:
        minus, f = negative(f)
        coefficient *= -1 if minus else 1
        if isinstance(f, Scaled) and f.body is not None:
            coefficient *= f.coefficient
            scalars.extend(f.scalars)
            f = f.body
        chain.extend(f.items if isinstance(f, Times) else (f,))
    rows, cols = chain[0].rows, chain[-1].cols
    kept = [f for f in chain if not isinstance(f, Eye)] or chain[:1]
    made = kept[0] if len(kept) == 1 else Times(rows, cols, tuple(kept))
    if (made.rows, made.cols) != (rows, cols):
        made = replace(made, rows=rows, cols=cols)
    return scaled(coefficient, scalars, made)


def scaled(
    coefficient: Fraction, scalars: Iterable[tuple[Matrix, Fraction]], body: Matrix | None
) -> Matrix:
    """coefficient * scalars * body, with equal scalars brought together."""
    if isinstance(body, Scaled):
        coefficient, scalars = coefficient * body.coefficient, (*scalars, *body.scalars)
        body = body.body
    if body is not None and body.is_scalar:
        scalars, body = (*scalars, (body, ONE)), None
    found: dict[Matrix, Fraction] = {}
    for base, exponent in scalars:
        parts: Powers = ((base, ONE),)
        if exponent.denominator == 1 and (taken := negative(base))[0]:
            coefficient *= (-1) ** int(exponent)
            base, parts = taken[1], ((taken[1], ONE),)
        if isinstance(base, Scaled) and exponent.denominator == 1:
            coefficient *= base.coefficient ** int(exponent)
            parts = base.scalars
        for b, x in parts:
            found[b] = found.get(b, Fraction(0)) + x * exponent
    left = tuple((b, x) for b, x in found.items() if x)
    if coefficient == 1 and not left and body is not None:
        return body
    if coefficient == 1 and body is None and len(left) == 1 and left[0][1] == 1:
        return left[0][0]
    rows, cols = (None, None) if body is None else (body.rows, body.cols)
    return Scaled(rows, cols, coefficient, left, body)


def number(value: Fraction | int) -> Matrix:
    """A number as a scalar."""
    return Scaled(None, None, Fraction(value), (), None)


def hadamard(factors: Iterable[tuple[Matrix, Fraction]], rows: Axis, cols: Axis) -> Matrix:
    """The entrywise product of powers of matrices of this shape; [j <= i] A is a triangle of A."""
    coefficient = ONE
    scalars: list[tuple[Matrix, Fraction]] = []
    found: dict[Matrix, Fraction] = {}
    triangles: list[Triangle] = []
    for base, exponent in factors:
        if exponent.denominator == 1 and (taken := negative(base))[0]:
            coefficient *= (-1) ** int(exponent)
            base = taken[1]
        if isinstance(base, Scaled) and base.body is not None and exponent.denominator == 1:
            coefficient *= base.coefficient ** int(exponent)
            scalars.extend((b, x * exponent) for b, x in base.scalars)
            base = base.body
        if isinstance(base, Triangle) and _is_ones(base.body) and exponent > 0:
            triangles.append(base)
            continue
        inner: Powers = ((base, ONE),)
        if isinstance(base, Hadamard) and exponent.denominator == 1:
            inner = base.items
        for b, x in inner:
            found[b] = found.get(b, Fraction(0)) + x * exponent
            if isinstance(b, Compared | OneHot | Eye) and found[b] > 0:
                found[b] = ONE
    items = tuple((b, x) for b, x in found.items() if x and not (_is_ones(b)))
    made = _entrywise(items, rows, cols)
    for t in triangles:
        made = replace(t, body=made)
    return scaled(coefficient, scalars, made)


def _entrywise(items: Powers, rows: Axis, cols: Axis) -> Matrix:
    if not items:
        return ones(rows, cols)
    if len(items) == 1 and items[0][1] == 1:
        return items[0][0]
    return Hadamard(rows, cols, items)


def ones(rows: Axis, cols: Axis) -> Matrix:
    """All ones: a column, a row, or 1 1^T."""
    if rows is not None and cols is not None:
        return Times(rows, cols, (Ones(rows, None), Ones(None, cols)))
    return Ones(rows, cols)


def _is_ones(m: Matrix) -> bool:
    return isinstance(m, Ones) or (
        isinstance(m, Times) and all(isinstance(i, Ones) for i in m.items)
    )


def spread(m: Matrix, rows: Axis, cols: Axis) -> Matrix:
    """The matrix repeated along the axes that it lacks: v -> v 1^T, u -> 1 u^T, s -> s 1 1^T."""
    wanted = {i for i in (rows, cols) if i is not None}
    if isinstance(m, Scaled) and m.coefficient == 0:
        return number(0)
    if m.is_scalar:
        return scaled(ONE, ((m, ONE),), ones(rows, cols)) if wanted else m
    if m.axes == wanted and m.is_matrix == (rows is not None and cols is not None):
        return oriented(m, rows, cols)
    if not m.axes < wanted or m.is_matrix:
        raise NoMatrixForm("it depends on an index that is not on the left")
    column = m if m.is_column else transposed(m)
    if column.rows == rows:
        return times(column, Ones(None, cols))
    return times(Ones(rows, None), transposed(column))


def added(terms: Iterable[tuple[bool, Matrix]], rows: Axis, cols: Axis) -> Matrix:
    """A sum of signed terms of one shape, scalars among them."""
    flat: list[tuple[bool, Matrix]] = []
    for negative, m in terms:
        if isinstance(m, Added):
            flat.extend((negative != n, t) for n, t in m.terms)
        elif isinstance(m, Scaled) and m.coefficient < 0:
            flat.append((not negative, scaled(-m.coefficient, m.scalars, m.body)))
        else:
            flat.append((negative, m))
    flat = _sums_joined(flat)
    return flat[0][1] if len(flat) == 1 and not flat[0][0] else Added(rows, cols, tuple(flat))


def _sums_joined(terms: list[tuple[bool, Matrix]]) -> list[tuple[bool, Matrix]]:
    """sum_h A_h + sum_h B_h => sum_h (A_h + B_h), where both are written with the same letters."""
    groups: dict[Any, list[tuple[bool, Matrix]]] = {}
    for k, (minus, m) in enumerate(terms):
        key: Any = k
        if isinstance(m, Written) and m.kind == "sum" and not m.conditions:
            key = tuple((x.text, x.index.extent) for x in m.letters)
        groups.setdefault(key, []).append((minus, m))
    out: list[tuple[bool, Matrix]] = []
    for group in groups.values():
        first = group[0][1]
        if len(group) > 1 and isinstance(first, Written):
            inner = [(minus, m.body) for minus, m in group if isinstance(m, Written)]
            body = added(inner, first.rows, first.cols)
            out.append((False, replace(first, body=body)))
        else:
            out.extend(group)
    return out


def negative(m: Matrix) -> tuple[bool, Matrix]:
    """(True, a) for -a, else (False, m)."""
    if isinstance(m, Added) and len(m.terms) == 1:
        return m.terms[0]
    if isinstance(m, Scaled) and m.coefficient < 0:
        return True, scaled(-m.coefficient, m.scalars, m.body)
    return False, m


def walk(m: Matrix) -> Iterator[Matrix]:
    """The node and everything inside it, outermost first."""
    yield m
    for child in m.children:
        yield from walk(child)
