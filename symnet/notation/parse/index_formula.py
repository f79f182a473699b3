"""The right side of a line in index notation -> a SymPy expression, once all extents are known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from symnet.notation import functions as f
from symnet.notation.errors import ParseError, SymnetError
from symnet.notation.graph import Definition
from symnet.notation.index import Index, free_indices
from symnet.notation.intake import intake
from symnet.notation.matrix import Inverse, det, inverse, logdet
from symnet.notation.parse.index_guarded import Guarded, addition, below, product, shared
from symnet.notation.parse.index_heads import (
    FUNCTIONS,
    HEADS,
    MATRIX,
    OTHERS,
    POINTWISE,
    REDUCTIONS,
    SINGLE,
    log_softmax,
    softmax,
)
from symnet.notation.parse.index_lines import slots_of
from symnet.notation.parse.index_scope import Letter, Scoped
from symnet.notation.parse.shapes import LARGEST
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Entry, Tensor

Expr = Any  # SymPy expressions, whose arithmetic is not typed
Scope = Mapping[str, Index]
Naming = Callable[[Expr, str, tuple[Index, ...]], Expr]

LARGEST_EXPONENT = 4096
LONGEST_POWER = 4096  # bits
MODULES = frozenset({"np", "numpy", "math", "np.linalg", "numpy.linalg"})
CONSTANTS = {"pi": sympy.pi, "inf": sympy.oo, "oo": sympy.oo}
RELATIONS: dict[type[ast.cmpop], str] = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">="},
}


@dataclass
class Formula:
    """Builds the expressions of one line.

    `zeros` are the axes (name, axis) beyond whose end a tensor is 0; `named` gives an expression a
    definition of its own and returns its entry, or is None where nothing may be named.
    """

    source: Source
    line: Scoped
    tensors: Mapping[str, Tensor]
    numbers: Mapping[str, sympy.Symbol]
    indices: Mapping[Letter, Index]
    zeros: frozenset[tuple[str, int]]
    definitions: Mapping[str, Definition]
    named: Naming | None
    places: dict[str, ast.AST] = field(default_factory=dict)  # entries by their text

    def right(self, node: ast.expr, scope: Scope) -> Expr:
        """The whole right side."""
        if self._is_composite(node):
            return self._composite(node, scope)
        return self.value(node, scope).whole

    def value(self, node: ast.expr, scope: Scope) -> Guarded:
        """The value of a node; what SymPy or symnet refuse is an error under it."""
        try:
            made = self._value(node, scope)
        except ParseError:
            raise
        except SymnetError as e:
            raise self.source.error(node, str(e)) from None
        if made.inside in (sympy.nan, sympy.zoo):
            raise self.source.error(node, "this has no value: it divides by 0 or joins infinities")
        return made

    def number(self, node: ast.expr, scope: Scope) -> Expr:
        """The value with its guards written."""
        return self.value(node, scope).whole

    def _value(self, node: ast.expr, scope: Scope) -> Guarded:
        match node:
            case ast.Constant():
                return Guarded(self._constant(node))
            case ast.Name():
                return self._name(node, scope)
            case ast.Attribute():
                return Guarded(self._attribute(node))
            case ast.Subscript(value=ast.Call()):
                return Guarded(self._composite_part(node, scope))
            case ast.Subscript():
                return self._entry(node, scope)
            case ast.UnaryOp(op=ast.USub()):
                inner = self.value(node.operand, scope)
                return Guarded(-inner.inside, inner.guards)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand, scope)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node, scope)
            case ast.BinOp():
                return self._binary(node, scope)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return Guarded(self._condition(node, scope))
            case ast.List(elts=[inner]):
                return Guarded(self._bracket(node, inner, scope))
            case ast.Call(func=ast.Subscript()):
                return self._head(node, scope)
            case ast.Call():
                return self._call(node, scope)
        kind = type(node).__name__
        raise self.source.error(
            node, f"{kind} is not supported in index notation; expected entries, sums and functions"
        )

    # numbers, names, entries

    def _constant(self, node: ast.Constant) -> Expr:
        v = node.value
        if isinstance(v, int) and not isinstance(v, bool):
            return sympy.Integer(v)
        if isinstance(v, float):
            exact = Fraction(self.source.text_of(node).replace("_", ""))
            return sympy.Rational(exact.numerator, exact.denominator)
        raise self.source.error(node, f"{str(v)[:40]!r} is not supported; expected a number")

    def _name(self, node: ast.Name, scope: Scope) -> Guarded:
        name = node.id
        if name in scope:
            return Guarded(scope[name])
        if name in self.tensors:
            return self._at(node, self.tensors[name], ())
        if name in self.numbers:
            return Guarded(self.numbers[name])
        if name in CONSTANTS:
            return Guarded(CONSTANTS[name])
        if name in FUNCTIONS or name in HEADS or name in OTHERS:
            shown = HEADS.get(name, f"{name}(...)")
            raise self.source.error(node, f"{name} is a function; call it: {shown}")
        known = [*scope, *self.tensors, *self.numbers]
        raise self.source.error(
            node,
            f"{name} is neither an index, a tensor nor an extent here{nearest(name, known)}; "
            f'an index stands on the left or is summed over, a scalar has the shape "": '
            f'{{"{name}": ""}}',
        )

    def _attribute(self, node: ast.Attribute) -> Expr:
        if self.source.text_of(node.value) in MODULES:
            constants = {**CONSTANTS, "e": f.exp(sympy.S.One)}
            if node.attr in constants:
                return constants[node.attr]
        raise self.source.error(
            node, f"{self.source.text_of(node)} is not supported; expected a number or an entry"
        )

    def _entry(self, node: ast.Subscript, scope: Scope) -> Guarded:
        assert isinstance(node.value, ast.Name)
        name = node.value.id
        if name not in self.tensors:
            if name in HEADS:
                raise self.source.error(node, f"{name} has no argument; write {HEADS[name]}")
            raise self.source.error(
                node.value, f"{name} is not a tensor here{nearest(name, self.tensors)}"
            )
        return self._at(node, self.tensors[name], slots_of(node), scope)

    def _at(
        self, node: ast.expr, x: Tensor, slots: tuple[ast.expr, ...], scope: Scope | None = None
    ) -> Guarded:
        if len(slots) != x.order:
            example = f"{x.name}[{','.join(i.letter for i in x.indices)}]"
            shape = ", ".join(map(str, x.shape))
            raise self.source.error(
                node,
                f"{x.name} has {x.order} axes ({shape}), found {len(slots)} indices; write "
                + (example if x.order else x.name),
            )
        made = [self._looked_up(self.number(s, scope or {})) for s in slots]
        for s, place in zip(slots, made, strict=True):
            if place.is_Integer and abs(place) > LARGEST:
                raise self.source.error(s, f"expected a place of at most {LARGEST}")
        guards = frozenset(
            f.compare("<", slot, x.indices[k].extent)
            for k, slot in enumerate(made)
            if (x.name, k) in self.zeros and not isinstance(slot, Index) and free_indices(slot)
        )
        entry = Entry(x, *made)
        self.places.setdefault(str(entry), node)
        return Guarded(entry, guards)

    def _looked_up(self, slot: Expr) -> Expr:
        """A slot in which every entry that the text defines (an argmax) is what it stands for."""
        if isinstance(slot, Entry):
            found = self.definitions.get(slot.tensor.name)
            return slot if found is None else found.instantiate(slot.slots)
        if isinstance(slot, sympy.Add | sympy.Mul):
            return slot.func(*map(self._looked_up, slot.args))
        return slot

    # arithmetic

    def _sum(self, node: ast.BinOp, scope: Scope) -> Guarded:
        """a + b - c at once: long sums are not nested."""
        terms: list[Guarded] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            term = self.value(left.right, scope)
            negative = isinstance(left.op, ast.Sub)
            terms.append(Guarded(-term.inside, term.guards) if negative else term)
            left = left.left
        terms.append(self.value(left, scope))
        return addition(terms[::-1])

    def _binary(self, node: ast.BinOp, scope: Scope) -> Guarded:
        factors: list[tuple[bool, ast.expr, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult | ast.Div):
            factors.append((isinstance(left.op, ast.Div), left.right, left))
            left = left.left
        if factors:
            out = self.value(left, scope)
            for below_bar, right, whole in reversed(factors):
                factor = self.value(right, scope)
                if below_bar:
                    factor = self._reciprocal(whole, factor)
                out = product(out, factor)
            return out
        if isinstance(node.op, ast.Pow):
            return self._power(node, self.value(node.left, scope), self.number(node.right, scope))
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            a, b = (self._condition(n, scope) for n in (node.left, node.right))
            return Guarded(a * b if isinstance(node.op, ast.BitAnd) else 1 - (1 - a) * (1 - b))
        hint = {
            ast.MatMult: "@ is of NumPy notation; write sum[i](A[n,i]*B[i,k])",
            ast.Mod: "% is not supported in index notation",
            ast.FloorDiv: "// is not supported in index notation",
        }
        raise self.source.error(
            node, hint.get(type(node.op), f"{type(node.op).__name__} is not supported")
        )

    def _reciprocal(self, node: ast.expr, x: Guarded) -> Guarded:
        if x.inside.is_zero:
            raise self.source.error(node, "division by 0")
        return Guarded(1 / x.whole)

    def _power(self, node: ast.expr, base: Guarded, exponent: Expr) -> Guarded:
        a = base.inside
        if isinstance(exponent, sympy.Rational):
            if abs(exponent) > LARGEST_EXPONENT or abs(exponent.q) > LARGEST_EXPONENT:
                raise self.source.error(
                    node, f"the exponent is too large; expected at most {LARGEST_EXPONENT}"
                )
            if a.is_zero and exponent < 0:
                raise self.source.error(node, "division by 0")
            if isinstance(a, sympy.Rational):
                bits = max(int(a.p).bit_length(), int(a.q).bit_length()) * abs(exponent)
                if bits > LONGEST_POWER:
                    raise self.source.error(node, "the power is a number too long to write down")
                if a < 0 and exponent.q != 1:
                    raise self.source.error(node, f"a root of {a} is no real number")
            if exponent > 0:
                return Guarded(intake(sympy.Pow(a, exponent)), base.guards)
            return Guarded(intake(sympy.Pow(base.whole, exponent)))
        if base.whole.is_number and not base.whole.is_positive:
            raise self.source.error(node, "a power with a variable exponent needs a positive base")
        return Guarded(f.exp(exponent * f.log(base.whole)))

    # brackets

    def _bracket(self, node: ast.List, inner: ast.expr, scope: Scope) -> Expr:
        if not isinstance(inner, ast.Compare | ast.BoolOp | ast.UnaryOp):
            raise self.source.error(node, "expected a relation in the bracket, such as [i < j]")
        return self._condition(inner, scope)

    def _condition(self, node: ast.expr, scope: Scope) -> Expr:
        """1 where it holds, else 0."""
        if isinstance(node, ast.Compare):
            sides = [self.number(n, scope) for n in (node.left, *node.comparators)]
            out: Expr = sympy.S.One
            for op, a, b in zip(node.ops, sides, sides[1:], strict=False):
                if type(op) not in RELATIONS:
                    raise self.source.error(node, "expected one of < <= = != > >=")
                out = out * f.compare(RELATIONS[type(op)], a, b)
            return out
        if isinstance(node, ast.BoolOp):
            parts = [self._condition(v, scope) for v in node.values]
            if isinstance(node.op, ast.And):
                return sympy.Mul(*parts)
            return 1 - sympy.Mul(*(1 - p for p in parts))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return 1 - self._condition(node.operand, scope)
        if isinstance(node, ast.List) and len(node.elts) == 1:
            return self._bracket(node, node.elts[0], scope)
        value = self.number(node, scope)
        factors = value.args if isinstance(value, sympy.Mul) else (value,)
        if all(isinstance(b, f.Compare) for b in factors):
            return value
        return f.compare("!=", value, 0)

    # heads and functions

    def _bound(self, node: ast.Call, scope: Scope) -> tuple[list[Index], dict[str, Index]]:
        letters = self.line.bindings[id(node)].letters
        over = [self.indices[x] for x in letters]
        return over, {**scope, **{x.name: self.indices[x] for x in letters}}

    def _head(self, node: ast.Call, scope: Scope) -> Guarded:
        head = _head_name(node)
        if head in MATRIX or head in POINTWISE:
            return Guarded(self._composite_part(node, scope))
        over, inner = self._bound(node, scope)
        if head in SINGLE and len(over) != 1:
            raise self.source.error(node, f"{head} runs over one index: {HEADS[head]}")
        conditions = [self._condition(c, inner) for c in self.line.bindings[id(node)].conditions]
        condition = sympy.Mul(*conditions) if conditions else None
        body = self.value(node.args[0], inner)
        if head == "sum" or (head == "mean" and condition is None):
            inside, outside = below(body, over)
            return Guarded(REDUCTIONS[head](inside, over, condition), outside)
        return Guarded(REDUCTIONS[head](body.whole, over, condition))

    def _is_composite(self, node: ast.expr) -> bool:
        call = node.value if isinstance(node, ast.Subscript) else node
        return isinstance(call, ast.Call) and _head_name(call) in {*MATRIX, *POINTWISE}

    def _composite_part(self, node: ast.expr, scope: Scope) -> Expr:
        """softmax[k](z[n,k]) or det[p,q](X[p,q]) inside of a formula: it gets a name."""
        made = self._composite(node, scope)
        call = node.value if isinstance(node, ast.Subscript) else node
        assert isinstance(call, ast.Call)
        head = _head_name(call)
        if self.named is None:
            if head in MATRIX:
                raise self.source.error(
                    node, f"{head} inside of a recurrence: give it a line of its own, before this"
                )
            return made
        free = [i for i in scope.values() if i in free_indices(made)]
        if isinstance(made, Inverse):
            free.sort(key=lambda i: made.at.index(i) if i in made.at else -1)
        return self.named(made, head, tuple(free))

    def _composite(self, node: ast.expr, scope: Scope) -> Expr:
        if isinstance(node, ast.Subscript):
            return self._inverse(node, scope)
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript)
        head = _head_name(node)
        if head in POINTWISE:
            over = [scope[s.id] for s in slots_of(node.func) if isinstance(s, ast.Name)]
            body = self.number(node.args[0], scope)
            return softmax(body, over) if head == "softmax" else log_softmax(body, over)
        if head == "inv":
            raise self.source.error(node, f"expected the place of an entry: {HEADS['inv']}")
        pair, matrix = self._matrix(node, scope)
        return (det if head == "det" else logdet)(matrix, pair)

    def _inverse(self, node: ast.Subscript, scope: Scope) -> Expr:
        call, at = node.value, slots_of(node)
        if not isinstance(call, ast.Call) or _head_name(call) != "inv" or len(at) != 2:
            raise self.source.error(node, f"only an inverse has entries: {HEADS['inv']}")
        pair, matrix = self._matrix(call, scope)
        row, column = (self.number(s, scope) for s in at)
        return inverse(matrix, pair, (row, column))

    def _matrix(self, node: ast.Call, scope: Scope) -> tuple[tuple[Index, Index], Expr]:
        """The two indices and the matrix, named where it is more than an entry."""
        over, inner = self._bound(node, scope)
        made = self.number(node.args[0], inner)
        if not isinstance(made, Entry) or not made.is_plain:
            if self.named is None:
                raise self.source.error(node.args[0], "give the matrix a line of its own: A[p,q]")
            free = tuple(i for i in inner.values() if i in free_indices(made))
            made = self.named(made, "matrix", free)
        return (over[0], over[1]), made

    def _call(self, node: ast.Call, scope: Scope) -> Guarded:
        name = self._function(node)
        count = len(node.args)
        if name == "where":
            if count != 3:
                raise self.source.error(node, f"where(condition, a, b): found {count} arguments")
            test = self._condition(node.args[0], scope)
            a, b = (self.value(n, scope) for n in node.args[1:])
            common = shared((a, b))
            made = f.where(test, a.without(a.guards - common), b.without(b.guards - common))
            return Guarded(made, common)
        if name == "power":
            if count != 2:
                raise self.source.error(node, f"power(a, b): found {count} arguments")
            whole = ast.copy_location(ast.BinOp(node.args[0], ast.Pow(), node.args[1]), node)
            return self._binary(whole, scope)
        counts, function = FUNCTIONS[name]
        if count not in counts:
            low, high = counts.start, counts.stop - 1
            expected = str(low) if low == high else f"{low} to {high}"
            raise self.source.error(node, f"{name} takes {expected} arguments, found {count}")
        if name == "sqrt":
            return self._power(node, self.value(node.args[0], scope), sympy.Rational(1, 2))
        return Guarded(function(*(self.number(a, scope) for a in node.args)))

    def _function(self, node: ast.Call) -> str:
        """The name of the function that is called, with or without np."""
        func = node.func
        if isinstance(func, ast.Attribute) and self.source.text_of(func.value) in MODULES:
            name = func.attr
        elif isinstance(func, ast.Name):
            name = func.id
        else:
            raise self.source.error(func, "expected the name of a function before (")
        if name in FUNCTIONS or name in OTHERS:
            return name
        if name in self.tensors:
            raise self.source.error(func, f"{name} is a tensor; for a product write {name}*(...)")
        if name in HEADS:
            raise self.source.error(node, f"{name}: say over which index: {HEADS[name]}")
        raise self.source.error(
            func, f"{name} is not supported{nearest(name, [*FUNCTIONS, *OTHERS, *HEADS])}"
        )


def _head_name(node: ast.Call) -> str:
    func = node.func
    if isinstance(func, ast.Subscript) and isinstance(func.value, ast.Name):
        return func.value.id
    return ""
