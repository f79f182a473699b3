"""Graph -> rows of formulas in matrix form, or in index form with the reason; which vectors lie.

A tensor of one axis is a column. It is a row where the whole graph uses it as one, as the bias and
its gradient in y = x W + 1 b, b_bar = 1^T y_bar; a tensor and its cotangents lie the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symnet.notation.graph import Graph
from symnet.render.formulas.formula import Row, Which, rows
from symnet.render.matrix.conversion import Converted, converted
from symnet.render.matrix.text import WORDS, Dress
from symnet.render.matrix.tree import (
    Added,
    Apply,
    Chosen,
    Compared,
    Eye,
    Function,
    Hadamard,
    Leaf,
    Matrix,
    NoMatrixForm,
    Ones,
    Scaled,
    Times,
    Transposed,
    price,
    transposed,
    walk,
)

ENTRYWISE = Added | Apply | Chosen | Compared | Hadamard | Scaled | Transposed


@dataclass(frozen=True)
class MatrixRow:
    """One row: in matrix form, or (`form` None) in index form for the stated reason."""

    row: Row
    form: Converted | None
    reason: str = ""

    @property
    def right(self) -> Matrix:
        assert self.form is not None
        return self.form.right


@dataclass(frozen=True)
class Page:
    """The rows of a graph and how its names stand in them."""

    rows: tuple[MatrixRow, ...]
    dress: Dress


def page(graph: Graph, which: Which = "all") -> Page:
    """The rows that are asked for; which vectors lie is decided by the whole graph."""
    everything = {r: _converted(r) for r in rows(graph)}
    chosen = tuple(everything.get(r) or _converted(r) for r in rows(graph, which))
    forms = [m.form for m in everything.values() if m.form is not None]
    words = {t.name for t in graph.tensors} | {s.name for s in graph.extents}
    identity = next(w for w in ("I", "Id", "Id_") if w not in words)
    dress = Dress(lying(forms, graph), _inverses(forms), identity)
    return Page(tuple(_laid(m, dress) for m in chosen), dress)


def _converted(row: Row) -> MatrixRow:
    try:
        form = converted(row.lefts, row.right)
    except NoMatrixForm as error:
        return MatrixRow(row, None, str(error))
    used = {m.tensor.name for m in walk(form.right) if isinstance(m, Leaf)}
    if taken := sorted(used & WORDS):
        return MatrixRow(row, None, f"{taken[0]} means something else in matrix form")
    return MatrixRow(row, form)


def _laid(m: MatrixRow, dress: Dress) -> MatrixRow:
    """A vector that is a row has a row on the right."""
    if m.form is None or m.row.name not in dress.rows or not m.form.right.is_column:
        return m
    left = tuple(l if l.is_scalar else _turned(l) for l in m.form.lefts)
    return MatrixRow(m.row, Converted(left, transposed(m.form.right), m.form.written))


def _turned(leaf: Leaf) -> Leaf:
    made = transposed(leaf)
    assert isinstance(made, Leaf)
    return made


def _inverses(forms: Iterable[Converted]) -> dict[str, Leaf]:
    """X_inv -> X, for inverses of whole matrices that are no inverses themselves."""
    out: dict[str, Leaf] = {}
    for form in forms:
        right = form.right
        if isinstance(right, Function) and right.kind == "inv" and not form.written:
            name, base = form.lefts[0].tensor.name, right.body
            if base.tensor.name not in out and not any(s is not None for s in base.slots):
                out[name] = base
    return out


# -- which vectors are rows -------------------------------------------------------------------


def lying(forms: Iterable[Converted], graph: Graph) -> frozenset[str]:
    """The tensors of one axis that are rows."""
    votes = _Votes(graph)
    for form in forms:
        votes.count(form)
    vectors = [t.name for t in graph.tensors if t.order == 1]
    return frozenset(name for name in vectors if votes.of(name) > 0)


class _Votes:
    """+1 for every use of a vector as a row, -1 as a column; what is added lies the same way."""

    def __init__(self, graph: Graph) -> None:
        self.family = {t.name: t.name for t in graph.tensors}
        for of, bar in graph.cotangents:
            self.join(of, bar)
        for name in list(self.family):
            of = re.sub(r"(_bar\d*|_dot\d*)+$", "", name)
            if of in self.family:
                self.join(of, name)
        self.votes: dict[str, int] = {}

    def head(self, name: str) -> str:
        while self.family.setdefault(name, name) != name:
            name = self.family[name]
        return name

    def join(self, a: str, b: str) -> None:
        a, b = self.head(a), self.head(b)
        if a != b:
            self.family[b] = a

    def of(self, name: str) -> int:
        head = self.head(name)
        return sum(v for n, v in self.votes.items() if self.head(n) == head)

    def vote(self, leaves: Iterable[Leaf], by: int) -> None:
        for leaf in leaves:
            self.votes[leaf.tensor.name] = self.votes.get(leaf.tensor.name, 0) + by

    def count(self, form: Converted) -> None:
        left, right = form.lefts[0], form.right
        if left.tensor.order == 1 and right.is_column:
            for m in entrywise(right):
                if isinstance(m, Leaf) and m.tensor.order == 1:
                    self.join(left.tensor.name, m.tensor.name)
                elif not isinstance(m, Ones) and (by := price(m) - price(transposed(m))):
                    self.vote([left], 1 if by > 0 else -1)
        for m in walk(right):
            if m.is_column or m.is_row:
                found = list(vectors(m))
                for other in found[1:]:
                    self.join(found[0].tensor.name, other.tensor.name)
            if isinstance(m, Times):
                for before, item in zip((None, *m.items), m.items, strict=False):
                    if item.is_column and not isinstance(before, Ones):
                        self.vote(vectors(item), -1)
                    elif item.is_row and isinstance(before, Ones):
                        self.vote(vectors(item), 1)


def entrywise(m: Matrix) -> Iterator[Matrix]:
    """What an entrywise formula is made of: its operands that are vectors."""
    if m.is_scalar:
        return
    if isinstance(m, ENTRYWISE):
        for child in m.children:
            yield from entrywise(child)
    elif not isinstance(m, Eye):
        yield m


def vectors(m: Matrix) -> Iterator[Leaf]:
    """The tensors of one axis among them."""
    for part in entrywise(m):
        if isinstance(part, Leaf) and part.tensor.order == 1:
            yield part
