"""Graph -> plain SymPy: an Eq for each definition, over Indexed, Sum, KroneckerDelta, Piecewise.

    y[n,j] = sum_i x[n,i] W[i,j]   =>   Eq(y[n, j], Sum(W[i, j]*x[n, i], (i, 0, D - 1)))

Indices run from 0. What SymPy has no head for is an undefined function with a range, which
from_sympy reads back: Largest(body, (k, 0, K - 1)), ArgLargest, Det, LogDet, Inv, and detach(x).
"""

from __future__ import annotations

from itertools import count
from typing import Any

import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from symnet.notation import functions as f
from symnet.notation.errors import UnsupportedExpression
from symnet.notation.graph import Definition, Graph, entries, shift_of
from symnet.notation.index import Binder, Index, bound_indices, rename
from symnet.notation.matrix import Determinant, Inverse, LogDeterminant
from symnet.notation.opaque import as_number
from symnet.notation.reductions import ArgLargest, Largest, Product, Total
from symnet.notation.tensor import Entry, Tensor

Expr = Any  # SymPy expressions, whose arithmetic is not typed
DIRECT: dict[type, Any] = {
    **{f.exp: sympy.exp, f.log: sympy.log, f.sin: sympy.sin, f.cos: sympy.cos},
    **{f.sinh: sympy.sinh, f.cosh: sympy.cosh},
    **{f.tanh: sympy.tanh, f.erf: sympy.erf, f.arctan: sympy.atan, f.absolute: sympy.Abs},
    f.sign: sympy.sign,
    f.sigmoid: lambda x: 1 / (1 + sympy.exp(-x)),
    f.softplus: lambda x: sympy.log(1 + sympy.exp(x)),
    f.relu: lambda x: _cases((x, sympy.StrictGreaterThan(x, 0, evaluate=False)), (0, True)),
    f.maximum: lambda a, b: _cases((a, sympy.GreaterThan(a, b, evaluate=False)), (b, True)),
    f.minimum: lambda a, b: _cases((a, sympy.LessThan(a, b, evaluate=False)), (b, True)),
    f.detach: sympy.Function("detach"),
}
RELATIONS: dict[str, Any] = {
    **{"<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan},
    **{">=": sympy.GreaterThan, "==": sympy.Eq, "!=": sympy.Ne},
}
REDUCTIONS: dict[type, str] = {
    **{Largest: "Largest", ArgLargest: "ArgLargest", Determinant: "Det", LogDeterminant: "LogDet"},
}


def to_sympy(item: Graph | Definition) -> list[sympy.Eq]:
    """The definitions in plain SymPy, one Eq each; a recurrence has one more for its start.

    `from_sympy` gives a graph of the same values back. The derivative that is stated at a kink, and
    what a guard leaves unread, are not SymPy's: they come back with from_sympy.
    """
    definitions = item.definitions if isinstance(item, Graph) else (item,)
    out: list[sympy.Eq] = []
    for d in definitions:
        writer = _Writer(d)
        out.append(sympy.Eq(writer.take(d.entry), writer.take(d.expression), evaluate=False))
        out.extend(_starts(d, definitions))
    return out


def _starts(d: Definition, all_of_them: tuple[Definition, ...]) -> list[sympy.Eq]:
    """h[n, -1, k] = base, for as many places as are read before the start."""
    if d.base is None or d.sequential is None:
        return []
    axis = d.free.index(d.sequential)
    shifts = [
        shift_of(e.slots[axis])
        for o in all_of_them
        for e in entries(o.expression)
        if e.tensor.name == d.name
    ]
    back = max([1, *(-found[1] for found in shifts if found)])
    out = []
    for s in range(1, back + 1):
        at = {d.sequential: sympy.Integer(-s)}
        writer = _Writer(d)
        left = writer.take(rename(d.entry, at))
        out.append(sympy.Eq(left, writer.take(rename(d.base, at)), evaluate=False))
    return out


def _cases(*pairs: tuple[Any, Any]) -> sympy.Piecewise:
    """A Piecewise as it is: SymPy would draw the conditions of inner ones out of their sums."""
    if not any(isinstance(c, sympy.Basic) and c.has(sympy.Piecewise) for _, c in pairs):
        return sympy.Piecewise(*pairs, evaluate=False)
    made = (
        sympy.Tuple.__new__(ExprCondPair, as_number(a, "a case"), sympy.true if c is True else c)
        for a, c in pairs
    )
    return sympy.Expr.__new__(sympy.Piecewise, *made)


class _Writer:
    """Translates one definition; every index has a symbol of its own."""

    def __init__(self, d: Definition) -> None:
        sides = (d.entry, d.expression, *([] if d.base is None else [d.base]))
        tensors = {e.tensor for side in sides for e in entries(side)}
        extents = {s.name for t in tensors for x in t.shape for s in x.free_symbols}
        taken = {*(t.name for t in tensors), *extents}
        self.symbols: dict[Index, sympy.Symbol] = {}
        found = dict.fromkeys([*d.free, *(i for side in sides for i in bound_indices(side))])
        for i in found:
            names = (i.letter if k == 1 else f"{i.letter}{k}" for k in count(1))
            name = next(n for n in names if n not in taken)
            taken.add(name)
            self.symbols[i] = sympy.Symbol(name, integer=True)

    def take(self, e: Expr) -> Expr:
        """The same mathematics in SymPy's own heads."""
        if isinstance(e, Index):
            return self.symbols[e]
        if isinstance(e, Entry):
            return self._entry(e)
        if isinstance(e, sympy.Number | sympy.NumberSymbol | sympy.Symbol):
            return e
        if e in (sympy.oo, -sympy.oo):
            return e
        if isinstance(e, sympy.Add | sympy.Mul | sympy.Pow):
            return e.func(*map(self.take, e.args))
        if isinstance(e, f.Compare):
            return self._bracket(e)
        if isinstance(e, f.where):
            test, a, b = e.args
            return _cases((self.take(a), self._condition(test)), (self.take(b), True))
        if isinstance(e, Binder):
            return self._reduction(e)
        if type(e) in DIRECT:
            head, arguments = DIRECT[type(e)], map(self.take, e.args)
            # Evaluation asks for signs, which does not end for some sums of Piecewise.
            return head(*arguments, evaluate=False) if isinstance(head, type) else head(*arguments)
        if isinstance(e, f.ScalarFunction) and e.meaning is not None:
            return self.take(e.meaning)
        raise UnsupportedExpression(f"to_sympy: {type(e).__name__} has no SymPy form: {e}")

    def _entry(self, e: Entry) -> Expr:
        t: Tensor = e.tensor
        if not t.indices:
            return sympy.Symbol(t.name, real=True)
        base = sympy.IndexedBase(sympy.Symbol(t.name, real=True), shape=t.shape)
        return base[tuple(map(self.take, e.slots))]

    def _bracket(self, e: f.Compare) -> Expr:
        a, b = map(self.take, e.sides)
        if e.relation == "==" and a.is_integer and b.is_integer:
            return sympy.KroneckerDelta(a, b)
        return _cases((1, self._condition(e)), (0, True))

    def _condition(self, e: Expr) -> Any:
        """A relation, or a product of them; other values are compared with 0."""
        if isinstance(e, f.Compare):
            return RELATIONS[e.relation](*map(self.take, e.sides), evaluate=False)
        if isinstance(e, sympy.Mul) and all(isinstance(a, f.Compare) for a in e.args):
            return sympy.And(*map(self._condition, e.args))
        return sympy.Ne(self.take(e), 0, evaluate=False)

    def _reduction(self, e: Binder) -> Expr:
        limits = [self._limit(i) for i in e.bound]
        if isinstance(e, Inverse):
            at = map(self.take, e.at)
            return sympy.Function("Inv")(self.take(e.matrix), *limits, *at)
        body = self.take(e.body)
        if isinstance(e, Total | Product):
            return _bound(sympy.Sum if isinstance(e, Total) else sympy.Product, body, limits)
        for kind, name in REDUCTIONS.items():
            if isinstance(e, kind):
                return sympy.Function(name)(body, *limits)
        raise UnsupportedExpression(f"to_sympy: {type(e).__name__} has no SymPy form: {e}")

    def _limit(self, i: Index) -> Any:
        return sympy.Tuple(self.symbols[i], sympy.S.Zero, i.extent - 1)


def _bound(kind: Any, body: Expr, limits: list[Any]) -> Expr:
    """A Sum or Product as it is: their constructors draw a Piecewise out of sums inside of them.

    Its conditions would then mention an index outside of the sum that binds it.
    """
    made = sympy.Expr.__new__(kind, body, *limits)
    made.is_commutative = True
    return made
