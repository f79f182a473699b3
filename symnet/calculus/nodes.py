"""The nodes of terms: frozen, hash-consed, with a structural sort key and a printed size.

    Poly = sum of coef * Mono;   Mono = sum over bound indices of a product of base^exponent

Equal nodes are one object. These constructors only intern; the laws (collecting, contracting,
naming bound indices) are kept by calculus.terms, through which Monos and Polys are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

import sympy

from symnet.calculus.affine import Affine, atom_key, spelled
from symnet.notation import Index, Tensor

ONE = Fraction(1)
Key = tuple[Any, ...]


class Node:
    """A hash-consed node. free: its free indices; height: depth of binders; cost: printed size."""

    below: Any = None

    __slots__ = ("__weakref__", "cost", "free", "height", "sort_key")
    free: frozenset[Index]
    height: int
    cost: int
    sort_key: Key


class Num(Node):
    """A prime number, as a base of fractional powers: 2^(1/2)."""

    __slots__ = ("value",)
    value: int


class Sym(Node):
    """An extent or a constant such as pi: positive."""

    __slots__ = ("atom",)
    atom: sympy.Expr


class Ref(Node):
    """An entry of a tensor; an atom of affine expressions if the tensor is an integer one."""

    __slots__ = ("slots", "tensor")
    tensor: Tensor
    slots: tuple[Affine, ...]

    @property
    def below(self) -> Any:
        return self.tensor.below


class Val(Node):
    """The value of an index, as a number."""

    __slots__ = ("at",)
    at: Affine


class Fn(Node):
    """A scalar function of Polys."""

    __slots__ = ("args", "name")
    name: str
    args: tuple[Poly, ...]


class Bracket(Node):
    """[e >= 0] ("ge"), [e = 0] ("eq") or [e != 0] ("ne") of an affine index expression."""

    __slots__ = ("at", "kind")
    kind: str
    at: Affine


class Cmp(Node):
    """[a < b], [a <= b], [a == b] or [a != b] of values."""

    __slots__ = ("left", "relation", "right")
    relation: str
    left: Poly
    right: Poly


class Red(Node):
    """max, prod or argmax of a Poly over one canonical bound index."""

    __slots__ = ("body", "bound", "kind")
    kind: str
    bound: Index
    body: Poly

    @property
    def below(self) -> Any:
        return self.bound.extent


class Mono(Node):
    """sum over `bound` of the product of base^exponent; factors sorted."""

    __slots__ = ("bound", "factors")
    bound: tuple[Index, ...]
    factors: tuple[tuple[Node, Fraction], ...]


class Poly(Node):
    """sum of coef * Mono. With several terms: no common factor, and the leading sign is plus."""

    __slots__ = ("terms",)
    terms: tuple[tuple[Fraction, Mono], ...]

    @property
    def is_zero(self) -> bool:
        return not self.terms

    @property
    def is_one(self) -> bool:
        return len(self.terms) == 1 and self.terms[0][0] == 1 and not self.terms[0][1].factors

    @property
    def number(self) -> Fraction | None:
        """The value, if the Poly is a number."""
        if not self.terms:
            return Fraction(0)
        c, m = self.terms[0]
        return c if len(self.terms) == 1 and not m.factors else None


_TABLE: WeakValueDictionary[Key, Any] = WeakValueDictionary()
_NONE: frozenset[Index] = frozenset()


# -- sort keys: the shape of a node, with some indices replaced by labels -----------------------


def shape(node: Any, env: Mapping[Index, Key]) -> Key:
    """The structure of a node as nested tuples, comparable with every other; env labels indices."""
    if not env or node.free.isdisjoint(env):
        return node.sort_key
    return _shape(node, env)


def _affine_shape(e: Affine, env: Mapping[Index, Key]) -> Key:
    if e.free.isdisjoint(env):
        return e.sort_key
    parts = []
    for a, c in e.parts:
        if isinstance(a, Index):
            parts.append((env.get(a) or atom_key(a), c))
        elif isinstance(a, sympy.Basic):
            parts.append((atom_key(a), c))
        else:
            parts.append(((4, str(shape(a, env)), 0, 0), c))
    return (tuple(sorted(parts)), e.const)


def _shape(node: Any, env: Mapping[Index, Key]) -> Key:
    if isinstance(node, Ref):
        return (3, node.tensor.name, tuple(_affine_shape(s, env) for s in node.slots))
    if isinstance(node, Sym):
        return (1, spelled(node.atom))
    if isinstance(node, Num):
        return (0, node.value)
    if isinstance(node, Val):
        return (2, _affine_shape(node.at, env))
    if isinstance(node, Bracket):
        return (4, node.kind, _affine_shape(node.at, env))
    if isinstance(node, Cmp):
        return (5, node.relation, shape(node.left, env), shape(node.right, env))
    if isinstance(node, Fn):
        return (6, node.name, tuple(shape(a, env) for a in node.args))
    if isinstance(node, Red):
        return (7, node.kind, shape(node.body, env))
    if isinstance(node, Mono):
        return (8, len(node.bound), tuple(sorted((shape(f, env), e) for f, e in node.factors)))
    return (9, tuple(sorted((shape(m, env), c) for c, m in node.terms)))


# -- leaves ------------------------------------------------------------------------------------


def intern(kind: type[Any], key: Key, fields: Mapping[str, Any], free: Iterable[Any]) -> Any:
    found = _TABLE.get(key)
    if found is None:
        found = kind()
        for name, value in fields.items():
            setattr(found, name, value)
        below = list(free)
        found.free = _NONE.union(*(b.free for b in below)) if below else _NONE
        found.height = max((b.height for b in below), default=0)
        found.cost = 0
        found.sort_key = _shape(found, {})
        _TABLE[key] = found
    return found


def num(value: int) -> Num:
    out: Num = intern(Num, ("num", value), {"value": value}, ())
    out.cost = 1
    return out


def sym(atom: sympy.Expr) -> Sym:
    out: Sym = intern(Sym, ("sym", atom), {"atom": atom}, ())
    out.cost = 1
    return out


def ref(tensor: Tensor, slots: Sequence[Affine]) -> Ref:
    key = ("ref", tensor, tuple(slots))
    out: Ref = intern(Ref, key, {"tensor": tensor, "slots": tuple(slots)}, slots)
    out.cost = 2
    return out


def val(at: Affine) -> Val:
    out: Val = intern(Val, ("val", at), {"at": at}, (at,))
    out.cost = 1
    return out


def fn(name: str, args: Sequence[Poly]) -> Fn:
    out: Fn = intern(Fn, ("fn", name, *args), {"name": name, "args": tuple(args)}, args)
    out.cost = 5 + sum(a.cost for a in args)
    return out


def bracket(kind: str, at: Affine) -> Bracket:
    out: Bracket = intern(Bracket, ("bracket", kind, at), {"kind": kind, "at": at}, (at,))
    out.cost = 3
    return out


def red(kind: str, bound: Index, body: Poly) -> Red:
    found = _TABLE.get(key := ("red", kind, bound, body))
    if found is None:
        found = Red()
        found.kind, found.bound, found.body = kind, bound, body
        found.free = body.free - {bound}
        found.height = body.height + 1
        found.cost = 4 + body.cost
        found.sort_key = _shape(found, {})
        _TABLE[key] = found
    return found


def mono(bound: tuple[Index, ...], factors: tuple[tuple[Node, Fraction], ...]) -> Mono:
    found = _TABLE.get(key := ("mono", bound, factors))
    if found is None:
        found = Mono()
        found.bound, found.factors = bound, factors
        free = _NONE.union(*(f.free for f, _ in factors)) if factors else _NONE
        found.free = free.difference(bound) if bound else free
        inner = max((f.height for f, _ in factors), default=0)
        found.height = max(inner, bound[0].height if bound else 0)
        found.cost = 3 * len(bound) + sum(f.cost + (e != 1) + (abs(e) != 1) for f, e in factors)
        found.sort_key = _shape(found, {})
        _TABLE[key] = found
    return found


def poly(terms: tuple[tuple[Fraction, Mono], ...]) -> Poly:
    found = _TABLE.get(key := ("poly", terms))
    if found is None:
        found = Poly()
        found.terms = terms
        found.free = _NONE.union(*(m.free for _, m in terms)) if terms else _NONE
        found.height = max((m.height for _, m in terms), default=0)
        found.cost = sum(
            m.cost + (abs(c) != 1 or not m.factors) + bool(m.factors) for c, m in terms
        )
        found.sort_key = _shape(found, {})
        _TABLE[key] = found
    return found


UNIT = mono((), ())
ZERO = poly(())
UNITY = poly(((ONE, UNIT),))


def number(value: int | Fraction) -> Poly:
    """A rational number."""
    return poly(((Fraction(value), UNIT),)) if value else ZERO
