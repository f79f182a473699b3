"""Which case distinctions a value depends on, and how many of their combinations were seen.

    relu(x[n]) w[n] summed over n: the signs of all x[n];   for each entry of the result a set of bits

A claim may differ from the truth in one combination of signs only; it is found out where that
combination is drawn. So each entry counts the combinations of its own signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from symnet.notation import Entry, Graph, Index, ScalarFunction, Tensor, UnsupportedExpression
from symnet.notation.functions import Compare, absolute, maximum, minimum, relu, sign, where
from symnet.notation.index import Binder
from symnet.notation.matrix import Inverse, MatrixHead
from symnet.notation.reductions import ArgLargest, Largest
from symnet.verify.models.evaluate import Array, Evaluator, Named, is_whole
from symnet.verify.models.field import Field

MOST_SIGNS = 62
VISITS = 12  # of each combination, on average: one as likely is missed with e^-12


class TooManySigns(Exception):
    """More case distinctions than can be told apart."""


class _Bits:
    """Sets of signs as bits of int64; what combines values joins their sets."""

    def constant(self, value: sympy.Expr) -> Array:
        return np.zeros(1, dtype=np.int64)

    def whole(self, value: Array) -> Array:
        return np.zeros_like(value)

    def add(self, a: Array, b: Array) -> Array:
        return np.asarray(a | b)

    multiply = add

    def power(self, x: Array, p: int, q: int) -> Array:
        return x

    def total(self, x: Array, axis: int) -> Array:
        return np.asarray(np.bitwise_or.reduce(x, axis=axis))

    product = total

    def compare(self, relation: str, a: Array, b: Array) -> Array:
        return np.asarray(a | b)

    def winner(self, x: Array, axis: int) -> Array:
        raise UnsupportedExpression("a maximum is read by its expression")

    def inverse(self, x: Array) -> Array:
        return np.broadcast_to(self.determinant(x)[..., None, None], x.shape)

    def determinant(self, x: Array) -> Array:
        return self.total(self.total(x, -1), -1)

    log_determinant = determinant

    def call(self, e: ScalarFunction, at: Evaluator) -> Named:
        return at.multiplied([at.of(a) for a in e.args])


class Cases(Evaluator):
    """The signs on which each entry depends; `values` has the graph's values in the field."""

    def __init__(self, values: Evaluator, field: Field) -> None:
        given = {t.name: np.zeros((1, *(1,) * t.order), dtype=np.int64) for t in values.graph.given}
        given = {
            name: np.broadcast_to(a, (1, *values.tables[name].shape[1:]))
            for name, a in given.items()
            if name in values.tables
        }
        super().__init__(values.graph, given, values.sizes, _Bits())
        self.values, self.field = values, field
        self.columns: dict[bytes, int] = {}
        self.drawn: list[Array] = []

    def of(self, e: sympy.Expr) -> Named:
        if isinstance(e, Index) or (isinstance(e, Entry) and e.tensor.is_integer_valued):
            return Named(np.zeros(1, dtype=np.int64))
        if isinstance(e, Compare):
            found = self.bracket(e)
            return (
                Named(np.zeros_like(found.data, dtype=np.int64), found.axes)
                if found.data.dtype == bool
                else found
            )
        if isinstance(e, where):
            return self.multiplied([self.of(a) for a in e.args])
        if isinstance(e, relu | absolute | sign):
            return self._with(self.of(e.args[0]), [(e.args[0], sympy.S.Zero)])
        if isinstance(e, maximum | minimum):
            both = self.multiplied([self.of(a) for a in e.args])
            return self._with(both, [(e.args[0], e.args[1])])
        if isinstance(e, Largest | ArgLargest):
            return self._of_largest(e)
        return super().of(e)

    def bracket(self, e: Compare) -> Named:
        if all(map(is_whole, e.sides)) and not e.has(ArgLargest):
            found = self.values.integers(e)
            if found.data.shape[0] == 1:  # the same in all draws: it depends on no sign
                return Named(found.data != 0, found.axes)
            return Named(np.zeros(1, dtype=np.int64))
        parts = self.multiplied([self.of(s) for s in e.sides])
        return parts if all(map(is_whole, e.sides)) else self._with(parts, [e.sides])

    def _settled(self, tests: Sequence[Named], made: Named) -> Named:
        for test in tests:
            axes, (t, x) = self.aligned(test, made)
            made = Named(np.where(t, x, 0) if t.dtype == bool else t | x, axes)
        return made

    def chosen(self, test: Named, a: Named, b: Named) -> Named:
        axes, (t, x, y) = self.aligned(test, a, b)
        if t.dtype == bool:  # inside or outside of a range
            return Named(np.where(t, x, y), axes)
        return Named(t | x | y, axes)

    def _of_largest(self, e: Binder) -> Named:
        (i,) = e.bound
        body, values = self.of(e.body), self._field_of(e.body)
        if i not in values.axes:
            return body
        joined = self.summed(body, i) if i in body.axes else body
        k = values.axes.index(i) + 1
        rest = tuple(j for j in values.axes if j is not i)
        n = values.data.shape[k]
        for a in range(n):
            for b in range(a + 1, n):
                apart = np.take(values.data, a, axis=k) - np.take(values.data, b, axis=k)
                joined = self.multiplied([joined, self._bits(Named(apart % self.field.p, rest))])
        return joined

    def _matrix(self, e: MatrixHead) -> Named:
        entry = self.of(e.matrix)
        batch = tuple(i for i in entry.axes if i not in e.bound)
        n = self.size(e.bound[0].extent)
        data = entry.over((*batch, *e.bound))
        data = np.broadcast_to(data, (*data.shape[:-2], n, n))
        if isinstance(e, Inverse):
            slots = [self.integers(s) for s in (*batch, *e.at)]
            return self._at(self.model.inverse(data), slots)
        return Named(self.model.determinant(data), batch)

    def integers(self, e: sympy.Expr) -> Named:
        if e.has(ArgLargest):
            raise UnsupportedExpression("a place that depends on values")
        if isinstance(e, Entry):
            return self.values.integers(e)
        return super().integers(e)

    def _read(self, table: Array, tensor: Tensor, slots: Sequence[sympy.Expr]) -> Named:
        if not any(s.has(ArgLargest) for s in slots):
            return super()._read(table, tensor, slots)
        places = [s for s in slots if s.has(ArgLargest)]
        for axis, s in enumerate(slots):
            if s in places:
                table = np.bitwise_or.reduce(table, axis=axis + 1, keepdims=True)
        found = [
            Named(np.zeros(1, dtype=np.int64)) if s in places else self.integers(s) for s in slots
        ]
        return self.multiplied([self._at(table, found), *(self.of(s) for s in places)])

    def _field_of(self, e: sympy.Expr) -> Named:
        self.values.fixed = self.fixed
        found = self.values.of(e)
        self.values.fixed = {}
        return found

    def _with(self, parts: Named, sides: Sequence[tuple[sympy.Expr, sympy.Expr]]) -> Named:
        """The parts, and the sign of each difference."""
        for a, b in sides:
            axes, (x, y) = self.aligned(self._field_of(a), self._field_of(b))
            parts = self.multiplied([parts, self._bits(Named((x - y) % self.field.p, axes))])
        return parts

    def _bits(self, apart: Named) -> Named:
        """A bit for each entry of the sign; equal and opposite signs share theirs."""
        signs = self.field.numbers.sign(apart.data) > 0
        draws = len(self.field.salts)
        flat = np.broadcast_to(signs, (draws, *signs.shape[1:])).reshape(draws, -1)
        out = np.zeros(flat.shape[1], dtype=np.int64)
        for k in range(flat.shape[1]):
            column = flat[:, k] ^ flat[0, k]
            if not column.any():
                continue
            key = np.packbits(column).tobytes()
            if key not in self.columns:
                if len(self.columns) == MOST_SIGNS:
                    raise TooManySigns
                self.columns[key] = len(self.columns)
                self.drawn.append(column)
            out[k] = np.int64(1) << np.int64(self.columns[key])
        return Named(out.reshape(1, *signs.shape[1:]), apart.axes)


def combinations(found: Cases, names: Sequence[str], alive: Array) -> tuple[int, int]:
    """(most signs of one entry, most combinations of signs that one entry was seen with)."""
    masks = set()
    joined: Any = 0
    for name in names:
        joined = joined | found.value(name)
    masks = {int(m) for m in np.unique(joined)}
    if not found.drawn:
        return 0, 1
    packed = np.zeros(len(alive), dtype=np.int64)
    for bit, column in enumerate(found.drawn):
        packed |= column.astype(np.int64) << np.int64(bit)
    packed = packed[alive]
    signs = max(m.bit_count() for m in masks)
    return signs, max(len(np.unique(packed & np.int64(m))) for m in masks)


def is_distinguishing(graph: Graph, names: Mapping[str, Any] | Sequence[str]) -> bool:
    """Whether any definition that the named ones need distinguishes cases by sign."""
    needed, stack = set(), list(names)
    while stack:
        d = graph.definition(stack.pop())
        if d is None or d.name in needed:
            continue
        needed.add(d.name)
        sides = (d.expression,) if d.base is None else (d.expression, d.base)
        for side in sides:
            for node in sympy.preorder_traversal(side):
                if isinstance(
                    node, relu | absolute | sign | maximum | minimum | Largest | ArgLargest
                ):
                    return True
                if type(node).__name__ == "leaky_relu":
                    return True
                if isinstance(node, Compare) and not all(map(is_whole, node.sides)):
                    return True
                if isinstance(node, Entry):
                    stack.append(node.tensor.name)
    return False
