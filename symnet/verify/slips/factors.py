"""A factor that is missing, too much, or another one; its kind is that of the factor.

(1 - t**2) is chain rule, (z > 0) a mask, y a factor
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.axes import letters_of, renamed
from symnet.verify.slips.edit import INNER, Edit
from symnet.verify.slips.facts import SMOOTH
from symnet.verify.slips.node import Node, binary, factors, number, same, walk, walk_inside
from symnet.verify.slips.pool import Piece
from symnet.verify.slips.search import Search
from symnet.verify.slips.setting import Array
from symnet.verify.slips.tree import Site

MOST_PLACEMENTS = 4


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


def missing_factors(search: Search) -> Iterator[Edit]:
    """A term or a factor times a piece of the pool, or divided by it."""
    yield from _times(search, search.pool.derivatives)
    yield from _times(search, search.pool.factors)


def _times(search: Search, pieces: Sequence[Piece]) -> Iterator[Edit]:
    for site in _places(search):
        if site.node.head == "number":
            continue
        for piece in pieces:
            for made in placements(search, site, piece.node):
                node = site.node
                kind, note = _kind(search, site, piece)
                noun = "condition" if kind is SlipKind.MASK else "factor"
                new = binary("*", node, made)
                yield Edit(node, new, kind, "add", noun, made, place=node, note=note)


def _kind(search: Search, site: Site, piece: Piece) -> tuple[SlipKind, str]:
    """A factor that is there already is a power; inside of a function nothing is a derivative."""
    if site.node.head == "compare" and not search.pool.is_mask(piece.node):
        return SlipKind.MASK, ""
    wanted = search.pool.value(piece.node)
    for exponent, factor in factors(site.node):
        if exponent > 0 and wanted is not None and wanted.ndim:
            value = search.pool.value(factor)
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
                yield Edit(site.node, over, kind, "add", "divisor", made, place=site.node)


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


def _stem(name: str) -> str:
    """h of h0, h1 and h_prev."""
    return re.sub(r"_?(prev|next|old|new|last)$|\d+$", "", name)


def _are_chained(search: Search, a: str, b: str) -> bool:
    """Whether one is a function of numbers of the other: h = tanh(z)."""
    for formula in search.pool.formulas:
        for x, y in ((a, b), (b, a)):
            node = formula.definitions.get(x)
            while node is not None and node.head in ("definition", "name") and node.parts:
                node = node.parts[0]
            if node is not None and node.head == "call" and node.word.name in SMOOTH:
                inner = node.parts[0]
                if inner.head == "name" and inner.word == y:
                    return True
    return False


def _are_steps(search: Search, a: str, b: str) -> bool:
    """Whether one is the next state of the other: of the same shape, and made from it."""
    shapes = [_shape(search.evaluator.points[0].get(n)) for n in (a, b)]
    if shapes[0] != shapes[1]:
        return False
    for formula in search.pool.formulas[2:]:
        for x, y in ((a, b), (b, a)):
            if x in formula.definitions and y not in formula.definitions:
                names = [n for n in walk(formula.definitions[x]) if n.head == "name"]
                if any(n.word == y for n in names) and any(_in_chain(n, y) for n in names):
                    return True
                for n in names:
                    inner = formula.definitions.get(n.word)
                    if inner is not None and any(m.word == y for m in walk(inner)):
                        return True
    return False


def _in_chain(node: Node, name: str) -> bool:
    return node.word == name


def other_names(search: Search) -> Iterator[Edit]:
    """Another tensor of the same shape."""
    values = search.evaluator.points[0]
    own = {n.word: n for n in walk(search.trial.root) if n.head == "name" and n.parts}
    for site in search.tree.sites:
        node = site.node
        if search.notation == "index" and node.head == "name":
            continue
        if node.head == "name":
            base = node
        elif node.head == "entry" and node.parts[0].head == "name":
            base = node.parts[0]
        else:
            continue
        value = search.evaluator.raw(base, 0) if search.notation == "numpy" else None
        for name in (*own, *values):
            if name == base.word or (name not in own and name not in search.pool.known):
                continue
            if name not in own and value is not None and value.shape != _shape(values[name]):
                continue
            new = Node("name", own[name].parts if name in own else (), name)
            made = new if node is base else Node("entry", (new, *node.parts[1:]))
            kind = SlipKind.WRONG_VARIABLE
            if _stem(name) == _stem(base.word):
                kind = SlipKind.SHIFT
            elif _are_chained(search, name, base.word):
                kind = SlipKind.CHAIN_RULE
            elif _are_steps(search, name, base.word):
                kind = SlipKind.SHIFT
            yield Edit(node, made, kind)


def _shape(value: object) -> tuple[int, ...]:
    shape = getattr(value, "shape", ())
    return tuple(shape)
