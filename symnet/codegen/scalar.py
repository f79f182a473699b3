"""Scalar expressions over indices, without SymPy: what lowering makes of a definition.

    sum[i](x[n,i]*W[i,j]) + b[j]   =   Add((Reduce("sum", Mul((Read(x), Read(W))), (i,)), Read(b)))

Nodes are immutable, compared by structure; an Axis is compared by identity, so that no two of
them are ever mixed up. A slot of a Read is an integer-valued node, nearly always an Affine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from symnet.codegen.size import ONE, ZERO, Size, size


@dataclass(frozen=True, eq=False)
class Axis:
    """An index: it runs over 0 .. size-1; identity is by object."""

    letter: str
    size: Size
    sequential: bool = False

    def fresh(self) -> Axis:
        return Axis(self.letter, self.size, self.sequential)

    def __repr__(self) -> str:
        return self.letter


class Scalar:
    """Base of all nodes: equality by structure, with the hash and the free axes remembered."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return isinstance(other, Scalar) and self._parts() == other._parts()

    def __hash__(self) -> int:
        if "_hash" not in self.__dict__:
            self.__dict__["_hash"] = hash((type(self).__name__, self._parts()))
        return int(self.__dict__["_hash"])

    @property
    def axes(self) -> frozenset[Axis]:
        """The free axes."""
        if "_axes" not in self.__dict__:
            self.__dict__["_axes"] = self._free()
        found: frozenset[Axis] = self.__dict__["_axes"]
        return found

    def _free(self) -> frozenset[Axis]:
        found: frozenset[Axis] = frozenset()
        for c in children(self):
            found |= c.axes
        return found


@dataclass(frozen=True, eq=False)
class Num(Scalar):
    """A rational number."""

    value: Fraction


@dataclass(frozen=True, eq=False)
class Pi(Scalar):
    """The ratio of a circle's circumference to its diameter."""


@dataclass(frozen=True, eq=False)
class Infinite(Scalar):
    """+oo or -oo; only as a branch of Where or under a maximum."""

    sign: int


@dataclass(frozen=True, eq=False)
class Affine(Scalar):
    """An integer-valued combination of axes with sizes as coefficients, plus a size."""

    terms: tuple[tuple[Axis, Size], ...]
    constant: Size

    def _free(self) -> frozenset[Axis]:
        return frozenset(a for a, _ in self.terms)

    def coefficient(self, axis: Axis) -> Size:
        return dict(self.terms).get(axis, ZERO)

    @property
    def axis(self) -> Axis | None:
        """The axis, if this is nothing but that axis."""
        if len(self.terms) == 1 and not self.constant.terms and self.terms[0][1] == ONE:
            return self.terms[0][0]
        return None

    def plus(self, other: Affine, times: Size | int = 1) -> Affine:
        """self + times * other."""
        factor = size(times)
        found = dict(self.terms)
        for axis, c in other.terms:
            found[axis] = found.get(axis, ZERO) + c * factor
        kept = tuple((a, c) for a, c in found.items() if c.terms)
        return Affine(kept, self.constant + other.constant * factor)

    def without(self, axis: Axis) -> Affine:
        return Affine(tuple((a, c) for a, c in self.terms if a is not axis), self.constant)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Affine):
            return False
        return self.constant == other.constant and dict(self.terms) == dict(other.terms)

    def __hash__(self) -> int:
        return hash((frozenset(self.terms), self.constant))


@dataclass(frozen=True, eq=False)
class Read(Scalar):
    """An entry of a tensor."""

    name: str
    slots: tuple[Scalar, ...]

    @property
    def plain(self) -> tuple[Axis, ...] | None:
        """The axes, if every slot is an axis of its own."""
        found = tuple(s.axis for s in self.slots if isinstance(s, Affine))
        if len(found) != len(self.slots) or None in found or len(set(found)) != len(found):
            return None
        return tuple(a for a in found if a is not None)


@dataclass(frozen=True, eq=False)
class Add(Scalar):
    args: tuple[Scalar, ...]


@dataclass(frozen=True, eq=False)
class Mul(Scalar):
    """A product; a Compare that is 0 settles it, the other factors then do not count."""

    args: tuple[Scalar, ...]


@dataclass(frozen=True, eq=False)
class Pow(Scalar):
    base: Scalar
    exponent: Fraction


@dataclass(frozen=True, eq=False)
class Call(Scalar):
    """A scalar function of one or two arguments.

    `exp_below` is exp of an argument that is known to be <= 0.
    """

    function: str
    args: tuple[Scalar, ...]


@dataclass(frozen=True, eq=False)
class Compare(Scalar):
    """The bracket [left relation right]: 1 or 0."""

    relation: str
    left: Scalar
    right: Scalar


@dataclass(frozen=True, eq=False)
class Where(Scalar):
    """`then` where the condition is not 0, else `other`; only the chosen one counts."""

    condition: Scalar
    then: Scalar
    other: Scalar


@dataclass(frozen=True, eq=False)
class Reduce(Scalar):
    """sum, product, max or argmax of the body over axes (one axis for max and argmax)."""

    kind: str
    body: Scalar
    bound: tuple[Axis, ...]

    def _free(self) -> frozenset[Axis]:
        return self.body.axes - frozenset(self.bound)


def children(e: Scalar) -> tuple[Scalar, ...]:
    """The nodes directly below."""
    match e:
        case Add(args) | Mul(args) | Call(_, args):
            return args
        case Read(_, slots):
            return slots
        case Pow(base, _):
            return (base,)
        case Compare(_, left, right):
            return (left, right)
        case Where(condition, then, other):
            return (condition, then, other)
        case Reduce(_, body, _):
            return (body,)
    return ()


def rebuild(e: Scalar, below: Iterable[Scalar]) -> Scalar:
    """The node with other nodes below it, simplified on the way."""
    new = tuple(below)
    if all(a is b for a, b in zip(children(e), new, strict=True)):
        return e
    match e:
        case Add():
            return add(*new)
        case Mul():
            return mul(*new)
        case Call(function, _):
            return Call(function, new)
        case Read(name, _):
            return Read(name, new)
        case Pow(_, exponent):
            return power(new[0], exponent)
        case Compare(relation, _, _):
            return Compare(relation, *new)
        case Where():
            return Where(*new)
        case Reduce(kind, _, bound):
            return Reduce(kind, new[0], bound)
    return e


def walk(e: Scalar) -> Iterator[Scalar]:
    """Every node, the outermost first."""
    yield e
    for c in children(e):
        yield from walk(c)


def reads(e: Scalar) -> Iterator[Read]:
    """Every read, those inside of slots too."""
    for node in walk(e):
        if isinstance(node, Read):
            yield node


# -- building ---------------------------------------------------------------------------------


def number(value: int | Fraction) -> Num:
    return Num(Fraction(value))


def of_axis(axis: Axis) -> Affine:
    """The value of an index."""
    return Affine(((axis, ONE),), ZERO)


def of_size(s: Size | int) -> Affine:
    """An extent, or an integer, as a number."""
    return Affine((), size(s))


def numeric(e: Scalar) -> Fraction | None:
    """The value of a rational constant."""
    if isinstance(e, Num):
        return e.value
    if isinstance(e, Affine) and not e.terms:
        return e.constant.number
    return None


def add(*args: Scalar) -> Scalar:
    """The sum: nested sums merged, rational constants added."""
    constant, kept = Fraction(0), []
    stack = list(reversed(args))
    while stack:
        a = stack.pop()
        if isinstance(a, Add):
            stack.extend(reversed(a.args))
        elif (value := numeric(a)) is not None:
            constant += value
        else:
            kept.append(a)
    if constant or not kept:
        kept.append(Num(constant))
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def mul(*args: Scalar) -> Scalar:
    """The product: nested products merged, rational constants multiplied; 0 * anything = 0."""
    constant, kept = Fraction(1), []
    stack = list(reversed(args))
    while stack:
        a = stack.pop()
        if isinstance(a, Mul):
            stack.extend(reversed(a.args))
        elif (value := numeric(a)) is not None:
            constant *= value
        else:
            kept.append(a)
    if not constant:
        return Num(Fraction(0))
    if constant != 1 or not kept:
        kept.insert(0, Num(constant))
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def power(base: Scalar, exponent: Fraction | int) -> Scalar:
    """base^exponent; powers of powers are merged where the inner exponent is an integer."""
    q = Fraction(exponent)
    if q == 1 or (isinstance(base, Compare) and q > 0):  # a bracket is 0 or 1
        return base
    if q == 0:
        return Num(Fraction(1))
    value = numeric(base)
    if value is not None and q.denominator == 1 and (value or q > 0):
        return Num(value ** int(q))
    if isinstance(base, Pow) and base.exponent.denominator == q.denominator == 1:
        return power(base.base, base.exponent * q)
    return Pow(base, q)


def negated(e: Scalar) -> Scalar:
    return mul(number(-1), e)


def terms(e: Scalar) -> tuple[Scalar, ...]:
    """The addends; the expression itself if it is no sum."""
    return e.args if isinstance(e, Add) else (e,)


def factors(e: Scalar) -> tuple[Scalar, ...]:
    """The factors; the expression itself if it is no product."""
    return e.args if isinstance(e, Mul) else (e,)


# -- changing axes ----------------------------------------------------------------------------


def substitute(e: Scalar, mapping: Mapping[Axis, Scalar]) -> Scalar:
    """Replace free axes by integer-valued nodes, avoiding capture.

    Bound axes that occur in a replacement are made fresh.
    """
    relevant = {a: v for a, v in mapping.items() if a in e.axes}
    if not relevant:
        return e
    if isinstance(e, Affine):
        return _substitute_affine(e, relevant)
    if isinstance(e, Reduce):
        arriving: frozenset[Axis] = frozenset().union(*(v.axes for v in relevant.values()))
        clash = {b: b.fresh() for b in e.bound if b in arriving}
        body = substitute(e.body, {**relevant, **{b: of_axis(f) for b, f in clash.items()}})
        return Reduce(e.kind, body, tuple(clash.get(b, b) for b in e.bound))
    return rebuild(e, (substitute(c, relevant) for c in children(e)))


def _substitute_affine(e: Affine, mapping: Mapping[Axis, Scalar]) -> Scalar:
    out, data = Affine((), e.constant), []
    for axis, c in e.terms:
        value = mapping.get(axis, of_axis(axis))
        if isinstance(value, Affine):
            out = out.plus(value, c)
        else:
            data.append(mul(of_size(c), value))
    return add(*data, out) if data else out


def refresh(e: Scalar) -> Scalar:
    """The same expression with every bound axis made fresh."""
    if isinstance(e, Reduce):
        new = {b: b.fresh() for b in e.bound}
        body = substitute(refresh(e.body), {b: of_axis(f) for b, f in new.items()})
        return Reduce(e.kind, body, tuple(new.values()))
    return rebuild(e, (refresh(c) for c in children(e)))


def same(a: Scalar, b: Scalar, paired: Mapping[Axis, Axis] | None = None) -> bool:
    """Equality modulo the names of bound axes, and of the free axes of `a` as paired.

    Operands are compared in order: what is equal only after reordering counts as different.
    """
    if a == b and not paired:
        return True
    pairs = dict(paired or {})
    if type(a) is not type(b):
        return False
    if isinstance(a, Affine) and isinstance(b, Affine):
        renamed = Affine(tuple((pairs.get(x, x), c) for x, c in a.terms), a.constant)
        return renamed == b
    if isinstance(a, Reduce) and isinstance(b, Reduce):
        if a.kind != b.kind or [x.size for x in a.bound] != [x.size for x in b.bound]:
            return False
        return same(a.body, b.body, {**pairs, **dict(zip(a.bound, b.bound, strict=True))})
    below_a, below_b = children(a), children(b)
    if len(below_a) != len(below_b) or not _same_head(a, b):
        return False
    return all(same(p, q, pairs) for p, q in zip(below_a, below_b, strict=True))


def _same_head(a: Scalar, b: Scalar) -> bool:
    match a, b:
        case (Num(p), Num(q)):
            return p == q
        case (Infinite(s), Infinite(r)):
            return s == r
        case (Read(n, _), Read(m, _)) | (Call(n, _), Call(m, _)) | (Compare(n), Compare(m)):
            return bool(n == m)
        case (Pow(_, p), Pow(_, q)):
            return p == q
    return True
