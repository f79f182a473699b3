"""Plain SymPy -> Graph, by way of index notation: what SymPy says is written down, then read.

    Sum(x[i]*y[i], (i, 0, N - 1))  =>  L = sum[i<N](x[i]*y[i])
    Trace(A*X)                     =>  L = sum[i](sum[k](A[i,k]*X[k,i]))

Sums are those that are written (Sum, matrix products); a repeated index is no sum. Where all
indices run from 1, entries are counted from 1, and read one place earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean
from sympy.matrices import MatrixBase
from sympy.matrices.expressions import MatrixExpr
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardPower
from sympy.matrices.expressions.matexpr import MatrixElement

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.functions import FUNCTIONS, ScalarFunction
from symnet.notation.graph import Graph, replace
from symnet.notation.opaque import as_number, rational
from symnet.notation.parse import parse
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.shapes import given_tensors

Given = Any  # an expression, an Eq, a pair (name, expression), or a list of these
HIGHEST_POWER = 16
LARGEST_NUMBER = 10**60
SCALAR = {
    **{sympy.exp: "exp", sympy.log: "log", sympy.sin: "sin", sympy.cos: "cos", sympy.tan: "tan"},
    **{sympy.tanh: "tanh", sympy.sinh: "sinh", sympy.cosh: "cosh", sympy.erf: "erf"},
    **{sympy.atan: "arctan", sympy.Abs: "abs", sympy.sign: "sign", sympy.Max: "max"},
    **{sympy.Min: "min"},
}
REDUCTIONS = {"Largest": "max", "ArgLargest": "argmax", "Det": "det", "LogDet": "logdet"}


def from_sympy(
    given: Given,
    shapes: Mapping[str, Any] | None = None,
    assume: Mapping[str, Any] | None = None,
) -> Graph:
    """The graph of a SymPy expression, an Eq, a pair (name, expression), or a list of these.

    Takes Sum and Product over Indexed, KroneckerDelta, Piecewise, Max, Min, and the elementary
    functions; expressions of MatrixSymbol (products, transposes, inverses, powers, traces,
    determinants, Hadamard products, Identity, ...); matrices of scalars. A plain symbol is a scalar
    input, unless it stands in a range or a shape: then it is an extent.
    `shapes` gives what IndexedBase and ranges leave open. Raises UnsupportedExpression for a head
    without a meaning here, ParseError for the rest, with the formula as it was understood.
    """
    known = given_tensors(shapes, None)
    extents = {s.name for g in known.values() for e in g.extents for s in e.free_symbols}
    writer = _Writer(
        _listed(given),
        frozenset(name for name, g in known.items() if not g.extents),
        frozenset(extents),
    )
    text = "\n".join(writer.lines())
    graph = parse(
        text,
        {**writer.shapes(), **(shapes or {})},
        {**writer.positive(), **(assume or {})},
        notation="index",
    )
    return replace(graph, notes=(*graph.notes, *writer.notes()))


def _listed(given: Given) -> list[tuple[Any, Any]]:
    """(left or None, right) of each definition."""
    many = isinstance(given, list) or (
        isinstance(given, tuple) and not (len(given) == 2 and isinstance(given[0], str))
    )
    out: list[tuple[Any, Any]] = []
    for item in given if many else [given]:
        if isinstance(item, sympy.Eq):
            out.append((item.lhs, item.rhs))
        elif isinstance(item, tuple) and len(item) == 2:
            out.append(item)
        else:
            out.append((None, item))
    if not out:
        raise UnsupportedExpression("from_sympy: found nothing, expected an expression")
    for k, (left, right) in enumerate(out):
        if left is None and k < len(out) - 1:
            raise UnsupportedExpression(
                f"from_sympy: {str(right)[:64]} has no name; write a pair (name, expression) or Eq"
            )
        for side in (left, right):
            if isinstance(side, str) and side is left:
                continue
            if side is None and side is not right:
                continue
            if not isinstance(side, sympy.Basic | MatrixBase | int | float):
                raise UnsupportedExpression(
                    f"from_sympy: found {str(side)[:64]!r}, expected SymPy expressions"
                )
    return out


class _Writer:
    """Writes definitions in index notation; every index symbol has a letter of its own."""

    def __init__(
        self,
        listed: list[tuple[Any, Any]],
        scalars: frozenset[str] = frozenset(),
        extents: frozenset[str] = frozenset(),
    ) -> None:
        self.listed = [
            (a, as_number(b, str(a)) if isinstance(b, int | float) else b) for a, b in listed
        ]
        everything = [x for pair in self.listed for x in pair if isinstance(x, sympy.Basic)]
        everything += [e for _, b in self.listed if isinstance(b, MatrixBase) for e in b]
        self.bases = {n for e in everything for n in e.atoms(sympy.IndexedBase)}
        self.matrices = {n for e in everything for n in e.atoms(sympy.MatrixSymbol)}
        self.sums = [s for e in everything for s in e.atoms(sympy.Sum, sympy.Product)]
        self.entries = sorted({n for e in everything for n in e.atoms(sympy.Indexed)}, key=str)
        self.indices = {i for i in self._index_symbols(everything) if _name(i) not in scalars}
        self.ranges = self._ranges()
        symbols = {s for e in everything for s in e.free_symbols if _is_symbol(s)}
        self.extents = self._extents(everything) | {
            s for s in symbols - self.indices if s.name in extents
        }
        self.symbols = self._symbols(everything)
        self.first = self._first()
        self.taken = {
            *(_name(b.label) for b in self.bases),
            *(_name(m) for m in self.matrices),
            *(_name(s) for s in self.extents | self.symbols),
            *(left for left, _ in listed if isinstance(left, str)),
        }
        self.letters: dict[Any, str] = {}
        self.matrix_shapes: dict[str, Any] = {}
        self.starts: dict[Any, sympy.Expr] = {}

    # what the symbols are

    def _index_symbols(self, everything: Iterable[sympy.Basic]) -> set[Any]:
        """Symbols that stand in slots, or over which a sum runs."""
        out = {limit[0] for s in self.sums for limit in s.limits}
        for e in everything:
            out |= {f.args[k][0] for f in e.atoms(AppliedUndef) for k in _limits(f)}
            for entry in e.atoms(sympy.Indexed):
                known = (
                    {x for d in entry.shape or () for x in d.free_symbols}
                    if _shape(entry.base)
                    else set()
                )
                for slot in entry.indices:
                    out |= {x for x in slot.free_symbols if _is_symbol(x)} - known
                    out |= slot.atoms(sympy.Idx)
            for element in e.atoms(MatrixElement):
                for slot in (element.i, element.j):
                    out |= {x for x in slot.free_symbols if _is_symbol(x)}
        labels = {i.label for i in out if isinstance(i, sympy.Idx)}
        bounds = {
            x for s in self.sums for limit in s.limits for b in limit[1:] for x in b.free_symbols
        }
        return {i for i in out if i not in labels and (i not in bounds or _is_bound(i, self.sums))}

    def _ranges(self) -> dict[Any, sympy.Expr]:
        """The last value of every index that has one, free of other indices."""
        out = {i: i.upper for i in self.indices if isinstance(i, sympy.Idx) and i.upper is not None}
        for s in self.sums:
            for limit in s.limits:
                if len(limit) == 3:
                    known = out.setdefault(limit[0], limit[2])
                    if known != limit[2]:
                        out[limit[0]] = sympy.Dummy()  # it runs to two ends: neither is decided
        return {i: e for i, e in out.items() if not e.free_symbols & self.indices}

    def _extents(self, everything: Iterable[sympy.Basic]) -> set[sympy.Symbol]:
        found: list[Any] = [d for b in self.bases for d in _shape(b)]
        found += [d for m in self.matrices for d in m.shape]
        found += [b for s in self.sums for limit in s.limits for b in limit[1:]]
        for e in everything:
            kinds = (sympy.Identity, sympy.ZeroMatrix, sympy.OneMatrix)
            found += [d for x in e.atoms(*kinds) for d in x.shape]
            found += [b for f in e.atoms(AppliedUndef) for k in _limits(f) for b in f.args[k][1:]]
        found += [
            b
            for i in self.indices
            if isinstance(i, sympy.Idx)
            for b in (i.lower, i.upper)
            if b is not None
        ]
        symbols = {x for e in found for x in as_number(e, "a shape").free_symbols}
        return {s for s in symbols if _is_symbol(s)} - self.indices

    def _symbols(self, everything: Iterable[sympy.Basic]) -> set[sympy.Symbol]:
        """Plain symbols: scalars."""
        found = {s for e in everything for s in e.free_symbols if _is_symbol(s)}
        labels = {b.label for b in self.bases} | {
            i.label for i in self.indices if isinstance(i, sympy.Idx)
        }
        bound = {v for e in everything for f in e.atoms(sympy.Lambda) for v in f.variables}
        return found - self.indices - self.extents - labels - bound

    def _first(self) -> int:
        """0, or 1 where all ranges start at 1 and no declared shape says otherwise."""
        starts = [limit[1] for s in self.sums for limit in s.limits if len(limit) == 3]
        starts += [
            i.lower for i in self.indices if isinstance(i, sympy.Idx) and i.lower is not None
        ]
        return 1 if starts and all(s == 1 for s in starts) and not self._fits_from_0() else 0

    def _fits_from_0(self) -> bool:
        """Whether every entry of a declared shape, as it is written, is one: x[N - 1] of N."""
        read = [
            (s, d) for e in self.entries for s, d in zip(e.indices, _shape(e.base), strict=False)
        ]
        ends = [(self._end(s), d) for s, d in read]
        return bool(ends) and all(e is not None and (d - 1 - e).is_nonnegative for e, d in ends)

    def shapes(self) -> dict[str, Any]:
        defined = {self._left_name(left) for left, _ in self.listed}
        out: dict[str, Any] = {}
        for base in sorted(self.bases, key=str):
            if dims := _shape(base) or self._reach(base):
                out[_name(base.label)] = tuple(self.size(d) for d in dims)
        for m in sorted(self.matrices, key=str):
            out[_name(m)] = tuple(self.size(d) for d in m.shape)
        for s in sorted(self.symbols, key=str):
            if _name(s) not in defined:
                out[_name(s)] = ""
        return {**out, **self.matrix_shapes}

    def notes(self) -> list[tuple[str, str]]:
        """That entries are counted from 1, where they are."""
        names = sorted(_name(b.label) for b in self.bases) if self.first else []
        return [(name, f"{name}[1] of SymPy is the first entry, {name}[0] here") for name in names]

    def _reach(self, base: sympy.IndexedBase) -> tuple[Any, ...]:
        """As far as the entries of a base without shape are read; () where that is not decided."""
        found = [e for e in self.entries if e.base == base]
        out: list[sympy.Expr] = []
        for slots in zip(*(e.indices for e in found), strict=True):
            ends = [self._end(s) for s in slots]
            known = [e for e in ends if e is not None]
            top = [e for e in known if all(_counted(e - o).is_nonnegative for o in known)]
            if len(known) < len(ends) or not top:
                return ()
            out.append(sympy.expand(top[0] + 1 - self.first))
        return tuple(out)

    def _end(self, slot: sympy.Expr) -> sympy.Expr | None:
        """The largest value of a slot over the ranges of its indices, if they are known."""
        end = sympy.expand(slot)
        for i in sorted((i for i in self.indices if slot.has(i)), key=str):
            runs = self.ranges.get(i)
            factor = end.coeff(i)
            if runs is None or not factor.is_Integer or factor < 0:
                return None
            end = sympy.expand(end - factor * i + factor * runs)
        return None if end.has(sympy.Indexed) else end

    def positive(self) -> dict[str, str]:
        """Symbols that SymPy was told are positive."""
        defined = {self._left_name(left) for left, _ in self.listed}
        return {
            _name(s): "positive"
            for s in self.symbols
            if s.is_positive and not s.is_integer and _name(s) not in defined
        }

    @staticmethod
    def _left_name(left: Any) -> str:
        if isinstance(left, sympy.Indexed):
            return _name(left.base.label)
        return "" if left is None else left if isinstance(left, str) else _name(left)

    # definitions

    def lines(self) -> list[str]:
        return [self._line(left, right) for left, right in self.listed]

    def _line(self, left: Any, right: Any) -> str:
        if isinstance(right, MatrixExpr | MatrixBase):
            return self._matrix_line(left, right)
        if isinstance(left, sympy.Indexed):
            slots = ",".join(self.slot(s, self.first) for s in left.indices)
            return f"{_name(left.base.label)}[{slots}] = {self.scalar(right)}"
        text = self.scalar(right)
        free = [i for i in self._free(right) if self.letter(i) in text]
        slots = ",".join(self.letter(i) for i in free)
        name = self._name_of(left, bool(free))
        return f"{name}[{slots}] = {text}" if free else f"{name} = {text}"

    def _matrix_line(self, left: Any, right: Any) -> str:
        if right.shape == (1, 1) and not isinstance(left, sympy.MatrixSymbol):
            return f"{self._name_of(left, False)} = {self.entry(right, '0', '0')}"
        i, j = self.new_letter("i"), self.new_letter("j")
        name = self._name_of(left, True)
        text = self.entry(right, i, j)
        self.matrix_shapes[name] = tuple(self.size(d) for d in right.shape)
        return f"{name}[{i},{j}] = {text}"

    def _name_of(self, left: Any, has_axes: bool) -> str:
        if left is not None:
            return self._left_name(left)
        name = unused(NAMES["output" if has_axes else "scalar output"], self.taken)
        self.taken.add(name)
        return name

    def _free(self, e: sympy.Expr) -> list[Any]:
        """The index symbols of an expression that nothing binds, by name."""
        return sorted(_unbound(e) & self.indices, key=str)

    # letters and slots

    def new_letter(self, wanted: str) -> str:
        for k in count(1):
            letter = wanted if k == 1 else f"{wanted}{k}"
            if letter not in self.taken and letter not in self.letters.values():
                self.taken.add(letter)
                return letter
        raise AssertionError

    def letter(self, index: Any) -> str:
        if index not in self.letters:
            self.letters[index] = self.new_letter(_name(index))
        return self.letters[index]

    def size(self, e: Any) -> Any:
        """An extent as shapes take it: 3, "N", "2*N+1"."""
        e = sympy.expand(as_number(e, "a shape"))
        if e.is_Integer:
            return int(e)
        return self.affine(e)

    def affine(self, e: sympy.Expr, shift: int = 0) -> str:
        """2*u+p-1: integer factors, indices, extents; `shift` is added."""
        total = sympy.expand(e + shift + self._offset(e))
        out = ""
        for term in sorted(total.as_ordered_terms(), key=lambda t: (t.is_number, str(t))):
            factor, rest = term.as_coeff_Mul()
            names = [self._part(e, x) for x in sympy.Mul.make_args(rest) if x != 1]
            if not factor.is_Integer:
                raise _no_slot(e)
            size = abs(int(factor))
            text = "*".join([*([str(size)] if size != 1 or not names else []), *names])
            out += ("-" if factor < 0 else "+" if out else "") + text
        return out

    def _part(self, e: sympy.Expr, x: Any) -> str:
        if isinstance(x, sympy.Indexed | AppliedUndef):
            return self.scalar(x)
        if not _is_symbol(x) and not isinstance(x, sympy.Idx):
            raise _no_slot(e)
        return self.letter(x) if x in self.indices else _name(x)

    def _offset(self, e: sympy.Expr) -> sympy.Expr:
        """What the starts of ranges add: an index from a on is written as one from 0, plus a."""
        return sympy.Add(*(e.coeff(i) * self.starts[i] for i in e.free_symbols if i in self.starts))

    def slot(self, e: sympy.Expr, first: int) -> str:
        """A slot: an affine expression, or an entry of a tensor of integers."""
        if isinstance(e, sympy.Indexed | AppliedUndef):
            return self.scalar(e)
        return self.affine(e, -first)

    # scalars

    def scalar(self, e: Any) -> str:
        """The text of a scalar expression."""
        if isinstance(e, sympy.Rational) and max(abs(e.p), e.q) > LARGEST_NUMBER:
            raise UnsupportedExpression("a number of more than 60 digits has no place in a formula")
        if isinstance(e, sympy.Integer):
            return str(e) if e >= 0 else f"({e})"
        if isinstance(e, sympy.Float):
            return self.scalar(rational(e, "a number"))
        if isinstance(e, sympy.Rational):
            return f"({e.p}/{e.q})"
        if e is sympy.pi:
            return "pi"
        if e is sympy.E:
            return "exp(1)"
        if e in (sympy.oo, -sympy.oo):
            return "inf" if e is sympy.oo else "(-inf)"
        if _is_symbol(e) or isinstance(e, sympy.Idx):
            return self._symbol(e)
        if isinstance(e, sympy.Add):
            return "(" + " + ".join(map(self.scalar, e.args)) + ")"
        if isinstance(e, sympy.Mul):
            return "*".join(map(self.scalar, e.args))
        if isinstance(e, sympy.Pow):
            return f"({self.scalar(e.base)})^({self.scalar(e.exp)})"
        if isinstance(e, sympy.Indexed):
            return f"{_name(e.base.label)}[{','.join(self.slot(s, self.first) for s in e.indices)}]"
        if isinstance(e, sympy.Sum | sympy.Product):
            return self._reduction(
                "sum" if isinstance(e, sympy.Sum) else "prod", e.function, e.limits
            )
        if isinstance(e, sympy.KroneckerDelta):
            return f"[{self.scalar(e.args[0])} = {self.scalar(e.args[1])}]"
        if isinstance(e, sympy.Piecewise):
            return self._piecewise(e)
        if isinstance(e, Boolean):
            return self._condition(e)
        if isinstance(e, MatrixElement):
            return self.entry(e.parent, self.affine(e.i), self.affine(e.j))
        if isinstance(e, sympy.Trace):
            i = self.new_letter("i")
            return f"sum[{self.range(i, e.arg.shape[0])}]({self.entry(e.arg, i, i)})"
        if isinstance(e, sympy.Determinant):
            p, q = self.new_letter("p"), self.new_letter("q")
            return f"det[{p},{q}]({self.entry(e.arg, p, q)})"
        if isinstance(e, AppliedUndef):
            return self._undefined(e)
        if isinstance(e, ScalarFunction):
            return f"{type(e).__name__}({', '.join(map(self.scalar, e.args))})"
        if isinstance(e, MatrixExpr | MatrixBase) and e.shape == (1, 1):
            return self.entry(e, "0", "0")
        for kind, name in SCALAR.items():
            if isinstance(e, kind):
                return f"{name}({', '.join(map(self.scalar, e.args))})"
        raise UnsupportedExpression(
            f"{type(e).__name__} has no meaning here: {str(e)[:64]}; known are "
            f"{', '.join(k.__name__ for k in SCALAR)}, Sum, Product, Piecewise, KroneckerDelta"
        )

    def _symbol(self, e: Any) -> str:
        if e in self.indices:
            start = self.starts.get(e)
            return self.letter(e) if not start else f"({self.letter(e)}+{self.affine(start)})"
        return _name(e)

    def _undefined(self, e: AppliedUndef) -> str:
        """A function by a name that symnet knows, and what to_sympy has no SymPy head for."""
        name = e.func.__name__
        if name in REDUCTIONS and _limits(e):
            return self._reduction(REDUCTIONS[name], e.args[0], e.args[1:])
        if name == "Inv" and len(e.args) == 5:
            text = self._reduction("inv", e.args[0], e.args[1:3])
            return f"{text}[{self.affine(e.args[3])},{self.affine(e.args[4])}]"
        if name in FUNCTIONS:
            return f"{name}({', '.join(map(self.scalar, e.args))})"
        raise UnsupportedExpression(
            f"{name} is an undefined function; known names are {', '.join(sorted(FUNCTIONS))}"
        )

    def _reduction(self, head: str, body: sympy.Expr, limits: Iterable[Any]) -> str:
        """sum[i<N](body); a range from a to b is one of b-a+1 places, at a+i."""
        made = list(limits)
        ranges: list[str] = []
        conditions: list[str] = []
        for limit in reversed(made):
            index, *ends = limit
            if len(ends) != 2:
                raise UnsupportedExpression(
                    f"{index} has no range in {head}; write ({index}, 0, N - 1)"
                )
            low, high = (sympy.expand(x) for x in ends)
            if not {low, high}.isdisjoint({sympy.oo, -sympy.oo}):
                raise UnsupportedExpression(f"the range of {index} is infinite")
            letter = self.letter(index)
            if (low.free_symbols | high.free_symbols) & self.indices:
                conditions += [
                    f"{self.affine(low)} <= {letter}",
                    f"{letter} <= {self.affine(high)}",
                ]
                ranges.append(letter)
                continue
            if low != 0:
                self.starts[index] = low
            ranges.append(f"{letter}<{self.affine(sympy.expand(high - low + 1))}")
        text = self.scalar(body)
        for index, *_ in made:
            self.starts.pop(index, None)
        if head in ("det", "logdet", "inv"):
            ranges = [r.partition("<")[0] for r in ranges[::-1]]
        over = ",".join(ranges) + (": " + ", ".join(conditions) if conditions else "")
        return f"{head}[{over}]({text})"

    def _piecewise(self, e: sympy.Piecewise) -> str:
        *cases, (last, always) = e.args
        if always != sympy.true:
            raise UnsupportedExpression(
                "Piecewise: the last case must be (value, True), so that every point has a value"
            )
        if len(cases) == 1 and cases[0][0] == 1 and last == 0:
            return self._condition(cases[0][1])
        out = self.scalar(last)
        for value, condition in reversed(cases):
            out = f"where({self._condition(condition)}, {self.scalar(value)}, {out})"
        return out

    def _condition(self, c: Any) -> str:
        if isinstance(c, Relational):
            sign = {"==": "=", "!=": "!="}.get(c.rel_op, c.rel_op)
            return f"[{self.scalar(c.lhs)} {sign} {self.scalar(c.rhs)}]"
        if isinstance(c, sympy.And):
            return "*".join(map(self._condition, c.args))
        if isinstance(c, sympy.Or):
            return "(1 - " + "*".join(f"(1 - {self._condition(a)})" for a in c.args) + ")"
        if isinstance(c, sympy.Not):
            return f"(1 - {self._condition(c.args[0])})"
        if isinstance(c, sympy.ITE):
            return f"where({', '.join(map(self._condition, c.args))})"
        if c in (sympy.true, sympy.false):
            return str(int(c == sympy.true))
        raise UnsupportedExpression(f"condition {c}: expected comparisons joined by And, Or, Not")

    # matrices

    def range(self, letter: str, extent: Any) -> str:
        return f"{letter}<{self.size(extent)}"

    def entry(self, m: Any, i: str, j: str) -> str:
        """The entry (i, j) of a matrix expression."""
        if isinstance(m, sympy.MatrixSymbol):
            return f"{_name(m)}[{i},{j}]"
        if isinstance(m, sympy.MatAdd):
            return "(" + " + ".join(self.entry(a, i, j) for a in m.args) + ")"
        if isinstance(m, sympy.MatMul):
            return self._product(m, i, j)
        if isinstance(m, sympy.Transpose):
            return self.entry(m.arg, j, i)
        if isinstance(m, sympy.HadamardProduct):
            return "*".join(self.entry(a, i, j) for a in m.args)
        if isinstance(m, HadamardPower):
            return f"({self.entry(m.base, i, j)})^({self.scalar(m.exp)})"
        if isinstance(m, sympy.Identity):
            return f"[{i} = {j}]"
        if isinstance(m, sympy.ZeroMatrix | sympy.OneMatrix):
            return "0" if isinstance(m, sympy.ZeroMatrix) else "1"
        if isinstance(m, sympy.Inverse):
            p, q = self.new_letter("p"), self.new_letter("q")
            return f"inv[{p},{q}]({self.entry(m.arg, p, q)})[{i},{j}]"
        if isinstance(m, sympy.MatPow):
            return self._power(m, i, j)
        if isinstance(m, DiagMatrix):
            (v,) = m.args
            inner = self.entry(v, i, "0") if v.shape[1] == 1 else self.entry(v, "0", i)
            return f"[{i} = {j}]*{inner}"
        if isinstance(m, DiagonalMatrix):
            return f"[{i} = {j}]*{self.entry(m.arg, i, j)}"
        if isinstance(m, DiagonalOf):
            return self.entry(m.arg, i, i)
        if isinstance(m, ElementwiseApplyFunction):
            return self._applied(m, i, j)
        if isinstance(m, MatrixBase | sympy.ImmutableDenseMatrix):
            return self._explicit(m, i, j)
        raise UnsupportedExpression(
            f"{type(m).__name__} has no meaning here: {str(m)[:64]}; known are sums, products, "
            "transposes, powers, Inverse, HadamardProduct, DiagMatrix, Identity, ZeroMatrix, "
            "OneMatrix"
        )

    def _product(self, m: sympy.MatMul, i: str, j: str) -> str:
        coefficient, matrices = m.as_coeff_matrices()
        scalars = [] if coefficient == 1 else [self.scalar(coefficient)]
        slots, over = [i], []
        for left in matrices[:-1]:
            inner = left.shape[1]
            if inner == 1:
                slots.append("0")
                continue
            slots.append(self.new_letter("k"))
            over.append(self.range(slots[-1], inner))
        slots.append(j)
        body = "*".join(self.entry(a, slots[k], slots[k + 1]) for k, a in enumerate(matrices))
        text = f"sum[{','.join(over)}]({body})" if over else body
        return "*".join([*scalars, text])

    def _power(self, m: sympy.MatPow, i: str, j: str) -> str:
        if not m.exp.is_Integer or not 0 < abs(m.exp) <= HIGHEST_POWER:
            raise UnsupportedExpression(
                f"{m}: expected a whole exponent between 1 and {HIGHEST_POWER}, or below 0"
            )
        base = m.base if m.exp > 0 else sympy.Inverse(m.base)
        if abs(m.exp) == 1:
            return self.entry(base, i, j)
        return self._product(sympy.MatMul(*[base] * int(abs(m.exp)), evaluate=False), i, j)

    def _applied(self, m: Any, i: str, j: str) -> str:
        (variable,) = m.function.variables
        inner = self.entry(m.expr, i, j)
        text = self.new_letter("v")
        self.letters[variable] = text
        self.indices.add(variable)
        made = self.scalar(m.function.expr)
        self.indices.discard(variable)
        return _put(made, text, f"({inner})")

    def _explicit(self, m: Any, i: str, j: str) -> str:
        """A matrix of scalars: [i = 0]*[j = 0]*a + [i = 0]*[j = 1]*b + ..."""
        rows, columns = m.shape
        if i.isdecimal() and j.isdecimal():
            return self.scalar(m[int(i), int(j)])
        terms = [
            f"[{i} = {r}]*[{j} = {c}]*{self.scalar(m[r, c])}"
            for r in range(rows)
            for c in range(columns)
            if m[r, c] != 0
        ]
        return "(" + (" + ".join(terms) or "0") + ")"


def _put(text: str, name: str, other: str) -> str:
    """The text with another in place of a name that stands nowhere inside of a longer one."""
    return re.sub(rf"\b{name}\b", lambda _: other, text)


def _no_slot(e: sympy.Expr) -> UnsupportedExpression:
    return UnsupportedExpression(
        f"{e}: expected a sum of indices, extents and integers with integer factors"
    )


def _unbound(e: sympy.Basic) -> set[Any]:
    """The free symbols, for which a range of an undefined function binds too."""
    if not e.has(AppliedUndef):
        return set(e.free_symbols)
    inner = set().union(*(_unbound(a) for a in e.args))
    if isinstance(e, sympy.Sum | sympy.Product):
        return set(e.free_symbols) & inner
    if isinstance(e, AppliedUndef):
        return inner - {e.args[k][0] for k in _limits(e)}
    return inner


def _counted(e: sympy.Expr) -> sympy.Expr:
    """The expression with every symbol a whole number of at least 1, as extents are."""
    if _is_symbol(e):
        return sympy.Symbol(e.name, integer=True, positive=True)
    return e.func(*map(_counted, e.args)) if e.args else e


def _is_symbol(e: Any) -> bool:
    return isinstance(e, sympy.Symbol)


def _is_bound(i: Any, sums: Iterable[Any]) -> bool:
    return any(limit[0] == i for s in sums for limit in s.limits)


def _shape(base: sympy.IndexedBase) -> tuple[Any, ...]:
    return tuple(base.shape) if base.shape is not None else ()


def _limits(f: AppliedUndef) -> list[int]:
    """The arguments that are ranges (i, 0, N - 1)."""
    return [k for k, a in enumerate(f.args) if isinstance(a, sympy.Tuple)]


def _name(symbol: Any) -> str:
    """The name of a symbol, which must be an identifier."""
    name = symbol.name if hasattr(symbol, "name") else str(symbol)
    if not isinstance(name, str) or not name.isidentifier():
        raise UnsupportedExpression(
            f"the name {str(name)[:40]!r}: expected an identifier such as x or W_1"
        )
    return str(name)
