"""Index notation -> Graph: sums are written, and an entry has an index for each axis.

    y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]          h[t,k] = tanh(x[t,k] + sum[j](h[t-1,j]*U[j,k]))
    q[u,p] = [0 <= 2*u+p-1 < N]*x[2*u+p-1]         h[-1,k] = 0

A bracket is 1 where it holds, else 0; where it is 0, nothing else of its product is read. `^` is a
power. Tensors without a shape get one from their slots, which the notes of the graph report.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sympy

from symnet.notation.errors import ExtentMismatch, ParseError, SymnetError
from symnet.notation.functions import compare, where
from symnet.notation.graph import Definition, Graph
from symnet.notation.index import Index, fresh, rename, same_up_to_bound
from symnet.notation.parse.array import axis_letter
from symnet.notation.parse.index_carried import Axis, carried
from symnet.notation.parse.index_extents import BESIDE, INSIDE, letters_of, settle
from symnet.notation.parse.index_formula import CONSTANTS, Formula
from symnet.notation.parse.index_heads import FUNCTIONS, HEADS, OTHERS
from symnet.notation.parse.index_kinds import sorted_by_kind
from symnet.notation.parse.index_lines import Left, Line, lines_of, read_index_source
from symnet.notation.parse.index_scope import Letter, Reading, Scoped, loose_letters, scoped
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.shapes import Given, assumptions, given_tensors
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Entry, Tensor

COMPOSITES = {"softmax": "softmax", "log_softmax": "log_softmax", "matrix": "matrix"}
WORDS = frozenset({*FUNCTIONS, *HEADS, *OTHERS, *CONSTANTS})


def read(text: str, shapes: Mapping[str, Any] | None, assume: Mapping[str, Any] | None) -> Graph:
    """The graph of a text in index notation; see symnet.notation.parse.parse."""
    source = read_index_source(text)
    names = {n.id for s in source.body for n in ast.walk(s) if isinstance(n, ast.Name)}
    given = given_tensors(shapes, assume, sorted(names))
    words = assumptions(assume, [*given, *sorted(names)])
    return Reader(source, given, words).graph()


class Reader:
    """Reads the lines of a text: letters, extents, tensors, then definitions."""

    def __init__(
        self,
        source: Source,
        given: dict[str, Given],
        words: Mapping[str, tuple[tuple[str, ...], sympy.Expr | None]],
    ) -> None:
        self.source, self.given, self.words = source, given, words
        numbers = {s.name: s for g in given.values() for e in g.extents for s in e.free_symbols}
        numbers |= {s.name: s for _, b in words.values() if b is not None for s in b.free_symbols}
        lines = lines_of(source)
        self.kinds = sorted_by_kind(source, lines, given, numbers)
        self._name_the_last(numbers)
        self.main = [self._scoped(x, numbers) for x in self.kinds.main]
        self.special = {
            id(line): self._scoped(line, numbers)
            for line in (
                *(x for found in self.kinds.before.values() for *_, x in found),
                *(x for found in self.kinds.at.values() for _, x in found),
            )
        }
        self.all = [*self.main, *self.special.values()]
        self._check_names(numbers)
        self.taken = {*given, *self.kinds.defined, *(r.name for s in self.all for r in s.readings)}
        self.extents = settle(
            source, given, numbers, self.all, self.kinds.defined, self.taken - self._bare()
        )
        bases = {(name, x[0]) for name, found in self.kinds.before.items() for x in found}
        self.sequential, self.cyclic = carried(self.main, bases)
        self.indices = self._indices()
        self.notes: dict[str, str] = {}
        self.tensors = self._tensors()
        self.zeros = frozenset(self._zero_axes())
        self.places: dict[str, ast.AST] = {}
        self.definitions: list[Definition] = []
        self.own: set[str] = set()  # names made here

    # lines and letters

    def _name_the_last(self, numbers: Mapping[str, sympy.Symbol]) -> None:
        """Give a last formula without a name the next free one, over its loose letters."""
        for k, line in enumerate(self.kinds.main):
            if line.left is None:
                known = frozenset({*numbers, *self.given, *self.kinds.defined})
                letters = loose_letters(self.source, line, known)
                wanted = NAMES["output" if letters else "scalar output"]
                names = {n.id for s in self.source.body for n in ast.walk(s) if hasattr(n, "id")}
                name = unused(wanted, {*known, *names})
                self.kinds.main[k] = replace(
                    line, left=Left(name, tuple(letters.values()), line.right)
                )

    def _scoped(self, line: Line, numbers: Mapping[str, sympy.Symbol]) -> Scoped:
        assert line.left is not None
        is_main = any(line is x for x in self.kinds.main)
        letters: dict[str, ast.expr] = {}
        for slot in line.left.slots:
            if isinstance(slot, ast.Name) and (is_main or slot.id not in numbers):
                if slot.id in letters:
                    raise self.source.error(slot, f"the index {slot.id} stands twice on the left")
                letters[slot.id] = slot
        made = scoped(self.source, line, letters)
        expected = self.given.get(line.left.name)
        if expected is not None and len(expected.extents) != len(line.left.slots):
            raise self.source.error(
                line.left.node,
                f"{line.left.name} has {len(line.left.slots)} indices here, but a shape with "
                f"{len(expected.extents)} axes",
            )
        return made

    def _bare(self) -> set[str]:
        """Names that may turn out to be extents: they stand alone, and nothing defines them."""
        bare = {r.name for s in self.all for r in s.readings if r.is_bare}
        entries = {r.name for s in self.all for r in s.readings if not r.is_bare}
        return bare - entries - set(self.given) - self.kinds.defined

    def _check_names(self, numbers: Mapping[str, sympy.Symbol]) -> None:
        """Every name of an entry is a tensor with as many axes; a near miss is an error."""
        orders: dict[str, tuple[int, str]] = {
            name: (len(g.extents), "its shape") for name, g in self.given.items()
        }
        for s in self.main:
            left = s.line.left
            assert left is not None
            orders.setdefault(left.name, (len(left.slots), "its definition"))
        read = {r.name for s in self.all for r in s.readings}
        idle = [name for name in self.given if name not in read | self.kinds.defined]
        for s in self.all:
            for r in s.readings:
                if r.is_bare and r.name in orders and orders[r.name][0]:
                    raise self.source.error(
                        r.node,
                        f"{r.name} has {orders[r.name][0]} axes; write its entry, "
                        f"{r.name}[{','.join('ijklmn'[: orders[r.name][0]])}]",
                    )
                if r.is_bare and r.name in WORDS - set(CONSTANTS) and r.name not in orders:
                    shown = HEADS.get(r.name, f"{r.name}(...)")
                    raise self.source.error(r.node, f"{r.name} is a function; call it: {shown}")
                if r.is_bare and (r.name in numbers or r.name in WORDS):
                    continue
                if r.name not in orders:
                    if r.in_slot and r.is_bare:
                        continue  # an index that is not there, or an extent
                    if hint := nearest(r.name, idle):
                        raise self.source.error(
                            r.node, f"{r.name} has no shape and is not defined{hint}"
                        )
                    if r.name in WORDS and not r.is_bare:
                        continue
                    orders[r.name] = (len(r.slots), "its first entry")
                if not r.is_bare and orders[r.name][0] != len(r.slots):
                    count, why = orders[r.name]
                    raise self.source.error(
                        r.node,
                        f"{r.name} has {len(r.slots)} indices here, expected {count} from {why}",
                    )

    def _indices(self) -> dict[Letter, Index]:
        out: dict[Letter, Index] = {}
        for s in self.all:
            left = s.line.left
            assert left is not None
            axes = {x.id: k for k, x in enumerate(left.slots) if isinstance(x, ast.Name)}
            for letter in letters_of(s):
                runs = self.extents.of(letter)
                assert runs is not None
                along = letter.is_free and (left.name, axes[letter.name]) in self.sequential
                out[letter] = Index(letter.name, runs, along)
        return out

    # tensors

    def _tensors(self) -> dict[str, Tensor]:
        out: dict[str, Tensor] = {}
        for name, g in self.given.items():
            if name not in self.kinds.defined:
                out[name] = self._tensor(name, g.extents)
        for s in self.main:
            left = s.line.left
            assert left is not None
            free = [self.indices[s.free[x.id]] for x in left.slots if isinstance(x, ast.Name)]
            out[left.name] = self._made(left.name, free)
            for why in {self.extents.why(x) for x in s.free.values()} & {INSIDE, BESIDE}:
                shape = " x ".join(str(i.extent) for i in free)
                self._note(left.name, f"shape {shape}, {why}")
        for s in self.all:
            for r in s.readings:
                if r.name not in out and not self._is_number(r):
                    self._inferred(r, out)
        return out

    def _is_number(self, r: Reading) -> bool:
        known = r.name in self.extents.numbers or r.name in WORDS
        return (known and r.is_bare) or (r.in_slot and r.is_bare)

    def _inferred(self, r: Reading, out: dict[str, Tensor]) -> None:
        if r.name in HEADS:
            raise self.source.error(r.node, f"{r.name} has no argument; write {HEADS[r.name]}")
        runs = [self.extents.of((r.name, k)) for k in range(len(r.slots))]
        out[r.name] = self._tensor(r.name, [e for e in runs if e is not None])
        shape = " x ".join(map(str, runs))
        what = f"shape {shape}" if shape else "a scalar"
        self._note(r.name, f"{what}, from {self.source.text_of(r.node)}")

    def _note(self, name: str, remark: str) -> None:
        before = self.notes.get(name)
        self.notes[name] = remark if before is None else f"{before}; {remark}"

    def _tensor(self, name: str, runs: Iterable[sympy.Expr]) -> Tensor:
        """A tensor from outside, with the letters that the text has for its axes."""
        letters: list[str] = []
        found = [r for s in self.all for r in s.readings if r.name == name and r.slots]
        for k, e in enumerate(runs):
            texts = [s.id for r in found if isinstance(s := r.slots[k], ast.Name)]
            options = [*texts, axis_letter(e, k), *"ijklmnpqrstuv", *(f"i{j}" for j in range(99))]
            letters.append(
                next(x for x in options if x not in letters and x not in self.extents.numbers)
            )
        made = [Index(x, e) for x, e in zip(letters, runs, strict=True)]
        return self._made(name, made)

    def _made(self, name: str, axes: list[Index]) -> Tensor:
        words, below = self.words.get(name, ((), None))
        used = None if name in self.kinds.defined else self.extents.below.get(name)
        if used is not None and (not words or "integer" in words):
            if below is None:
                below = self.extents.of(used)
            if "integer" not in words:
                words = ("integer",)
                self._note(name, f"integers below {below}, from how it is used")
        return Tensor(name, *axes, assume=words, below=below)

    def _zero_axes(self) -> Iterable[Axis]:
        for axis, line in self.kinds.beyond:
            left = line.left
            assert left is not None
            x = self.tensors.get(left.name)
            if x is None or axis >= x.order:
                raise self.source.error(left.node, f"{left.name} is not known here")
            place = self.extents.evaluate(left.slots[axis], "expected an end such as T")
            if not sympy.expand(place - x.indices[axis].extent).is_nonnegative:
                raise self.source.error(
                    left.slots[axis],
                    f"{left.name} is said to be 0 at {place}, which is not beyond the end of its "
                    f"axis of extent {x.indices[axis].extent}",
                )
            yield left.name, axis

    # definitions

    def graph(self) -> Graph:
        for s in self.main:
            self._define(s)
        defined = {d.name for d in self.definitions}
        inputs = [x for name, x in self.tensors.items() if name not in defined]
        if not self.definitions:
            raise ParseError("the text has no definition; expected lines such as y[n] = x[n]^2")
        output = self.definitions[-1].tensor
        try:
            updates = [self._update(line) for line in self.kinds.updates]
            return Graph(
                *self.definitions,
                inputs=inputs,
                output=output,
                updates=updates,
                cotangents=self._cotangents(),
                notes=self.notes.items(),
            )
        except ParseError:
            raise
        except SymnetError as e:
            raise self._placed(e) from None

    def _cotangents(self) -> list[tuple[str, str]]:
        """The pairs (h, h_bar) of which the text says that h_bar is 0 beyond the end."""
        zero = {name for name, _ in self.zeros}
        pairs = [(bar.removesuffix("_bar"), bar) for bar in self.tensors if bar in zero]
        return [(of, bar) for of, bar in pairs if of != bar and of in self.tensors]

    def _define(self, s: Scoped) -> None:
        left = s.line.left
        assert left is not None
        free = [self.indices[s.free[x.id]] for x in left.slots if isinstance(x, ast.Name)]
        try:
            right = self._right(s)
            right = self._with_places(left.name, free, right)
            base = self._base(left.name, free)
            self.definitions.append(Definition(Entry(self.tensors[left.name], *free), right, base))
        except ParseError:
            raise
        except SymnetError as e:
            raise self.source.error(s.line.right, str(e)) from None

    def _right(self, s: Scoped) -> sympy.Expr:
        left = s.line.left
        assert left is not None
        scope = {name: self.indices[x] for name, x in s.free.items()}
        formula = Formula(
            source=self.source,
            line=s,
            tensors=self.tensors,
            numbers=self.extents.numbers,
            indices=self.indices,
            zeros=self.zeros,
            definitions={d.name: d for d in self.definitions},
            named=None if left.name in self.cyclic else self._named,
            places=self.places,
        )
        return formula.right(s.line.right, scope)

    def _named(self, made: sympy.Expr, head: str, free: tuple[Index, ...]) -> sympy.Expr:
        """A definition for a part of a formula, by the table of names; once for equal parts."""
        for d in self.definitions:
            if d.name not in self.own or [i.extent for i in d.free] != [i.extent for i in free]:
                continue
            known = rename(d.expression, dict(zip(d.free, free, strict=True)))
            if same_up_to_bound(known, made):
                return Entry(d.tensor, *free)
        name = unused(self._name_of(made, head), {*self.taken, *self.tensors})
        new = fresh(free)
        tensor = Tensor(name, *new)
        self.tensors[name] = tensor
        self.own.add(name)
        right = rename(made, dict(zip(free, new, strict=True)))
        self.definitions.append(Definition(Entry(tensor, *new), right))
        return Entry(tensor, *free)

    def _name_of(self, made: sympy.Expr, head: str) -> str:
        if head in COMPOSITES:
            return NAMES[COMPOSITES[head]]
        matrix = made.matrix.tensor.name
        return f"{matrix}_inv" if head == "inv" else f"{head}_{matrix}"

    def _base(self, name: str, free: list[Index]) -> sympy.Expr | None:
        """The value before the start; several places before it are told apart by their number."""
        found = self.kinds.before.get(name)
        if not found:
            return None
        axes = {axis for axis, *_ in found}
        if len(axes) > 1:
            raise self.source.error(found[1][2].right, f"{name} starts along one axis only")
        t = free[axes.pop()]
        places: dict[int, sympy.Expr] = {}
        for axis, place, line in found:
            places[place] = self._elsewhere(line, free, axis)
        ordered = sorted(places.items(), reverse=True)
        out = ordered[-1][1]
        if any(value != out for _, value in ordered):
            for place, value in reversed(ordered[:-1]):
                out = where(compare("==", t, place), value, out)
        return out

    def _with_places(self, name: str, free: list[Index], right: sympy.Expr) -> sympy.Expr:
        """The right side, with the values that further lines state at single places."""
        for axis, line in reversed(self.kinds.at.get(name, [])):
            left = line.left
            assert left is not None
            place = self.extents.evaluate(left.slots[axis], "expected a place such as 0 or T-1")
            if not sympy.expand(free[axis].extent - 1 - place).is_nonnegative and place != 0:
                raise self.source.error(
                    left.slots[axis],
                    f"{name} ends at {free[axis].extent - 1}, so that {place} is no place in it",
                )
            test = compare("==", free[axis], place)
            right = where(test, self._elsewhere(line, free, axis), right)
        return right

    def _elsewhere(self, line: Line, free: list[Index], axis: int) -> sympy.Expr:
        """The right side of a line for one place, over the indices of the definition."""
        s, left = self.special[id(line)], line.left
        assert left is not None
        own = {
            self.indices[s.free[x.id]]: free[k]
            for k, x in enumerate(left.slots)
            if k != axis and isinstance(x, ast.Name)
        }
        return rename(self._right(s), own)

    def _update(self, line: Line) -> tuple[Tensor, Tensor]:
        assert line.left is not None
        right = line.right
        name = right.value if isinstance(right, ast.Subscript) else right
        slots = ast.dump(right.slice) if isinstance(right, ast.Subscript) else ""
        left = line.left.node
        if not isinstance(name, ast.Name) or slots != (
            ast.dump(left.slice) if isinstance(left, ast.Subscript) else ""
        ):
            raise self.source.error(
                right, "expected the name of the new value, over the same indices: s[i] <- s_new[i]"
            )
        pair = []
        for found, node in ((line.left.name, line.left.node), (name.id, right)):
            if found not in self.tensors:
                raise self.source.error(node, f"{found} is not known{nearest(found, self.tensors)}")
            pair.append(self.tensors[found])
        return pair[0], pair[1]

    # errors of the graph

    def _placed(self, e: SymnetError) -> ParseError:
        """An error of the graph under the entry or the line that it names, with what to write."""
        message = str(e)
        lines = {str(d.entry): d.name for d in self.definitions}
        at = next((name for entry, name in lines.items() if message.startswith(entry)), None)
        entries = [text for text in self.places if text in message and text not in lines]
        node = self.places[max(entries, key=len)] if entries else None
        if node is None:
            found = [s.line.left.node for s in self.main if s.line.left and s.line.left.name == at]
            node = found[0] if found else None
        if isinstance(e, ExtentMismatch) and "guard" in message and isinstance(node, ast.Subscript):
            message += self._hint(node, "base" in message)
        return self.source.error(node, message)

    def _hint(self, node: ast.Subscript, may_start: bool) -> str:
        assert isinstance(node.value, ast.Name)
        name, shown = node.value.id, self.source.text_of(node)
        if may_start and name in self.kinds.defined:
            return f": write the value before the start on a line of its own, {name}[..,-1,..] = 0"
        return f": for 0 outside, write [0 <= slot < extent]*{shown}"


__all__ = ["Reader", "read"]
