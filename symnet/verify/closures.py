"""Expressions -> nested closures over the values of indices.

    sum_i x[n,i] W[i,j]  =>  a function of [n, j, i] that runs over i and reads x and W

What is lazy: in a product, a bracket that is 0 settles the product (those over indices first), and
`where` evaluates the chosen branch only. Any other read outside the range is an error, except that
a recurrence reads its base before its start.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy

from symnet.notation import (
    ArgLargest,
    Binder,
    Compare,
    Definition,
    Determinant,
    Entry,
    ExtentMismatch,
    Index,
    Inverse,
    Largest,
    MatrixHead,
    Product,
    ScalarFunction,
    ShapeMismatch,
    Total,
    UnsupportedExpression,
    detach,
    size_of,
    where,
)
from symnet.notation.index import extent_at
from symnet.verify.elimination import eliminated
from symnet.verify.numbers import Number, Numbers
from symnet.verify.table import Table

Values = list[int]  # of the indices in scope: the free ones of the definition, then the bound ones
Real = Callable[[Values], Number]
Whole = Callable[[Values], int]
Scope = Mapping[Index, int]  # where each index stands in Values

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass
class Context:
    """What all definitions of a graph share while they are compiled and evaluated."""

    sizes: Mapping[sympy.Symbol, int]
    numbers: Numbers
    tables: dict[str, Table]
    held: dict[tuple[int, ...], Number] | None = None  # detached values, once recorded
    detached: Iterator[int] = field(default_factory=itertools.count)


class Compiler:
    """The closures of one definition; each bound index gets a place of its own in Values."""

    def __init__(self, context: Context, definition: Definition) -> None:
        self.context = context
        self.numbers = context.numbers
        self.definition = definition
        self.places = len(definition.free)

    def fill(self) -> None:
        """Give the definition's table its rule, and the rule that holds before its start."""
        d = self.definition
        table = self.context.tables[d.name]
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
        if isinstance(e, sympy.Symbol | sympy.floor | sympy.ceiling):
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
        if isinstance(e, MatrixHead):
            return self._of_matrix(e, scope)
        if isinstance(e, Binder):
            return self._reduction(e, scope)
        raise UnsupportedExpression(
            f"{self.definition.entry}: the interpreter has no rule for {type(e).__name__} ({e})"
        )

    def _holding(self, e: sympy.Expr, scope: Scope) -> Real:
        """The value of a detached expression: the first one it had, if values are held."""
        body, context = self.real(e.args[0], scope), self.context
        own = next(context.detached)
        places = tuple(scope.values())

        def hold(at: Values) -> Number:
            if context.held is None:
                return body(at)
            key = (own, *(at[p] for p in places))
            if key not in context.held:
                context.held[key] = body(at)
            return context.held[key]

        return hold

    def _size(self, extent: sympy.Expr) -> int:
        """The value of an extent: a symbol, or a rounded quotient."""
        for symbol in extent.free_symbols:
            if symbol not in self.context.sizes:
                raise ShapeMismatch(
                    f"{self.definition.entry}: the size of {symbol} is not known; give an array "
                    "that shows it, or say it in sizes"
                )
        return int(extent_at(extent, self.context.sizes))

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
                count = size_of(i.extent, self.context.sizes)
                closure = _fold(closure, places[i], count, combine, self.numbers.make(start))
            return closure
        if isinstance(e, Largest):
            return self._search(e, scope, _Best.value)
        raise UnsupportedExpression(f"{self.definition.entry}: no rule for {type(e).__name__}")

    def _of_matrix(self, e: MatrixHead, scope: Scope) -> Real:
        """Inverse, determinant and log-determinant, by elimination for each value."""
        row, column = self._place(), self._place()
        i, j = e.bound
        entry = self.real(e.matrix, {**scope, i: row, j: column})
        count = size_of(i.extent, self.context.sizes)
        zero, one = self.numbers.make(0), self.numbers.make(1)
        log, missing = self.numbers.functions["log"], self.numbers.make(math.nan)
        slots = [self.whole(s, scope) for s in e.at] if isinstance(e, Inverse) else []

        def matrix(at: Values) -> list[list[Number]]:
            out = []
            for at[row] in range(count):
                out.append([entry(at) for at[column] in range(count)])
            return out

        last: list[Any] = [None, None]  # one elimination serves all entries of an inverse

        def value(at: Values) -> Number:
            rows = matrix(at)
            if rows != last[0]:
                last[:] = rows, eliminated(rows, zero, one)
            det, inverse = last[1]
            if isinstance(e, Inverse):
                r, c = (s(at) for s in slots)
                return missing if inverse is None else inverse[r][c]
            return det if isinstance(e, Determinant) else log(abs(det))

        return value

    def _search(self, e: Binder, scope: Scope, wanted: Callable[[_Best], Any]) -> Any:
        """The largest value over one index, and the first index value that attains it."""
        (i,) = e.bound
        place, count = self._place(), size_of(i.extent, self.context.sizes)
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
        if isinstance(e, sympy.Symbol) or _is_extent(e):
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
        table = self.context.tables[e.tensor.name]
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
        table = self.context.tables[e.tensor.name]
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
    return isinstance(e, sympy.Integer | sympy.Symbol | Compare) or _is_extent(e)


def _is_extent(e: sympy.Basic) -> bool:
    """A rounded extent, or a power of one."""
    kinds = sympy.floor | sympy.ceiling | sympy.Pow
    return isinstance(e, kinds) and bool(e.is_integer) and not e.has(Index, Entry)
