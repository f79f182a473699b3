"""A softmax whose derivative was taken entry by entry, inside of a claim.

X.T @ (p*(1 - p)*v)   =>  X.T @ (p*(v - sum(p*v)))        so does p*v
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.factors import joined
from symnet.verify.slips.node import Node, binary, factors, number, walk_inside
from symnet.verify.slips.normalisers import is_reduction
from symnet.verify.slips.search import Search

KIND = SlipKind.NORMALISATION_PATH


def couplings(search: Search) -> Iterator[Edit]:
    """p*(v - sum(p*v)) for p*(1 - p)*v and p*v, along every axis."""
    if search.notation == "index" or not search.pool.softmaxes:
        return
    for site in search.tree.expressions():
        parent = site.parent
        if site.node.head != "*" or (parent is not None and parent.head in ("*", "/")):
            continue
        parts = list(factors(site.node))
        for p in _softmaxes(search, parts):
            rest = [(e, f) for e, f in parts if f is not p and not _is_rest(f, p)]
            if any(is_reduction(n) and n.head != "@" for _, f in rest for n in walk_inside(f)):
                continue
            v = joined(rest)
            value = search.pool.value(p)
            for axis in range(0 if value is None else value.ndim):
                yield Edit(
                    site.node,
                    _coupled(search, p, v, axis),
                    KIND,
                    note="the normaliser depends on all entries",
                )


def _softmaxes(search: Search, parts: list[tuple[int, Node]]) -> Iterator[Node]:
    for exponent, factor in parts:
        value = search.pool.value(factor) if exponent > 0 else None
        if value is not None and any(
            q[0].shape == value.shape and np.allclose(q[0], value) for q in search.pool.softmaxes
        ):
            yield factor


def _is_rest(node: Node, p: Node) -> bool:
    """1 - p."""
    if node.head != "-" or node.parts[0].head != "number" or node.parts[0].word != 1:
        return False
    other = node.parts[1]
    return other.head == p.head and other.word == p.word


def _coupled(search: Search, p: Node, v: Node, axis: int) -> Node:
    at, keep = number(axis), Node("flag", word=True)
    mean = search.function("sum", binary("*", p, v), at, keep, keywords=("axis", "keepdims"))
    return binary("*", p, binary("-", v, mean))
