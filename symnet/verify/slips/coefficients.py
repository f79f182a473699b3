"""Signs and constant factors: c times a term, for the c that fits.

X.T @ (X@w + y)    the sign of y      X.T @ (X@w - y)   the factor 2
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symnet.notation.report import SlipKind
from symnet.verify.slips.constants import Coefficient, named
from symnet.verify.slips.edit import INNER, Edit
from symnet.verify.slips.node import Node, binary, number
from symnet.verify.slips.search import Search
from symnet.verify.slips.tree import Site, commutes
from symnet.verify.slips.writing import Writer

NEAR = 1e-8


def signs(search: Search) -> Iterator[Edit]:
    """A term with the other sign."""
    for site in search.tree.products():
        if site.node.head != "number" or site.parent is not None:
            yield negated(search, site)


def constants(search: Search) -> Iterator[Edit]:
    """A constant factor too much, missing, or another one."""
    for site in search.tree.products():
        if site.node.head == "number":
            continue
        yield from _rescalings(search, site)


def literals(search: Search) -> Iterator[Edit]:
    """Another number as a term of a sum."""
    for site in search.tree.products():
        if site.node.head == "number":
            yield from _rescalings(search, site)


def _rescalings(search: Search, site: Site) -> Iterator[Edit]:
    found = weights(search, site)
    if found is None or any(abs(c) < NEAR or abs(c + 1) < NEAR for c in found):
        return
    coefficient = named(found, search.scalars)
    if coefficient is not None:
        yield rescaled(search, site.node, coefficient)


def inside_functions(search: Search) -> Iterator[Edit]:
    """2 u and u/2 for u where the value does not depend on u linearly."""
    sizes = [Coefficient(Fraction(2)), Coefficient(Fraction(1, 2))]
    for name, _ in search.scalars:
        for exponent in (1, -1):
            sizes.append(Coefficient(Fraction(1), ((name, Fraction(exponent)),)))
    for site in search.tree.products():
        if site.parent is not None and weights(search, site) is None:
            for by in sizes:
                edit = rescaled(search, site.node, by)
                yield replace(edit, kind=SlipKind.FACTOR, note="")


def weights(search: Search, site: Site) -> list[float] | None:
    """The numbers c, one a point, for which c times this term is right."""
    known = search.scales
    if site.node not in known:
        low = binary("*", number(0), site.node)
        root = search.trial.root
        known[site.node] = search.trial.weights(search.tree.replaced(site.node, low), root)
    return known[site.node]


def negated(search: Search, site: Site) -> Edit:
    """The edit that turns the sign of a term: of the operator before it, if there is one."""
    node, parent = site.node, site.parent
    if parent is not None and parent.head in ("+", "-") and site.slot == 1:
        flipped = "-" if parent.head == "+" else "+"
        new = Node(flipped, parent.parts)
        edit = Edit(parent, new, SlipKind.SIGN, "sign", piece=node, place=node)
        return replace(edit, splice=operator(search.writer, parent, flipped))
    minus = next((n for n, _ in leaves(node) if n.head == "neg"), None)
    if minus is not None:
        return Edit(minus, minus.parts[0], SlipKind.SIGN, "sign", piece=node, place=node)
    return Edit(node, Node("neg", (node,)), SlipKind.SIGN, "sign", piece=node, place=node)


def operator(writer: Writer, node: Node, flipped: str) -> tuple[int, int, str] | None:
    """Where the sign between two terms stands in the text."""
    a, b = node.parts
    if a.span is None or b.span is None or node.span is None:
        return None
    between = writer.text[a.span[1] : b.span[0]]
    if between.count(node.head) != 1:
        return None
    at = a.span[1] + between.index(node.head)
    return at, at + 1, flipped


def leaves(node: Node, exponent: int = 1) -> Iterator[tuple[Node, int]]:
    """What a product is made of, through everything that is linear; signs stand for themselves."""
    if node.head == "neg":
        yield node, exponent
    inner = [k for k in range(len(node.parts)) if _leads(node, k)]
    for k in inner:
        yield from leaves(node.parts[k], -exponent if node.head == "/" and k == 1 else exponent)
    if not inner:
        yield node, exponent


def _leads(node: Node, slot: int) -> bool:
    if node.head == "name":
        return False
    if node.head in ("call", "method"):
        return slot == 0 and commutes(node, slot) and node.parts[0].head not in ("text", "list")
    return commutes(node, slot) or node.head == "/"


def rescaled(search: Search, node: Node, by: Coefficient) -> Edit:
    """The edit that multiplies a term: in a literal of it, by dropping a factor, or in front."""
    within = _within(search, node, by)
    if within is not None:
        return within
    kind, note = _kind(search, by)
    powered = {n.parts[0].word for n, _ in leaves(node) if n.head == "**"}
    if kind is SlipKind.FACTOR and any(name in powered for name, _ in by.names):
        kind = SlipKind.POWER
    above, below = by.parts(search.notation)
    made = node
    if above:
        front = above[0]
        for other in above[1:]:
            front = binary("*", front, other)
        made = binary("*", front, node)
    for other in below:
        made = binary("/", made, other)
    if by.number < 0:
        made = Node("neg", (made,))
    piece = by.node(search.notation)
    return Edit(node, made, kind, "add", "factor", piece, place=node, note=note)


def _kind(search: Search, by: Coefficient) -> tuple[SlipKind, str]:
    """Chain rule, if the number is one that an inner function has."""
    if not by.names:
        if float(by.number) in search.pool.inner_numbers and abs(by.number) != 1:
            return SlipKind.CHAIN_RULE, INNER
        return SlipKind.FACTOR, ""
    wanted = search.evaluator.raw(by.node(search.notation), 0)
    for piece in search.pool.derivatives:
        value = search.pool.value(piece.node)
        inner = piece.note == INNER
        plain = piece.note.endswith(("1/u", "a power")) or not search.pool.varies(piece.node)
        if plain and not inner:
            continue
        if value is None or value.size != 1 or wanted is None or not value.any():
            continue
        ratio = float(wanted.ravel()[0]) / float(value.ravel()[0])
        if any(abs(ratio - r) < NEAR for r in (1.0, -1.0, 0.5, 2.0)):
            return piece.kind, piece.note
    return SlipKind.FACTOR, ""


def _within(search: Search, node: Node, by: Coefficient) -> Edit | None:
    for leaf, exponent in leaves(node):
        if leaf.head == "number" and not by.names and math.isfinite(leaf.word):
            value = Fraction(repr(leaf.word)) * by.number**exponent
            parent = _parent(node, leaf)
            if value == 1 and parent is not None and parent.head in ("*", "/"):
                return dropped(parent, leaf, SlipKind.FACTOR)
            if value.denominator == 1 and value > 0:
                return Edit(leaf, number(int(value)), SlipKind.FACTOR)
            if isinstance(leaf.word, float) and value > 0:
                return Edit(leaf, number(float(value)), SlipKind.FACTOR)
        parent = _parent(node, leaf)
        if parent is None or parent.head not in ("*", "/") or leaf.head == "number":
            continue
        power = _ratio(search, leaf, by)
        if power == -exponent:
            return dropped(parent, leaf, *search.pool.kind_of(leaf))
        if power == -2 * exponent:
            return _moved(parent, leaf)
    return None


def _ratio(search: Search, leaf: Node, by: Coefficient) -> int | None:
    """The n with leaf^n = the coefficient, for a leaf that is a number at every point."""
    found: set[int | None] = set()
    wanted = by.node(search.notation)
    for k in range(search.evaluator.count):
        a, b = search.evaluator.raw(leaf, k), search.evaluator.raw(wanted, k)
        if a is None or b is None or a.ndim or b.ndim or not float(a):
            return None
        fits = [n for n in (-2, -1, 1, 2) if abs(float(a) ** n - float(b)) < NEAR * abs(float(b))]
        found.add(fits[0] if fits else None)
    return found.pop() if len(found) == 1 else None


def _parent(root: Node, node: Node) -> Node | None:
    for found in _inside(root):
        if node in found.parts:
            return found
    return None


def _inside(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if node.head != "name":
            stack.extend(node.parts)


def dropped(parent: Node, leaf: Node, kind: SlipKind, note: str = "") -> Edit:
    """A product without one of its two parts."""
    other = parent.parts[1] if leaf is parent.parts[0] else parent.parts[0]
    if parent.head == "/" and leaf is parent.parts[0]:
        other = binary("/", number(1), other)
    if parent.head == "neg":
        other = Node("neg", (number(1),))
    return Edit(parent, other, kind, "drop", "factor", leaf, place=leaf, note=note)


def _moved(parent: Node, leaf: Node) -> Edit | None:
    """a/N for a*N, and a*N for a/N."""
    if parent.head not in ("*", "/") or leaf is not parent.parts[1]:
        return None
    other = Node("/" if parent.head == "*" else "*", parent.parts)
    return Edit(parent, other, SlipKind.FACTOR)
