"""The plan while it is being built: scopes, known values, and where each tensor is stored.

Two operations that compute the same thing are one: an operation is looked up by what it does to
which values, with its axes numbered, before it is made. An operation goes to the outermost scope
in which all of its operands are known, so that nothing invariant stays inside a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from symnet.codegen.algebra import of_size
from symnet.codegen.constants import size_coefficient
from symnet.codegen.facts import Facts
from symnet.codegen.plan import STATIC, Coefficient, Fill, Iota, Item, Map, Op, Operand, Value
from symnet.codegen.program import Program
from symnet.codegen.scalar import Affine, Axis, Scalar
from symnet.codegen.size import ZERO, Size, product_of, representative

COMPARISONS = {"less", "less_equal", "equal", "not_equal", "greater", "greater_equal"}
COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "equal", "not_equal", "logical_and"}
INTEGER_TOO = {"add", "subtract", "multiply", "maximum", "minimum", "negative"} | COMPARISONS


@dataclass(frozen=True)
class Stored:
    """Where the entries of a tensor are.

    `axes` are the tensor's axes in logical order; the item's axes are among them. Along axis
    `carried` the array holds `before` and `after` further positions (the base of a recurrence).
    `current` pairs axes of the tensor with loops: only the position of the loop is there.
    """

    item: Item
    axes: tuple[Axis, ...]
    carried: int | None = None
    before: Size = ZERO
    after: Size = ZERO
    current: tuple[tuple[Axis, Axis], ...] = ()
    has_base: bool = False
    repeats: bool = False  # the base is the same at every position before the start


@dataclass
class Arrangement:
    """State of one translation from a Program to a Plan."""

    program: Program
    facts: Facts
    rules: Callable[[Arrangement, Scalar, bool], Item]
    static: list[Op] = field(default_factory=list)
    scopes: list[list[Op]] = field(default_factory=lambda: [[]])
    loops: list[Axis] = field(default_factory=list)
    stored: dict[str, list[Stored]] = field(default_factory=dict)
    ranges: list[tuple[str, Size]] = field(default_factory=list)
    leading: dict[str, int] = field(default_factory=dict)
    zeros: list[tuple[str, Size]] = field(default_factory=list)
    order: list[Axis] = field(default_factory=list)
    note: str = ""
    quiet: bool = False
    names: dict[Value, str] = field(default_factory=dict)
    _known: dict[Hashable, tuple[Value, int]] = field(default_factory=dict)
    _open: dict[Value, int] = field(default_factory=dict)

    def evaluate(self, e: Scalar, guarded: bool = False) -> Item:
        """The values of an expression (see evaluate.py)."""
        return self.rules(self, e, guarded)

    # -- scopes

    def level(self, items: Iterable[Item]) -> int:
        """The scope in which all of the items are known."""
        found = STATIC
        for item in items:
            if isinstance(item, Operand):
                found = max(found, self._open.get(item.value, item.value.level))
            elif isinstance(item, Affine):
                for axis, _ in item.terms:
                    if axis in self.loops:
                        found = max(found, self.loops.index(axis) + 1)
        return found

    def emit(self, op: Op, level: int) -> None:
        (self.static if level == STATIC else self.scopes[level]).append(op)

    def enter(self, loop: Axis, carried: Iterable[Value]) -> None:
        """Open the body of a loop, in which the carried values are still being made."""
        self.scopes.append([])
        self.loops.append(loop)
        for value in carried:
            self._open[value] = len(self.loops)

    def leave(self) -> tuple[Op, ...]:
        """Close the body; what was known only there is forgotten."""
        level = len(self.loops)
        self._known = {k: v for k, v in self._known.items() if v[1] < level}
        self._open = {v: n for v, n in self._open.items() if n < level}
        self.loops.pop()
        return tuple(self.scopes.pop())

    # -- values

    def make(
        self,
        key: Hashable,
        level: int,
        axes: tuple[Axis, ...],
        kind: str,
        build: Callable[[Value], Op],
        strides: tuple[Size, ...] = (),
    ) -> Operand:
        """The value known under the key, or a new one made by the operation that `build` gives."""
        if key in self._known:
            return Operand(self._known[key][0], axes)
        value = Value(self.note, axes, kind, level, strides)
        self._known[key] = (value, level)
        self.emit(build(value), level)
        return Operand(value, axes)

    def has(self, key: Hashable) -> bool:
        """Whether `make` with this key would find its value made."""
        return key in self._known

    def known(self, function: str, *args: Item) -> bool:
        """Whether `map` with these arguments would find its value made."""
        items = self._prepare(function, args)
        return self._map_key(function, items, self.layout(items)) in self._known

    def map(self, function: str, *args: Item, order: Sequence[Axis] = ()) -> Operand:
        """function(args) entry by entry, over all axes that occur."""
        items = self._prepare(function, args)
        axes = self.layout(items, order)
        kind = _kind(function, items)
        key = self._map_key(function, items, axes)
        level = self.level(items)
        return self.make(
            key, level, axes, kind, lambda out: Map(out, function, tuple(items), self.note)
        )

    def _map_key(self, function: str, items: list[Item], axes: tuple[Axis, ...]) -> Hashable:
        placed = [positions(i, axes) for i in items]
        if function in COMMUTATIVE:
            placed.sort(key=lambda p: (hash(p), str(p)))
        return ("map", function, tuple(placed), len(axes))

    def _prepare(self, function: str, args: Sequence[Item]) -> list[Item]:
        """The arguments in kinds of number that the function takes."""
        kinds = {a.value.kind for a in args if isinstance(a, Operand)}
        whole = [as_integer(a) for a in args]
        if function in INTEGER_TOO and kinds <= {"int"} and all(w is not None for w in whole):
            return [w for w in whole if w is not None]
        if function in COMPARISONS | {"float", "int", "logical_and", "logical_not"}:
            return list(args)
        keep_bool = function in ("multiply", "where") and (
            "float" in kinds or "int" in kinds or function == "where"
        )
        return [
            a if k == 0 and function == "where" else self.as_float(a, keep_bool)
            for k, a in enumerate(args)
        ]

    def as_float(self, item: Item, keep_bool: bool = False) -> Item:
        """The item as numbers of the plan's float type; a mask may stay what it is in a product."""
        if isinstance(item, Affine):
            return item if item.terms else size_coefficient(item.constant)
        if isinstance(item, Coefficient) or item.value.kind == "float":
            return item
        if keep_bool and item.value.kind == "bool":
            return item
        return self.map("float", item)

    def layout(self, items: Iterable[Item], order: Sequence[Axis] = ()) -> tuple[Axis, ...]:
        """The order of axes of a result: as given, else that of an operand that has them all."""
        union: dict[Axis, None] = {}
        arrays = [i for i in items if isinstance(i, Operand)]
        for a in arrays:
            union.update(dict.fromkeys(a.axes))
        full = [a.axes for a in arrays if len(a.axes) == len(union)]
        ranked = [a for a in (order or self.order) if a in union]
        wanted = (*ranked, *(a for a in union if a not in ranked))
        return wanted if order or not full or wanted in full else full[0]

    def iota(self, affine: Affine) -> Operand:
        """The values of an index expression, as integers."""
        moving = tuple(x for x in affine.terms if x[0] in self.loops)
        if moving:
            still = Affine(tuple(x for x in affine.terms if x not in moving), affine.constant)
            return self.map("add", self.iota(still), Affine(moving, ZERO))
        axes = self.ranked(a for a, _ in affine.terms)
        level = self.level([affine])
        return self.make(
            ("iota", affine_key(affine, axes), tuple(a.size for a in axes)),
            level,
            axes,
            "int",
            lambda out: Iota(out, affine, self.note),
        )

    def fill(self, number: Coefficient, axes: tuple[Axis, ...]) -> Operand:
        """An array with one number everywhere."""
        return self.make(
            ("fill", number, tuple(a.size for a in axes)),
            STATIC,
            axes,
            "float",
            lambda out: Fill(out, number, self.note),
        )

    def iota_zero(self, axes: tuple[Axis, ...]) -> Operand:
        """Integers 0 over the axes: brings axes into an index that does not depend on them."""
        return self.make(
            ("zero", tuple(a.size for a in axes)),
            STATIC,
            axes,
            "int",
            lambda out: Iota(out, of_size(0), self.note),
        )

    def ranked(self, axes: Iterable[Axis]) -> tuple[Axis, ...]:
        """The axes that are no loop's, in the order in which the definition names them."""
        known = set(self.order)
        found = dict.fromkeys(a for a in axes if a not in self.loops)
        if not known.issuperset(found):
            raise AssertionError(f"axes {set(found) - known} of {self.note} have no rank")
        return tuple(sorted(found, key=self.order.index))

    def cost(self, axes: Iterable[Axis]) -> int:
        """A typical number of entries."""
        return representative(product_of([a.size for a in axes]))


def _kind(function: str, items: list[Item]) -> str:
    if function in COMPARISONS | {"logical_and", "logical_not"}:
        return "bool"
    if function in ("float", "int"):
        return function
    kinds = {i.value.kind if isinstance(i, Operand) else _scalar_kind(i) for i in items}
    return "int" if kinds == {"int"} and function in INTEGER_TOO else "float"


def _scalar_kind(item: Item) -> str:
    return "int" if isinstance(item, Affine) else "float"


def positions(item: Item, axes: tuple[Axis, ...]) -> Hashable:
    """What an item is, with its axes numbered by their place among the operation's axes."""
    if isinstance(item, Operand):
        return (item.value, tuple(axes.index(a) for a in item.axes))
    return item


def affine_key(e: Affine, axes: tuple[Axis, ...]) -> Hashable:
    """An index expression with its axes numbered; loop axes stay themselves."""
    named = frozenset((axes.index(a) if a in axes else a, c) for a, c in e.terms)
    return (named, e.constant)


def as_integer(item: Item) -> Item | None:
    """The item if it holds integers; a whole constant becomes an Affine."""
    if isinstance(item, Affine):
        return item
    if isinstance(item, Operand):
        return item if item.value.kind == "int" else None
    if item.factor != 1 or item.ratio.denominator != 1:
        return None
    out = ZERO + int(item.ratio)
    for s, q in item.powers:
        if q.denominator != 1 or q < 0:
            return None
        for _ in range(int(q)):
            out = out * s
    return Affine((), out)
