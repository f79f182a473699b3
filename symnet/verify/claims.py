"""The text of a hand derivation -> definitions beside those of the function and its derivative.

    "e = X@w - y; 2*X.T@e"   =>   e' = X w - y;  claim = 2 X^T e'       with the graph's own X, w, y

A claim may use every name of the function and of its derivative, and give names of its own, which
then stand for what it says. Names that nobody gave are refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symnet.notation import (
    Definition,
    Entry,
    Graph,
    ParseError,
    SymnetError,
    Tensor,
    replace,
)
from symnet.notation.parse import parse
from symnet.notation.parse.index_lines import read_index_source
from symnet.notation.parse.names import unused
from symnet.notation.parse.notation import INDEX, NUMPY, notation_of
from symnet.notation.parse.source import nearest
from symnet.notation.sympy_in import from_sympy
from symnet.render.text import text as index_text

ASSIGNED = re.compile(r"(?:^|[;\n])\s*([A-Za-z_]\w*)\s*(?:\[[^\]=<>]*\])?\s*=(?!=)")


@dataclass(frozen=True)
class Read:
    """A claim beside the graph that it speaks of.

    `graph` has all of it; `name` is the tensor that is claimed; `left` its left side, if it has
    one (the author's name for it); `free` says that the author gave no order of axes.
    """

    text: str
    notation: str
    graph: Graph
    name: str
    left: str | None
    free: bool
    before: str = ""  # lines that stand in front of the text, of earlier steps

    @property
    def tensor(self) -> Tensor:
        return self.graph.tensor(self.name)


def read_claim(
    claim: Any,
    known: Graph,
    hidden: Collection[str] = (),
    name: str = "claim",
    function: str = "",
    expected: Tensor | None = None,
) -> Read:
    """Read a claim, in either notation or as SymPy, with the tensors of `known` but for `hidden`.

    `function` is the author's text of the function: names that it assigns mean in the claim what
    they mean there, axes of length 1 included. `expected` is the tensor that a left side names: an
    index of its own slot may then stand where nothing else shows its extent.
    Raises ParseError with a caret for text that cannot be read, and for a name nobody gave.
    """
    text = claim if isinstance(claim, str) else written(claim, known)
    shown, text = text, _apart(text, {s.name for s in known.extents})
    own = set(ASSIGNED.findall(text))
    visible = {t.name: t for t in known.tensors if t.name not in own and t.name not in hidden}
    shapes = {n: t.shape for n, t in visible.items()}
    assume = {n: words for n, t in visible.items() if (words := _assumed(t))}
    extents = {s.name for s in known.extents}
    notation = notation_of(text, {*shapes, *extents})
    before = _assignments(function, text, own, {*shapes, *extents}) if notation == NUMPY else ""
    for assigned in ASSIGNED.findall(before):
        shapes.pop(assigned, None)
    lefts = {n: known.tensor(n).shape for n in own if n in {t.name for t in known.tensors}}
    if expected is not None and (name_left := left_of(text)) is not None:
        lefts[name_left] = expected.shape
    earlier = earlier_places(known, visible)
    made = _parsed(before + text, shapes, assume, notation, lefts, earlier)
    if unknown := [t.name for t in made.given if t.name not in {**visible, **earlier}]:
        listed = ", ".join(sorted(visible)) or "none"
        raise ParseError(
            f"{unknown[0]} is not known{nearest(unknown[0], visible)}; the claim may use {listed}, "
            f"and names that it gives itself\n  {_line_with(text, unknown[0])}"
        )
    left = left_of(text)
    free = notation == INDEX and left is None
    taken = {t.name for t in known.tensors}
    new: dict[str, str] = {}
    for d in made.definitions:
        wanted = name if d.name == made.output.name else f"{d.name}_{name}"
        new[d.name] = unused(wanted, taken)
        taken.add(new[d.name])
    if made.definition(made.output.name) is None and made.output.name not in earlier:
        return Read(shown, notation, known, made.output.name, left, free)
    together = _beside(known, made, new, visible, earlier)
    return Read(shown, notation, together, new[made.output.name], left, free)


def _apart(text: str, extents: Collection[str]) -> str:
    """The text with names that it assigns and that are extents too, D = ..., under another name."""
    for name in set(ASSIGNED.findall(text)) & set(extents):
        own = name
        while own in extents or re.search(rf"\b{own}\b", text):
            own += "_"
        text = re.sub(rf"(?<![.\w]){name}\b", own, text)
    return text


def _assignments(function: str, text: str, own: set[str], known: Collection[str]) -> str:
    """The assignments of a function in NumPy notation, if the claim uses one of their names."""
    names = set(ASSIGNED.findall(function)) - own
    if not any(re.search(rf"\b{re.escape(n)}\b", text) for n in names):
        return ""
    if notation_of(function, known) != NUMPY:
        return ""
    cut = _last_statement(function)
    kept = function if ASSIGNED.match(function[cut:].lstrip()) else function[:cut]
    return kept.rstrip().rstrip(";") + "\n"


def _last_statement(text: str) -> int:
    """Where the last statement starts."""
    depth, start = 0, 0
    body = text.rstrip().rstrip(";")
    for k, sign in enumerate(body):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in ";\n":
            start = k + 1
    return start


def _parsed(
    text: str,
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any],
    notation: str,
    lefts: Mapping[str, Any],
    earlier: Mapping[str, Earlier],
) -> Graph:
    """The graph of a text, in index notation first with the shapes that left sides should have.

    A read outside of a tensor, which people write without a guard, counts as 0; before the start of
    a recurrence it is the base case.
    """
    if notation != INDEX:
        return parse(text, shapes, assume, notation)
    first: SymnetError | None = None
    for known in (lefts, {}) if lefts else ({},):
        for said in (text, None):
            try:
                if said is None:
                    said = guarded(text, shapes, earlier)
                    shapes = {**shapes, **{n: e.tensor.shape for n, e in earlier.items()}}
                return parse(said, {**shapes, **known}, assume, notation)
            except SymnetError as e:  # another layout; what else is wrong is said below
                first = e
    assert first is not None
    return parse(text, shapes, assume, notation)


@dataclass(frozen=True)
class Earlier:
    """h one or more places before: a name that reads as h[n,t-1,k] where it is read at [n,t,k]."""

    tensor: Tensor
    axis: int
    back: int


MOST_BACK = 4


def earlier_places(known: Graph, visible: Mapping[str, Tensor]) -> dict[str, Earlier]:
    """The recurrences that have a base case, by the names that stand for places before."""
    taken = {t.name for t in known.tensors}
    out: dict[str, Earlier] = {}
    for d in known.definitions:
        if d.name in visible and d.base is not None and d.sequential is not None:
            for back in range(1, MOST_BACK + 1):
                name = unused(f"{d.name}_before{back}", taken)
                out[name] = Earlier(d.tensor, d.free.index(d.sequential), back)
    return out


def guarded(text: str, shapes: Mapping[str, Any], earlier: Mapping[str, Earlier] = {}) -> str:
    """x[t-1] => ([0 <= t-1]*[t-1 < T]*x[t-1]) in the last line, for given and for own tensors.

    Not in the lines before it: what they define may be meant to be shorter. A recurrence that has a
    base case is read there: h[n,t-1,k] => h_before1[n,t,k].
    """
    stand_ins = {(e.tensor.name, e.axis, e.back): name for name, e in earlier.items()}
    source = read_index_source(text)
    lines = text.split("\n")
    nodes = [n for s in source.body for n in ast.walk(s) if isinstance(n, ast.Subscript)]
    letters = {
        slot.id: e
        for n in nodes
        for slot, e in zip(_slots(n), shapes.get(_name(n), ()), strict=False)
        if isinstance(slot, ast.Name)
    }
    known = dict(shapes)
    for n in nodes:
        if isinstance(n.ctx, ast.Store) and all(ast.unparse(s) in letters for s in _slots(n)):
            known.setdefault(_name(n), tuple(letters[ast.unparse(s)] for s in _slots(n)))
    last = source.body[-1].lineno if source.body else 0
    found = [
        n for n in nodes if _name(n) in known and isinstance(n.ctx, ast.Load) and n.lineno >= last
    ]
    for node in sorted(found, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        slots, extents = _slots(node), known[_name(node)]
        if len(slots) != len(extents) or node.lineno != node.end_lineno:
            continue
        line = lines[node.lineno - 1]
        whole = line[node.col_offset : node.end_col_offset]
        moved = ""
        for axis, slot in enumerate(slots):
            stand_in = stand_ins.get((_name(node), axis, _back(slot)))
            if stand_in is not None and isinstance(slot, ast.BinOp):
                slots[axis] = slot.left
                moved = whole = f"{stand_in}[{','.join(map(ast.unparse, slots))}]"
        said = "".join(
            f"[0 <= {ast.unparse(s)}]*[{ast.unparse(s)} < {e}]*"
            for s, e in zip(slots, extents, strict=True)
            if isinstance(s, ast.BinOp)
        )
        if said or moved:
            start, end = line[: node.col_offset], line[node.end_col_offset :]
            lines[node.lineno - 1] = f"{start}({said}{whole}){end}"
    return "\n".join(lines)


def _back(slot: ast.expr) -> int:
    """k of a slot t-k with a letter t, else 0."""
    match slot:
        case ast.BinOp(left=ast.Name(), op=ast.Sub(), right=ast.Constant(value=int() as k)):
            return k
    return 0


def _slots(n: ast.Subscript) -> list[ast.expr]:
    return list(n.slice.elts) if isinstance(n.slice, ast.Tuple) else [n.slice]


def _name(n: ast.Subscript) -> str:
    return n.value.id if isinstance(n.value, ast.Name) else ""


def left_of(text: str) -> str | None:
    """The name that the last statement gives, if it gives one."""
    found = ASSIGNED.match(text[_last_statement(text) :].lstrip())
    return found[1] if found else None


def _assumed(t: Tensor) -> list[str]:
    words = [
        f"integer<{t.below}" if w == "integer" and t.below is not None else w for w in t.assume
    ]
    return sorted(words)


def _line_with(text: str, word: str) -> str:
    """The line in which a word stands, with carets under it."""
    found = re.search(rf"\b{re.escape(word)}\b", text)
    if found is None:
        return text
    start = text.rfind("\n", 0, found.start()) + 1
    line = text[start:].split("\n", 1)[0]
    return f"{line}\n  {' ' * (found.start() - start)}{'^' * len(word)}"


def _beside(
    known: Graph,
    made: Graph,
    new: Mapping[str, str],
    visible: Mapping[str, Tensor],
    earlier: Mapping[str, Earlier],
) -> Graph:
    tensors: dict[str, Tensor | Earlier] = {**earlier, **visible}
    for d in made.definitions:
        tensors[d.name] = Tensor(new[d.name], *d.tensor.indices, assume=d.tensor.assume)
    further = []
    for d in made.definitions:
        base = None if d.base is None else with_tensors(d.base, tensors)
        entry = with_tensors(d.entry, tensors)
        further.append(Definition(entry, with_tensors(d.expression, tensors), base))
    return replace(known, definitions=(*known.definitions, *further), updates=())


def with_tensors(e: sympy.Expr, tensors: Mapping[str, Tensor | Earlier]) -> sympy.Expr:
    """The expression with each entry read from the tensor of its name."""
    if isinstance(e, Entry):
        slots = [with_tensors(s, tensors) for s in e.slots]
        of = tensors[e.tensor.name]
        if isinstance(of, Tensor):
            return Entry(of, *slots)
        slots[of.axis] -= of.back
        return Entry(of.tensor, *slots)
    if not e.args:
        return e
    return e.func(*(with_tensors(a, tensors) for a in e.args))


def written(claim: Any, known: Graph) -> str:
    """A claim in SymPy as the index notation that says it."""
    shapes = {t.name: t.shape for t in known.tensors}
    graph = from_sympy(claim, shapes)
    return index_text(graph)


@dataclass(frozen=True)
class Sides:
    """Both sides of "p = f(x); lhs == rhs", each with the lines in front: "p = f(x); lhs".

    `place` is how much further right a place of the right side stands in the whole text.
    """

    left: str
    right: str
    place: int
    before: str

    def whole(self, right: str) -> str:
        """The equation with another right side, which may have the lines in front."""
        return f"{self.left} == {right.removeprefix(self.before).strip()}"


def equations(text: str) -> list[str]:
    """["a == b", "b == c"] for "a == b == c"; the text alone if it is one equation or none."""
    out: list[str] = []
    while (pair := sides(text)) is not None and (rest := sides(pair.right)) is not None:
        out.append(f"{pair.left} == {rest.left.removeprefix(pair.before)}")
        text = pair.right
    return [*out, text] if out else [text]


def sides(text: str) -> Sides | None:
    """The sides of an equation; None for a text without a bare ==."""
    depth, found = 0, None
    for k, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and text.startswith("==", k) and text[k - 1 : k] not in tuple("<>!="):
            found = k
            break
    if found is None:
        return None
    start = max(text.rfind(";", 0, found), text.rfind("\n", 0, found)) + 1
    while text[start : start + 1] == " ":
        start += 1
    before, right = text[:start], text[found + 2 :]
    place = found + 2 + len(right) - len(right.lstrip()) - len(before)
    return Sides(before + text[start:found].strip(), before + right.strip(), place, before)


def read_letters(text: str) -> tuple[str, str, int, list[str]] | None:
    """(left, right, start, loose) of a last line `name[k] = right` in index notation.

    `loose` are the letters in slots of the right side that neither the left side nor a sum has;
    None if the text has no such line, or no such letter.
    """
    start = _last_statement(text)
    found = re.match(r"\s*([A-Za-z_]\w*)\[([\w\s,]*)\]\s*=(?!=)\s*", text[start:])
    if found is None:
        return None
    right = text[start + found.end() :].rstrip()
    try:
        source = read_index_source(right)
    except SymnetError:
        return None
    own = {w.strip() for w in found[2].split(",")}
    slots = [
        n.id
        for statement in source.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript)
        for n in ast.walk(node.slice)
        if isinstance(n, ast.Name)
    ]
    bound = {
        w.strip()
        for heads in re.findall(r"\b(?:sum|mean|max|min|prod)\[([^\]]*)\]", right)
        for w in re.split(r"[,<]", heads)
    }
    loose = [w for w in dict.fromkeys(slots) if w not in own and w not in bound]
    return (found[1], right, start + found.end(), loose) if loose else None
