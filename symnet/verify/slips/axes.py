"""The wrong axis: axis=0 for axis=1, a sum over n for one over d, a None in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, Over, number, same
from symnet.verify.slips.search import Search
from symnet.verify.slips.tree import Site

WITH_AXIS = frozenset(
    {
        *("sum", "mean", "average", "max", "min", "prod", "var", "std", "softmax", "cumsum"),
        *("logsumexp", "flip", "roll", "diff", "repeat", "concatenate", "stack", "argmax"),
        *("log_softmax", "norm", "expand_dims"),
    }
)
KIND = SlipKind.WRONG_AXIS


def axes(search: Search) -> Iterator[Edit]:
    if search.notation == "index":
        yield from _letters(search)
        return
    for site in search.tree.sites:
        node = site.node
        if node.head in ("call", "method") and node.word.name in ("sum", "mean"):
            yield from _reshaped(node)
        if node.head in ("call", "method") and node.word.name in WITH_AXIS:
            yield from _numbers(search, node)
        elif node.head == "entry" and any(s.head == "none" for s in node.parts[1:]):
            yield from _nones(node)
        elif node.head == "call" and node.word.name == "einsum" and node.parts[0].head == "text":
            yield from _specs(node)


def _numbers(search: Search, node: Node) -> Iterator[Edit]:
    """Every other axis, and with all of them."""
    inner = search.evaluator.raw(node.parts[0], 0)
    if inner is None or inner.ndim < 2:
        return
    plain = len(node.parts) - len(node.word.keywords)
    for slot in range(1, len(node.parts)):
        keyword = node.word.keywords[slot - plain] if slot >= plain else ""
        if keyword not in ("", "axis") or node.parts[slot].head not in ("number", "neg", "none"):
            continue
        for axis in range(inner.ndim):
            parts = list(node.parts)
            parts[slot] = number(axis)
            yield Edit(node, node.with_parts(tuple(parts)), KIND)
    if node.word.name == "softmax" and len(node.parts) == 1:
        for axis in range(inner.ndim - 1):
            made = search.function("softmax", node.parts[0], number(axis), keywords=("axis",))
            yield Edit(node, made, KIND)


def _reshaped(node: Node) -> Iterator[Edit]:
    """x.reshape(n, 3).sum(axis=1) for x.reshape(3, n).sum(axis=0)."""
    inner = node.parts[0]
    two = inner.head == "method" and inner.word.name == "reshape" and len(inner.parts) == 3
    if not two or len(node.parts) != 2 or node.parts[1].head != "number":
        return
    x, a, b = inner.parts
    made = node.with_parts((inner.with_parts((x, b, a)), number(1 - node.parts[1].word)))
    yield Edit(node, made, KIND)


def _nones(node: Node) -> Iterator[Edit]:
    base, *slots = node.parts
    for order in permutations(slots):
        if not all(same(a, b) for a, b in zip(order, slots, strict=True)):
            yield Edit(node, Node("entry", (base, *order)), KIND)


def _specs(node: Node) -> Iterator[Edit]:
    """One letter of an einsum for another."""
    spec = node.parts[0]
    text = str(spec.word).replace(" ", "")
    letters = sorted(set(text) - set(",->"))
    for k, c in enumerate(text):
        if c in letters:
            for other in letters:
                if other != c:
                    made = Node("text", word=text[:k] + other + text[k + 1 :])
                    yield Edit(spec, made, KIND)


def _letters(search: Search) -> Iterator[Edit]:
    """sum[m](f[m,d]) for sum[e](f[n,e]): the other index of what is summed runs."""
    free = search.evaluator.letters
    for site in search.tree.sites:
        node = site.node
        if node.head == "reduce" and len(node.word.letters) == 1:
            yield from _turned(search, site, free)
        if node.head == "entry":
            yield from _renamed(search, site, free)


def _turned(search: Search, site: Site, free: tuple[str, ...]) -> Iterator[Edit]:
    node = site.node
    word: Over = node.word
    bound = word.letters[0]
    outside = [x for x in dict.fromkeys((*free, *site.letters)) if x != bound]
    used = letters_of(node.parts[0])
    for other in [x for x in outside if x in used]:
        for still in outside:
            if still in used and still != other:
                continue
            fresh = unused_letter(search, node)
            new = {bound: still, other: fresh}
            parts = tuple(renamed(p, new) for p in node.parts)
            turned = Over(word.name, (fresh,), word.conditions, word.ends)
            yield Edit(node, Node("reduce", parts, turned), KIND)


def _renamed(search: Search, site: Site, free: tuple[str, ...]) -> Iterator[Edit]:
    """x[n,i] for x[n,j]: one slot with another letter."""
    node = site.node
    scope = list(dict.fromkeys((*free, *site.letters)))
    for k, slot in enumerate(node.parts[1:], 1):
        if slot.head == "name" and slot.word in scope:
            for other in scope:
                if other != slot.word:
                    parts = list(node.parts)
                    parts[k] = Node("name", word=other)
                    yield Edit(node, node.with_parts(tuple(parts)), KIND)


def letters_of(node: Node) -> set[str]:
    """The names that stand in slots."""
    out = set()
    if node.head == "entry":
        for slot in node.parts[1:]:
            out |= _names(slot)
        return out
    if node.head == "call" and node.word.name in ("delta", "kronecker"):
        return _names(node)
    if node.head == "name":
        return out
    for part in node.parts:
        out |= letters_of(part)
    return out


def _names(node: Node) -> set[str]:
    if node.head == "name":
        return {node.word}
    out: set[str] = set()
    for part in node.parts[1:] if node.head == "entry" else node.parts:
        out |= _names(part)
    return out


def renamed(node: Node, new: dict[str, str]) -> Node:
    """Letters renamed, all at once."""
    if node.head == "name":
        return Node("name", word=new[node.word]) if node.word in new else node
    parts = tuple(renamed(p, new) for p in node.parts)
    if all(a is b for a, b in zip(parts, node.parts, strict=True)):
        return node
    return Node(node.head, parts, node.word)


def unused_letter(search: Search, node: Node) -> str:
    """A letter that the text does not use."""
    known = {*search.evaluator.points[0], *search.evaluator.axes.places}
    for letter in "emjklpquvabcfghnrst":
        if letter not in known or letter in search.fresh:
            search.fresh.add(letter)
            return letter
    return next(f"e{k}" for k in range(1, len(known) + 2) if f"e{k}" not in known)
