"""Which case distinctions a value depends on, and how many of their combinations were seen.

    relu(x[n]) w[n] summed over n: the signs of all x[n];   for each entry a set of bits

A claim may differ from the truth in one combination of signs only; it is found out where that
combination is drawn. So each entry counts the combinations of its own signs. As signs count:
entries of masks, one-hot tensors and labels; the place of a maximum; and for each root a bit that
is drawn anew, since sqrt(x^2) is x in one half of the draws and -x in the other.
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

    def __init__(self, values: Evaluator, field: Field, discrete: bool = True) -> None:
        """`discrete` says whether what is drawn from a few values counts too."""
        super().__init__(values.graph, {}, values.sizes, _Bits())
        self.values, self.field, self.discrete = values, field, discrete
        self.columns: dict[bytes, int] = {}
        self.drawn: list[Array] = []
        for t in values.graph.given:
            if t.name in values.tables:
                table = values.tables[t.name]
                self.tables[t.name] = (
                    self._columns(table != 0)
                    if discrete and t.assume & {"mask", "one_hot"}
                    else np.broadcast_to(np.int64(0), (1, *table.shape[1:]))
                )

    def of(self, e: sympy.Expr) -> Named:
        if isinstance(e, Index):
            return Named(np.zeros(1, dtype=np.int64))
        if isinstance(e, Entry) and e.tensor.is_integer_valued:
            return self._labels(self._values_of(e))
        if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational) and e.exp.q > 1:
            return self._rooted(e.base)
        if isinstance(e, Compare):
            found = self.bracket(e)
            return (
                Named(np.zeros_like(found.data, dtype=np.int64), found.axes)
                if found.data.dtype == bool
                else found
            )
        if isinstance(e, where):
            test, a, b = e.args
            told = self.bracket(test) if isinstance(test, Compare) else self.of(test)
            return self.chosen(told, self.of(a), self.of(b))
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
            found = self._values_of(e)
            if found.data.shape[0] == 1:  # the same in all draws: it depends on no sign
                return Named(found.data != 0, found.axes)
            return self._labels(found)
        parts = self.multiplied([self.of(s) for s in e.sides])
        if all(map(is_whole, e.sides)):
            return parts
        return self._with(parts, [e.sides], of_equality=e.relation in ("==", "!="))

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
        return self.multiplied([joined, self._digits(self.values.winners(values, i))])

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
            return self._values_of(e)
        return super().integers(e)

    def _read(self, table: Array, tensor: Tensor, slots: Sequence[sympy.Expr]) -> Named:
        places = [s for s in slots if s.has(ArgLargest)]
        if not places:
            chosen = [self._values_of(s) for s in slots if s.has(Entry)]
            found = super()._read(table, tensor, slots)
            return self.multiplied([found, *map(self._labels, chosen)]) if chosen else found
        for axis, s in enumerate(slots):
            if s in places:
                table = np.bitwise_or.reduce(table, axis=axis + 1, keepdims=True)
        at = [
            Named(np.zeros(1, dtype=np.int64)) if s in places else self.integers(s) for s in slots
        ]
        return self.multiplied([self._at(table, at), *(self.of(s) for s in places)])

    def _values_of(self, e: sympy.Expr) -> Named:
        """The integers of the graph's values, where a recurrence is being filled at its place."""
        self.values.fixed = self.fixed
        found = self.values.integers(e)
        self.values.fixed = {}
        return found

    def _field_of(self, e: sympy.Expr) -> Named:
        self.values.fixed = self.fixed
        found = self.values.of(e)
        self.values.fixed = {}
        return found

    def _with(
        self,
        parts: Named,
        sides: Sequence[tuple[sympy.Expr, sympy.Expr]],
        of_equality: bool = False,
    ) -> Named:
        """The parts, and the sign of each difference, or whether it is 0."""
        for a, b in sides:
            axes, (x, y) = self.aligned(self._field_of(a), self._field_of(b))
            apart = (x - y) % self.field.p
            cases = apart == 0 if of_equality else self.field.numbers.sign(apart) > 0
            parts = self.multiplied([parts, Named(self._columns(cases), axes)])
        return parts

    def _rooted(self, base: sympy.Expr) -> Named:
        """A root: its parts, and a bit of its own unless its argument is drawn as a square."""
        parts = self.of(base)
        if isinstance(base, Entry) and base.tensor.assume & {"positive", "simplex"}:
            return parts
        if not base.has(Entry, Binder):
            return parts
        v = self._field_of(base)
        coin = self.field.numbers.scrambled(v.data, 0, self.field.salts) & 1
        if v.data.shape[0] == 1:
            return parts
        return self.multiplied([parts, Named(self._columns(coin == 1), v.axes)])

    def _labels(self, values: Named) -> Named:
        return self._digits(values) if self.discrete else Named(np.zeros(1, dtype=np.int64))

    def _digits(self, places: Named) -> Named:
        """A bit for each binary digit of a place."""
        out = np.zeros((1, *places.data.shape[1:]), dtype=np.int64)
        for digit in range(int(places.data.max(initial=0)).bit_length()):
            out = out | self._columns((places.data >> digit) & 1 == 1)
        return Named(out, places.axes)

    def _columns(self, cases: Array) -> Array:
        """A bit for each entry of a case distinction; equal and opposite ones share theirs."""
        draws = len(self.field.salts)
        flat = np.broadcast_to(cases, (draws, *cases.shape[1:])).reshape(draws, -1)
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
        return out.reshape(1, *cases.shape[1:])


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


def is_branching(graph: Graph, names: Sequence[str]) -> bool:
    """Whether a value has several forms: by signs, by roots, by what has a few values only."""
    return (
        is_distinguishing(graph, names)
        or any(t.is_integer_valued or t.assume & {"mask", "one_hot"} for t in graph.given)
        or any(
            isinstance(p.exp, sympy.Rational) and p.exp.q > 1 and p.base.has(Entry, Binder)
            for d in graph.definitions
            for side in ((d.expression,) if d.base is None else (d.expression, d.base))
            for p in side.atoms(sympy.Pow)
        )
    )


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
