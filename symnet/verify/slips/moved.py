"""A factor on the wrong side of a contraction.

(G @ A.T)*m for (G*m) @ A.T        h.T @ (r*d) for (r*h).T @ d
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, transposed
from symnet.verify.slips.search import Search


def moved(search: Search) -> Iterator[Edit]:
    for site in search.tree.expressions():
        node = site.node
        if node.head == "@":
            for new in (*_out(node), *_across(node)):
                yield Edit(node, new, SlipKind.ORDER)
        elif node.head == "*":
            for new in _in(node):
                yield Edit(node, new, SlipKind.ORDER)


def splits(node: Node) -> Iterator[tuple[Node, Node]]:
    """A product as one factor and the others, both ways round."""
    found = _factors(node)
    for k, one in enumerate(found):
        if len(found) > 1:
            rest = _product([*found[:k], *found[k + 1 :]])
            yield one, rest
            yield rest, one


def _factors(node: Node) -> list[Node]:
    if node.head != "*":
        return [node]
    return [*_factors(node.parts[0]), *_factors(node.parts[1])]


def _product(found: list[Node]) -> Node:
    out = found[0]
    for other in found[1:]:
        out = Node("*", (out, other))
    return out


def _out(node: Node) -> Iterator[Node]:
    """(p*q) @ B => (p @ B)*q."""
    a, b = node.parts
    for inside, outside in splits(a):
        yield Node("*", (Node("@", (inside, b)), outside))
    for inside, outside in splits(b):
        yield Node("*", (Node("@", (a, inside)), outside))


def _across(node: Node) -> Iterator[Node]:
    """(p*q).T @ B => p.T @ (q*B), and back."""
    a, b = node.parts
    if a.head == "attribute" and a.word == "T":
        for kept, gone in splits(a.parts[0]):
            yield Node("@", (transposed(kept), Node("*", (gone, b))))
        for kept, gone in splits(b):
            yield Node("@", (transposed(Node("*", (gone, a.parts[0]))), kept))
        return
    for kept, gone in splits(a):
        yield Node("@", (kept, Node("*", (gone, b))))
    for kept, gone in splits(b):
        yield Node("@", (Node("*", (a, gone)), kept))


def _in(node: Node) -> Iterator[Node]:
    """(A @ B)*m => (A*m) @ B and A @ (B*m)."""
    for product, factor in splits(node):
        if product.head == "@":
            a, b = product.parts
            yield Node("@", (Node("*", (a, factor)), b))
            yield Node("@", (a, Node("*", (b, factor))))
