"""Text -> tree of nodes, in either notation, with the definitions of the text put in.

    p = sigmoid(X@w); X.T @ (p - y)   =>   the last formula, in which p has sigmoid(X@w) as part

Python's `ast` makes the tree under the limits of symnet.notation.parse; nothing is evaluated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symnet.notation.parse.index_lines import lines_of, read_index_source
from symnet.notation.parse.source import Source, read_source
from symnet.verify.slips.node import Called, Node, Over, Span

OPERATORS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"},
    **{ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|"},
}
RELATIONS: dict[type[ast.AST], str] = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
}
SIGNS: dict[type[ast.AST], str] = {ast.USub: "neg", ast.Not: "not", ast.Invert: "~"}
MODULES = frozenset({"np", "numpy", "math", "linalg", "special", "scipy", "nn", "jax", "jnp", "F"})
NOTHING = Node("none")


@dataclass(frozen=True)
class Formula:
    """The last formula of a text; `letters` are those of its left side, None if it has none."""

    root: Node
    letters: tuple[str, ...] | None
    definitions: Mapping[str, Node]
    name: str = ""


def read_formula(text: str, notation: str) -> Formula:
    """Raises ParseError for what neither grammar has."""
    if notation == "index":
        return _index(text)
    source = read_source(text)
    reader = Reader(source, text)
    known: dict[str, Node] = {}
    root, name = NOTHING, ""
    for statement in source.body:
        if isinstance(statement, ast.Assign):
            root = reader.node(statement.value, known)
            for target in statement.targets:
                name = _bind(target, root, known)
        elif isinstance(statement, ast.Expr):
            root, name = reader.node(statement.value, known), ""
    return Formula(root, None, known, name)


def _bind(target: ast.expr, value: Node, known: dict[str, Node]) -> str:
    """Enter a name, or the names of N, D = X.shape."""
    if isinstance(target, ast.Name):
        known[target.id] = value
        return target.id
    if isinstance(target, ast.Tuple | ast.List):
        for k, element in enumerate(target.elts):
            _bind(element, Node("entry", (value, Node("number", word=k))), known)
    return ""


def _index(text: str) -> Formula:
    source = read_index_source(text)
    reader = Reader(source, text)
    known: dict[str, Node] = {}
    root, letters, name = NOTHING, None, ""
    for line in lines_of(source):
        name = "" if line.left is None else line.left.name
        root = reader.node(line.right, known)
        letters = None
        if line.left is not None:
            slots = line.left.slots
            letters = tuple(s.id for s in slots if isinstance(s, ast.Name))
            plain = len(letters) == len(slots) and name not in known
            recurrent = any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(line.right))
            if recurrent and len(letters) == len(slots) and _is_zero(known.get(name)):
                known.pop(name, None)
                root = reader.node(line.right, known)
                known[name] = Node("recurrence", (root,), (name, letters))
                root = Node(
                    "entry", (_named(name, known), *(Node("name", word=x) for x in letters))
                )
            elif plain and not recurrent:
                known[name] = Node("definition", (root,), letters)
            else:  # h[-1,k] = 0 comes before the recurrence
                known[name] = Node("base", (root,), name)
    return Formula(root, letters, known, name)


def _is_zero(base: Node | None) -> bool:
    """What is read before the start is 0, as all that is out of range."""
    if base is None:
        return True
    return base.head == "base" and base.parts[0].head == "number" and base.parts[0].word == 0


def _named(name: str, known: Mapping[str, Node]) -> Node:
    return Node("name", (known[name],), name)


class Reader:
    """Walks Python's tree; `known` are the definitions so far."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.lines = source.shown.split("\n")
        self.starts = list(_starts(text, self.lines))

    def span(self, node: ast.expr) -> Span | None:
        """Where the node stands in the text as it was given."""
        if node.end_lineno is None or node.end_col_offset is None:
            return None
        start = self._place(node.lineno, node.col_offset)
        return start, self._place(node.end_lineno, node.end_col_offset)

    def _place(self, row: int, offset: int) -> int:
        line = self.lines[row - 1]
        return self.starts[row - 1] + len(line.encode()[:offset].decode(errors="ignore"))

    def node(self, e: ast.expr, known: Mapping[str, Node]) -> Node:
        """The node of an expression."""
        span = self.span(e)
        match e:
            case ast.Constant(value=bool() as flag):
                return Node("flag", word=flag, span=span)
            case ast.Constant(value=int() | float() as value):
                return Node("number", word=value, span=span)
            case ast.Constant(value=str() as value):
                return Node("text", word=value, span=span)
            case ast.Constant(value=None):
                return Node("none", span=span)
            case ast.Constant():
                return Node("ellipsis", span=span)
            case ast.Name(id=name):
                return Node("name", (known[name],) if name in known else (), name, span)
            case ast.BinOp():
                pair = (self.node(e.left, known), self.node(e.right, known))
                return Node(OPERATORS.get(type(e.op), "unread"), pair, span=span)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.node(e.operand, known)
            case ast.UnaryOp():
                return Node(SIGNS[type(e.op)], (self.node(e.operand, known),), span=span)
            case ast.BoolOp():
                head = "&" if isinstance(e.op, ast.And) else "|"
                first, *rest = (self.node(v, known) for v in e.values)
                for other in rest:
                    first = Node(head, (first, other), "word", span)
                return first
            case ast.Compare():
                sides = tuple(self.node(v, known) for v in (e.left, *e.comparators))
                return Node(
                    "compare", sides, tuple(RELATIONS.get(type(o), "") for o in e.ops), span
                )
            case ast.Attribute():
                return self._attribute(e, known, span)
            case ast.Subscript():
                return self._subscript(e, known, span)
            case ast.Slice():
                given = (e.lower, e.upper, e.step)
                parts = tuple(self.node(p, known) for p in given if p is not None)
                return Node("slice", parts, tuple(p is not None for p in given), span)
            case ast.Tuple() | ast.List():
                head = "tuple" if isinstance(e, ast.Tuple) else "list"
                return Node(head, tuple(self.node(x, known) for x in e.elts), span=span)
            case ast.ListComp() | ast.GeneratorExp():
                return self._each(e, known, span)
            case ast.Call(func=ast.Subscript() as func):
                return self._reduction(e, func, known, span)
            case ast.Call():
                return self._call(e, known, span)
        return Node("unread", word=ast.dump(e), span=span)

    def _each(
        self, e: ast.ListComp | ast.GeneratorExp, known: Mapping[str, Node], span: Span | None
    ) -> Node:
        """body for letter in range(...)."""
        loop = e.generators[0]
        if len(e.generators) > 1 or loop.ifs or not isinstance(loop.target, ast.Name):
            return Node("unread", word=ast.dump(e), span=span)
        body, over = self.node(e.elt, known), self.node(loop.iter, known)
        return Node("each", (body, over), loop.target.id, span)

    def _attribute(self, e: ast.Attribute, known: Mapping[str, Node], span: Span | None) -> Node:
        if dotted(e.value) is not None and e.attr in ("pi", "e", "inf", "newaxis"):
            head = "none" if e.attr == "newaxis" else "name"
            return Node(head, (), None if head == "none" else e.attr, span)
        word = "T" if e.attr == "mT" else e.attr
        return Node("attribute", (self.node(e.value, known),), word, span)

    def _subscript(self, e: ast.Subscript, known: Mapping[str, Node], span: Span | None) -> Node:
        slots = e.slice.elts if isinstance(e.slice, ast.Tuple) else [e.slice]
        parts = (self.node(e.value, known), *(self.node(s, known) for s in slots))
        return Node("entry", parts, span=span)

    def _call(self, e: ast.Call, known: Mapping[str, Node], span: Span | None) -> Node:
        words = tuple(k.arg or "" for k in e.keywords)
        given = tuple(self.node(a, known) for a in (*e.args, *(k.value for k in e.keywords)))
        func = e.func
        if isinstance(func, ast.Name):
            return Node("call", given, Called(func.id, func.id, words), span)
        if isinstance(func, ast.Attribute):
            module = dotted(func.value)
            if module is not None:
                return Node("call", given, Called(func.attr, f"{module}.{func.attr}", words), span)
            parts = (self.node(func.value, known), *given)
            return Node("method", parts, Called(func.attr, func.attr, words), span)
        return Node("unread", word=ast.dump(e), span=span)

    def _reduction(
        self, e: ast.Call, func: ast.Subscript, known: Mapping[str, Node], span: Span | None
    ) -> Node:
        """sum[i, j<N: c](body): letters, conditions and ends as the index reader has them."""
        name = func.value.id if isinstance(func.value, ast.Name) else ""
        letters: list[str] = []
        conditions: list[Node] = []
        ends: list[tuple[str, Node | None]] = []
        slots = func.slice.elts if isinstance(func.slice, ast.Tuple) else [func.slice]
        for part in slots:
            low: ast.expr | None = part
            if isinstance(part, ast.Slice):
                low, high = part.lower, part.upper
                if isinstance(low, ast.Compare) and isinstance(low.ops[0], ast.Eq):
                    assert isinstance(low.left, ast.Name) and high is not None
                    letters.append(low.left.id)
                    ends.append(("<=", self.node(high, known)))
                    continue
                if high is not None:
                    conditions.append(self.node(high, known))
            if isinstance(low, ast.Name):
                letters.append(low.id)
                ends.append(("", None))
            elif isinstance(low, ast.Compare):
                if letters and not isinstance(part, ast.Slice) and conditions:
                    conditions.append(self.node(low, known))
                    continue
                place = len(low.comparators) - 1
                middle = [low.left, *low.comparators][place]
                if not isinstance(middle, ast.Name):
                    return Node("unread", word=ast.dump(e), span=span)
                letters.append(middle.id)
                ends.append(("", None))
                conditions.append(self.node(low, known))
        body = self.node(e.args[0], known) if e.args else NOTHING
        stops = [n for _, n in ends if n is not None]
        word = Over(name, tuple(letters), len(conditions), tuple(sign for sign, _ in ends))
        return Node("reduce", (body, *conditions, *stops), word, span)


def dotted(node: ast.expr) -> str | None:
    """np.linalg for modules, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id if node.id in MODULES else None
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _starts(text: str, lines: list[str]) -> Iterator[int]:
    """Where each line, without its indentation, starts in the text."""
    at = 0
    for raw in re.split(r"\r\n|\r|\n", text):
        yield at + len(raw) - len(raw.lstrip())
        at += len(raw)
        at += 2 if text[at : at + 2] == "\r\n" else 1
    yield from [at] * max(0, len(lines) - text.count("\n") - 1)
