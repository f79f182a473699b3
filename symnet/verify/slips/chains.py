"""A matrix too much or missing in a product of matrices, and a matrix for its inverse.

-inv(X).T @ a b'     the factor inv(X).T on the right      S - P     inv(P)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.axes import unused_letter
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, Over, same, transposed, walk
from symnet.verify.slips.orders import LONGEST, chain_of, joined
from symnet.verify.slips.search import Search
from symnet.verify.slips.tree import Site

MOST_MATRICES = 16


def inverses(search: Search) -> Iterator[Edit]:
    """inv(A) for A, and A for inv(A)."""
    if search.notation == "index":
        yield from _inverse_entries(search)
        return
    for site in search.tree.expressions():
        node = site.node
        if node.head == "call" and node.word.name == "inv":
            yield Edit(node, node.parts[0], SlipKind.POWER)
        elif node.head == "call" and node.word.name == "solve" and len(node.parts) == 2:
            yield Edit(node, Node("@", node.parts), SlipKind.POWER)
            yield Edit(node, node.parts[1], SlipKind.POWER, "drop", "inverse of", node.parts[0])
        elif is_square(search, node):
            yield Edit(node, search.inverse(node), SlipKind.POWER)


def _inverse_entries(search: Search) -> Iterator[Edit]:
    """inv[p,q](S[p,q])[n,m] for S[n,m], and back."""
    for site in search.tree.sites:
        node = site.node
        if node.head != "entry" or len(node.parts) != 3:
            continue
        base, *slots = node.parts
        if base.head == "reduce" and base.parts[0].head == "entry":
            yield Edit(node, Node("entry", (base.parts[0].parts[0], *slots)), SlipKind.POWER)
        shape = np.shape(search.evaluator.points[0].get(base.word, 0))
        if base.head == "name" and len(shape) == 2 and shape[0] == shape[1]:
            p = unused_letter(search, node)
            q = f"{p}{p}"
            inner = Node("entry", (base, Node("name", word=p), Node("name", word=q)))
            inverse = Node("reduce", (inner,), Over("inv", (p, q)))
            yield Edit(node, Node("entry", (inverse, *slots)), SlipKind.POWER)


def is_square(search: Search, node: Node) -> bool:
    value = search.evaluator.raw(node, 0)
    return value is not None and value.ndim == 2 and value.shape[0] == value.shape[1] > 1


def extra_matrices(search: Search) -> Iterator[Edit]:
    """A chain of matrices without one of them."""
    for site in _chains(search):
        chain = chain_of(site.node)
        for k, leaf in enumerate(chain):
            if len(chain) > 1:
                rest = joined([*chain[:k], *chain[k + 1 :]])
                kind = _kind(leaf, [*chain[:k], *chain[k + 1 :]], k)
                yield Edit(site.node, rest, kind, "drop", "factor", leaf, place=leaf)


def missing_matrices(search: Search) -> Iterator[Edit]:
    """A matrix more, at every place of every chain."""
    pieces = list(_matrices(search))
    mentioned = {n.word for n in walk(search.trial.root) if n.head == "name"}
    for site in _chains(search):
        chain = chain_of(site.node)
        if len(chain) > LONGEST:
            continue
        for k in range(len(chain) + 1):
            for piece in pieces:
                made = joined([*chain[:k], piece, *chain[k:]])
                kind = _kind(piece, chain, k)
                names = {n.word for n in walk(piece) if n.head == "name"}
                plain = (piece.parts[0] if piece.head == "attribute" else piece).head == "name"
                if (
                    plain
                    and kind is SlipKind.FACTOR
                    and names & (search.pool.inner_names - mentioned)
                ):
                    kind = SlipKind.CHAIN_RULE
                yield Edit(site.node, made, kind, "add", "factor", piece, place=site.node)


def _chains(search: Search) -> Iterator[Site]:
    """Whole chains, and arrays with axes that are none."""
    if search.notation == "index":
        return
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if (parent is not None and parent.head in ("@", "name")) or site.in_condition:
            continue
        value = search.evaluator.raw(node, 0)
        if value is not None and 1 <= value.ndim <= 2:
            yield site


def _matrices(search: Search) -> Iterator[Node]:
    """The matrices of the formulas, with their transposes and inverses."""
    found: list[Node] = []
    for formula in search.pool.formulas:
        for node in search.pool.nodes(formula):
            if node.head not in ("name", "call", "attribute"):
                continue
            value = search.pool.value(node)
            if value is None or value.ndim != 2 or any(same(node, f) for f in found):
                continue
            if len(found) < MOST_MATRICES:
                found.append(node)
    for node in found:
        yield node
        if not (node.head == "attribute" and any(same(node.parts[0], f) for f in found)):
            yield transposed(node)
        if is_square(search, node):
            yield search.inverse(node)
            yield transposed(search.inverse(node))


def _kind(piece: Node, chain: list[Node], at: int) -> SlipKind:
    """One matrix more beside itself is another power."""
    beside = chain[max(0, at - 1) : at + 1]
    mine = _bare(piece)
    return SlipKind.POWER if any(same(mine, _bare(n)) for n in beside) else SlipKind.FACTOR


def _bare(node: Node) -> Node:
    """Without sign and number."""
    if node.head == "neg":
        return _bare(node.parts[0])
    if node.head == "*" and node.parts[0].head == "number":
        return _bare(node.parts[1])
    return node
