"""Derivatives of the heads of a whole matrix, and the laws of inverse, orthogonal and symmetric.

    d inv[r,c] / dX[a,b] = -inv[r,a] inv[b,c]     d det / dX[a,b] = det inv[b,a]
    d log|det| / dX[a,b] = inv[b,a]               sum_j X[i,j] inv[j,k] = [i = k]

Source: Petersen & Pedersen 2012, The Matrix Cookbook, eqs. (49), (57), (60).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, of_index
from symnet.calculus.convert import read, slot
from symnet.calculus.names import unused_name
from symnet.notation import (
    Definition,
    Determinant,
    Entry,
    Graph,
    Index,
    Inverse,
    MatrixHead,
    Tensor,
    fresh,
    inverse,
    replace,
)

Matrix = tuple[str, int, int]  # a tensor, and which of its axes are the rows and the columns


def matrix_of(head: MatrixHead) -> Matrix:
    """The matrix that the head is of."""
    slots = head.matrix.slots
    rows, columns = head.bound
    return head.matrix.tensor.name, slots.index(rows), slots.index(columns)


def inverse_of(d: Definition) -> Matrix | None:
    """The matrix of which a definition is the inverse, entry by entry and axis by axis.

    inv[b,i,j] = inverse of X[b,:,:] at (i,j), with the axes of X; None for any other definition.
    """
    if not isinstance(d.expression, Inverse):
        return None
    of = matrix_of(d.expression)
    expected = list(d.expression.matrix.slots)
    expected[of[1]], expected[of[2]] = d.expression.at
    return of if tuple(expected) == d.free else None


def inverses(graph: Graph) -> dict[Matrix, Tensor]:
    """The named inverses of a graph."""
    out: dict[Matrix, Tensor] = {}
    for d in graph.definitions:
        if (of := inverse_of(d)) is not None:
            out.setdefault(of, d.tensor)
    return out


def with_inverses(graph: Graph) -> Graph:
    """The graph with a named inverse of every matrix whose derivative will need one."""
    heads = [d.expression for d in graph.definitions if isinstance(d.expression, MatrixHead)]
    if not heads:
        return graph
    known = set(inverses(graph))
    taken = {x.name for x in graph.tensors}
    made: list[Definition] = []
    for d in graph.definitions:
        head = d.expression
        if isinstance(head, MatrixHead) and matrix_of(head) not in known:
            known.add(matrix_of(head))
            named = _named_inverse(head, unused_name(f"{head.matrix.tensor.name}_inv", taken))
            taken.add(named.name)
            made.append(named)
        made.append(d)
    return replace(graph, definitions=tuple(made))


def _named_inverse(head: MatrixHead, name: str) -> Definition:
    x = head.matrix.tensor
    _, rows, columns = matrix_of(head)
    free, bound = fresh(x.indices), fresh(x.indices)
    slots = [*free]
    slots[rows], slots[columns] = bound[rows], bound[columns]
    over = (bound[rows], bound[columns])
    right = inverse(Entry(x, *slots), over, at=(free[rows], free[columns]))
    return Definition(Entry(Tensor(name, *free), *free), right)


def pull_head(
    head: MatrixHead,
    own: t.Poly,
    renamed: Mapping[Index, Affine],
    upstream: t.Poly,
    known: Mapping[Matrix, Tensor],
    emit: Callable[[t.Ref, t.Poly, tuple[Index, ...]], None],
) -> None:
    """`emit(entry of the matrix, upstream * d head/d entry, its indices)`.

    `own` is the value of the head, `renamed` gives the free indices of its definition.
    """
    _, rows, columns = matrix_of(head)
    a, b = fresh(head.bound)
    named = known[matrix_of(head)]
    given = {**renamed, head.bound[0]: of_index(a), head.bound[1]: of_index(b)}
    slots = [given[i] for i in head.matrix.slots]

    def inv(row: Affine, column: Affine) -> t.Poly:
        at = list(slots)
        at[rows], at[columns] = row, column
        return t.single(t.ref(named, at))

    if isinstance(head, Inverse):
        r, c = (t.rename_affine(slot(e), renamed, {}) for e in head.at)
        slope = t.multiply(t.number(-1), inv(r, of_index(a)), inv(of_index(b), c))
    else:
        slope = inv(of_index(b), of_index(a))
        if isinstance(head, Determinant):
            slope = t.multiply(own, slope)
    emit(t.ref(head.matrix.tensor, slots), t.multiply(upstream, slope), (a, b))


# -- laws --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """sum over the joined axes of left * right = delta of the crossed axes.

    left[.., i, k] right[.., k, j] for (row, column) axes: `joined` are the axes of k, `crossed`
    those of i and j, in left and in right.
    """

    left: str
    right: str
    joined: tuple[int, int]
    crossed: tuple[int, int]


def units(graph: Graph) -> list[Unit]:
    """X inv = inv X = 1, and Q'Q = Q Q' = 1 for an orthogonal square matrix."""
    out: list[Unit] = []
    for (name, r, c), x in inverses(graph).items():
        out += [Unit(name, x.name, (c, r), (r, c)), Unit(name, x.name, (r, c), (c, r))]
    for x in graph.tensors:
        if "orthogonal" in x.assume and x.order > 1:
            r, c = x.order - 2, x.order - 1
            out.append(Unit(x.name, x.name, (r, r), (c, c)))
            if x.shape[r] == x.shape[c]:
                out.append(Unit(x.name, x.name, (c, c), (r, r)))
    return out


def contract_unit(builder: t.Builder, known: Sequence[Unit]) -> str | None:
    """Use one unit in an open product; what was used, or None."""
    for u in known:
        for f, g in _pairs(builder, u):
            k = f.slots[u.joined[0]].index
            if k is None or g.slots[u.joined[1]].index is not k or k not in builder.bound:
                continue
            left = [s for axis, s in enumerate(f.slots) if axis not in (u.joined[0], u.crossed[0])]
            right = [s for axis, s in enumerate(g.slots) if axis not in (u.joined[1], u.crossed[1])]
            i, j = f.slots[u.crossed[0]], g.slots[u.crossed[1]]
            elsewhere = [h for h in builder.factors if h is not f and h is not g]
            if left != right or any(k in s.free for s in (i, j, *left)):
                continue
            if any(k in h.free for h in elsewhere):
                continue
            if f is g:
                builder._put(f, Fraction(-2))
            else:
                builder._put(f, Fraction(-1))
                builder._put(g, Fraction(-1))
            builder.bound.remove(k)
            builder.times(t.equals_zero(i - j))
            return f"{u.left} times {u.right} is the identity"
    return None


def _pairs(builder: t.Builder, u: Unit) -> Iterator[tuple[t.Ref, t.Ref]]:
    refs = [(f, e) for f, e in builder.factors.items() if isinstance(f, t.Ref)]
    for f, e in refs:
        if f.tensor.name != u.left:
            continue
        for g, x in refs:
            if g.tensor.name == u.right and (e == x == 1 if f is not g else e == 2):
                yield f, g


def _place(s: Affine) -> tuple[bool, object]:
    """The order of symmetric slots: bound indices, which are open as `_`, stand last."""
    return s.index is not None and s.index.letter == "_", s.sort_key


class Symmetry:
    """Which tensors are symmetric in their last two axes: X[i,j] = X[j,i], written in one way.

    Known of what is assumed so, of inverses of such, and of definitions that do not change when
    the two indices are exchanged.
    """

    def __init__(self, graph: Graph) -> None:
        self.axes: dict[str, tuple[int, int]] = {
            x.name: (x.order - 2, x.order - 1)
            for x in graph.tensors
            if x.order > 1 and not x.assume.isdisjoint({"symmetric", "spd"})
        }

    def note(self, d: Definition, fold: Callable[[t.Poly], t.Poly]) -> None:
        """Find out whether a definition is symmetric; `fold` knows all symmetries before it."""
        of = inverse_of(d)
        if of is not None:
            if self.axes.get(of[0]) in (of[1:], of[:0:-1]):
                self.axes[d.name] = (of[1], of[2])
            return
        if isinstance(d.expression, MatrixHead) or d.base is not None:
            return
        self.note_body(d.name, d.free, read(d.expression), fold)

    def note_body(
        self, name: str, free: Sequence[Index], body: t.Poly, fold: Callable[[t.Poly], t.Poly]
    ) -> None:
        """Find out whether `name[free] = body` is symmetric in its last two indices."""
        if len(free) < 2:
            return
        i, j = free[-2:]
        if i.extent != j.extent or i.sequential or j.sequential:
            return
        exchanged = t.rename(body, {i: of_index(j), j: of_index(i)})
        if exchanged is body or fold(exchanged) is fold(body):
            self.axes[name] = (len(free) - 2, len(free) - 1)

    def ordered(self, f: t.Ref) -> t.Node:
        """The entry with its symmetric slots in order."""
        axes = self.axes.get(f.tensor.name)
        if axes is None:
            return f
        a, b = (f.slots[k] for k in axes)
        return f if _place(a) <= _place(b) else self.turned(f)

    def is_loose(self, f: t.Ref, bound: Sequence[Index]) -> bool:
        """Whether f is symmetric and both of its slots are bound indices: it has no first one."""
        axes = self.axes.get(f.tensor.name)
        return axes is not None and all(f.slots[k].index in bound for k in axes)

    def turned(self, f: t.Node) -> t.Node:
        """The entry with its symmetric slots exchanged."""
        assert isinstance(f, t.Ref)
        a, b = self.axes[f.tensor.name]
        slots = list(f.slots)
        slots[a], slots[b] = slots[b], slots[a]
        return t.ref(f.tensor, slots)
