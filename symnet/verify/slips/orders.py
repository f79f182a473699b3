"""A B for B A: chains of matrix products, arguments of outer and its relatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, same, transposed, walk
from symnet.verify.slips.search import Search

TWO_SIDED = frozenset({"outer", "dot", "matmul", "kron", "inner", "tensordot", "solve", "cross"})
LONGEST = 4


def orders(search: Search) -> Iterator[Edit]:
    for site in search.tree.sites:
        node, parent = site.node, site.parent
        if node.head == "@" and (parent is None or parent.head != "@"):
            yield from _chain(search, node)
        elif node.head == "call" and len(node.parts) == 1 and node.parts[0].head == "call":
            inner = node.parts[0]
            if len(inner.parts) == 1:
                made = Node("call", (Node("call", inner.parts, node.word),), inner.word)
                yield Edit(node, made, SlipKind.ORDER)
        elif node.head == "reduce" and node.parts[0].head == "call":
            inner = node.parts[0]
            body = node.with_parts((inner.parts[0], *node.parts[1:]))
            made = inner.with_parts((body, *inner.parts[1:]))
            yield Edit(node, made, SlipKind.ORDER)
        elif node.head == "call" and node.word.name in TWO_SIDED and len(node.parts) == 2:
            a, b = node.parts
            yield Edit(node, node.with_parts((b, a)), SlipKind.ORDER)
        elif node.head == "call" and node.word.name in ("einsum", "multi_dot"):
            yield from _swapped(node)
    if search.notation == "index":
        yield from _names(search)


def exchanged(search: Search) -> Iterator[Edit]:
    """Two names for each other, everywhere, or at two places."""
    root = search.trial.root
    names: dict[str, Node] = {}
    for node in walk(root):
        if node.head == "name":
            names.setdefault(node.word, node)
    tensors = [n for n in names if np.ndim(search.evaluator.points[0].get(n, 0)) > 0]
    for a, b in combinations(tensors, 2):
        yield Edit(root, _exchanged(root, names[a], names[b]), SlipKind.ORDER)


def _exchanged(node: Node, a: Node, b: Node) -> Node:
    if node.head == "name":
        if node.word == a.word:
            return Node("name", b.parts, b.word)
        if node.word == b.word:
            return Node("name", a.parts, a.word)
        return node
    parts = tuple(_exchanged(p, a, b) for p in node.parts)
    return node.with_parts(parts)


def chain_of(node: Node) -> list[Node]:
    """The factors of a matrix product: (a @ b) @ c => a, b, c."""
    if node.head != "@":
        return [node]
    return [*chain_of(node.parts[0]), *chain_of(node.parts[1])]


def joined(chain: Sequence[Node]) -> Node:
    out = chain[0]
    for other in chain[1:]:
        out = Node("@", (out, other))
    return out


def _chain(search: Search, node: Node) -> Iterator[Edit]:
    """Other orders of the factors, then with some of them transposed."""
    chain = chain_of(node)
    if len(chain) > LONGEST:
        return
    orders = list(permutations(range(len(chain))))
    for order in orders[1:]:
        yield Edit(node, joined([chain[k] for k in order]), SlipKind.ORDER)
    flat = []
    for factor in chain:
        value = search.evaluator.raw(factor, 0)
        flat.append(value is None or value.ndim != 2)
    for order in orders:
        for flips in product((False, True), repeat=len(chain)):
            if sum(flips) < 2 - (order != orders[0]):
                continue
            if any(f and v for f, v in zip(flips, flat, strict=True)):
                continue
            made = [transposed(chain[k]) if flips[k] else chain[k] for k in order]
            kind = SlipKind.TRANSPOSE if order == orders[0] else SlipKind.ORDER
            yield Edit(node, joined(made), kind)


def _swapped(node: Node) -> Iterator[Edit]:
    first = 1 if node.word.name == "einsum" else 0
    for p, q in combinations(range(first, len(node.parts)), 2):
        parts = list(node.parts)
        parts[p], parts[q] = parts[q], parts[p]
        yield Edit(node, node.with_parts(tuple(parts)), SlipKind.ORDER)


def _names(search: Search) -> Iterator[Edit]:
    """A[i,k] B[k,j] for B[i,k] A[k,j]: two tensors of one product change places."""
    for site in search.tree.sites:
        if site.node.head != "*":
            continue
        entries = [n for n in _factors(site.node) if n.head == "entry"]
        for a, b in combinations(entries, 2):
            if len(a.parts) == len(b.parts) and not same(a.parts[0], b.parts[0]):
                x = Node("entry", (b.parts[0], *a.parts[1:]))
                y = Node("entry", (a.parts[0], *b.parts[1:]))
                yield Edit(site.node, _put(site.node, {a: x, b: y}), SlipKind.ORDER)


def _factors(node: Node) -> Iterator[Node]:
    if node.head == "*":
        for part in node.parts:
            yield from _factors(part)
    else:
        yield node


def _put(node: Node, new: dict[Node, Node]) -> Node:
    if node in new:
        return new[node]
    if node.head != "*":
        return node
    return node.with_parts(tuple(_put(p, new) for p in node.parts))
