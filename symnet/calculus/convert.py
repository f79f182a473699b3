"""SymPy expression <-> Poly: the only crossing on this floor.

read: Definition.expression -> Poly         write: Poly -> SymPy, with letters for bound indices
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, affine, of_extent, of_index
from symnet.calculus.ranges import brackets_of, is_guarded_by, may_be_undefined, may_leave
from symnet.notation import (
    FUNCTIONS,
    ArgLargest,
    Compare,
    Definition,
    Entry,
    Graph,
    Index,
    Largest,
    Product,
    ScalarFunction,
    Total,
    UnsupportedExpression,
    compare,
    rename,
    where,
)

Env = Mapping[sympy.Symbol, t.Poly]


# -- reading -----------------------------------------------------------------------------------


def read(e: sympy.Expr, env: Env | None = None) -> t.Poly:
    """The Poly of a SymPy expression; `env` gives Polys for placeholder symbols."""
    if isinstance(e, sympy.Rational):
        return t.number(Fraction(int(e.p), int(e.q)))
    if isinstance(e, Entry):
        return t.single(t.ref(e.tensor, [slot(s) for s in e.slots]))
    if isinstance(e, sympy.Add):
        return t.add(*(read(a, env) for a in e.args))
    if isinstance(e, sympy.Mul):
        return t.multiply(*(read(a, env) for a in e.args))
    if isinstance(e, sympy.Pow):
        exponent = Fraction(int(e.exp.p), int(e.exp.q))
        if isinstance(e.base, sympy.Rational):
            builder = t.Builder()
            builder._times_rational(Fraction(int(e.base.p), int(e.base.q)), exponent)
            return builder.close()
        return t.power(read(e.base, env), exponent)
    if isinstance(e, Compare):
        return _read_compare(e, env)
    if isinstance(e, ScalarFunction):
        return call(type(e).__name__, [read(a, env) for a in e.args])
    if isinstance(e, Total):
        return t.summed(read(e.body, env), e.bound)
    if isinstance(e, Product | Largest | ArgLargest):
        return _read_reduction(e, env)
    if isinstance(e, Index):
        return t.value_of(of_index(e))
    if env and e in env:
        return env[e]
    if isinstance(e, sympy.Symbol | sympy.NumberSymbol | sympy.floor | sympy.ceiling):
        return t.single(t.sym(e))
    if e in (sympy.S.Infinity, sympy.S.NegativeInfinity):
        infinity = t.single(t.sym(sympy.S.Infinity))
        return infinity if e is sympy.S.Infinity else t.negated(infinity)
    raise UnsupportedExpression(f"{type(e).__name__} {e} has no meaning in a definition")


_BEFORE = Index("s", sympy.Symbol("before", integer=True, positive=True))


def read_base(d: Definition) -> tuple[t.Poly, dict[Index, sympy.Expr]]:
    """The base case of a recurrence along t, with t = -1 - s, and {s: -1 - t} to write it.

    There t is negative, and s >= 0 is not bounded: brackets of t must not be settled by its range.
    """
    assert d.base is not None and d.sequential is not None
    base = rename(d.base, {d.sequential: -1 - _BEFORE})
    return read(base), {_BEFORE: -1 - d.sequential}


def base_at(d: Definition, slots: Sequence[Affine]) -> t.Poly:
    """The base case at the slots of a read before the start."""
    body, _ = read_base(d)
    mapping = dict(zip(d.free, slots, strict=True))
    assert d.sequential is not None
    mapping[_BEFORE] = mapping[d.sequential].times(-1).plus(-1)
    out: t.Poly = t.rename(body, mapping)
    return out


def _read_reduction(e: Any, env: Env | None) -> t.Poly:
    kind = {Product: "prod", Largest: "max", ArgLargest: "argmax"}[type(e)]
    body = read(e.body, env)
    for b in reversed(e.bound):
        body = t.reduced(kind, b, body)
    return body


def call(name: str, args: Sequence[t.Poly]) -> t.Poly:
    """A scalar function of Polys, `where` settled if its condition is a number or bracket."""
    if name == "where":
        c, a, b = args
        if c.number is not None:
            return a if c.number else b
        if a is b:
            return a
        only = _only_brackets(c)
        if only is not None and a.is_one and b.is_zero:
            return c
        if only is not None and len(only) == 1 and a.is_zero and b.is_one:
            opposite = t.negation(only[0])
            assert opposite is not None
            return opposite
    if name == "detach" and args[0].number is not None:
        return args[0]
    return t.single(t.fn(name, args))


def _only_brackets(c: t.Poly) -> list[t.Node] | None:
    if len(c.terms) != 1 or c.terms[0][0] != 1 or c.terms[0][1].bound:
        return None
    nodes = [f for f, _ in c.terms[0][1].factors]
    return nodes if nodes and all(isinstance(f, t.Bracket | t.Cmp) for f in nodes) else None


def _read_compare(e: Compare, env: Env | None) -> t.Poly:
    a, b = e.sides
    left, right = _affine_or_none(a), _affine_or_none(b)
    if left is not None and right is not None:
        gap = right - left
        if e.relation == "==":
            return t.equals_zero(gap)
        if e.relation == "!=":
            return t.differs_from_zero(gap)
        if e.relation in (">", ">="):
            gap = gap.times(-1)
        return t.at_least_zero(gap.plus(-1) if e.relation in ("<", ">") else gap)
    p, q = read(a, env), read(b, env)
    relation = e.relation
    if relation in (">", ">="):
        p, q, relation = q, p, "<" if relation == ">" else "<="
    return t.compared(relation, p, q)


def slot(e: sympy.Expr) -> Affine:
    """A slot of an entry as an affine expression."""
    out = _affine_or_none(e)
    if out is None:
        raise UnsupportedExpression(
            f"index expression {e}: expected a sum of indices, extents and integers with integer "
            "factors, or an entry of an integer tensor"
        )
    return out


def _affine_or_none(e: sympy.Expr) -> Affine | None:
    if isinstance(e, sympy.Integer):
        return affine((), int(e))
    if isinstance(e, Index):
        return of_index(e)
    if isinstance(e, Entry) and e.tensor.is_integer_valued:
        return affine([(t.ref(e.tensor, [slot(s) for s in e.slots]), 1)])
    if isinstance(e, ArgLargest):
        node = t.reduction("argmax", e.bound[0], read(e.body))
        return affine([(node, 1)])
    if isinstance(e, sympy.Add):
        parts = [_affine_or_none(a) for a in e.args]
        out = affine(())
        for p in parts:
            if p is None:
                return None
            out = out + p
        return out
    if isinstance(e, sympy.Mul) and isinstance(e.args[0], sympy.Integer):
        rest = _affine_or_none(sympy.Mul(*e.args[1:]))
        return None if rest is None else rest.times(int(e.args[0]))
    if not e.has(Index, Entry) and e.is_integer and e.free_symbols:
        return of_extent(e)
    return None


# -- writing -----------------------------------------------------------------------------------


class Letters:
    """Letters for bound indices: the axis' own letter, else another one used for that extent."""

    def __init__(self, graph: Graph) -> None:
        self.known: dict[sympy.Expr, list[str]] = {}
        for d in graph.definitions:
            for node in sympy.preorder_traversal(d.expression):
                if isinstance(node, Index):
                    self._note(node)
        for tensor in graph.tensors:
            for i in tensor.indices:
                self._note(i)

    def _note(self, i: Index) -> None:
        letters = self.known.setdefault(i.extent, [])
        if i.letter not in letters:
            letters.append(i.letter)

    def choose(self, b: Index, factors: Iterable[Any], taken: frozenset[str]) -> Index:
        """A real index for a canonical bound one, with a letter that is not taken if possible."""
        own = [letter for f in factors for letter in _axis_letters(f, b)]
        for letter in (*own, *sorted(self.known.get(b.extent, []))):
            if letter not in taken and letter != "_":
                return Index(letter, b.extent)
        return Index(own[0] if own else self.known.get(b.extent, ["k"])[0], b.extent)


def _axis_letters(node: Any, b: Index) -> Iterable[str]:
    if b not in node.free:
        return
    if isinstance(node, t.Ref):
        for axis, s in zip(node.tensor.indices, node.slots, strict=True):
            if s.index is b:
                yield axis.letter
    elif isinstance(node, t.Fn):
        for a in node.args:
            yield from _axis_letters(a, b)
    elif isinstance(node, t.Cmp):
        yield from _axis_letters(node.left, b)
        yield from _axis_letters(node.right, b)
    elif isinstance(node, t.Red):
        yield from _axis_letters(node.body, b)
    elif isinstance(node, t.Poly):
        for _, m in node.terms:
            for f, _ in m.factors:
                yield from _axis_letters(f, b)


def write(p: t.Poly, letters: Letters, taken: frozenset[str] = frozenset()) -> sympy.Expr:
    """The SymPy expression of a Poly; factors under one sum that share no index get two sums."""
    return sympy.Add(*(_write_term(c, m, letters, taken) for c, m in p.terms))


def _write_term(c: Fraction, m: t.Mono, letters: Letters, taken: frozenset[str]) -> sympy.Expr:
    builder = t.Builder(c)
    for f, e in builder.opened(m):
        builder.times(f, e)
    inside: set[t.Node] = set()
    sums: list[sympy.Expr] = []
    for bound, members in _guarded_together(builder):
        guards = brackets_of(members)
        alone = [f for f in builder.factors if f.free.isdisjoint(builder.bound)]
        for f in alone:
            if f not in inside and guards and is_guarded_by(f, guards, builder.factors[f]):
                members.append(f)
        inside.update(members)
        new: dict[Index, Index] = {}
        used = taken
        for b in bound:
            new[b] = letters.choose(b, members, used)
            used |= {new[b].letter}
        mapping = {b: of_index(i) for b, i in new.items()}
        product = t.Builder()
        for f in members:
            product.times(t.rename(f, mapping), builder.factors[f])
        if builder.coefficient < 0 and any(
            _is_difference(f, e) for f, e in product.factors.items()
        ):
            builder.coefficient *= -1  # -sum x (y - z) reads better as sum x (z - y)
            product.coefficient *= -1
        body = _write_product(product.coefficient, product.factors, letters, used)
        sums.append(Total(body, *new.values()))
    outside = {f: e for f, e in builder.factors.items() if f not in inside}
    partial = any(may_be_undefined(f, builder.factors[f]) for f in inside)
    return _write_product(builder.coefficient, outside, letters, taken, sums, partial)


def _guarded_together(builder: t.Builder) -> list[tuple[list[Index], list[t.Node]]]:
    """The components of a sum; those where a bracket of one guards a factor of another, as one."""
    parts: list[tuple[list[Index], list[t.Node]]] = []
    for bound, members in builder.components():
        apart = []
        for others, theirs in parts:
            if _guards(members, theirs, builder) or _guards(theirs, members, builder):
                bound, members = [*others, *bound], [*theirs, *members]
            else:
                apart.append((others, theirs))
        parts = [*apart, (bound, members)]
    return parts


def _guards(these: Sequence[t.Node], those: Sequence[t.Node], builder: t.Builder) -> bool:
    brackets = brackets_of(these)
    return any(is_guarded_by(f, brackets, builder.factors[f]) for f in those) if brackets else False


def _write_product(
    c: Fraction,
    factors: Mapping[t.Node, Fraction],
    letters: Letters,
    taken: frozenset[str],
    sums: Sequence[sympy.Expr] = (),
    partial: bool = False,
) -> sympy.Expr:
    """The product, as a case where a mask keeps it from a value that may be undefined."""
    masks = [f for f in factors if _is_mask(f)]
    rest = {f: e for f, e in factors.items() if f not in masks}
    if masks and (partial or any(may_be_undefined(f, e) for f, e in rest.items())):
        body = _write_product(c, rest, letters, taken, sums)
        guards = [f for f in rest if isinstance(f, t.Bracket)] if any(map(may_leave, masks)) else []
        condition = sympy.Mul(*(_write_node(f, letters, taken) for f in (*guards, *masks)))
        return where(condition, body, sympy.S.Zero)
    args: list[sympy.Expr] = []
    for f, e in factors.items():
        if c < 0 and isinstance(f, t.Poly) and len(f.terms) > 1 and _is_odd(e):
            c = -c
            base = sympy.Add(*(_write_term(-k, m, letters, taken) for k, m in f.terms))
        else:
            base = _write_node(f, letters, taken)
        args.append(sympy.Pow(base, sympy.Rational(e.numerator, e.denominator)))
    args.extend(sums)
    number = sympy.Rational(c.numerator, c.denominator)
    if len(args) == 1 and isinstance(args[0], sympy.Add) and number != 1:
        return sympy.Mul(number, args[0], evaluate=False)
    return sympy.Mul(number, *args)


def _is_difference(f: t.Node, e: Fraction) -> bool:
    """a - b, or more terms, with an odd power."""
    if not isinstance(f, t.Poly) or len(f.terms) < 2 or not _is_odd(e):
        return False
    return any(c < 0 for c, _ in f.terms)


def _is_odd(e: Fraction) -> bool:
    return e.denominator == 1 and e.numerator % 2 == 1


def _is_mask(f: t.Node) -> bool:
    if isinstance(f, t.Fn) and f.name == "where":
        return all(a.number in (0, 1) for a in f.args[1:])
    return isinstance(f, t.Cmp)


def write_slot(e: Affine, letters: Letters, taken: frozenset[str]) -> sympy.Expr:
    """An affine expression in SymPy."""
    parts = [
        c * (a if isinstance(a, sympy.Basic) else _write_node(a, letters, taken))
        for a, c in e.parts
    ]
    return sympy.Add(sympy.Integer(e.const), *parts)


def _write_node(f: t.Node, letters: Letters, taken: frozenset[str]) -> sympy.Expr:
    if isinstance(f, t.Ref):
        return Entry(f.tensor, *(write_slot(s, letters, taken) for s in f.slots))
    if isinstance(f, t.Sym):
        return f.atom
    if isinstance(f, t.Num):
        return sympy.Integer(f.value)
    if isinstance(f, t.Val):
        return write_slot(f.at, letters, taken)
    if isinstance(f, t.Fn):
        return FUNCTIONS[f.name](*(write(a, letters, taken) for a in f.args))
    if isinstance(f, t.Bracket):
        return _write_bracket(f, letters, taken)
    if isinstance(f, t.Cmp):
        return compare(f.relation, write(f.left, letters, taken), write(f.right, letters, taken))
    if isinstance(f, t.Red):
        kind = {"prod": Product, "max": Largest, "argmax": ArgLargest}[f.kind]
        new = letters.choose(f.bound, [f.body], taken)
        body = t.rename(f.body, {f.bound: of_index(new)})
        return kind(write(body, letters, taken | {new.letter}), new)
    if isinstance(f, t.Poly):
        return write(f, letters, taken)
    raise UnsupportedExpression(f"{type(f).__name__} cannot be written")


def _write_bracket(f: t.Bracket, letters: Letters, taken: frozenset[str]) -> sympy.Expr:
    """[e >= 0] as [smaller side <= larger side], [k = t[n]] with the index on the left."""
    left = affine([(a, c) for a, c in f.at.parts if c > 0], max(f.at.const, 0))
    right = affine([(a, -c) for a, c in f.at.parts if c < 0], max(-f.at.const, 0))
    if f.kind == "ge":
        if right.parts and left.const == 0 and right.const == 0 and left.parts:
            return compare(
                "<=", write_slot(right, letters, taken), write_slot(left, letters, taken)
            )
        if left.const == 0 and right.const > 0 and right.parts:
            less = right.plus(-1)
            a, b = write_slot(less, letters, taken), write_slot(left, letters, taken)
            return compare("<", a, b)
        return compare("<=", write_slot(right, letters, taken), write_slot(left, letters, taken))
    relation = "==" if f.kind == "eq" else "!="
    if left.index is None and right.index is not None:
        left, right = right, left
    return compare(relation, write_slot(left, letters, taken), write_slot(right, letters, taken))
