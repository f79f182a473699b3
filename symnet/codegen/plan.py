"""The array plan: a straight list of array operations over values with named axes.

A Value is an array: its axes stand in the order in which they lie in memory; a value without axes
is a Python number. An Operand is a value in an operation: its k-th axis there is `axes[k]`, an
axis of the operation. A plan is LEGAL, and `check_plan` accepts it, if

 1. every value is made by exactly one operation, or is given; an operation mentions only values
    made before it; a value made in the body of a loop is mentioned only there;
 2. an operand has one axis for each axis of its value, of the same size, and no axis twice;
 3. Map, Reduce, Copy, Cast: the axes of the operands are among the axes of the operation (those of
    `out`, and for Reduce those it runs over); Copy: every axis of `out` is in the source;
 4. Contract: batch, rows, columns and summed axes are disjoint; left has batch, rows, summed;
    right has batch, summed, columns (without right: ones over summed); out has all but summed;
 5. Matrix: the axes of out are those of the source but rows and columns, of an inverse two more;
    Solve: matrix and right share the row and the axes that out has, but the unknown;
 6. View, Gather, Scatter, Place: one slot for each axis of the array that is indexed, affine in the
    axes of the other side and of the enclosing loops, or an integer operand;
 7. Loop: each carried value is made by the loop; its body writes only the body values that the
    carries name, and mentions carried values only through views at constant shifts;
 8. static operations depend on sizes only; they are executed once for each set of sizes;
 9. outputs and updates are values of the plan, each with the axes of its tensor.

After buffers are assigned (see buffers.py) also

10. two values share a buffer only if the operation that makes the second reads the first for the
    last time or later, and reads it in place only entry by entry (same axes, same order, Map);
11. given arrays are never written, apart from a state, after its last read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symnet.codegen.scalar import Affine, Axis
from symnet.codegen.size import Size, product_of

STATIC = -1  # the level of what depends on sizes only; 0 is each call, 1 is inside a loop ...


@dataclass(frozen=True, eq=False)
class Value:
    """An array, or a number if it has no axes. `kind` is float, int or bool.

    `note` is the definition for which it is computed; the names of values stand in the plan.
    """

    note: str
    axes: tuple[Axis, ...]
    kind: str = "float"
    level: int = 0
    strides: tuple[Size, ...] = ()

    def __post_init__(self) -> None:
        if not self.strides:
            object.__setattr__(self, "strides", contiguous([a.size for a in self.axes]))

    @property
    def shape(self) -> tuple[Size, ...]:
        return tuple(a.size for a in self.axes)

    @property
    def entries(self) -> Size:
        """The number of entries."""
        return product_of(self.shape)

    def __repr__(self) -> str:
        return f"{self.note}@{id(self) % 9973}[{','.join(a.letter for a in self.axes)}]"


def contiguous(shape: list[Size]) -> tuple[Size, ...]:
    """The strides, in entries, of an array that lies in memory without gaps."""
    return tuple(product_of(shape[k + 1 :]) for k in range(len(shape)))


@dataclass(frozen=True)
class Operand:
    """A value in an operation: its k-th axis there is axes[k]."""

    value: Value
    axes: tuple[Axis, ...]

    def __repr__(self) -> str:
        return f"{self.value!r}({','.join(a.letter for a in self.axes)})"


@dataclass(frozen=True)
class Coefficient:
    """A number that depends on sizes only: ratio * factor * prod size^exponent."""

    ratio: Fraction = Fraction(1)
    factor: float = 1.0
    powers: tuple[tuple[Size, Fraction], ...] = ()

    def times(self, other: Coefficient) -> Coefficient:
        found = dict(self.powers)
        for s, q in other.powers:
            found[s] = found.get(s, Fraction(0)) + q
        kept = tuple((s, q) for s, q in found.items() if q)
        return Coefficient(self.ratio * other.ratio, self.factor * other.factor, kept)

    @property
    def is_one(self) -> bool:
        return self.ratio == 1 and self.factor == 1 and not self.powers

    @property
    def is_zero(self) -> bool:
        return self.ratio == 0

    @property
    def literal(self) -> float | None:
        """The value, if it depends on no extent."""
        return None if self.powers else float(self.ratio) * self.factor


Item = Operand | Coefficient | Affine  # an Affine item has only loop axes: a Python integer


@dataclass(frozen=True, eq=False)
class Map:
    """out = function(args), entry by entry; operands are aligned by their axes."""

    out: Value
    function: str
    args: tuple[Item, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Iota:
    """out = an integer combination of the axes of out (and of loop axes)."""

    out: Value
    affine: Affine
    note: str = ""


@dataclass(frozen=True, eq=False)
class Fill:
    """out = one number everywhere."""

    out: Value
    number: Coefficient
    note: str = ""


@dataclass(frozen=True, eq=False)
class Contract:
    """out[batch, rows, columns] = scale * sum over `summed` of left * right (or of left alone).

    The groups name the operation's axes, each in the order in which they are merged into one.
    """

    out: Value
    left: Operand
    right: Operand | None
    batch: tuple[Axis, ...]
    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    summed: tuple[Axis, ...]
    scale: Coefficient = Coefficient()
    note: str = ""


@dataclass(frozen=True, eq=False)
class Reduce:
    """out = max, argmax, product or sum of source over axes that out does not have."""

    out: Value
    kind: str
    source: Operand
    over: tuple[Axis, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Accumulate:
    """out = the running sum or product of source along an axis, from its end if `back`."""

    out: Value
    kind: str
    source: Operand
    axis: Axis
    back: bool
    note: str = ""


@dataclass(frozen=True, eq=False)
class Matrix:
    """out = inv, det or logdet (log|det|) of the matrices source[.., rows, columns].

    The other axes of the source are those of out; an inverse has two more, its rows and columns.
    """

    out: Value
    kind: str
    source: Operand
    rows: Axis
    columns: Axis
    note: str = ""


@dataclass(frozen=True, eq=False)
class Solve:
    """out[.., unknown, columns] with sum over unknown of matrix[.., row, unknown] out = right.

    right has the axes row and columns, and may have the other axes of the matrix.
    """

    out: Value
    matrix: Operand
    right: Operand
    row: Axis
    unknown: Axis
    columns: tuple[Axis, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class View:
    """out[axes] = source[slots], without a copy; every slot is in range."""

    out: Value
    source: Value
    slots: tuple[Affine, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Pad:
    """out = source with zeros before and after it along each axis."""

    out: Value
    source: Value
    before: tuple[Size, ...]
    after: tuple[Size, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Copy:
    """out = source in another order of axes."""

    out: Value
    source: Operand
    note: str = ""


@dataclass(frozen=True, eq=False)
class Reshape:
    """out = source, which has no gaps, with its entries counted through by other axes."""

    out: Value
    source: Operand
    note: str = ""


@dataclass(frozen=True, eq=False)
class Gather:
    """out[outer, index axes, inner] = source[outer, index, inner].

    Axes first .. last-1 of the source are taken as one, into which the index counts.
    """

    out: Value
    source: Operand
    index: Operand
    first: int
    last: int
    note: str = ""


@dataclass(frozen=True, eq=False)
class Scatter:
    """out = init (or 0), then out[index, inner] += source[index axes, inner].

    The first `lead` axes of out are taken as one, into which the index counts; `unique` says
    that no entry is met twice.
    """

    out: Value
    init: Operand | None
    index: Operand
    source: Operand | Coefficient
    lead: int
    unique: bool
    note: str = ""


@dataclass(frozen=True, eq=False)
class Place:
    """out = init (or 0), then out[slots] += source; slots are affine in the source's axes.

    What falls outside of out is dropped; `exact` says that nothing does and no entry is met twice.
    """

    out: Value
    init: Operand | None
    source: Operand | Coefficient
    axes: tuple[Axis, ...]
    slots: tuple[Affine, ...]
    exact: bool
    note: str = ""


@dataclass(frozen=True, eq=False)
class Check:
    """Raise IndexError, naming the read, unless 0 <= index < size."""

    index: Operand
    size: Size
    text: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Carry:
    """A value that a loop fills slot by slot: slot p of `out` is position p - before.

    `base` fills the first `before` slots (else they are 0, as are the last `after` slots);
    `result` is what the body computes for the current position.
    """

    out: Value
    before: Size
    after: Size
    base: Item | None
    result: Item


@dataclass(frozen=True, eq=False)
class Loop:
    """for axis in order (or backwards): body, then each carry's result goes to its slot."""

    axis: Axis
    backwards: bool
    body: tuple[Op, ...]
    carries: tuple[Carry, ...]
    note: str = ""


Op = (
    Map
    | Iota
    | Fill
    | Contract
    | Reduce
    | Accumulate
    | Matrix
    | Solve
    | View
    | Pad
    | Copy
    | Reshape
    | Gather
    | Scatter
    | Place
    | Check
    | Loop
)


@dataclass(frozen=True)
class Result:
    """A value that leaves the plan, under the name of its tensor; `axes` in the tensor's order."""

    name: str
    item: Item
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class Plan:
    """What a graph becomes before it is written out in some language."""

    given: tuple[Value, ...]
    static: tuple[Op, ...]
    ops: tuple[Op, ...]
    outputs: tuple[Result, ...]
    updates: tuple[tuple[str, Result], ...]
    extents: tuple[str, ...]
    ranges: tuple[tuple[str, Size], ...] = ()  # given integers that must lie in 0 .. size-1
    zeros: tuple[tuple[str, Size], ...] = ()  # must be 0, else the tensor is read out of range
    quiet: bool = False  # it computes, and discards, values outside of a function's domain
    formulas: dict[str, str] = field(default_factory=dict)  # definition -> its text
    names: dict[Value, str] = field(default_factory=dict)


def is_contiguous(value: Value) -> bool:
    """Whether the value lies in memory without gaps, in the order of its axes."""
    return value.strides == contiguous(list(value.shape))
