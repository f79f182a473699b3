"""A name for another of the same shape: h0 for h1, z for h = tanh(z), y for e = y - X@w."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.facts import SMOOTH
from symnet.verify.slips.node import Node, terms, walk
from symnet.verify.slips.search import Search


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
            yield Edit(node, made, _kind_of_name(search, base.word, name))


def _kind_of_name(search: Search, wrong: str, right: str) -> SlipKind:
    """h0 for h1 is a shift, z for h = tanh(z) the chain rule, y for e = y - X@w a missing term."""
    if _stem(wrong) == _stem(right) and wrong[:1] == right[:1]:
        return SlipKind.SHIFT
    if _are_chained(search, right, wrong):
        return SlipKind.CHAIN_RULE
    if _is_term_of(search, wrong, right):
        return SlipKind.MISSING_TERM
    if _is_term_of(search, right, wrong):
        return SlipKind.EXTRA_TERM
    if _are_steps(search, right, wrong) and _recurs(search, right, wrong):
        return SlipKind.SHIFT
    return SlipKind.FACTOR if _is_made_from(search, right, wrong) else SlipKind.WRONG_VARIABLE


def _is_made_from(search: Search, name: str, other: str) -> bool:
    """Whether the other stands in the definition of the name: x in h = (x - m)/s."""
    return any(
        n.head == "name" and n.word == other
        for formula in search.pool.formulas
        if name in formula.definitions
        for n in walk(formula.definitions[name])
    )


def _is_term_of(search: Search, a: str, b: str) -> bool:
    """Whether b is defined as a sum of which a is a term."""
    for formula in search.pool.formulas:
        node = formula.definitions.get(b)
        while node is not None and node.head in ("definition", "name") and node.parts:
            node = node.parts[0]
        if node is not None and node.head in ("+", "-"):
            for _, term in terms(node):
                base = term.parts[0] if term.head == "entry" else term
                if base.head == "name" and base.word == a:
                    return True
    return False


def _recurs(search: Search, a: str, b: str) -> bool:
    """Whether the two are states of one recurrence, by their names or through an activation."""
    for formula in search.pool.formulas:
        node = formula.definitions.get(a)
        if node is not None and node.head == "call" and node.word.name in SMOOTH:
            return True
    return bool(re.search(r"\d|prev|next|old|new", a + b))


def _shape(value: object) -> tuple[int, ...]:
    shape = getattr(value, "shape", ())
    return tuple(shape)
