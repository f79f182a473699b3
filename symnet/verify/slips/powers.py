"""Another exponent: x for x^2, 1/s for 1/s^3, a root that is missing or too much."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number, transposed, walk
from symnet.verify.slips.search import Search

EXPONENTS = (1, 2, 3, 0.5, 1.5, -1, -2, -0.5, -1.5, 4, -3)
NEW = (2, 3, 0.5, 4, 1.5)
POWERED = frozenset({"name", "entry", "call", "method", "reduce", "+", "-", "@"})


def powers(search: Search) -> Iterator[Edit]:
    shown = _letters(search)
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        yield from _spread(node)
        if node.head == "**":
            yield from _exponents(search, node)
            yield from _products(search, node)
        elif node.head in POWERED and not (parent is not None and parent.head == "**"):
            if node.head == "call" and node.word.name in ("sqrt", "square"):
                yield Edit(node, node.parts[0], SlipKind.POWER)
            if node.head == "call" and node.word.name == "exp":
                continue
            of_sum = parent is None or (parent.head in ("+", "-") and site.slot == 0)
            if node.head in ("+", "-") and of_sum:
                continue
            for exponent in NEW:
                yield Edit(node, _power(search, node, exponent), SlipKind.POWER)
            for letter in shown:
                yield Edit(node, binary("**", node, letter), SlipKind.POWER)
    yield from _moved(search)


def _spread(node: Node) -> Iterator[Edit]:
    """1 - b**n for (1 - b)**n, and back."""
    if node.head == "**" and node.parts[0].head in ("+", "-"):
        base, n = node.parts
        a, b = base.parts
        first = a if a.head == "number" and a.word == 1 else binary("**", a, n)
        yield Edit(node, Node(base.head, (first, binary("**", b, n))), SlipKind.POWER)
    elif node.head in ("+", "-") and node.parts[1].head == "**":
        a, power = node.parts
        if a.head == "number" and a.word == 1:
            b, n = power.parts
            yield Edit(node, binary("**", Node(node.head, (a, b)), n), SlipKind.POWER)


def _letters(search: Search) -> list[Node]:
    """The exponents of the formulas that are no numbers."""
    found: dict[str, Node] = {}
    for formula in search.pool.formulas[1:]:
        for node in search.pool.nodes(formula):
            if node.head == "**" and node.parts[1].head == "name":
                found.setdefault(node.parts[1].word, node.parts[1])
    return list(found.values())


def _products(search: Search, node: Node) -> Iterator[Edit]:
    """A @ A for the square A**2 of the entries of a matrix."""
    base, exponent = node.parts
    value = search.evaluator.raw(base, 0)
    if exponent.head != "number" or exponent.word != 2 or value is None or value.ndim != 2:
        return
    for a in (base, transposed(base)):
        yield Edit(node, binary("@", a, a), SlipKind.POWER)


def _power(search: Search, node: Node, exponent: float) -> Node:
    if exponent == 0.5:
        return search.function("sqrt", node)
    if exponent == 1:
        return node
    if exponent == 1.5 and search.notation == "index":
        return binary("**", node, binary("/", number(3), number(2)))
    return binary("**", node, number(exponent))


def _exponents(search: Search, node: Node) -> Iterator[Edit]:
    base, exponent = node.parts
    plain = exponent.parts[0] if exponent.head == "neg" else exponent
    numeric = all(n.head in ("number", "/", "neg") for n in walk(plain))
    if not numeric:
        places = (
            search.notation == "index"
            and plain.head in ("+", "-")
            and any(
                n.head == "name" and n.word not in search.evaluator.points[0] for n in walk(plain)
            )
        )
        for sign in ("-", "+"):
            moved = binary(sign, exponent, number(1))
            yield Edit(
                node, binary("**", base, moved), SlipKind.SHIFT if places else SlipKind.POWER
            )
        if exponent.head in ("+", "-"):
            yield Edit(node, binary("**", base, exponent.parts[0]), SlipKind.POWER)
        return
    nearby = [plain.word + k for k in (1, -1, 2, -2)] if plain.head == "number" else []
    for value in dict.fromkeys((*EXPONENTS, *nearby)):
        if not value:
            continue
        new = base if value == 1 else binary("**", base, number(value))
        yield Edit(node, new, SlipKind.POWER)


def _moved(search: Search) -> Iterator[Edit]:
    """a*b for a/b, and a/b for a*b."""
    for site in search.tree.expressions():
        node = site.node
        if node.head in ("*", "/") and node.parts[1].head != "number":
            other = Node("/" if node.head == "*" else "*", node.parts)
            yield Edit(node, other, SlipKind.POWER)
