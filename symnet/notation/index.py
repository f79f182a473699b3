"""Indices and the only safe ways to change them.

    rename(sum_k x[n,k], {n: k}) => sum_k' x[k,k']        (capture-avoiding, k' fresh)

SymPy captures bound indices silently in `diff`, `subs` and `xreplace`. Raw calls live in this file
and in calculus/derivative.py; everything else asks `rename`, `fresh` and `instantiate`.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import sympy
from sympy.core.cache import cacheit

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.opaque import Opaque

Extent: TypeAlias = sympy.Expr

RESERVED = frozenset({"sum", "prod", "max", "argmax"})


def extent(value: int | str | sympy.Expr) -> Extent:
    """An extent from a positive integer, an identifier ("N"), or a SymPy integer expression.

    A string is a name, never an expression: it is checked and not evaluated.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = sympy.Integer(value)
    if isinstance(value, str):
        if not value.isidentifier() or len(value) > 64 or keyword.iskeyword(value):
            raise UnsupportedExpression(f"extent {value[:64]!r}: expected an identifier such as N")
        return sympy.Symbol(value, integer=True, positive=True)
    if not isinstance(value, sympy.Expr):
        raise UnsupportedExpression(
            f"extent {str(value)[:64]!r}: expected a positive integer, a name or an expression"
        )
    if value.is_number and not (value.is_Integer and value >= 1):
        raise UnsupportedExpression(f"extent {value}: expected a whole number of at least 1")
    for part in sympy.preorder_traversal(value):
        if not _is_part_of_an_extent(part):
            raise UnsupportedExpression(
                f"extent {value}: {part} has no place in it; expected sums, products and floors "
                "of positive integer symbols, such as those of extent('N')"
            )
    if value.is_positive is False:
        raise UnsupportedExpression(f"extent {value} is never positive")
    return value


def _is_part_of_an_extent(e: sympy.Basic) -> bool:
    if isinstance(e, sympy.Symbol):
        return bool(e.is_integer and e.is_positive) and not isinstance(e, Index)
    known = sympy.Add | sympy.Mul | sympy.Pow | sympy.Rational | sympy.floor | sympy.ceiling
    return isinstance(e, known)


def extent_at(value: Extent, sizes: Mapping[sympy.Symbol, int]) -> sympy.Expr:
    """The extent with the sizes of its symbols put in; a number if all of them are known."""
    return value.xreplace({s: sympy.Integer(n) for s, n in sizes.items()})


class Index(sympy.Dummy):
    """An index: a letter and an extent; it runs over 0 .. extent-1. Identity is by object.

    A `sequential` index may carry a recurrence: a definition along it may mention itself shifted.
    Two indices of the same letter are two objects; letters are chosen when printing.
    """

    __slots__ = ("extent", "sequential")
    extent: Extent
    sequential: bool

    def __new__(cls, letter: str, over: int | str | Extent, sequential: bool = False) -> Index:
        if not isinstance(letter, str) or not letter.isidentifier() or len(letter) > 64:
            raise UnsupportedExpression(
                f"index {str(letter)[:64]!r}: expected an identifier such as n"
            )
        made: Index = super().__new__(cls, letter, integer=True, nonnegative=True)
        made.extent = extent(over)
        made.sequential = sequential
        return made

    def __getnewargs_ex__(self) -> Any:
        raise TypeError("an Index is not pickled: its identity is the object")

    @property
    def letter(self) -> str:
        """The letter that printing prefers."""
        return str(self.name)

    def _sympystr(self, printer: Any) -> str:
        return self.letter

    _latex = _sympystr

    def fresh(self) -> Index:
        """A new index with the same letter and extent."""
        return Index(self.letter, self.extent, self.sequential)


def fresh(indices: Iterable[Index]) -> tuple[Index, ...]:
    """A new index for each, in order."""
    return tuple(i.fresh() for i in indices)


class Binder(Opaque, sympy.Expr):
    """An expression that binds indices in its body: args = (body, index, index, ...)."""

    is_commutative = True
    is_real = True

    @property
    def body(self) -> sympy.Expr:
        return self.args[0]

    @property
    def bound(self) -> tuple[Index, ...]:
        return self.args[1:]

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        """Without the extents of bound indices: SymPy would substitute them to decide a sign."""
        return self.body.free_symbols - set(self.bound)

    def _sympystr(self, printer: Any) -> str:
        over = ",".join(i.letter for i in self.bound)
        return f"{self.symbol}[{over}]({printer._print(self.body)})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        over = ",".join(i.letter for i in self.bound)
        text = rf"{self.latex_symbol}_{{{over}}} {printer._print(self.body)}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    ordered = False  # whether the order of the bound indices matters
    symbol = "bind"
    latex_symbol = r"\operatorname{bind}"


@cacheit  # type: ignore[untyped-decorator]  # SymPy's cache has no types
def free_indices(expression: sympy.Basic) -> frozenset[Index]:
    """The indices that occur outside of every reduction that binds them."""
    if isinstance(expression, Index):
        return frozenset((expression,))
    if not expression.args:
        return frozenset()
    if isinstance(expression, Binder):
        return free_indices(expression.body) - frozenset(expression.bound)
    found: frozenset[Index] = frozenset()
    for a in expression.args:
        found |= free_indices(a)
    return found


def bound_indices(expression: sympy.Basic) -> list[Index]:
    """Every index bound somewhere inside, outermost first, in order of occurrence."""
    own = list(expression.bound) if isinstance(expression, Binder) else []
    return own + [i for a in expression.args for i in bound_indices(a)]


def rename(expression: sympy.Expr, mapping: Mapping[Index, sympy.Expr]) -> sympy.Expr:
    """Replace free indices by indices or index expressions, avoiding capture.

    Side condition kept by construction: a bound index that occurs in a replacement is made fresh.
    """
    relevant = {k: v for k, v in mapping.items() if k in free_indices(expression)}
    if not relevant:
        return expression
    if isinstance(expression, Index):
        return relevant[expression]
    if isinstance(expression, Binder):
        arriving: frozenset[Index] = frozenset().union(
            *(free_indices(v) for v in relevant.values())
        )
        clash = {b: b.fresh() for b in expression.bound if b in arriving}
        body = rename(expression.body, {**relevant, **clash})
        return expression.func(body, *(clash.get(b, b) for b in expression.bound))
    return expression.func(*(rename(a, relevant) for a in expression.args))


def refresh(expression: sympy.Expr) -> sympy.Expr:
    """The same expression with every bound index made fresh."""
    if not expression.args or not expression.has(Binder):
        return expression
    if isinstance(expression, Binder):
        new = {b: b.fresh() for b in expression.bound}
        return expression.func(refresh(rename(expression.body, new)), *new.values())
    return expression.func(*(refresh(a) for a in expression.args))


def same_up_to_bound(a: sympy.Basic, b: sympy.Basic) -> bool:
    """Equality modulo the names of bound indices; free indices are compared by identity.

    Commutative operands are matched in every order only where their number is at most six;
    canonical forms (calculus.terms) decide the general case.
    """
    return _same(a, b, {})


def _same(a: sympy.Basic, b: sympy.Basic, paired: dict[Index, Index]) -> bool:
    if isinstance(a, Index) or isinstance(b, Index):
        if isinstance(a, Index) and a in paired:
            return paired[a] is b
        return a is b and b not in paired.values()
    if a.func is not b.func or len(a.args) != len(b.args):
        return False
    if not a.args:
        return bool(a == b)
    if isinstance(a, Binder) and isinstance(b, Binder):
        return _same_binders(a, b, paired)
    if isinstance(a, sympy.Add | sympy.Mul):
        return _same_in_some_order(list(a.args), list(b.args), paired)
    return all(_same(p, q, paired) for p, q in zip(a.args, b.args, strict=True))


def _same_binders(a: Binder, b: Binder, paired: dict[Index, Index]) -> bool:
    from itertools import permutations

    for order in (b.bound,) if b.ordered else permutations(b.bound):
        if any(p.extent != q.extent for p, q in zip(a.bound, order, strict=True)):
            continue
        inner = {k: v for k, v in paired.items() if v not in order}
        if _same(a.body, b.body, {**inner, **dict(zip(a.bound, order, strict=True))}):
            return True
    return False


def _same_in_some_order(
    left: list[sympy.Basic], right: list[sympy.Basic], paired: dict[Index, Index]
) -> bool:
    if not left:
        return True
    first, rest = left[0], left[1:]
    return any(
        _same(first, other, paired)
        and _same_in_some_order(rest, right[:k] + right[k + 1 :], paired)
        for k, other in enumerate(right)
    )
