"""How far every letter runs, from the slots in which it stands; and what is said nowhere.

    x (N, D) given:  sum[i](x[n,i]*W[i,o])  =>  n: N, i: D, o: O (new);   W: D x O
    y[u] = sum[p](w[p]*x[u+p])              =>  u: A-K+1, as far as x is read inside its range

A letter has one extent in a line: two that differ are an error, unless the text says the range.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import sympy

from symnet.notation.errors import ParseError
from symnet.notation.index import Extent, extent
from symnet.notation.parse.array import same_extent
from symnet.notation.parse.index_heads import SINGLE
from symnet.notation.parse.index_scope import Letter, Reading, Scoped, affine, names_in
from symnet.notation.parse.names import unused
from symnet.notation.parse.shapes import LARGEST, Given
from symnet.notation.parse.source import Source

Axis = tuple[str, int]
INSIDE, BESIDE = "as far as all reads are inside", "as far as the index that it is compared with"


@dataclass
class Extents:
    """Classes of letters and axes that run equally far; `values` by the root of a class."""

    source: Source
    numbers: dict[str, sympy.Symbol]
    parents: dict[Hashable, Hashable] = field(default_factory=dict)
    values: dict[Hashable, Extent] = field(default_factory=dict)
    origin: dict[Hashable, str] = field(default_factory=dict)
    below: dict[str, Hashable] = field(default_factory=dict)  # integer tensors: what bounds them

    def root(self, item: Hashable) -> Hashable:
        while (above := self.parents.setdefault(item, item)) != item:
            item = above
        return item

    def of(self, item: Hashable) -> Extent | None:
        return self.values.get(self.root(item))

    def put(self, item: Hashable, value: Extent, why: str) -> None:
        self.values[self.root(item)] = value
        self.origin[self.root(item)] = why

    def why(self, item: Hashable) -> str:
        return self.origin.get(self.root(item), "")

    def join(self, a: Hashable, b: Hashable) -> bool:
        """Make the two one class; False where their extents differ."""
        p, q = self.root(a), self.root(b)
        if p == q:
            return True
        x, y = self.values.get(p), self.values.get(q)
        if x is not None and y is not None and not same_extent(x, y):
            return False
        self.parents[q] = p
        if x is None and y is not None:
            self.values[p], self.origin[p] = y, self.origin.get(q, "")
        return True

    def evaluate(self, node: ast.expr, error: str) -> Extent:
        """An extent as it stands in the text: N, 3, N-1, 2*K."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            if node.value > LARGEST:
                raise self.source.error(node, f"{node.value}: expected at most {LARGEST}")
            return sympy.Integer(node.value)
        if isinstance(node, ast.Name):
            return self.numbers.setdefault(node.id, extent(node.id))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            a, b = self.evaluate(node.left, error), self.evaluate(node.right, error)
            if isinstance(node.op, ast.Mult):
                return a * b
            return a + b if isinstance(node.op, ast.Add) else a - b
        raise self.source.error(node, error)


def settle(
    source: Source,
    given: Mapping[str, Given],
    numbers: Mapping[str, sympy.Symbol],
    lines: Iterable[Scoped],
    defined: frozenset[str],
    taken: Iterable[str],
) -> Extents:
    """The extents of all letters and axes. Raises ParseError where two differ or one is unknown."""
    known, listed = Extents(source, dict(numbers)), list(lines)
    for name, tensor in given.items():
        for k, e in enumerate(tensor.extents):
            known.put((name, k), e, name)
        if tensor.below is not None:
            known.put(("", name), tensor.below, name)
    for s in listed:
        _declared(known, s, given)
    for s in listed:
        place, left = _argmax(s, s.line.right), s.line.left
        if place is not None and left is not None:
            known.join(("", left.name), place)
    for s in listed:
        _joined(known, s, given)
    rooted = _rooted(known, listed, given, defined)
    _named(known, listed, rooted, {*taken, *known.numbers})
    while any([_reached(known, s) for s in listed]):
        pass
    for s in listed:
        _complete(known, s)
    return known


def letters_of(s: Scoped) -> list[Letter]:
    """All letters of a line, free ones first."""
    return [*s.free.values(), *(x for b in s.bindings.values() for x in b.letters)]


def _declared(known: Extents, s: Scoped, given: Mapping[str, Given]) -> None:
    left = s.line.left
    if left is not None and not s.line.is_update:
        for k, slot in enumerate(left.slots):
            if isinstance(slot, ast.Name) and slot.id in s.free:
                known.join((left.name, k), s.free[slot.id])
    for letter in letters_of(s):
        if letter.until is not None:
            end = known.evaluate(letter.until, "expected an end such as N, N-1 or 3")
            value = sympy.expand(end + 1 if letter.inclusive else end)
            if value.is_positive is False:
                raise known.source.error(letter.until, f"the range is empty: it ends at {end}")
            known.put(letter, extent(value), f"the range of {letter.name}")


def _joined(known: Extents, s: Scoped, given: Mapping[str, Given]) -> None:
    for r in s.readings:
        for k, slot in enumerate(r.slots):
            letter = r.scope.get(slot.id) if isinstance(slot, ast.Name) else None
            if letter is not None:
                if not known.join((r.name, k), letter) and not _is_declared(s, letter, given):
                    raise _differ(known, r, k, letter, slot)
            elif isinstance(slot, ast.Name | ast.Subscript):
                _looked_up(known, r, k, slot)
            elif (place := _argmax(s, slot)) is not None:
                known.join((r.name, k), place)
    for bracket, scope in s.brackets:
        _compared(known, s, bracket, scope)
    for read, place in s.pairs:
        if not known.join(place, read):
            raise known.source.error(
                place.node,
                f"{read.name} runs to {known.of(read)}, {place.name} to {known.of(place)}; "
                "expected equal extents",
            )
    for binding in s.bindings.values():
        if binding.is_matrix:
            rows, columns = binding.letters
            if not known.join(rows, columns):
                raise known.source.error(
                    columns.node,
                    f"the matrix has {known.of(rows)} rows and {known.of(columns)} columns, "
                    "expected as many",
                )


def _is_declared(s: Scoped, letter: Letter, given: Mapping[str, Given]) -> bool:
    """Whether the text says how far the letter runs, or a shape of the left side, or a bracket."""
    left = s.line.left
    return (
        letter.until is not None
        or (letter.is_free and left is not None and left.name in given)
        or any(letter in scope.values() and letter.name in _names(b) for b, scope in s.brackets)
    )


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in names_in(node)}


def _differ(known: Extents, r: Reading, k: int, letter: Letter, slot: ast.expr) -> ParseError:
    axis, runs = known.of((r.name, k)), known.of(letter)
    return known.source.error(
        slot,
        f"{letter.name} runs to {runs} (from {known.why(letter)}), but axis {k} of {r.name} has "
        f"extent {axis}; expected equal extents, or a range such as sum[{letter.name}<{runs}]",
    )


def _looked_up(known: Extents, r: Reading, k: int, slot: ast.Name | ast.Subscript) -> None:
    """E[t[n],d]: the entries of t are integers below the extent of that axis."""
    name = slot.id if isinstance(slot, ast.Name) else getattr(slot.value, "id", "")
    if not name or (isinstance(slot, ast.Name) and name in known.numbers):
        return
    known.below.setdefault(name, (r.name, k))
    known.join(("", name), (r.name, k))


def _argmax(s: Scoped, node: ast.expr) -> Letter | None:
    """The letter over which argmax[k](...) runs, below whose extent it is."""
    func = node.func if isinstance(node, ast.Call) else None
    is_place = isinstance(func, ast.Subscript) and getattr(func.value, "id", "") in SINGLE
    return s.bindings[id(node)].letters[0] if is_place else None


def _compared(known: Extents, s: Scoped, node: ast.Compare, scope: Mapping[str, Letter]) -> None:
    """[k = t[n]] with a letter k: the entries of t are integers, below the extent of k."""
    sides = (node.left, node.comparators[0])
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return
    for a, b in (sides, sides[::-1]):
        if not isinstance(a, ast.Name) or a.id not in scope:
            continue
        name = b.value.id if isinstance(b, ast.Subscript) and isinstance(b.value, ast.Name) else ""
        if isinstance(b, ast.Name) and b.id not in {*scope, *known.numbers}:
            name = b.id
        if name:
            known.below.setdefault(name, scope[a.id])
            if known.of(("", name)) is None:
                known.join(("", name), scope[a.id])


# -- classes without an extent -----------------------------------------------------------------


def _rooted(
    known: Extents, listed: list[Scoped], given: Mapping[str, Given], defined: frozenset[str]
) -> set[Hashable]:
    """The classes that an axis of a tensor from outside belongs to."""
    return {
        known.root((r.name, k))
        for s in listed
        for r in s.readings
        for k in range(len(r.slots))
        if r.name not in given and r.name not in defined
    }


def _named(known: Extents, listed: list[Scoped], rooted: set[Hashable], taken: set[str]) -> None:
    """A new extent symbol for each class from outside, after the first letter that runs so far."""
    names = set(taken)
    for s in listed:
        for letter in letters_of(s):
            _name(known, letter, letter.name, rooted, names)
        for r in s.readings:
            for k in range(len(r.slots)):
                _name(known, (r.name, k), r.name + str(k), rooted, names)


def _name(
    known: Extents, item: Hashable, letter: str, rooted: set[Hashable], names: set[str]
) -> None:
    root = known.root(item)
    if root not in rooted or known.of(root) is not None:
        return
    wanted = letter.upper()
    if wanted == letter or not wanted.isidentifier():
        wanted = f"N_{letter}"
    name = unused(wanted, names)
    names.add(name)
    known.numbers[name] = extent(name)
    known.put(root, known.numbers[name], f"the letter {letter}")


def _reached(known: Extents, s: Scoped) -> bool:
    """A free letter that stands only in slots such as 2*u+p runs as far as these stay inside."""
    decided = {n.id for bracket, _ in s.brackets for n in names_in(bracket)}
    changed = False
    for name, letter in s.free.items():
        if known.of(letter) is not None or name in decided:
            continue
        found = []
        for r in s.readings:
            for k, slot in enumerate(r.slots):
                parts = affine(slot)
                if parts is not None and r.scope.get(name) is letter and parts.get(name, 0) > 0:
                    found.append(_reach(known, r, k, parts, name))
        if found and all(e is not None and e == found[0] for e in found):
            known.put(letter, found[0], INSIDE)
            changed = True
    for bracket, scope in s.brackets:
        changed |= _beside(known, bracket, scope)
    return changed


def _beside(known: Extents, node: ast.Compare, scope: Mapping[str, Letter]) -> bool:
    """[j <= i], sum[j<i](x[j]): a letter that stands nowhere else runs as far as the other."""
    sides = (node.left, *node.comparators)
    for a, b in (*pairwise(sides), *pairwise(sides[::-1])):
        if isinstance(a, ast.Name) and isinstance(b, ast.Name) and {a.id, b.id} <= set(scope):
            alone, other = scope[a.id], scope[b.id]
            runs = known.of(other)
            if known.of(alone) is None and runs is not None:
                known.put(alone, runs, BESIDE)
                return True
    return False


def _reach(known: Extents, r: Reading, k: int, parts: dict[str, int], name: str) -> Extent | None:
    """floor((extent - 1 - largest rest)/factor) + 1."""
    size = known.of((r.name, k))
    if size is None:
        return None
    largest: sympy.Expr = sympy.Integer(parts[""])
    for other, factor in parts.items():
        if other in ("", name):
            continue
        if other in r.scope:
            runs = known.of(r.scope[other])
            if runs is None or factor < 0:
                return None
            largest += factor * (runs - 1)
        elif other in known.numbers:
            largest += factor * known.numbers[other]
        else:
            return None
    room = sympy.expand(size - 1 - largest)
    if parts[name] != 1:
        room = sympy.floor(room / parts[name])
    made = sympy.expand(room + 1)
    return None if made.is_positive is False else extent(made)


def _complete(known: Extents, s: Scoped) -> None:
    left = s.line.left
    for letter in letters_of(s):
        if known.of(letter) is not None:
            continue
        name = letter.name
        if letter.is_free:
            y = left.name if left is not None else "y"
            raise known.source.error(
                letter.node,
                f"the extent of {name} is not known: {name} stands by itself in no slot of a "
                f'tensor whose shape is known; give the shape of {y}, as in {{"{y}": "N"}}',
            )
        raise known.source.error(
            letter.node,
            f"the extent of {name} is not known: {name} stands by itself in no slot; write its "
            f"range, as in sum[{name}<N]",
        )
