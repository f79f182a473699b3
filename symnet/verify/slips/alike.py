"""The same slip at several places: two signs, one exponent of all norms.

(1 + e)/(1 - e)  =>  (1 - e)/(1 + e)          norm(x) + norm(y)  =>  norm(x)**2 + norm(y)**2
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number
from symnet.verify.slips.search import Search

MOST_SIGNS = 8
EXPONENTS = (2, 0.5)


def two_signs(search: Search) -> Iterator[Edit]:
    """Two signs between terms turned."""
    sums = [s.node for s in search.tree.expressions() if s.node.head in ("+", "-")]
    root = search.trial.root
    for pair in combinations(sums[:MOST_SIGNS], 2):
        yield Edit(root, _turned(root, set(pair)), SlipKind.SIGN, note="two signs are wrong")


def _turned(node: Node, chosen: set[Node]) -> Node:
    parts = tuple(_turned(p, chosen) for p in node.parts)
    if node in chosen:
        return Node("-" if node.head == "+" else "+", parts)
    changed = any(a is not b for a, b in zip(parts, node.parts, strict=True))
    return node.with_parts(parts) if changed else node


def all_alike(search: Search) -> Iterator[Edit]:
    """Every call of one function, or every power with one exponent, with another exponent."""
    groups: dict[object, list[Node]] = {}
    for site in search.tree.expressions():
        node = site.node
        if node.head in ("call", "method"):
            groups.setdefault(node.word.name, []).append(node)
        elif node.head == "**" and node.parts[1].head == "number":
            groups.setdefault(node.parts[1].word, []).append(node)
    root = search.trial.root
    for nodes in groups.values():
        if len(nodes) > 1:
            for exponent in EXPONENTS:
                yield Edit(root, _raised(root, set(nodes), exponent), SlipKind.POWER)


def _raised(node: Node, chosen: set[Node], exponent: float) -> Node:
    parts = tuple(_raised(p, chosen, exponent) for p in node.parts)
    changed = any(a is not b for a, b in zip(parts, node.parts, strict=True))
    made = node.with_parts(parts) if changed else node
    if node not in chosen:
        return made
    if node.head == "**":
        new = node.parts[1].word * exponent
        return made.parts[0] if new == 1 else binary("**", made.parts[0], number(new))
    return binary("**", made, number(exponent))
