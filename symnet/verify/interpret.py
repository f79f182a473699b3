"""The oracle: every definition evaluated literally, one index value after another.

    interpret(y[n,j] = sum_i x[n,i] W[i,j], {x: (2,3), W: (3,4)})  =>  {y: (2,4)} by nested loops

It shares no code with the calculus or with code generation. An expression becomes nested closures
over the values of its indices; an entry is computed when it is read for the first time, so that
recurrences in either direction need no rule of their own.

What is lazy: in a product, a bracket that is 0 settles the product (those over indices first), and
`where` evaluates the chosen branch only. Any other read outside the range is an error, except that
a recurrence reads its base before its start.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
import sympy

from symnet.notation import (
    ArgLargest,
    Binder,
    Compare,
    Definition,
    Entry,
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    Largest,
    Product,
    ScalarFunction,
    ShapeMismatch,
    Tensor,
    Total,
    UnknownTensor,
    UnsupportedExpression,
    bind_sizes,
    dependencies,
    detach,
    entries,
    shift_of,
    size_of,
    where,
)
from symnet.verify.numbers import FLOAT64, Number, Numbers

Values = list[int]  # of the indices in scope: the free ones of the definition, then the bound ones
Real = Callable[[Values], Number]
Whole = Callable[[Values], int]
Scope = Mapping[Index, int]  # where each index stands in Values
Sizes = Mapping[sympy.Symbol, int]
Arrays = Mapping[str, Any]

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}


def interpret(
    graph: Graph,
    arrays: Arrays,
    sizes: Mapping[str, int] | None = None,
    numbers: Numbers = FLOAT64,
) -> dict[str, np.ndarray]:
    """The value of every definition, by name: float64 arrays, or arrays of mpmath numbers.

    `arrays` holds the given tensors that the definitions mention; `sizes` the extents that no
    array shows. Raises ShapeMismatch, UnknownTensor, or ExtentMismatch for a read out of range.
    """
    found = sizes_of(graph, arrays, sizes)
    return interpreter(graph, found, numbers)(arrays)


def sizes_of(
    graph: Graph, arrays: Arrays, sizes: Mapping[str, int] | None = None
) -> dict[sympy.Symbol, int]:
    """The extents of a graph, from the shapes of arrays and from sizes given by name."""
    shapes = {name: tuple(np.shape(a)) for name, a in arrays.items()}
    found = bind_sizes(graph.tensors, shapes)
    symbols = {s.name: s for s in graph.extents}
    for name, size in (sizes or {}).items():
        if name not in symbols:
            known = ", ".join(symbols) or "none"
            raise ShapeMismatch(f"size of {name}: no extent has that name; the graph has {known}")
        if found.setdefault(symbols[name], size) != size:
            raise ShapeMismatch(
                f"size of {name}: {size} is given, but the arrays have {found[symbols[name]]}"
            )
    return found


def interpreter(
    graph: Graph,
    sizes: Sizes,
    numbers: Numbers = FLOAT64,
    detached_at: Arrays | None = None,
) -> Callable[[Arrays], dict[str, np.ndarray]]:
    """The graph compiled at these sizes: arrays -> values, for many evaluations.

    With `detached_at`, whatever stands inside of detach keeps the value that it has at those
    arrays: the function whose true derivative is the one that stops at a detach.
    """
    tables = _Tables(graph, sizes, numbers)

    def evaluate(arrays: Arrays) -> dict[str, np.ndarray]:
        tables.load(arrays)
        return {d.name: tables.array(d.name) for d in graph.definitions}

    if detached_at is not None:
        tables.held = {}
        evaluate(detached_at)
    return evaluate


# -- tables of values -------------------------------------------------------------------------

_RUNNING = object()  # stands in a table while the entry is being computed


class _Table:
    """The values of one tensor, row-major; None where an entry is not computed yet."""

    def __init__(self, tensor: Tensor, shape: tuple[int, ...]) -> None:
        self.tensor = tensor
        self.shape = shape
        self.size = math.prod(shape)
        self.strides = tuple(math.prod(shape[k + 1 :]) for k in range(len(shape)))
        self.values: list[Any] = []
        self.compute: Callable[[Sequence[int]], Number] = self._missing
        self.before: Callable[[Sequence[int]], Number] | None = None
        self.start = -1  # the axis along which `before` holds for negative index values

    def _missing(self, at: Sequence[int]) -> Number:
        raise ShapeMismatch(f"no array is given for {self.tensor.name}, which the graph reads")

    def read(self, at: Sequence[int]) -> Number:
        offset = sum(map(operator.mul, at, self.strides))
        value = self.values[offset]
        if value is None:
            self.values[offset] = _RUNNING
            value = self.values[offset] = self.compute(at)
        elif value is _RUNNING:
            where_ = f"{self.tensor.name}[{','.join(map(str, at))}]"
            raise GraphError(f"{where_} is defined by its own value (a cycle)")
        return value


class _Tables:
    """All tables of a graph, and the closures that fill them."""

    def __init__(self, graph: Graph, sizes: Sizes, numbers: Numbers) -> None:
        self.graph = graph
        self.sizes = sizes
        self.numbers = numbers
        self.of: dict[str, _Table] = {}
        self.held: dict[tuple[int, ...], Number] | None = None  # detached values, once recorded
        self.detached = itertools.count()
        read = {e.tensor.name for d in graph.definitions for s in _sides(d) for e in entries(s)}
        for t in graph.tensors:
            if t.name in read or graph.definition(t.name) is not None:
                self.of[t.name] = _Table(t, tuple(size_of(e, sizes) for e in t.shape))
        for d in graph.definitions:
            _Compiler(self, d).fill(self.of[d.name])
        self.order = {d.name: _order(d, self.of[d.name].shape, graph) for d in graph.definitions}

    def load(self, arrays: Arrays) -> None:
        """Put the arrays of given tensors into their tables, and empty the others."""
        for name in arrays:
            if self.graph.tensor(name) not in self.graph.given:
                raise UnknownTensor(f"{name} is defined by the graph: no array is expected for it")
        for name, table in self.of.items():
            if name in arrays:
                table.values = _checked(arrays[name], table, self.sizes, self.numbers)
            else:
                table.values = [None] * table.size

    def array(self, name: str) -> np.ndarray:
        table = self.of[name]
        for at in self.order[name]:
            table.read(at)
        out = np.empty(table.size, dtype=self.numbers.dtype)
        out[:] = table.values
        return out.reshape(table.shape)


def _sides(d: Definition) -> tuple[sympy.Expr, ...]:
    return (d.expression,) if d.base is None else (d.expression, d.base)


def _order(d: Definition, shape: tuple[int, ...], graph: Graph) -> list[tuple[int, ...]]:
    """Index values in an order in which few entries wait for others: t falling where t+s is read.

    Any order is right; this one keeps the recursion shallow. The sequential index turns slowest.
    """
    ranges: list[Sequence[int]] = [range(n) for n in shape]
    if d.sequential is None:
        return list(itertools.product(*ranges))
    axis = d.free.index(d.sequential)
    if _reads_ahead(d, graph):
        ranges[axis] = range(shape[axis] - 1, -1, -1)
    slowest = [ranges[axis], *ranges[:axis], *ranges[axis + 1 :]]
    return [(*at[1 : axis + 1], at[0], *at[axis + 1 :]) for at in itertools.product(*slowest)]


def _reads_ahead(d: Definition, graph: Graph) -> bool:
    cycle = next(c for c in nx.strongly_connected_components(dependencies(graph)) if d.name in c)
    for name in cycle:
        member = graph.definition(name)
        for e in entries(member.expression) if member is not None else ():
            shifts = [shift_of(s) for s in e.slots]
            if e.tensor.name in cycle and any(s and s[0].sequential and s[1] > 0 for s in shifts):
                return True
    return False


def _checked(value: Any, table: _Table, sizes: Sizes, numbers: Numbers) -> list[Number]:
    """The entries of an array as a row-major list, its shape and kind of number checked."""
    t = table.tensor
    array = np.asarray(value)
    if array.shape != table.shape:
        raise ShapeMismatch(f"{t.name} has shape {array.shape}, expected {table.shape}")
    kinds = "iu" if t.is_integer_valued else "fiub" + ("O" if numbers.dtype is object else "")
    if array.dtype.kind not in kinds:
        expected = "integers" if t.is_integer_valued else "real numbers"
        raise ShapeMismatch(f"{t.name} holds {array.dtype}, expected {expected}")
    flat: list[Any] = array.ravel().tolist()
    if not t.is_integer_valued:
        return [numbers.make(v) for v in flat]
    top = None if t.below is None else size_of(t.below, sizes)
    for k, v in enumerate(flat):
        if v < 0 or (top is not None and v >= top):
            at = ",".join(str(int(i)) for i in np.unravel_index(k, array.shape))
            upper = "" if top is None else f" .. {top - 1}"
            raise ShapeMismatch(
                f"{t.name}[{at}] is {v}, expected an integer 0{upper or ' or more'}"
            )
    return flat


# -- expressions -> closures ------------------------------------------------------------------


class _Compiler:
    """The closures of one definition; each bound index gets a place of its own in Values."""

    def __init__(self, tables: _Tables, definition: Definition) -> None:
        self.tables = tables
        self.numbers = tables.numbers
        self.definition = definition
        self.places = len(definition.free)

    def fill(self, table: _Table) -> None:
        """Give the table its rule, and the rule that holds before its start."""
        d = self.definition
        scope = {i: k for k, i in enumerate(d.free)}
        body = self.real(d.expression, scope)
        base = None if d.base is None else self.real(d.base, scope)
        spare = [0] * (self.places - len(d.free))
        table.compute = lambda at: body([*at, *spare])
        if base is not None:
            table.before = lambda at: base([*at, *spare])
            table.start = d.free.index(d.sequential)

    def _place(self) -> int:
        self.places += 1
        return self.places - 1

    # real numbers

    def real(self, e: sympy.Expr, scope: Scope) -> Real:
        """The closure of an expression's value."""
        if isinstance(e, Index | Compare | ArgLargest) or _is_integer_entry(e):
            make, whole = self.numbers.make, self.whole(e, scope)
            return lambda at: make(whole(at))
        if isinstance(e, sympy.Number | sympy.NumberSymbol):
            return _constant(self.numbers.constant(e))
        if isinstance(e, sympy.Symbol):
            return _constant(self.numbers.make(self._size(e)))
        if isinstance(e, Entry):
            return self._reading(e, scope)
        if isinstance(e, sympy.Add):
            return _sum([self.real(a, scope) for a in e.args], self.numbers.make(0))
        if isinstance(e, sympy.Mul):
            return self._product(e, scope)
        if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational):
            power, p, q = self.numbers.power, int(e.exp.p), int(e.exp.q)
            base = self.real(e.base, scope)
            return lambda at: power(base(at), p, q)
        if isinstance(e, where):
            test, a, b = (self.real(arg, scope) for arg in e.args)
            return lambda at: a(at) if test(at) != 0 else b(at)
        if isinstance(e, detach):
            return self._holding(e, scope)
        if isinstance(e, ScalarFunction) and type(e).__name__ in self.numbers.functions:
            return _call(
                self.numbers.functions[type(e).__name__], [self.real(a, scope) for a in e.args]
            )
        if isinstance(e, Binder):
            return self._reduction(e, scope)
        raise UnsupportedExpression(
            f"{self.definition.entry}: the interpreter has no rule for {type(e).__name__} ({e})"
        )

    def _holding(self, e: sympy.Expr, scope: Scope) -> Real:
        """The value of a detached expression: the first one it had, if values are held."""
        body, tables, own = self.real(e.args[0], scope), self.tables, next(self.tables.detached)
        places = tuple(scope.values())

        def hold(at: Values) -> Number:
            if tables.held is None:
                return body(at)
            key = (own, *(at[p] for p in places))
            if key not in tables.held:
                tables.held[key] = body(at)
            return tables.held[key]

        return hold

    def _size(self, symbol: sympy.Symbol) -> int:
        if symbol not in self.tables.sizes:
            raise ShapeMismatch(
                f"{self.definition.entry}: the size of {symbol} is not known; give an array that "
                "shows it, or say it in sizes"
            )
        return self.tables.sizes[symbol]

    def _product(self, e: sympy.Mul, scope: Scope) -> Real:
        """Brackets first: one that is 0 settles the product, and nothing else is evaluated."""
        brackets = [b for a in e.args if (b := _bracket(a)) is not None]
        brackets.sort(key=lambda b: b.has(Entry, Binder))
        tests = [self.whole(b, scope) for b in brackets]
        factors = [self.real(a, scope) for a in e.args if _bracket(a) is None]
        zero, one = self.numbers.make(0), self.numbers.make(1)

        def product(at: Values) -> Number:
            for test in tests:
                if not test(at):
                    return zero
            out = one
            for factor in factors:
                out *= factor(at)
            return out

        return product

    def _reduction(self, e: Binder, scope: Scope) -> Real:
        if isinstance(e, Total | Product):
            places = {i: self._place() for i in e.bound}
            closure = self.real(e.body, {**scope, **places})
            combine, start = (operator.add, 0) if isinstance(e, Total) else (operator.mul, 1)
            for i in reversed(e.bound):
                count = size_of(i.extent, self.tables.sizes)
                closure = _fold(closure, places[i], count, combine, self.numbers.make(start))
            return closure
        if isinstance(e, Largest):
            return self._search(e, scope, _Best.value)
        raise UnsupportedExpression(f"{self.definition.entry}: no rule for {type(e).__name__}")

    def _search(self, e: Binder, scope: Scope, wanted: Callable[[_Best], Any]) -> Any:
        """The largest value over one index, and the first index value that attains it."""
        (i,) = e.bound
        place, count = self._place(), size_of(i.extent, self.tables.sizes)
        body = self.real(e.body, {**scope, i: place})

        def search(at: Values) -> Any:
            at[place] = 0
            best = _Best(0, body(at))
            for v in range(1, count):
                at[place] = v
                best.offer(v, body(at))
            return wanted(best)

        return search

    # whole numbers: slots, and the sides of brackets over indices

    def whole(self, e: sympy.Expr, scope: Scope) -> Whole:
        """The closure of an expression whose value is an integer."""
        if isinstance(e, Index):
            place = scope[e]
            return lambda at: at[place]
        if isinstance(e, sympy.Integer):
            return _constant(int(e))
        if isinstance(e, sympy.Symbol):
            return _constant(self._size(e))
        if isinstance(e, Compare):
            relation = RELATIONS[e.relation]
            a, b = (self._side(s, scope) for s in e.sides)
            return lambda at: int(relation(a(at), b(at)))
        if isinstance(e, sympy.Add):
            return _sum([self.whole(a, scope) for a in e.args], 0)
        if isinstance(e, sympy.Mul):
            factors = [self.whole(a, scope) for a in e.args]
            return lambda at: math.prod(f(at) for f in factors)
        if isinstance(e, ArgLargest):
            return self._search(e, scope, _Best.place)
        if _is_integer_entry(e):
            return self._reading(e, scope)
        raise UnsupportedExpression(
            f"{self.definition.entry}: {e} is not an integer expression of indices"
        )

    def _side(self, e: sympy.Expr, scope: Scope) -> Callable[[Values], Any]:
        return self.whole(e, scope) if _is_whole(e) else self.real(e, scope)

    # reading an entry

    def _reading(self, e: Entry, scope: Scope) -> Callable[[Values], Any]:
        table = self.tables.of[e.tensor.name]
        slots = [self.whole(s, scope) for s in e.slots]
        shape = table.shape

        def read(at: Values) -> Any:
            place = [s(at) for s in slots]
            for axis, (v, n) in enumerate(zip(place, shape, strict=True)):
                if not 0 <= v < n:
                    return self._outside(e, place, axis, at)
            return table.read(place)

        return read

    def _outside(self, e: Entry, place: list[int], axis: int, at: Values) -> Number:
        table = self.tables.of[e.tensor.name]
        spans = enumerate(zip(place, table.shape, strict=True))
        inside = all(0 <= v < n for k, (v, n) in spans if k != axis)
        if table.before is not None and axis == table.start and place[axis] < 0 and inside:
            return table.before(place)
        own = ", ".join(f"{i.letter}={v}" for i, v in zip(self.definition.free, at, strict=False))
        raise ExtentMismatch(
            f"{self.definition.entry}{' at ' if own else ''}{own} reads {e} = "
            f"{e.tensor.name}[{','.join(map(str, place))}]: axis {axis} of {e.tensor.name} "
            f"runs over 0 .. {table.shape[axis] - 1}; guard the read or give a base"
        )


class _Best:
    """The largest value offered so far, and the first place where it was offered; nan wins."""

    def __init__(self, place: int, value: Number) -> None:
        self._place, self._value = place, value

    def offer(self, place: int, value: Number) -> None:
        if value > self._value or (value != value and self._value == self._value):
            self._place, self._value = place, value

    def place(self) -> int:
        return self._place

    def value(self) -> Number:
        return self._value


def _constant(value: Any) -> Callable[[Values], Any]:
    return lambda at: value


def _sum(terms: Sequence[Callable[[Values], Any]], zero: Any) -> Callable[[Values], Any]:
    def add(at: Values) -> Any:
        out = zero
        for term in terms:
            out += term(at)
        return out

    return add


def _call(function: Callable[..., Number], arguments: Sequence[Real]) -> Real:
    if len(arguments) == 1:
        (only,) = arguments
        return lambda at: function(only(at))
    return lambda at: function(*(a(at) for a in arguments))


def _fold(
    body: Real, place: int, count: int, combine: Callable[[Number, Number], Number], start: Number
) -> Real:
    def fold(at: Values) -> Number:
        out = start
        for v in range(count):
            at[place] = v
            out = combine(out, body(at))
        return out

    return fold


def _bracket(e: sympy.Expr) -> Compare | None:
    """The bracket, if the factor is one, or a positive power of one (SymPy writes b*b as b^2)."""
    if isinstance(e, sympy.Pow) and e.exp.is_positive:
        e = e.base
    return e if isinstance(e, Compare) else None


def _is_integer_entry(e: sympy.Basic) -> bool:
    return isinstance(e, Entry) and e.tensor.is_integer_valued


def _is_whole(e: sympy.Basic) -> bool:
    """Whether an expression is made of integers alone: indices, extents, integer entries."""
    if isinstance(e, ArgLargest) or _is_integer_entry(e):
        return True
    if isinstance(e, sympy.Add | sympy.Mul):
        return all(map(_is_whole, e.args))
    return isinstance(e, sympy.Integer | sympy.Symbol | Compare)
