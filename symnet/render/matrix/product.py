"""A product of factors under a sum -> matrix products: one summed index after the other.

    sum_n X[n,d] r[n]          =>  X^T r             one matrix meets the index
    sum_n X[n,d] v[n] Y[n,k]   =>  X^T diag(v) Y     two do
    sum_nd A[n,d] B[n,d]       =>  tr(A^T B)         a cycle
    sum_n a[n] b[n]            =>  a^T b             none does

An index at which three matrices meet has no matrix product, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symnet.notation.index import Index
from symnet.render.formulas.tree import ONE
from symnet.render.matrix.tree import (
    Axis,
    Diag,
    Diagonal,
    Eye,
    Hadamard,
    Matrix,
    NoMatrixForm,
    Norm,
    Ones,
    Powers,
    Scaled,
    Times,
    Trace,
    hadamard,
    negative,
    oriented,
    price,
    scaled,
    times,
    transposed,
)

TWO = Fraction(2)


def contract(factors: Sequence[tuple[Matrix, Fraction]], bound: Iterable[Index]) -> Matrix:
    """The sum over `bound` of the product of powers; every factor has at most two axes."""
    made = _Product(factors)
    left = list(bound)
    while left:
        i = made.next_of(left)
        left.remove(i)
        made.sum_over(i, left)
    return made.composed()


class _Product:
    """Scalars, columns and matrices that are multiplied; sums take indices away."""

    def __init__(self, factors: Sequence[tuple[Matrix, Fraction]]) -> None:
        self.coefficient = ONE
        self.scalars: list[tuple[Matrix, Fraction]] = []
        self.columns: list[tuple[Matrix, Fraction]] = []
        self.matrices: list[tuple[Matrix, Fraction]] = []
        for m, exponent in factors:
            self.put(m, exponent)
        self.first = self.matrices[0][0] if self.matrices else None

    def put(self, m: Matrix, exponent: Fraction = ONE) -> None:
        """One more factor; what is a number or a scalar in it stands by itself."""
        if exponent.denominator == 1 and (taken := negative(m))[0]:
            self.coefficient *= (-1) ** int(exponent)
            m = taken[1]
        if isinstance(m, Scaled) and exponent.denominator == 1:
            self.coefficient *= m.coefficient ** int(exponent)
            self.scalars.extend((b, x * exponent) for b, x in m.scalars)
            if m.body is None:
                return
            m = m.body
        if m.is_scalar:
            self.scalars.append((m, exponent))
        elif isinstance(m, Hadamard) and exponent.denominator == 1:
            for b, x in m.items:
                self.put(b, x * exponent)
        elif not m.is_matrix:
            self.columns.append((m if m.is_column else transposed(m), exponent))
        elif len(m.axes) == 1:
            raise NoMatrixForm("a diagonal matrix stands among entrywise factors")
        else:
            self.matrices.append((m, exponent))

    def partners(self, i: Index) -> list[Index]:
        """The indices that share a matrix with i, in order."""
        found: dict[Index, None] = {}
        for m, _ in self.matrices:
            if i in m.axes:
                other = m.cols if m.rows is i else m.rows
                assert other is not None  # `matrices` holds no vectors
                found.setdefault(other)
        return list(found)

    def next_of(self, bound: Sequence[Index]) -> Index:
        """The index that is summed first: one at which few matrices meet."""
        best = min(bound, key=lambda i: len(self.partners(i)))
        if len(self.partners(best)) > 2:
            raise NoMatrixForm(
                f"three matrices meet at the summed index {best.letter}", among=bound
            )
        if len(self.partners(best)) == 2:
            later = [i for i in bound if not self.columns_at(i)]
            best = next((i for i in later if len(self.partners(i)) == 2), best)
        return best

    def columns_at(self, i: Index) -> Powers:
        return tuple((m, x) for m, x in self.columns if m.rows is i)

    def between(self, i: Index, j: Index) -> Powers:
        return tuple((m, x) for m, x in self.matrices if m.axes == {i, j})

    def taken(self, i: Index, j: Axis) -> Powers:
        """The columns at i, or the matrices between i and j; they are factors no longer."""
        found = self.columns_at(i) if j is None else self.between(i, j)
        kept = self.columns if j is None else self.matrices
        kept[:] = [item for item in kept if item not in found]
        return found

    def sum_over(self, i: Index, others: list[Index]) -> None:
        near = self.partners(i)
        if not near:
            self.put(inner(self.taken(i, None), i))
            return
        if len(near) == 1 and self._closes(i, near[0], others):
            pair = self.between(i, near[0])
            if closed := frobenius(pair, i, near[0], self.first):
                self.taken(i, near[0])
                others.remove(near[0])
                self.put(*closed)
                return
        column = self.taken(i, None)
        first = together(self.taken(i, near[0]), near[0], i)
        if len(near) == 1:
            v = hadamard(column, i, None) if column else Ones(i, None)
            self.put(times(first, v))
            return
        last = together(self.taken(i, near[1]), i, near[1])
        middle = (Diag(i, i, hadamard(column, i, None)),) if column else ()
        self.put(_cheaper(times(first, *middle, last)))

    def _closes(self, i: Index, j: Index, others: Sequence[Index]) -> bool:
        """Whether both are summed and only matrices between the two meet them."""
        alone = not self.columns_at(i) and not self.columns_at(j)
        return alone and j in others and self.partners(j) == [i]

    def composed(self) -> Matrix:
        """What is left: an entrywise product, with columns as diagonal factors."""
        axes: dict[Index, None] = {}
        for m, _ in (*self.matrices, *self.columns):
            for i in (m.rows, m.cols):
                if i is not None:
                    axes.setdefault(i)
        if len(axes) > 2:
            letters = ", ".join(i.letter for i in axes)
            raise NoMatrixForm(f"it has more than two axes ({letters})", among=axes)
        return scaled(self.coefficient, self.scalars, self._body(list(axes)))

    def _body(self, axes: list[Index]) -> Matrix | None:
        if not axes:
            return None
        if len(axes) == 1:
            return hadamard(self.columns, axes[0], None)
        if not self.matrices:
            r, c = axes
            left, right = (hadamard(self.columns_at(i), i, None) for i in axes)
            return times(left, transposed(right))
        r, c = _natural(self.matrices)
        above, below = self.columns_at(r), self.columns_at(c)
        if any(isinstance(m, Eye) for m, _ in self.matrices):
            return self._diagonal(r, c)
        factors = [together(tuple(self.matrices), r, c)]
        if above:
            factors.insert(0, Diag(r, r, hadamard(above, r, None)))
        if below:
            factors.append(Diag(c, c, hadamard(below, c, None)))
        return times(*factors)

    def _diagonal(self, r: Index, c: Index) -> Matrix:
        """[r = c] times anything is a diagonal matrix."""
        parts = [*self.columns_at(r)]
        parts += [(_moved(m, r), x) for m, x in self.columns_at(c)]
        for m, x in self.matrices:
            if not isinstance(m, Eye):
                parts.append((Diagonal(r, None, oriented(m, r, c)), x))
        if not parts:
            return Eye(r, c)
        return Diag(r, c, hadamard(parts, r, None))


def _moved(column: Matrix, to: Index) -> Matrix:
    """The same column over the other index of a delta."""
    return replace(column, rows=to)


def _natural(matrices: Sequence[tuple[Matrix, Fraction]]) -> tuple[Index, Index]:
    """Rows and columns in which most of the matrices stand without a transpose."""
    m = matrices[0][0]
    r, c = m.rows, m.cols
    assert r is not None and c is not None
    ways = [(r, c), (c, r)]
    return min(ways, key=lambda w: sum(price(oriented(x, *w)) for x, _ in matrices))


def together(factors: Powers, rows: Index, cols: Index) -> Matrix:
    """The entrywise product of matrices, transposed as a whole where that is shorter."""
    ways = [
        hadamard([(oriented(m, rows, cols), x) for m, x in factors], rows, cols),
        transposed(hadamard([(oriented(m, cols, rows), x) for m, x in factors], cols, rows)),
    ]
    return min(ways, key=price)


def _cheaper(m: Matrix) -> Matrix:
    other = transposed(m)
    return other if price(other) < price(m) else m


def inner(columns: Powers, i: Index) -> Matrix:
    """sum_i of a product of columns: ||v||^2, u^T v, 1^T v, and u^T (v*w) of three."""
    if len(columns) == 1 and columns[0][1] == TWO:
        return scaled(ONE, ((Norm(None, None, columns[0][0]), TWO),), None)
    if not columns:
        raise NoMatrixForm("it counts the values of an index")
    if len(columns) == 1:
        return _shorter(times(Ones(None, i), hadamard(columns, i, None)))
    ways = []
    for k, (m, x) in enumerate(columns):
        rest = columns[:k] + columns[k + 1 :]
        ways.append(times(transposed(hadamard(((m, x),), i, None)), hadamard(rest, i, None)))
    return _shorter(min(ways, key=price))


def _shorter(scalar: Matrix) -> Matrix:
    """u^T A v or v^T A^T u."""
    if not isinstance(scalar, Times):
        return scalar
    turned = replace(scalar, items=tuple(transposed(i) for i in reversed(scalar.items)))
    return min((scalar, turned), key=price)


def frobenius(
    pair: Powers, i: Index, j: Index, first: Matrix | None = None
) -> tuple[Matrix, Fraction] | None:
    """sum_ij of one squared matrix, or of two: a norm or a trace; None for anything else.

    A longer cycle starts with the factor `first`.
    """
    if len(pair) == 1 and pair[0][1] == TWO:
        return Norm(None, None, _cheaper(pair[0][0])), TWO
    if len(pair) != 2 or any(x != 1 for _, x in pair):
        return None
    (a, _), (b, _) = pair
    ways = [times(oriented(a, r, c), oriented(b, c, r)) for r, c in ((j, i), (i, j)) if r is not c]
    ways.sort(key=lambda m: (price(m), m.rows is not a.cols))
    if isinstance(ways[0], Times) and first is not None and len(ways[0].items) > 2:
        return Trace(None, None, _from(ways[0], first)), ONE
    return Trace(None, None, ways[0]), ONE


def _from(cycle: Times, first: Matrix) -> Matrix:
    """tr(B C A) = tr(A B C)."""
    for k, item in enumerate(cycle.items):
        if item == first or transposed(item) == first:
            return times(*cycle.items[k:], *cycle.items[:k])
    return cycle
