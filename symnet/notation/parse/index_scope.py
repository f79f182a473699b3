"""Which letter is which: the letters of a line, bound ones too, and every entry that is read.

    y[n,o] = sum[i](x[n,i]*W[i,o])      n, o free; i bound; x read at (n, i), W at (i, o)

A letter bound inside hides one of the same name outside. Nothing is known yet about extents.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symnet.notation.parse.index_heads import BINDING, HEADS, MATRIX, POINTWISE
from symnet.notation.parse.index_lines import Line, slots_of
from symnet.notation.parse.source import Source, nearest


@dataclass(eq=False)
class Letter:
    """An index of one line: identity is by object. `until` is the end that the text gives it."""

    name: str
    node: ast.AST
    until: ast.expr | None = None
    inclusive: bool = False
    is_free: bool = False


Scope = Mapping[str, Letter]


@dataclass(frozen=True)
class Reading:
    """An entry read in a line: name[slots], with the letters that are in scope there."""

    name: str
    slots: tuple[ast.expr, ...]
    scope: Scope
    node: ast.expr
    in_slot: bool
    is_bare: bool


@dataclass(frozen=True)
class Binding:
    """What a head such as sum[i,j: j <= i] binds."""

    letters: tuple[Letter, ...]
    conditions: tuple[ast.expr, ...]
    is_matrix: bool = False


@dataclass
class Scoped:
    """A line with its letters and readings; `bindings` by the id of the call."""

    line: Line
    free: dict[str, Letter]
    readings: list[Reading] = field(default_factory=list)
    bindings: dict[int, Binding] = field(default_factory=dict)
    brackets: list[tuple[ast.Compare, Scope]] = field(default_factory=list)
    pairs: list[tuple[Letter, Letter]] = field(default_factory=list)  # inv[p,q](..)[i,j]: i as p


def scoped(source: Source, line: Line, letters: Mapping[str, ast.expr]) -> Scoped:
    """The letters of a line; `letters` are the free ones, from its left side."""
    free = {name: Letter(name, node, is_free=True) for name, node in letters.items()}
    made = Scoped(line, free)
    _Walk(source, made).visit(line.right, dict(free), False)
    return made


def loose_letters(source: Source, line: Line, known: frozenset[str]) -> dict[str, ast.expr]:
    """The letters of an anonymous formula that nothing binds, in order of appearance."""
    made = Scoped(line, {})
    _Walk(source, made).visit(line.right, {}, False)
    found: dict[str, ast.expr] = {}
    for reading in made.readings:
        for slot in reading.slots:
            for node in ast.walk(slot):
                if isinstance(node, ast.Name) and node.id not in {*reading.scope, *known}:
                    found.setdefault(node.id, node)
    return found


class _Walk:
    """Visits the right side of one line."""

    def __init__(self, source: Source, made: Scoped) -> None:
        self.source, self.made = source, made

    def visit(self, node: ast.AST, scope: Scope, in_slot: bool) -> None:
        if isinstance(node, ast.Name):
            if node.id not in scope:
                self.made.readings.append(Reading(node.id, (), scope, node, in_slot, True))
        elif isinstance(node, ast.Subscript):
            self._subscript(node, scope, in_slot)
        elif isinstance(node, ast.Call):
            self._call(node, scope, in_slot)
        else:
            if isinstance(node, ast.Compare):
                self.made.brackets.append((node, scope))
            for child in ast.iter_child_nodes(node):
                self.visit(child, scope, in_slot)

    def _subscript(self, node: ast.Subscript, scope: Scope, in_slot: bool) -> None:
        if isinstance(node.value, ast.Call):
            self.visit(node.value, scope, in_slot)
            binding = self.made.bindings.get(id(node.value))
            own = binding.letters if binding is not None else ()
            for k, slot in enumerate(slots_of(node)):
                self.visit(slot, scope, True)
                if isinstance(slot, ast.Name) and slot.id in scope and k < len(own):
                    self.made.pairs.append((scope[slot.id], own[k]))
            return
        if not isinstance(node.value, ast.Name):
            raise self.source.error(node, "expected a name before [")
        slots = slots_of(node)
        for slot in slots:
            if isinstance(slot, ast.Slice):
                raise self.source.error(
                    slot, "a range is no index; write an index and, for a sum, sum[i](...)"
                )
            self.visit(slot, scope, True)
        made = Reading(node.value.id, slots, scope, node, in_slot, False)
        self.made.readings.append(made)

    def _call(self, node: ast.Call, scope: Scope, in_slot: bool) -> None:
        for k in node.keywords:
            raise self.source.error(k.value, f"{k.arg}= has no meaning here; write the value alone")
        if not isinstance(node.func, ast.Subscript):
            for a in node.args:
                self.visit(a, scope, in_slot)
            return
        head = node.func.value
        if not isinstance(head, ast.Name) or head.id not in HEADS:
            name = head.id if isinstance(head, ast.Name) else self.source.text_of(head)
            raise self.source.error(
                head,
                f"{name} takes no indices and arguments at once"
                + (nearest(name, HEADS) or f"; heads with indices are {', '.join(HEADS)}"),
            )
        if len(node.args) != 1:
            raise self.source.error(node, f"{head.id}[...] takes one argument: {HEADS[head.id]}")
        if head.id in POINTWISE:
            self._pointwise(node, node.func, scope, in_slot)
            return
        binding = self._binding(head.id, node.func, scope)
        self.made.bindings[id(node)] = binding
        inner = {**scope, **{x.name: x for x in binding.letters}}
        for letter in binding.letters:
            if letter.until is not None:
                self.visit(letter.until, scope, True)
        for c in binding.conditions:
            self.visit(c, inner, in_slot)
        self.visit(node.args[0], inner, in_slot)

    def _pointwise(self, node: ast.Call, func: ast.Subscript, scope: Scope, in_slot: bool) -> None:
        """softmax[k](z[n,k]): k stays free outside, and is summed inside."""
        for slot in slots_of(func):
            if not isinstance(slot, ast.Name) or slot.id not in scope:
                raise self.source.error(
                    slot,
                    f"expected an index that stands on the left or is summed over, as in "
                    f"p[n,k] = {HEADS['softmax']}",
                )
        self.visit(node.args[0], scope, in_slot)

    def _binding(self, head: str, func: ast.Subscript, scope: Scope) -> Binding:
        letters: list[Letter] = []
        conditions: list[ast.expr] = []
        behind = False  # behind the colon all parts are conditions
        for part in slots_of(func):
            if behind:
                conditions.append(self._condition(part))
            elif isinstance(part, ast.Slice):
                behind = self._sliced(part, letters, conditions)
            elif isinstance(part, ast.Compare):
                letter, rest = self._ranged(part, scope, {x.name for x in letters})
                letters.append(letter)
                conditions.extend(rest)
            else:
                letters.append(self._letter(part))
        names = [x.name for x in letters]
        for k, name in enumerate(names):
            if name in names[:k]:
                raise self.source.error(letters[k].node, f"{head}: the index {name} stands twice")
        if head in MATRIX and len(letters) != 2:
            raise self.source.error(func, f"expected a row and a column: {HEADS[head]}")
        if (conditions or any(x.until for x in letters)) and head not in BINDING:
            raise self.source.error(func, f"{head} takes no conditions: {HEADS[head]}")
        return Binding(tuple(letters), tuple(conditions), head in MATRIX)

    def _letter(self, node: ast.expr) -> Letter:
        if not isinstance(node, ast.Name):
            raise self.source.error(
                node, "expected an index to run over, as in sum[i] or sum[i: 0 <= u-i < K]"
            )
        return Letter(node.id, node)

    def _condition(self, node: ast.expr) -> ast.expr:
        if not isinstance(node, ast.Compare):
            raise self.source.error(node, "expected a condition such as 0 <= u-i < K")
        return node

    def _sliced(self, part: ast.Slice, letters: list[Letter], conditions: list[ast.expr]) -> bool:
        """sum[i: condition] or sum[i=0..N-1], which is i == 0:N-1 here. Whether it is the first."""
        low, high = part.lower, part.upper
        if low is None or high is None or part.step is not None:
            raise self.source.error(part, "expected sum[i: condition] or sum[i=0..N-1]")
        is_start = isinstance(low, ast.Compare) and isinstance(low.ops[0], ast.Eq)
        if not is_start:
            if isinstance(low, ast.Compare):
                letter, rest = self._ranged(low, {}, {x.name for x in letters})
                letters.append(letter)
                conditions.extend(rest)
            else:
                letters.append(self._letter(low))
            conditions.append(self._condition(high))
            return True
        assert isinstance(low, ast.Compare)
        letter = self._letter(low.left)
        letter.until, letter.inclusive = high, True
        letters.append(letter)
        start = low.comparators[0]
        if not (isinstance(start, ast.Constant) and start.value == 0):
            conditions.append(_compare(start, ast.LtE(), low.left))
        return False

    def _ranged(
        self, node: ast.Compare, scope: Scope, bound: set[str]
    ) -> tuple[Letter, list[ast.expr]]:
        """sum[i<N], sum[0<=i<N], or sum[j<=i], where i is another index: then a condition."""
        sides = [node.left, *node.comparators]
        upward = all(isinstance(op, ast.Lt | ast.LtE) for op in node.ops)
        if not upward or len(sides) > 3:
            raise self.source.error(node, "expected an index and its range, such as sum[i<N]")
        place = len(sides) - 2
        letter = self._letter(sides[place])
        conditions: list[ast.expr] = []
        end, op = sides[place + 1], node.ops[place]
        names = {n.id for n in ast.walk(end) if isinstance(n, ast.Name)}
        others = any(isinstance(n, ast.Subscript | ast.Call) for n in ast.walk(end))
        if others or names & {*scope, *bound}:
            conditions.append(_compare(sides[place], op, end))
        else:
            letter.until, letter.inclusive = end, isinstance(op, ast.LtE)
        if place == 1:
            start = sides[0]
            is_zero = isinstance(start, ast.Constant) and start.value == 0
            if not (is_zero and isinstance(node.ops[0], ast.LtE)):
                conditions.append(_compare(start, node.ops[0], sides[1]))
        return letter, conditions


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.Compare:
    made = ast.Compare(left, [op], [right])
    return ast.copy_location(made, left)


def affine(node: ast.expr) -> dict[str, int] | None:
    """2*u + p - 1  =>  {u: 2, p: 1, "": -1}; None for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return {"": node.value}
    if isinstance(node, ast.Name):
        return {node.id: 1, "": 0}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = affine(node.operand)
        return _scaled(inner, -1 if isinstance(node.op, ast.USub) else 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        a, b = affine(node.left), affine(node.right)
        if a is None or b is None:
            return None
        if isinstance(node.op, ast.Mult):
            if set(a) == {""}:
                return _scaled(b, a[""])
            return _scaled(a, b[""]) if set(b) == {""} else None
        sign = -1 if isinstance(node.op, ast.Sub) else 1
        made = {k: a.get(k, 0) + sign * b.get(k, 0) for k in {"": 0, **a, **b}}
        return {k: v for k, v in made.items() if v or k == ""}
    return None


def _scaled(a: dict[str, int] | None, by: int) -> dict[str, int] | None:
    return None if a is None else {k: v * by for k, v in a.items() if v * by or k == ""}


def names_in(node: ast.AST) -> Iterator[ast.Name]:
    """The names that stand in an expression."""
    return (n for n in ast.walk(node) if isinstance(n, ast.Name))
