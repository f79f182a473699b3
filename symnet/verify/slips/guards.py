"""A slot and the guard of its read, moved together.

[t < 7]*e[t+1]  =>  [0 <= t-1 < 8]*e[t-1]        what is read outside is 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.affine import nearby
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, number, walk, walk_inside
from symnet.verify.slips.search import Search

MOST_READS = 8


def guarded(search: Search) -> Iterator[Edit]:
    """Terms with one read at another slot, and the guards of that slot as the new one needs."""
    if search.notation != "index":
        return
    for site in search.tree.products():
        node = site.node
        if node.head not in ("*", "/", "neg", "reduce"):
            continue
        reads = [n for n in walk_inside(node) if n.head == "entry" and n.parts[0].head == "name"]
        guards = [n for n in walk_inside(node) if n.head == "list" and _is_guard(n)]
        for read in reads[:MOST_READS] if guards else ():
            for k, slot in enumerate(read.parts[1:], 1):
                yield from _moved(search, node, read, k, slot, guards)


def _is_guard(node: Node) -> bool:
    return len(node.parts) == 1 and node.parts[0].head == "compare"


def _moved(
    search: Search, node: Node, read: Node, k: int, slot: Node, guards: list[Node]
) -> Iterator[Edit]:
    mine = {n.word for n in walk(slot) if n.head == "name"}
    others = [g for g in guards if mine & {n.word for n in walk(g) if n.head == "name"}]
    if not others:
        return
    for other in nearby(slot):
        parts = (*read.parts[:k], other, *read.parts[k + 1 :])
        new: dict[Node, Node] = {read: Node("entry", parts)}
        first, *rest = others
        new[first] = _guard(search, read, k, other)
        new |= {g: number(1) for g in rest}
        yield Edit(node, put(node, new), SlipKind.SHIFT)


def _guard(search: Search, read: Node, k: int, slot: Node) -> Node:
    """[0 <= slot < extent]."""
    shapes = [np.shape(v.get(read.parts[0].word, 0)) for v in search.evaluator.points]
    sizes = [s[k - 1] if len(s) >= k else 0 for s in shapes]
    named = (
        name
        for name, values in search.scalars
        if all(v == n for v, n in zip(values, sizes, strict=True))
    )
    name = next(named, None)
    end = number(sizes[0]) if name is None else Node("name", word=name)
    compared = Node("compare", (number(0), slot, end), ("<=", "<"))
    return Node("list", (compared,))


def put(node: Node, new: dict[Node, Node]) -> Node:
    """The tree with several nodes replaced; factors that became 1 are left out."""
    if node in new:
        return new[node]
    if node.head == "name" or not node.parts:
        return node
    parts = tuple(put(p, new) for p in node.parts)
    if all(a is b for a, b in zip(parts, node.parts, strict=True)):
        return node
    if node.head == "*":
        for k in (0, 1):
            if parts[k].head == "number" and parts[k].word == 1 and node.parts[k] in new:
                return parts[1 - k]
    return node.with_parts(parts)
