"""Off by one: a slot, a slice, the step of a roll, a stride."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from symnet.notation.report import SlipKind
from symnet.verify.slips.affine import affine, nearby
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number
from symnet.verify.slips.search import Search

KIND = SlipKind.SHIFT
SHIFTING = frozenset({"roll", "eye", "tril", "triu", "diag", "diff", "pad", "repeat"})


def shifts(search: Search) -> Iterator[Edit]:
    for site in search.tree.sites:
        node, parent = site.node, site.parent
        if parent is None:
            continue
        if parent.head == "slice" or _is_slot(search, node):
            yield from _moved(node, search.notation)
        elif node.head == "tuple" and site.structural and len(node.parts) == 2:
            yield from _pairs(node)
        elif node.head == "slice":
            continue
        elif parent.head in ("call", "method") and parent.word.name in SHIFTING and site.slot > 0:
            if node.head in ("number", "neg", "tuple"):
                yield from _moved(node, "numpy")
        elif node.head in ("number", "name") and site.structural and parent.head in "+-*":
            yield from _inner(node, parent)
    for site in search.tree.sites:
        if site.node.head == "slice":
            yield from _ends(site.node)
        if site.node.head == "call" and site.node.word.name in ("roll", "flip"):
            yield Edit(site.node, site.node.parts[0], KIND)
        if site.node.head == "call" and site.node.word.name == "roll":
            yield from _both(site.node)


def _both(node: Node) -> Iterator[Edit]:
    """roll(x, 1) + roll(x, -1) for twice one of them."""
    step, *rest = node.parts[1:]
    if step.head in ("number", "neg"):
        back = step.parts[0] if step.head == "neg" else Node("neg", (step,))
        other = node.with_parts((node.parts[0], back, *rest))
        yield Edit(node, binary("/", binary("+", node, other), number(2)), KIND)


def two_slices(search: Search) -> Iterator[Edit]:
    """Both slices of x[1:]*y[:-1] moved."""
    slices = [s.node for s in search.tree.sites if s.node.head == "slice"]
    root = search.trial.root
    for a, b in combinations(slices[:4], 2):
        for x in _others(a):
            for y in _others(b):
                yield Edit(root, _put(root, {a: x, b: y}), KIND)


def _others(node: Node) -> Iterator[Node]:
    yield from (edit.new for edit in _ends(node))
    for k, part in enumerate(node.parts):
        for edit in _moved(part, "numpy"):
            yield node.with_parts((*node.parts[:k], edit.new, *node.parts[k + 1 :]))


def _put(node: Node, new: dict[Node, Node]) -> Node:
    if node in new:
        return new[node]
    parts = tuple(_put(p, new) for p in node.parts)
    return (
        node.with_parts(parts)
        if any(a is not b for a, b in zip(parts, node.parts, strict=True))
        else node
    )


def _moved(node: Node, notation: str) -> Iterator[Edit]:
    if node.head == "number" or (node.head == "neg" and node.parts[0].head == "number"):
        value = node.word if node.head == "number" else -node.parts[0].word
        for other in (value + 1, value - 1, -value):
            yield Edit(node, number(other), KIND)
    elif notation == "index" and node.head in ("name", "+", "-"):
        for near in nearby(node):
            yield Edit(node, near, KIND)
        if affine(node) is None:
            for sign in ("+", "-"):
                yield Edit(node, binary(sign, node, number(1)), KIND)


def _is_slot(search: Search, node: Node) -> bool:
    return any(p.head == "entry" and node in p.parts[1:] for p in search.tree.parents[node])


def _pairs(node: Node) -> Iterator[Edit]:
    """(before, after) of a padding."""
    a, b = node.parts
    if a.head == b.head == "number":
        for p, q in ((b.word, a.word), (a.word + 1, b.word - 1), (a.word - 1, b.word + 1)):
            if p >= 0 and q >= 0:
                yield Edit(node, Node("tuple", (number(p), number(q))), KIND)


def _inner(node: Node, parent: Node) -> Iterator[Edit]:
    """In 2*u+p-1: another stride, another step."""
    if node.head == "number":
        for other in (node.word + 1, node.word - 1):
            yield Edit(node, number(other), KIND)
    elif parent.head in ("+", "-"):
        yield Edit(node, binary("*", number(2), node), KIND)
    if parent.head == "*" and node.head == "number":
        yield Edit(parent, parent.parts[1], KIND)


def _ends(node: Node) -> Iterator[Edit]:
    """x[1:] for x[:-1], x[::-1] and x."""
    if node.word == (True, False, False):
        yield Edit(node, Node("slice", (number(-1),), (False, True, False)), KIND)
    elif node.word == (False, True, False):
        yield Edit(node, Node("slice", (number(1),), (True, False, False)), KIND)
    elif node.word == (True, True, False):
        yield Edit(node, Node("slice", (number(2),), (True, False, False)), KIND)
        yield Edit(node, Node("slice", (number(-2),), (False, True, False)), KIND)
    for made in (
        Node("slice", (number(1), number(-1)), (True, True, False)),
        Node("slice", (), (False, False, False)),
    ):
        yield Edit(node, made, KIND)
