"""Index notation, first walk: what the letters of a text stand for, and how far they run.

    y[n,o] = sum[i](x[n,i]*W[i,o])      n: axis 0 of y and of x;  i: axis 1 of x and axis 0 of W

A letter is an index where it is bound, or stands on the left; each binding is one of its own. All
places where it stands alone as a slot have one extent. What no given shape says gets the letter in
upper case, and is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

import sympy

from symnet.notation.index import extent
from symnet.notation.parse.array import same_extent
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Tensor

REDUCTIONS = frozenset({"sum", "prod", "max", "min", "mean", "argmax", "logsumexp", "softmax"})
HEADS = frozenset({"inv", "det", "logdet"})
Place = tuple[str, int]  # a tensor and an axis


@dataclass(eq=False)
class Letter:
    """One binding of a letter; `node` is where it is bound."""

    name: str
    node: ast.AST
    sequential: bool = False


@dataclass
class Line:
    """`left = right`: a definition; `left` is None for a last formula without a name."""

    node: ast.stmt
    name: str
    slots: tuple[ast.expr, ...]
    right: ast.expr
    letters: dict[str, Letter] = field(default_factory=dict)


@dataclass
class Scope:
    """The lines of a text and what its letters and axes are."""

    source: Source
    given: dict[str, Tensor]
    numbers: dict[str, sympy.Symbol]
    lines: list[Line]
    bindings: dict[int, dict[str, Letter]] = field(default_factory=dict)
    orders: dict[str, tuple[int, ast.AST]] = field(default_factory=dict)
    integers: dict[str, Place] = field(default_factory=dict)
    _parent: dict[object, object] = field(default_factory=dict)
    _extent: dict[object, tuple[sympy.Expr, ast.AST | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, x in self.given.items():
            for axis, e in enumerate(x.shape):
                self._extent[(name, axis)] = (e, None)
        for line in self.lines:
            self._left(line)
        for line in self.lines:
            self._walk(line.right, dict(line.letters), line)

    # letters and axes as classes of equal extent

    def _root(self, item: object) -> object:
        while item in self._parent:
            item = self._parent[item]
        return item

    def same(self, a: object, b: object, node: ast.AST) -> None:
        """Two letters or axes have one extent."""
        a, b = self._root(a), self._root(b)
        if a is b or a == b:
            return
        left, right = self._extent.get(a), self._extent.get(b)
        if left is not None and right is not None and not same_extent(left[0], right[0]):
            raise self.source.error(
                node,
                f"{_shown(a)} runs to {left[0]}, {_shown(b)} to {right[0]}; expected equal extents",
            )
        self._parent[a] = b
        if left is not None and right is None:
            self._extent[b] = left

    def fix(self, item: object, value: sympy.Expr, node: ast.AST) -> None:
        """The letter runs to this extent."""
        root = self._root(item)
        known = self._extent.get(root)
        if known is not None and not same_extent(known[0], value):
            raise self.source.error(node, f"{_shown(item)} runs to {known[0]}, not to {value}")
        self._extent[root] = (value, node)

    def extent_of(self, item: object) -> sympy.Expr | None:
        found = self._extent.get(self._root(item))
        return None if found is None else found[0]

    def settle(self, items: list[tuple[object, str]]) -> None:
        """Give every letter and axis an extent; those that no shape determines by their letter."""
        for item, letter in items:
            if self.extent_of(item) is None:
                self._extent[self._root(item)] = (extent(self._symbol(letter)), None)

    def _symbol(self, letter: str) -> str:
        wanted = letter.upper()
        taken = {*self.given, *(line.name for line in self.lines), *self.orders}
        return wanted if wanted not in taken and wanted != letter else f"N_{letter}"

    # the walk

    def _left(self, line: Line) -> None:
        known = self.orders.setdefault(line.name, (len(line.slots), line.node))
        if known[0] != len(line.slots):
            raise self.source.error(
                line.node, f"{line.name} has {len(line.slots)} indices here, {known[0]} before"
            )
        for axis, slot in enumerate(line.slots):
            if not isinstance(slot, ast.Name):
                continue
            if slot.id in line.letters:
                raise self.source.error(slot, f"{slot.id} stands twice on the left")
            letter = line.letters[slot.id] = Letter(slot.id, slot)
            self.same(letter, (line.name, axis), slot)

    def _walk(self, node: ast.AST, scope: dict[str, Letter], line: Line) -> None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript):
            self._binder(node, node.func, scope, line)
            return
        if isinstance(node, ast.Subscript):
            self._entry(node, scope, line)
            return
        for child in ast.iter_child_nodes(node):
            self._walk(child, scope, line)

    def _binder(
        self, node: ast.Call, head: ast.Subscript, scope: dict[str, Letter], line: Line
    ) -> None:
        if not isinstance(head.value, ast.Name) or head.value.id not in REDUCTIONS | HEADS:
            name = self.source.text_of(head.value)
            raise self.source.error(
                head.value,
                f"{name}[..](..) is no reduction{nearest(name, REDUCTIONS | HEADS)}; "
                f"expected one of {', '.join(sorted(REDUCTIONS))}",
            )
        inner = dict(scope)
        bound: dict[str, Letter] = {}
        conditions: list[ast.expr] = []
        for name, at, upper in bound_letters(self.source, head, conditions):
            if name in bound:
                raise self.source.error(at, f"{name} is bound twice")
            bound[name] = inner[name] = Letter(name, at)
            if upper is not None:
                self._upper(bound[name], upper)
        self.bindings[id(head)] = bound
        if head.value.id in HEADS and len(bound) == 2:
            rows, columns = bound.values()
            self.same(rows, columns, head)
        for c in conditions:
            self._walk(c, inner, line)
        for a in node.args:
            self._walk(a, inner, line)
        if node.keywords or len(node.args) != 1:
            raise self.source.error(node, f"expected one formula in {head.value.id}[..](..)")

    def _upper(self, letter: Letter, node: ast.expr) -> None:
        value = size_of(self.source, node, self.numbers)
        self.fix(letter, value, node)

    def _entry(self, node: ast.Subscript, scope: dict[str, Letter], line: Line) -> None:
        if isinstance(node.value, ast.Call):  # inv[p,q](X[p,q])[i,j]
            self._walk(node.value, scope, line)
            self._inverse_slots(node, scope, line)
            return
        name = tensor_name(self.source, node)
        slots = slots_of(node)
        self._order(name, len(slots), node)
        for axis, slot in enumerate(slots):
            if isinstance(slot, ast.Name) and slot.id in scope:
                self.same(scope[slot.id], (name, axis), slot)
            elif isinstance(slot, ast.Subscript) or (
                isinstance(slot, ast.Name) and slot.id not in self.numbers
            ):
                self._lookup(slot, (name, axis), scope, line)
            else:
                self._walk(slot, scope, line)

    def _inverse_slots(self, node: ast.Subscript, scope: dict[str, Letter], line: Line) -> None:
        call = node.value
        assert isinstance(call, ast.Call) and isinstance(call.func, ast.Subscript)
        own = list(self.bindings[id(call.func)].values())
        for letter, slot in zip(own, slots_of(node), strict=False):
            if isinstance(slot, ast.Name) and slot.id in scope:
                self.same(scope[slot.id], letter, slot)
            else:
                self._walk(slot, scope, line)

    def _order(self, name: str, order: int, node: ast.AST) -> None:
        x = self.given.get(name)
        expected = self.orders.get(name)
        if x is not None and x.order != order:
            raise self.source.error(
                node,
                f"{name} has {x.order} axes ({', '.join(map(str, x.shape))}), found {order} indices",
            )
        if expected is None:
            self.orders[name] = (order, node)
        elif expected[0] != order:
            raise self.source.error(node, f"{name} has {order} indices here, {expected[0]} before")

    def _lookup(self, slot: ast.expr, place: Place, scope: dict[str, Letter], line: Line) -> None:
        """t[n] as a slot: an integer tensor, whose values run over the axis."""
        if isinstance(slot, ast.Name):
            if slot.id not in self.given and slot.id not in self.orders:
                raise self.source.error(
                    slot,
                    f"{slot.id} is neither bound nor on the left; sum over it, "
                    f"or write it on the left of {line.name}",
                )
            self._order(slot.id, 0, slot)
            self.integers.setdefault(slot.id, place)
            return
        if isinstance(slot, ast.Subscript) and not isinstance(slot.value, ast.Call):
            self._entry(slot, scope, line)
            self.integers.setdefault(tensor_name(self.source, slot), place)
            return
        self._walk(slot, scope, line)


def _shown(item: object) -> str:
    if isinstance(item, Letter):
        return item.name
    name, axis = item  # type: ignore[misc]
    return f"axis {axis} of {name}"


def bound_letters(
    source: Source, head: ast.Subscript, conditions: list[ast.expr]
) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    """(letter, place, extent or None) of sum[i, j<N: conditions]; conditions are collected."""
    parts = head.slice.elts if isinstance(head.slice, ast.Tuple) else [head.slice]
    behind = False
    for part in parts:
        if behind:
            conditions.append(part)
            continue
        at: ast.expr = part
        if isinstance(part, ast.Slice):
            behind = True
            if part.lower is None or part.upper is None or part.step is not None:
                raise source.error(head, "expected letters, a colon, and conditions: sum[i: i < j]")
            at = part.lower
            conditions.append(part.upper)
        upper: ast.expr | None = None
        if isinstance(at, ast.Compare) and len(at.ops) == 1 and isinstance(at.ops[0], ast.Lt):
            at, upper = at.left, at.comparators[0]
        if not isinstance(at, ast.Name):
            raise source.error(at, "expected a letter to run over, such as i or i<N")
        yield at.id, at, upper


def tensor_name(source: Source, node: ast.Subscript) -> str:
    if not isinstance(node.value, ast.Name):
        raise source.error(node.value, "expected the name of a tensor before [")
    return node.value.id


def slots_of(node: ast.Subscript) -> list[ast.expr]:
    """The slots of x[a, b]."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def size_of(source: Source, node: ast.expr, numbers: dict[str, sympy.Symbol]) -> sympy.Expr:
    """An extent as it is written: N, 3, N-1, 2*K."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return extent(sympy.Integer(node.value))
    if isinstance(node, ast.Name):
        return numbers.get(node.id) or extent(node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        a, b = (_number(source, n, numbers) for n in (node.left, node.right))
        signs = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b}
        return extent(signs[type(node.op)])
    raise source.error(node, "expected an extent such as N or 3")


def _number(source: Source, node: ast.expr, numbers: dict[str, sympy.Symbol]) -> sympy.Expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return sympy.Integer(node.value)
    return size_of(source, node, numbers)
