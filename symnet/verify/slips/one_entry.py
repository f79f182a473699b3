"""One entry where a sum over all should stand, and a sum that was forgotten for a free letter.

X[0,k]*r[0]      =>  sum[n](X[n,k]*r[n])
X[n,d]*G[n,k]    =>  sum[n](X[n,d]*G[n,k])       for W_bar[d,k]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.axes import letters_of, unused_letter
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.guards import put
from symnet.verify.slips.node import Node, Over, number, transposed, walk_inside
from symnet.verify.slips.search import Search
from symnet.verify.slips.trial import free_letters

KIND = SlipKind.MISSING_SUM
MOST_SLOTS = 6
BODIES = frozenset({"*", "/", "neg", "+", "-", "entry", "call", "**", "reduce", "@"})


def forgotten_letters(search: Search) -> Iterator[Edit]:
    """A sum over the letters that nothing binds and the left side does not have."""
    if search.notation != "index":
        return
    known = search.evaluator.points[0]
    for site in search.tree.expressions():
        node = site.node
        if node.head not in BODIES:
            continue
        bound = (*search.evaluator.letters, *site.letters)
        loose = tuple(x for x in free_letters(node, known) if x not in bound)
        for name in ("sum", "mean") if loose else ():
            made = Node("reduce", (node,), Over(name, loose))
            said = f"{name} over {', '.join(loose)} of"
            yield Edit(node, made, KIND, "add", said, node)


def one_entry(search: Search) -> Iterator[Edit]:
    """Slots with one number become a letter, which is summed; in NumPy x[0] becomes x."""
    rule = _letters if search.notation == "index" else _arrays
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        inner = parent is not None and parent.head in ("*", "/", "neg", "entry", "name")
        if node.head in BODIES and not inner and not site.in_condition:
            yield from rule(search, node)


def _letters(search: Search, node: Node) -> Iterator[Edit]:
    places = [
        (n, k)
        for n in walk_inside(node)
        if n.head == "entry"
        for k, slot in enumerate(n.parts[1:], 1)
        if slot.head == "number"
    ]
    for value in dict.fromkeys(n.parts[k].word for n, k in places):
        mine = [(n, k) for n, k in places if n.parts[k].word == value]
        if len(mine) > MOST_SLOTS:
            continue
        fresh = unused_letter(search, node)
        for count in range(len(mine), 0, -1):
            for chosen in combinations(mine, count):
                body = _with_letter(node, chosen, fresh)
                for name in ("sum", "mean"):
                    made = Node("reduce", (body,), Over(name, (fresh,)))
                    yield Edit(node, made, KIND, "add", f"{name} over an axis of", node)


def _with_letter(node: Node, chosen: tuple[tuple[Node, int], ...], letter: str) -> Node:
    new: dict[Node, Node] = {}
    for entry, k in chosen:
        now = new.get(entry, entry)
        parts = (*now.parts[:k], Node("name", word=letter), *now.parts[k + 1 :])
        new[entry] = Node("entry", parts)
    return put(node, new)


def _arrays(search: Search, node: Node) -> Iterator[Edit]:
    mine = [
        n
        for n in walk_inside(node)
        if n.head == "entry" and len(n.parts) == 2 and n.parts[1].head == "number"
    ]
    if not mine:
        return
    if node.head == "call" and node.word.name == "outer" and {*node.parts} == {*mine}:
        a, b = (n.parts[0] for n in node.parts)
        yield Edit(node, Node("@", (transposed(a), b)), KIND, "add", "sum of", node)
    body = put(node, {n: n.parts[0] for n in mine})
    for name in ("sum", "mean"):
        whole = search.function(name, body)
        yield Edit(node, whole, KIND, "add", f"{name} of", node)
        first = search.function(name, body, number(0), keywords=("axis",))
        yield Edit(node, first, KIND, "add", f"{name} over an axis of", node)


def fitting(
    letters: tuple[str, ...], root: Node, shapes: dict[str, tuple[int, ...]], shape: tuple[int, ...]
) -> tuple[str, ...]:
    """The letters, in order, whose extents are those of the axes; () if there are none."""
    extents: dict[str, int] = {}
    for node in walk_inside(root):
        if node.head == "entry" and node.parts[0].head == "name":
            sizes = shapes.get(node.parts[0].word, ())
            for slot, n in zip(node.parts[1:], sizes, strict=False):
                if slot.head == "name":
                    extents.setdefault(slot.word, n)
    for chosen in combinations([x for x in letters if x in letters_of(root)], len(shape)):
        if all(extents.get(x) == n for x, n in zip(chosen, np.asarray(shape), strict=True)):
            return chosen
    return ()
