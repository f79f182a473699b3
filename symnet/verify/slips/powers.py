"""Another exponent: x for x^2, 1/s for 1/s^3, a root that is missing or too much."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number
from symnet.verify.slips.search import Search

EXPONENTS = (1, 2, 3, 0.5, 1.5, -1, -2, -0.5, -1.5, 4, -3)
NEW = (2, 3, 0.5, 4, 1.5)
POWERED = frozenset({"name", "entry", "call", "method", "reduce", "+", "-", "@"})


def powers(search: Search) -> Iterator[Edit]:
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if node.head == "**":
            yield from _exponents(node)
        elif node.head in POWERED and not (parent is not None and parent.head == "**"):
            if node.head == "call" and node.word.name in ("sqrt", "square"):
                yield Edit(node, node.parts[0], SlipKind.POWER)
            if node.head == "call" and node.word.name == "exp":
                continue
            if node.head in ("+", "-") and (parent is None or parent.head in ("+", "-")):
                continue
            for exponent in NEW:
                yield Edit(node, _power(search, node, exponent), SlipKind.POWER)
    yield from _moved(search)


def _power(search: Search, node: Node, exponent: float) -> Node:
    if exponent == 0.5:
        return search.function("sqrt", node)
    if exponent == 1:
        return node
    if exponent == 1.5 and search.notation == "index":
        return binary("**", node, binary("/", number(3), number(2)))
    return binary("**", node, number(exponent))


def _exponents(node: Node) -> Iterator[Edit]:
    base, exponent = node.parts
    plain = exponent.parts[0] if exponent.head == "neg" else exponent
    if plain.head != "number" and plain.head != "/":
        for sign in ("-", "+"):
            moved = binary(sign, exponent, number(1))
            yield Edit(node, binary("**", base, moved), SlipKind.POWER)
        if exponent.head in ("+", "-"):
            yield Edit(node, binary("**", base, exponent.parts[0]), SlipKind.POWER)
        return
    for value in EXPONENTS:
        new = base if value == 1 else binary("**", base, number(value))
        yield Edit(node, new, SlipKind.POWER)


def _moved(search: Search) -> Iterator[Edit]:
    """a*b for a/b, and a/b for a*b."""
    for site in search.tree.expressions():
        node = site.node
        if node.head in ("*", "/") and node.parts[1].head != "number":
            other = Node("/" if node.head == "*" else "*", node.parts)
            yield Edit(node, other, SlipKind.POWER)
