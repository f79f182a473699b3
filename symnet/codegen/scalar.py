"""Scalar expressions over indices, without SymPy: what lowering makes of a definition.

    sum[i](x[n,i]*W[i,j]) + b[j]   =   Add((Reduce("sum", Mul((Read(x), Read(W))), (i,)), Read(b)))

Nodes are immutable, compared by structure; an Axis is compared by identity, so that no two of
them are ever mixed up. A slot of a Read is an integer-valued node, nearly always an Affine.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """sum, product, max or argmax of the body over axes (one axis for max and argmax).

    inv, det and logdet are of the matrix over two bound axes, rows and columns; the body is a
    Read of it, for inv a Cell.
    """

    kind: str
    body: Scalar
    bound: tuple[Axis, ...]

    def _free(self) -> frozenset[Axis]:
        return self.body.axes - frozenset(self.bound)


@dataclass(frozen=True, eq=False)
class Cell(Scalar):
    """What an inverse is asked for: of which matrix, at which row and column."""

    matrix: Scalar
    row: Scalar
    column: Scalar


WHOLE = frozenset({"inv", "det", "logdet"})  # the kinds of Reduce that are of a whole matrix


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
        case Cell(matrix, row, column):
            return (matrix, row, column)
    return ()


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
