"""A condition that was left out, turned or moved: < for >, triu for tril, the branches of where."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Called, Node, Over, binary, number, walk, walk_inside
from symnet.verify.slips.search import Search

TURNED = {"<": (">", "<=", ">="), ">": ("<", ">=", "<="), "<=": (">=", "<", ">")} | {
    ">=": ("<=", ">", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
TRIANGLES = {"triu": "tril", "tril": "triu"}
CLAMPS = frozenset({"maximum", "minimum", "clip", "relu", "max", "min"})
KIND = SlipKind.MASK
MOST_CASES = 8


def masks(search: Search) -> Iterator[Edit]:
    for site in search.tree.sites:
        node = site.node
        if node.head == "compare":
            yield from _relations(node)
    for site in search.tree.sites:
        node = site.node
        if node.head == "call" and node.word.name == "where" and len(node.parts) == 3:
            c, a, b = node.parts
            yield Edit(node, node.with_parts((c, b, a)), KIND)
            yield Edit(node, a, KIND)
            yield Edit(node, b, KIND)
        elif node.head == "call" and node.word.name in TRIANGLES:
            other = TRIANGLES[node.word.name]
            spelled = node.word.spelled.replace(node.word.name, other)
            yield Edit(node, Node("call", node.parts, Called(other, spelled)), KIND)
            yield Edit(node, node.parts[0], KIND)
        elif node.head == "reduce" and node.word.conditions:
            yield _without(node)
        if search.pool.is_mask(node) and not site.structural:
            opposite = binary("-", number(1), node)
            yield Edit(node, opposite, KIND)
            yield Edit(node, number(1), KIND, "drop", "condition", node)


def partly(search: Search) -> Iterator[Edit]:
    """What the true formula has in one case, where it decides between cases."""
    cases = [
        n
        for f in search.pool.formulas[1:2]
        for n in (*f.definitions.values(), *search.pool.wheres)
        if any(m.head == "call" and m.word.name == "where" for m in walk(n))
    ][:MOST_CASES]
    for node in cases:
        values = [search.evaluator.raw(node, k) for k in range(search.evaluator.count)]
        for site in search.tree.expressions():
            if site.node.head == "number":
                continue
            for k, wanted in enumerate(values):
                mine = search.evaluator.raw(site.node, k)
                if mine is None or wanted is None or mine.shape != wanted.shape or not mine.ndim:
                    break
                for sign, made in ((1, node), (-1, Node("neg", (node,)))):
                    near = np.isclose(mine, sign * wanted) & (mine != 0)
                    if near.any() and not near.all():
                        yield Edit(site.node, made, KIND)


def clamps(search: Search) -> Iterator[Edit]:
    """max(u, 0) for u, where the function has that."""
    calls = [
        n
        for f in search.pool.formulas[1:]
        for n in search.pool.nodes(f)
        if n.head == "call" and n.word.name in CLAMPS and n.parts
    ]
    for node in calls:
        for part in node.parts:
            wanted = search.pool.value(part)
            for site in search.tree.expressions() if part.head != "number" else ():
                mine = search.evaluator.raw(site.node, 0)
                if mine is None or wanted is None or mine.shape != wanted.shape or not mine.ndim:
                    continue
                if np.allclose(mine, wanted):
                    yield Edit(site.node, node, KIND)
                elif np.allclose(mine, -wanted):
                    yield Edit(site.node, Node("neg", (node,)), KIND)


def turned_letters(search: Search) -> Iterator[Edit]:
    """[s >= t]*a^(s-t) for [s <= t]*a^(t-s): two letters exchanged outside of reads."""
    if search.notation != "index":
        return
    for site in search.tree.products():
        node = site.node
        if not any(n.head == "compare" for n in walk_inside(node)):
            continue
        letters = dict.fromkeys((*search.evaluator.letters, *site.letters, *_bound(node)))
        for a, b in combinations(letters, 2):
            yield Edit(node, _exchanged(node, {a: b, b: a}), KIND)


def _bound(node: Node) -> tuple[str, ...]:
    return tuple(x for n in walk_inside(node) if n.head == "reduce" for x in n.word.letters)


def _exchanged(node: Node, new: dict[str, str]) -> Node:
    if node.head == "entry":
        return node
    if node.head == "name":
        return Node("name", word=new[node.word]) if node.word in new else node
    return node.with_parts(tuple(_exchanged(p, new) for p in node.parts))


def forgotten(search: Search) -> Iterator[Edit]:
    """where(c, a, b) for a; the diagonal for all; all for the diagonal."""
    for where in search.pool.wheres:
        _, *branches = where.parts
        values = [search.pool.value(b) for b in branches]
        for site in search.tree.expressions():
            mine = search.evaluator.raw(site.node, 0)
            for value in values:
                if mine is None or value is None or mine.shape != value.shape or not mine.ndim:
                    continue
                if np.allclose(mine, value):
                    yield Edit(site.node, where, KIND)
    for site in search.tree.expressions():
        node = site.node
        if node.head == "call" and node.word.name == "diag" and node.parts[0].head == "*":
            yield Edit(node, search.function("outer", *node.parts[0].parts), KIND)
        if node.head == "call" and node.word.name == "outer" and len(node.parts) == 2:
            product = binary("*", *node.parts)
            yield Edit(node, search.function("diag", product), KIND)


def _relations(node: Node) -> Iterator[Edit]:
    for k, sign in enumerate(node.word):
        for other in TURNED.get(sign, ()):
            word = (*node.word[:k], other, *node.word[k + 1 :])
            yield Edit(node, Node("compare", node.parts, word), KIND)
    if len(node.parts) == 2:
        a, b = node.parts
        if b.head == "number":
            for value in (0, 1):
                if b.word != value:
                    yield Edit(node, Node("compare", (a, number(value)), node.word), KIND)
        for move in ("+", "-"):
            yield Edit(node, Node("compare", (a, binary(move, b, number(1))), node.word), KIND)


def _without(node: Node) -> Edit:
    word: Over = node.word
    parts = (node.parts[0], *node.parts[1 + word.conditions :])
    made = Node("reduce", parts, Over(word.name, word.letters, 0, word.ends))
    return Edit(node, made, KIND, "drop", "condition", node.parts[1])
