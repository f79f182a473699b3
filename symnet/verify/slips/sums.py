"""A sum or mean that is missing, too much, or another one: mean for sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symnet.notation.report import SlipKind
from symnet.verify.slips.axes import letters_of, renamed, unused_letter
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Called, Node, Over, number, walk_inside
from symnet.verify.slips.search import Search

SUMS = frozenset({"sum", "mean", "average"})
OTHER = {"sum": "mean", "mean": "sum", "average": "sum"}
MOST_PLACES = 6
MISSING, EXTRA = SlipKind.MISSING_SUM, SlipKind.EXTRA_SUM
SUMMED = frozenset({"name", "call", "method", "*", "/", "@", "+", "-", "**", "entry", "attribute"})


def extra_sums(search: Search) -> Iterator[Edit]:
    """A sum or mean less."""
    index = search.notation == "index"
    for site in search.tree.sites:
        node = site.node
        yield from _without_contraction(search, node)
        if node.head not in ("call", "method", "reduce") or node.word.name not in SUMS:
            continue
        name = "mean" if node.word.name == "average" else node.word.name
        body = node.parts[0]
        if not index:
            yield Edit(node, body, EXTRA, "drop", name, node)
            continue
        word: Over = node.word
        outside = list(dict.fromkeys((*search.evaluator.letters, *site.letters)))
        yield Edit(node, body, EXTRA, "drop", name, node)
        for k, letter in enumerate(word.letters):
            rest = (*word.letters[:k], *word.letters[k + 1 :])
            for other in outside:
                made = renamed(body, {letter: other})
                if rest:
                    ends = (*word.ends[:k], *word.ends[k + 1 :])
                    parts = (made, *node.parts[1:])
                    made = Node("reduce", parts, Over(word.name, rest, word.conditions, ends))
                yield Edit(node, made, EXTRA, "drop", name, node)


def _without_contraction(search: Search, node: Node) -> Iterator[Edit]:
    """a*b for a @ b, and sum(x, axis)[:, None] without both."""
    if node.head == "entry" and any(s.head == "none" for s in node.parts[1:]):
        base = node.parts[0]
        if base.head in ("call", "method") and base.word.name in SUMS:
            yield Edit(node, base.parts[0], EXTRA, "drop", base.word.name, base)
        if base.head == "@":
            yield Edit(node, Node("*", base.parts), EXTRA, "drop", "sum", base)
    if node.head == "@":
        yield Edit(node, Node("*", node.parts), EXTRA, "drop", "sum", node)
    if node.head in ("call", "method") and node.word.name in SUMS and len(node.parts) == 1:
        body = node.parts[0]
        value = search.evaluator.raw(body, 0)
        for axis in range(0 if value is None else value.ndim):
            at, keep = number(axis), Node("flag", word=True)
            name = node.word.name
            plain = search.function(name, body, at, keywords=("axis",))
            yield Edit(node, plain, EXTRA)
            kept = search.function(name, body, at, keep, keywords=("axis", "keepdims"))
            yield Edit(node, kept, EXTRA)


def missing_sums(search: Search) -> Iterator[Edit]:
    """A sum or mean more, along every axis."""
    if search.notation == "index":
        yield from _missing_heads(search)
        return
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if node.head not in SUMMED or (parent is not None and parent.head == "name"):
            continue
        if node.head in ("call", "method") and node.word.name in SUMS and len(node.parts) > 1:
            yield Edit(node, search.function(node.word.name, node.parts[0]), MISSING)
        value = search.evaluator.raw(node, 0)
        if value is None or value.ndim == 0:
            continue
        if node.head == "*":
            yield Edit(node, Node("@", node.parts), MISSING)
        for name in ("sum", "mean"):
            for axis in range(value.ndim):
                at, keep = number(axis), Node("flag", word=True)
                kept = search.function(name, node, at, keep, keywords=("axis", "keepdims"))
                yield Edit(node, kept, MISSING, "add", f"{name} over axis {axis} of", node)
                plain = search.function(name, node, at, keywords=("axis",))
                yield Edit(node, plain, MISSING, "add", f"{name} over axis {axis} of", node)
            yield Edit(node, search.function(name, node), MISSING, "add", f"{name} of", node)


def _missing_heads(search: Search) -> Iterator[Edit]:
    free = search.evaluator.letters
    for site in search.tree.expressions():
        node = site.node
        if node.head not in (*SUMMED, "reduce") or node.head == "name":
            continue
        used = letters_of(node)
        for letter in [x for x in dict.fromkeys((*free, *site.letters)) if x in used]:
            for name in ("sum", "mean"):
                fresh = unused_letter(search, node)
                body = renamed(node, {letter: fresh})
                made = Node("reduce", (body,), Over(name, (fresh,)))
                yield Edit(node, made, MISSING, "add", f"{name} over {letter} of", node)


def sums_for_means(search: Search) -> Iterator[Edit]:
    """sum where a mean stands, trace where a sum does."""
    for edit in other_sums(search):
        if edit.old.word.name != "sum":
            yield replace(edit, kind=SlipKind.FACTOR)
    for site in search.tree.sites:
        node = site.node
        if node.head == "call" and node.word.name == "sum" and len(node.parts) == 1:
            yield Edit(node, search.function("trace", node.parts[0]), EXTRA)


def split_letters(search: Search) -> Iterator[Edit]:
    """A[i,j]*B[j,k] for A[i,j]*B[j,j]: one letter that stands for two, of which one is summed."""
    if search.notation != "index":
        return
    for site in search.tree.sites:
        node = site.node
        if node.head == "reduce" and node.word.name == "sum":
            for letter in node.word.letters:
                places = [n for n in walk_inside(node.parts[0]) if _is(n, letter)]
                if len(places) > MOST_PLACES:
                    continue
                fresh = unused_letter(search, node)
                for count in range(1, len(places)):
                    for chosen in combinations(places, count):
                        body = _put(node.parts[0], set(chosen), fresh)
                        word = node.word
                        letters = (*word.letters, fresh)
                        over = Over("sum", letters, word.conditions)
                        if not any(word.ends):
                            new = Node("reduce", (body, *node.parts[1:]), over)
                            yield Edit(node, new, MISSING)
        elif node.head == "entry":
            for k, slot in enumerate(node.parts[1:], 1):
                if slot.head == "number":
                    fresh = unused_letter(search, node)
                    at = (*node.parts[:k], Node("name", word=fresh), *node.parts[k + 1 :])
                    new = Node("reduce", (Node("entry", at),), Over("sum", (fresh,)))
                    yield Edit(node, new, MISSING)


def _is(node: Node, letter: str) -> bool:
    return node.head == "name" and node.word == letter and not node.parts


def _put(node: Node, chosen: set[Node], letter: str) -> Node:
    if node in chosen:
        return Node("name", word=letter)
    if node.head == "name":
        return node
    return node.with_parts(tuple(_put(p, chosen, letter) for p in node.parts))


def other_sums(search: Search) -> Iterator[Edit]:
    """mean for sum."""
    for site in search.tree.sites:
        node = site.node
        if node.head not in ("call", "method", "reduce") or node.word.name not in OTHER:
            continue
        other = OTHER[node.word.name]
        if node.head == "reduce":
            word: Over = node.word
            made = Node("reduce", node.parts, Over(other, word.letters, word.conditions, word.ends))
        else:
            spelled = node.word.spelled.replace(node.word.name, other)
            made = Node(node.head, node.parts, Called(other, spelled, node.word.keywords))
        yield Edit(node, made, MISSING)
