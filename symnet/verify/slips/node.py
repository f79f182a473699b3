"""A formula as a tree of one kind of node for both notations.

    X.T @ (X@w - y)  =>  @(attribute T(X), -(@(X, w), y))

Two nodes are one only if they are one object: values are kept for each node, and an edited formula
shares with the old one all that was not edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """`head` says what it is, `word` what it is called; `span` is its place in the claim's text.

    A name that the text itself defines has the definition as its only part.
    """

    head: str
    parts: tuple[Node, ...] = ()
    word: Any = None
    span: Span | None = None

    def with_parts(self, parts: tuple[Node, ...]) -> Node:
        """The same head over other parts: it stands nowhere in the text."""
        return Node(self.head, parts, self.word)


@dataclass(frozen=True)
class Called:
    """The word of a call: the function's name, as it was spelled, and the names of keywords."""

    name: str
    spelled: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Over:
    """The word of sum[i, j<N: c](body), whose parts are the body, conditions, then ends."""

    name: str
    letters: tuple[str, ...]
    conditions: int = 0
    ends: tuple[str, ...] = ()  # for each letter "", "<" or "<="


SUMS = ("+", "-")
PRODUCTS = ("*", "/", "@")
BINARY = frozenset({"+", "-", "*", "/", "@", "**", "//", "%", "&", "|"})


def number(value: float) -> Node:
    """A literal; one that is negative is a literal behind a sign."""
    if value < 0:
        return Node("neg", (Node("number", word=-value),))
    return Node("number", word=value)


def binary(sign: str, a: Node, b: Node) -> Node:
    return Node(sign, (a, b))


def negative(a: Node) -> Node:
    return a.parts[0] if a.head == "neg" else Node("neg", (a,))


def transposed(a: Node) -> Node:
    """a.T, and a for a.T."""
    if a.head == "attribute" and a.word == "T":
        return a.parts[0]
    return Node("attribute", (a,), "T")


def call(name: str, *parts: Node, keywords: tuple[str, ...] = (), module: str = "np.") -> Node:
    return Node("call", parts, Called(name, module + name, keywords))


def walk(node: Node) -> Iterator[Node]:
    """Every node once, outer ones first."""
    seen: set[int] = set()
    stack = [node]
    while stack:
        found = stack.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        stack.extend(reversed(found.parts))


def terms(node: Node, sign: int = 1) -> Iterator[tuple[int, Node]]:
    """The terms of a sum with their signs: a - (b + c) => +a, -b, -c."""
    if node.head in SUMS:
        yield from terms(node.parts[0], sign)
        yield from terms(node.parts[1], sign if node.head == "+" else -sign)
    elif node.head == "neg" and node.parts[0].head in (*SUMS, "neg"):
        yield from terms(node.parts[0], -sign)
    else:
        yield sign, node


def factors(node: Node, exponent: int = 1) -> Iterator[tuple[int, Node]]:
    """The factors of a product, 1 above the bar and -1 below it."""
    if node.head in ("*", "/"):
        yield from factors(node.parts[0], exponent)
        yield from factors(node.parts[1], exponent if node.head == "*" else -exponent)
    elif node.head == "neg":
        yield from factors(node.parts[0], exponent)
    else:
        yield exponent, node


def same(a: Node, b: Node) -> bool:
    """Whether two trees read alike, wherever they stand."""
    return a is b or (
        a.head == b.head
        and a.word == b.word
        and len(a.parts) == len(b.parts)
        and all(map(same, a.parts, b.parts))
    )


def merged(node: Node) -> Node:
    """The tree in which parts that read alike are one node; numbers stay apart."""
    known: dict[tuple[object, ...], Node] = {}
    done: dict[Node, Node] = {}

    def visit(n: Node) -> Node:
        if n not in done:
            parts = tuple(map(visit, n.parts))
            if n.head == "number":
                done[n] = n
            else:
                key = (n.head, n.word, *map(id, parts))
                if any(p.head == "number" for p in parts):
                    shown = tuple(p.word if p.head == "number" else id(p) for p in parts)
                    key = (n.head, n.word, *shown)
                if key not in known:
                    known[key] = Node(n.head, parts, n.word, n.span)
                done[n] = known[key]
        return done[n]

    return visit(node)


def walk_inside(node: Node) -> Iterator[Node]:
    """The nodes of one line: what the names in it stand for is left out."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        if found.head != "name":
            stack.extend(found.parts)
