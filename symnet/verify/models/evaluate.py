"""A graph evaluated array by array, for many draws at once, in the arithmetic of a model.

    Σ_k x[n,k] W[k,j]   =>   arrays over (draw, n, j);   one bound index is summed after the other

An array carries its indices, so that operands are aligned by index and never by position. A read
out of range is 0 until a bracket settles it; a recurrence is filled step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import networkx as nx
import numpy as np
import sympy

from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    ScalarFunction,
    Tensor,
    UnsupportedExpression,
    dependencies,
    entries,
    shift_of,
)
from symnet.notation.functions import Compare, detach, where
from symnet.notation.index import Binder, extent_at
from symnet.notation.matrix import Determinant, Inverse, LogDeterminant, MatrixHead
from symnet.notation.reductions import ArgLargest, Largest, Product, Total
from symnet.notation.sizes import size_of

Array = np.ndarray[Any, Any]
Sizes = Mapping[sympy.Symbol, int]
RELATIONS: dict[str, Callable[[Array, Array], Array]] = {
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Named:
    """An array (draw, *axes) over indices; the axis of draws may have length 1."""

    data: Array
    axes: tuple[Index, ...] = ()

    def over(self, axes: Sequence[Index]) -> Array:
        """The data over these axes, of length 1 where it does not depend on one."""
        if self.axes == tuple(axes):
            return self.data
        order = [self.axes.index(i) for i in axes if i in self.axes]
        data = self.data.transpose(0, *(k + 1 for k in order))
        shape = iter(data.shape[1:])
        return data.reshape(data.shape[0], *(next(shape) if i in self.axes else 1 for i in axes))


class Arithmetic(Protocol):
    """What a model says of its numbers; arrays have the draws as first axis."""

    def constant(self, value: sympy.Expr) -> Array: ...
    def whole(self, value: Array) -> Array: ...
    def add(self, a: Array, b: Array) -> Array: ...
    def multiply(self, a: Array, b: Array) -> Array: ...
    def power(self, x: Array, p: int, q: int) -> Array: ...
    def total(self, x: Array, axis: int) -> Array: ...
    def product(self, x: Array, axis: int) -> Array: ...
    def compare(self, relation: str, a: Array, b: Array) -> Array: ...
    def winner(self, x: Array, axis: int) -> Array: ...
    def inverse(self, x: Array) -> Array: ...
    def determinant(self, x: Array) -> Array: ...
    def call(self, e: ScalarFunction, at: Evaluator) -> Named: ...
    def log_determinant(self, x: Array) -> Array: ...


class Evaluator:
    """The values of a graph's tensors, each computed when it is first asked for.

    `arrays` holds the given tensors, draws first; `fixed` are the values of indices along which a
    recurrence is being filled.
    """

    def __init__(
        self, graph: Graph, arrays: Mapping[str, Array], sizes: Sizes, model: Arithmetic
    ) -> None:
        self.graph, self.sizes, self.model = graph, dict(sizes), model
        self.tables: dict[str, Array] = dict(arrays)
        self.fixed: dict[Index, int] = {}
        self._extents: dict[sympy.Expr, int] = {}
        self._cycles: dict[str, list[Definition]] | None = None

    # tensors

    def value(self, name: str) -> Array:
        """The array of a tensor: (draws, *shape)."""
        if name not in self.tables:
            d = self.graph.definition(name)
            if d is None:
                raise UnsupportedExpression(f"{name} has no value in this model")
            cycle = self._cycle(name) if d.sequential is not None else None
            fixed, self.fixed = self.fixed, {}  # another definition may use the same indices
            if cycle:
                self._fill(cycle)
            else:
                self.tables[name] = self._whole_array(d)
            self.fixed = fixed
        return self.tables[name]

    def _whole_array(self, d: Definition) -> Array:
        data = self.of(d.expression).over(d.free)
        shape = tuple(self.size(i.extent) for i in d.free)
        return np.broadcast_to(data, (data.shape[0], *shape))

    def is_recurrent(self, name: str) -> bool:
        """Whether a definition mentions itself, or others that mention it."""
        return bool(self._cycle(name))

    def _cycle(self, name: str) -> list[Definition]:
        if self._cycles is None:
            self._cycles = {}
            links = dependencies(self.graph)
            for names in nx.strongly_connected_components(links):
                if len(names) > 1 or links.has_edge(*names, *names):
                    members = [d for d in self.graph.definitions if d.name in names]
                    self._cycles.update(dict.fromkeys(names, members))
        return self._cycles.get(name, [])

    def _fill(self, members: list[Definition]) -> None:
        """The definitions of a recurrence, one value of the sequential index after the other."""
        names = {d.name for d in members}
        ahead = any(
            found is not None and found[0].sequential and found[1] > 0
            for d in members
            for e in entries(d.expression)
            if e.tensor.name in names
            for s in e.slots
            if (found := shift_of(s)) is not None
        )
        steps = {d.name: self.size(d.sequential.extent) for d in members if d.sequential}
        last = max(steps.values())
        for d in members:
            shape = tuple(self.size(i.extent) for i in d.free)
            self.tables[d.name] = np.zeros(
                (1, *shape), dtype=self.model.constant(sympy.S.One).dtype
            )
        for t in range(last - 1, -1, -1) if ahead else range(last):
            for d in members:
                if d.sequential is None or t >= steps[d.name]:
                    continue
                self._put(d, t)

    def _put(self, d: Definition, t: int) -> None:
        assert d.sequential is not None
        axis = d.free.index(d.sequential)
        rest = [i for i in d.free if i is not d.sequential]
        self.fixed[d.sequential] = t
        data = self.of(d.expression).over(rest)
        del self.fixed[d.sequential]
        table = self.tables[d.name]
        if data.shape[0] > table.shape[0]:
            table = np.repeat(table, data.shape[0], axis=0)
        place: tuple[slice | int, ...] = (*(slice(None),) * (axis + 1), t)
        table[place] = data
        self.tables[d.name] = table

    def size(self, extent: sympy.Expr) -> int:
        """The value of an extent."""
        if extent not in self._extents:
            self._extents[extent] = size_of(extent, self.sizes)
        return self._extents[extent]

    # numbers

    def of(self, e: sympy.Expr) -> Named:
        """The value of an expression over its free indices."""
        if isinstance(e, Index | Compare | ArgLargest) or _is_integer_entry(e):
            found = self.integers(e)
            return Named(self.model.whole(found.data), found.axes)
        if isinstance(e, Entry):
            return self._read(self.value(e.tensor.name), e.tensor, e.slots)
        if isinstance(e, sympy.Number | sympy.NumberSymbol):
            return Named(self.model.constant(e))
        if isinstance(e, sympy.Symbol | sympy.floor | sympy.ceiling):
            return Named(self.model.constant(sympy.Integer(self.extent(e))))
        if isinstance(e, sympy.Add):
            return self.added([self.of(a) for a in e.args])
        if isinstance(e, sympy.Mul):
            return self._product(e.args)
        if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational):
            base = self.of(e.base)
            return Named(self.model.power(base.data, int(e.exp.p), int(e.exp.q)), base.axes)
        if isinstance(e, where):
            return self.chosen(self.of(e.args[0]), self.of(e.args[1]), self.of(e.args[2]))
        if isinstance(e, detach):
            return self.of(e.args[0])
        if isinstance(e, ScalarFunction):
            return self.model.call(e, self)
        if isinstance(e, MatrixHead):
            return self._matrix(e)
        if isinstance(e, Total):
            return self._total(e)
        if isinstance(e, Binder):
            return self._reduction(e)
        raise UnsupportedExpression(f"no model has a rule for {type(e).__name__} ({e})")

    def extent(self, e: sympy.Expr) -> int:
        return int(extent_at(e, self.sizes))

    def aligned(self, *values: Named) -> tuple[tuple[Index, ...], list[Array]]:
        """All arrays over the union of their indices."""
        axes = tuple(dict.fromkeys(i for v in values for i in v.axes))
        return axes, [v.over(axes) for v in values]

    def added(self, values: Sequence[Named]) -> Named:
        """The sum of arrays."""
        return self._folded(self.model.add, values)

    def multiplied(self, values: Sequence[Named]) -> Named:
        """The product of arrays."""
        return self._folded(self.model.multiply, values)

    def _folded(self, combine: Callable[[Array, Array], Array], values: Sequence[Named]) -> Named:
        first, *rest = values
        for v in rest:
            axes, (a, b) = self.aligned(first, v)
            first = Named(combine(a, b), axes)
        return first

    def chosen(self, test: Named, a: Named, b: Named) -> Named:
        """a where the test is not 0, else b."""
        axes, (t, x, y) = self.aligned(test, a, b)
        return Named(np.where(t != 0, x, y), axes)

    def _product(self, factors: Sequence[sympy.Expr]) -> Named:
        tests = [self.bracket(b) for f in factors if (b := _bracket(f)) is not None]
        rest = [self.of(f) for f in factors if _bracket(f) is None]
        made = self.multiplied(rest) if rest else Named(self.model.constant(sympy.S.One))
        return self._settled(tests, made)

    def _settled(self, tests: Sequence[Named], made: Named) -> Named:
        """A bracket that is 0 settles its product."""
        for test in tests:
            axes, (t, x) = self.aligned(test, made)
            made = Named(np.where(t != 0, x, np.zeros_like(x)), axes)
        return made

    # sums and other reductions

    def _total(self, e: Total) -> Named:
        """One bound index after the other: the factors that share it are multiplied and summed."""
        factors = list(e.body.args) if isinstance(e.body, sympy.Mul) else [e.body]
        tests = [self.bracket(b) for f in factors if (b := _bracket(f)) is not None]
        values = [self.of(f) for f in factors if _bracket(f) is None]
        if tests:
            values = [self._settled(self._about(tests, v), v) for v in values]
            one = Named(self.model.constant(sympy.S.One))
            values += [self._settled([t], one) for t in tests]
        left = list(e.bound)
        while left:
            i = min(left, key=lambda i: self._volume(values, i))
            left.remove(i)
            over = [v for v in values if i in v.axes]
            values = [v for v in values if i not in v.axes]
            if not over:
                values.append(Named(self.model.constant(sympy.Integer(self.size(i.extent)))))
                continue
            values.append(self.summed(self.multiplied(over), i))
        return self.multiplied(values)

    @staticmethod
    def _about(tests: Sequence[Named], v: Named) -> list[Named]:
        """The tests that speak of no other indices than the value has."""
        return [t for t in tests if set(t.axes) <= set(v.axes)]

    def _volume(self, values: Sequence[Named], i: Index) -> int:
        axes = {j for v in values if i in v.axes for j in v.axes}
        out = 1
        for j in axes:
            out *= self.size(j.extent)
        return out

    def summed(self, v: Named, i: Index) -> Named:
        """The sum over one index of the array."""
        k = v.axes.index(i)
        return Named(self.model.total(v.data, k + 1), v.axes[:k] + v.axes[k + 1 :])

    def _reduction(self, e: Binder) -> Named:
        body = self.of(e.body)
        (i,) = e.bound if not isinstance(e, Product) else (None,)
        if isinstance(e, Product):
            for j in e.bound:
                body = self._powered(body, j)
            return body
        if isinstance(e, Largest):
            assert i is not None
            return self.taken(body, self.winners(body, i), i)
        raise UnsupportedExpression(f"no model has a rule for {type(e).__name__}")

    def _powered(self, body: Named, j: Index) -> Named:
        if j not in body.axes:
            return Named(self.model.power(body.data, self.size(j.extent), 1), body.axes)
        k = body.axes.index(j)
        return Named(self.model.product(body.data, k + 1), body.axes[:k] + body.axes[k + 1 :])

    def winners(self, body: Named, i: Index) -> Named:
        """Where along an index the largest value stands."""
        if i not in body.axes:
            return Named(np.zeros((1,), dtype=np.int64))
        k = body.axes.index(i)
        return Named(self.model.winner(body.data, k + 1), body.axes[:k] + body.axes[k + 1 :])

    def taken(self, body: Named, at: Named, i: Index) -> Named:
        """The value at a place along an index."""
        if i not in body.axes:
            return body
        k = body.axes.index(i)
        rest = body.axes[:k] + body.axes[k + 1 :]
        axes, (places,) = rest, [at.over(rest)]
        places = np.expand_dims(places, k + 1)
        shape = tuple(max(a, b) for a, b in zip(body.data.shape, places.shape, strict=True))
        data = np.broadcast_to(
            body.data, (*shape[: k + 1], body.data.shape[k + 1], *shape[k + 2 :])
        )
        places = np.broadcast_to(places, (*shape[: k + 1], 1, *shape[k + 2 :]))
        return Named(np.take_along_axis(data, places, axis=k + 1).squeeze(k + 1), axes)

    def _matrix(self, e: MatrixHead) -> Named:
        entry = self.of(e.matrix)
        batch = tuple(i for i in entry.axes if i not in e.bound)
        data = entry.over((*batch, *e.bound))
        if isinstance(e, Inverse):
            made = self.model.inverse(data)
            slots = [self.integers(s) for s in (*batch, *e.at)]
            return self._at(made, slots)
        if isinstance(e, Determinant):
            return Named(self.model.determinant(data), batch)
        assert isinstance(e, LogDeterminant)
        return Named(self.model.log_determinant(data), batch)

    # whole numbers

    def integers(self, e: sympy.Expr) -> Named:
        """The exact value of an integer expression; brackets are 0 or 1."""
        if isinstance(e, Index):
            if e in self.fixed:
                return Named(np.array([self.fixed[e]]))
            return Named(np.arange(self.size(e.extent))[None], (e,))
        if isinstance(e, sympy.Integer):
            return Named(np.array([int(e)]))
        if isinstance(e, Compare):
            return self._compared(e)
        if isinstance(e, sympy.Add):
            return self._combined(np.add, e.args)
        if isinstance(e, sympy.Mul):
            return self._combined(np.multiply, e.args)
        if isinstance(e, ArgLargest):
            (i,) = e.bound
            return self.winners(self.of(e.body), i)
        if _is_integer_entry(e):
            return self._read(self.value(e.tensor.name), e.tensor, e.slots)
        return Named(np.array([self.extent(e)]))

    def _combined(self, combine: Any, parts: Iterable[sympy.Expr]) -> Named:
        first, *rest = (self.integers(a) for a in parts)
        for v in rest:
            axes, (a, b) = self.aligned(first, v)
            first = Named(combine(a, b), axes)
        return first

    def bracket(self, e: Compare) -> Named:
        """A bracket that stands as a factor: 0 or 1."""
        return self._compared(e)

    def _compared(self, e: Compare) -> Named:
        if all(map(is_whole, e.sides)):
            axes, (a, b) = self.aligned(*(self.integers(s) for s in e.sides))
            return Named(RELATIONS[e.relation](a, b).astype(np.int64), axes)
        axes, (a, b) = self.aligned(*(self.of(s) for s in e.sides))
        return Named(self.model.compare(e.relation, a, b).astype(np.int64), axes)

    # reads

    def _read(self, table: Array, tensor: Tensor, slots: Sequence[sympy.Expr]) -> Named:
        plain = all(
            isinstance(s, Index) and s not in self.fixed and s.extent == own.extent
            for s, own in zip(slots, tensor.indices, strict=True)
        )
        if plain and len(set(slots)) == len(slots):
            return Named(table, tuple(slots))
        return self._at(table, [self.integers(s) for s in slots], tensor, slots)

    def _at(
        self,
        table: Array,
        places: Sequence[Named],
        tensor: Tensor | None = None,
        slots: Sequence[sympy.Expr] = (),
    ) -> Named:
        """table[draw, place, place, ...]; 0 out of range, or the base of a recurrence."""
        if not places:
            return Named(table)
        axes, found = self.aligned(*places)
        outside = np.zeros((1,) * (len(axes) + 1), dtype=bool)
        inside = []
        for k, place in enumerate(found):
            top = table.shape[k + 1] - 1
            outside = outside | (place < 0) | (place > top)
            inside.append(np.clip(place, 0, top))
        draws = max(table.shape[0], *(p.shape[0] for p in inside))
        draw = np.arange(draws).reshape(-1, *(1,) * len(axes))
        data = table[(draw if table.shape[0] > 1 else np.zeros_like(draw), *inside)]
        if not outside.any():
            return Named(data, axes)
        before = self._before(tensor, slots) if tensor is not None else None
        made = Named(np.where(outside, np.zeros_like(data), data), axes)
        return made if before is None else self.chosen(Named(outside, axes), before, made)

    def _before(self, tensor: Tensor, slots: Sequence[sympy.Expr]) -> Named | None:
        """The base of a recurrence at these slots, if they may lie before its start."""
        d = self.graph.definition(tensor.name)
        if d is None or d.base is None or d.sequential is None:
            return None
        k = d.free.index(d.sequential)
        places = self.integers(slots[k])
        if not (places.data < 0).any():
            return None
        from symnet.notation import rename

        return self.of(rename(d.base, dict(zip(d.free, slots, strict=True))))


def _bracket(e: sympy.Expr) -> Compare | None:
    """The bracket, if the factor is one, or a positive power of one."""
    if isinstance(e, sympy.Pow) and e.exp.is_positive:
        e = e.base
    return e if isinstance(e, Compare) else None


def _is_integer_entry(e: sympy.Basic) -> bool:
    return isinstance(e, Entry) and e.tensor.is_integer_valued


def is_whole(e: sympy.Basic) -> bool:
    """Whether an expression is made of integers alone: indices, extents, integer entries."""
    if isinstance(e, ArgLargest) or _is_integer_entry(e):
        return True
    if isinstance(e, sympy.Add | sympy.Mul):
        return all(map(is_whole, e.args))
    if isinstance(e, sympy.Integer | sympy.Symbol | Compare):
        return True
    kinds = sympy.floor | sympy.ceiling | sympy.Pow
    return isinstance(e, kinds) and bool(e.is_integer) and not e.has(Index, Entry)
