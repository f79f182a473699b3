"""A factor that is missing, too much, or another one; its kind is that of the factor.

(1 - t**2) is chain rule, (z > 0) a mask, y a factor
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.axes import letters_of, renamed
from symnet.verify.slips.edit import INNER, Edit
from symnet.verify.slips.facts import SMOOTH
from symnet.verify.slips.kinds import Piece
from symnet.verify.slips.letters import apart
from symnet.verify.slips.node import Node, binary, factors, number, same, walk_inside
from symnet.verify.slips.search import Search
from symnet.verify.slips.setting import Array
from symnet.verify.slips.tree import Site

MOST_PLACEMENTS = 4
MOST_FACTORS = 5


def extra_factors(search: Search) -> Iterator[Edit]:
    """A product without one of its factors."""
    for site in search.tree.expressions():
        node = site.node
        if node.head in ("*", "/"):
            for leaf in node.parts:
                other = node.parts[1] if leaf is node.parts[0] else node.parts[0]
                if node.head == "/" and leaf is node.parts[0]:
                    other = binary("/", number(1), other)
                kind, note = search.pool.kind_of_extra(leaf)
                yield Edit(node, other, kind, "drop", "factor", leaf, place=leaf, note=note)


def extra_pairs(search: Search) -> Iterator[Edit]:
    """A product without two of its factors: p*(1 - p)."""
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if node.head not in ("*", "/") or (parent is not None and parent.head in ("*", "/")):
            continue
        found = list(factors(node))
        for pair in combinations(range(len(found)), 2) if 2 < len(found) <= MOST_FACTORS else ():
            if any(found[k][1].head == "number" for k in pair):
                continue
            rest = joined([f for k, f in enumerate(found) if k not in pair])
            piece = joined([found[k] for k in pair])
            kind, note = search.pool.kind_of_extra(piece)
            new = Node("neg", (rest,)) if _is_negative(node) else rest
            yield Edit(node, new, kind, "drop", "factor", piece, note=note)


def joined(parts: list[tuple[int, Node]]) -> Node:
    """The product of factors above and below the bar."""
    out = number(1)
    for k, (exponent, factor) in enumerate(parts):
        if k == 0 and exponent > 0:
            out = factor
        else:
            out = binary("*" if exponent > 0 else "/", out, factor)
    return out


def _is_negative(node: Node) -> bool:
    """Whether the signs within a product make a minus."""
    if node.head == "neg":
        return not _is_negative(node.parts[0])
    if node.head in ("*", "/"):
        return _is_negative(node.parts[0]) != _is_negative(node.parts[1])
    return False


def regrouped(search: Search) -> Iterator[Edit]:
    """f*a + b and a + f*b for f*(a + b): a factor of one term only."""
    for site in search.tree.expressions():
        node = site.node
        if node.head != "*":
            continue
        for whole, factor in (node.parts, node.parts[::-1]):
            if whole.head in ("+", "-"):
                a, b = whole.parts
                for pair in ((_product(factor, a), b), (a, _product(factor, b))):
                    yield Edit(node, Node(whole.head, pair), SlipKind.FACTOR)


def _product(a: Node, b: Node) -> Node:
    return a if b.head == "number" and b.word == 1 else binary("*", a, b)


def missing_factors(search: Search) -> Iterator[Edit]:
    """A term or a factor times a piece of the pool, or divided by it."""
    yield from _times(search, search.pool.derivatives)
    yield from _times(search, search.pool.factors)


def _times(search: Search, pieces: Sequence[Piece]) -> Iterator[Edit]:
    for site in _places(search):
        if site.node.head == "number":
            yield from _for_one(search, site, pieces)
            continue
        for piece in pieces:
            for made in placements(search, site, piece.node):
                node = site.node
                kind, note = _kind(search, site, piece)
                noun = "condition" if kind is SlipKind.MASK else "factor"
                new = binary("*", node, made)
                yield Edit(node, new, kind, "add", noun, made, place=node, note=note)


def _for_one(search: Search, site: Site, pieces: Sequence[Piece]) -> Iterator[Edit]:
    """In 1 + a: a piece for the 1."""
    parent = site.parent
    if site.node.word == 1 and parent is not None and parent.head in ("+", "-"):
        for piece in pieces:
            for made in placements(search, site, piece.node):
                yield Edit(site.node, made, piece.kind, "add", "factor", made, place=site.node)


def _kind(search: Search, site: Site, piece: Piece) -> tuple[SlipKind, str]:
    """A factor that is there already is a power; inside of a function nothing is a derivative."""
    if site.node.head == "compare" and piece.kind is SlipKind.FACTOR:
        return SlipKind.MASK, ""
    wanted = search.pool.value(piece.node)
    for exponent, factor in factors(site.node):
        if exponent > 0 and wanted is not None and wanted.ndim:
            base = factor.parts[0] if factor.head == "**" else factor
            value = search.pool.value(base)
            if value is not None and value.shape == wanted.shape and np.allclose(value, wanted):
                return SlipKind.POWER, ""
    if site.in_function and piece.note == INNER:
        return SlipKind.FACTOR, ""
    return piece.kind, piece.note


def missing_divisors(search: Search) -> Iterator[Edit]:
    """A term or a factor over a piece of the pool."""
    pool = search.pool
    shown = {n.parts[1] for f in pool.formulas[1:] for n in pool.nodes(f) if n.head == "/"}
    below = [p for p in (*pool.derivatives, *pool.factors) if p.node in shown]
    numbers = [p for p in pool.factors if _is_number(pool.value(p.node))]
    own = [Piece(n, *pool.kind_of(n)) for n in shown if n.head != "number"]
    for site in _places(search):
        if site.node.head == "number":
            continue
        for piece in (*below, *numbers, *own):
            for made in placements(search, site, piece.node):
                over = binary("/", site.node, made)
                kind, _ = _kind(search, site, piece)
                if _stands_below(search, site.node, made):
                    kind = SlipKind.POWER
                yield Edit(site.node, over, kind, "add", "divisor", made, place=site.node)


def _stands_below(search: Search, node: Node, piece: Node) -> bool:
    """Whether the divisor, or a power of it, is one already."""
    for exponent, factor in factors(node):
        base = factor.parts[0] if factor.head == "**" else factor
        if exponent < 0 and same(base, piece):
            return True
    return False


def _places(search: Search) -> list[Site]:
    """Whole terms first, then parts of products."""
    terms = list(search.tree.products())
    known = {s.node for s in terms}
    parts = [
        s
        for s in search.tree.expressions()
        if s.node not in known
        and s.parent is not None
        and not s.in_condition
        and s.parent.head not in ("*", "/", "neg", "list")
        and s.node.head != "number"
    ]
    return [*terms, *parts]


def placements(search: Search, site: Site, piece: Node) -> Iterator[Node]:
    """The piece with its letters read as letters in scope, where the notation has any."""
    if search.notation == "numpy":
        yield piece
        return
    scope = list(dict.fromkeys((*search.evaluator.letters, *site.letters)))
    if any(x in scope for n in walk_inside(piece) if n.head == "reduce" for x in n.word.letters):
        piece = apart(piece, {*scope, *letters_of(piece), *search.evaluator.points[0]})
    wanted = [x for x in sorted(letters_of(piece)) if x not in scope]
    wanted = [x for x in wanted if x not in search.evaluator.points[0]]
    if not wanted:
        yield piece
    options = [scope for _ in wanted] if wanted else []
    for count, chosen in enumerate(product(*options) if options else ()):
        if count >= MOST_PLACEMENTS:
            return
        yield renamed(piece, dict(zip(wanted, chosen, strict=True)))


def _is_number(value: Array | None) -> bool:
    return value is not None and value.ndim == 0


def other_derivatives(search: Search) -> Iterator[Edit]:
    """A derivative of another function where something is written that is one: s*(1 - s)."""
    looks = {s.node for s in search.tree.expressions() if _is_derivative(s.node)}
    for piece in search.pool.derivatives:
        for node in looks if piece.whole is not None else ():
            if piece.whole is not None and not _is_same_call(node, piece.whole):
                yield Edit(node, piece.whole, SlipKind.CHAIN_RULE)
    for node in looks:
        if node.head == "-":
            v = node.parts[1]
            yield Edit(node, v.parts[0] if v.head == "**" else v, SlipKind.CHAIN_RULE)
    for edit in other_factors(search):
        if any(n in looks for n in walk_inside(edit.old)) and edit.old.head not in ("+", "@"):
            shared = any(
                _is_same_call(a, b) for a in walk_inside(edit.old) for b in walk_inside(edit.new)
            )
            if not shared:
                yield edit


def _is_derivative(node: Node) -> bool:
    """1 - v, a sign, a condition, a function of numbers."""
    if node.head == "-":
        return node.parts[0].head == "number" and node.parts[0].word == 1
    return node.head == "compare" or (node.head == "call" and node.word.name in (*SMOOTH, "sign"))


def _is_same_call(a: Node, b: Node) -> bool:
    """sin(x) and sin(x - m): another argument, and no other function."""
    return a.head == b.head == "call" and a.word.name == b.word.name and not same(a, b)


def other_factors(search: Search) -> Iterator[Edit]:
    """A derivative of another function: one factor, or two neighbours, for a piece of the pool."""
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if node.head == "number" or (parent is not None and parent.head == "name"):
            continue
        in_product = parent is not None and parent.head in ("*", "/")
        if not in_product and node.head not in ("*", "/", "-", "call", "**", "compare", "name"):
            continue
        for piece in _functions(search):
            for made in placements(search, site, piece.node):
                kind = piece.kind if search.pool.is_mask(node) else SlipKind.CHAIN_RULE
                yield Edit(node, made, kind, note=piece.note)
    yield from _neighbours(search)


def _functions(search: Search) -> list[Piece]:
    """Derivatives that are more than the argument itself or its inner derivative."""
    plain = ("name", "number", "-", "+")
    return [
        p
        for p in search.pool.derivatives
        if p.note != INNER and not (p.note.endswith("a power") and p.node.head in plain)
    ]


def _neighbours(search: Search) -> Iterator[Edit]:
    """In a*s*(1 - s): the last two factors for one piece."""
    for site in search.tree.expressions():
        node = site.node
        if node.head != "*" or node.parts[0].head not in ("*", "/", "@"):
            continue
        first = node.parts[0]
        for piece in _functions(search):
            for made in placements(search, site, piece.node):
                new = Node(first.head, (first.parts[0], made))
                yield Edit(node, new, piece.kind, note=piece.note)
