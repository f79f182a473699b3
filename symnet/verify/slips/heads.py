"""Another function: sin for cos, tanh for sigmoid, a function that was left out or is too much."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.facts import SMOOTH
from symnet.verify.slips.node import Called, Node
from symnet.verify.slips.search import Search

USUAL = ("sin", "cos", "tanh", "sigmoid", "exp", "log", "sqrt", "sinh", "cosh", "sign", "relu")
PAIRS = {"max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum"}
SPREADS = {"tile": "repeat", "repeat": "tile"}
MORE = frozenset({"softmax"})


def heads(search: Search) -> Iterator[Edit]:
    names = dict.fromkeys((*_used(search), *USUAL))
    for site in search.tree.sites:
        node = site.node
        if node.head != "call" or site.structural:
            continue
        name = node.word.name
        if name in SMOOTH and len(node.parts) == 1:
            for other in names:
                if other != name:
                    made = search.function(other, node.parts[0])
                    yield Edit(node, made, SlipKind.CHAIN_RULE, note="another function")
            yield Edit(node, node.parts[0], SlipKind.CHAIN_RULE)
        elif name in SPREADS:
            word = Called(SPREADS[name], node.word.spelled.replace(name, SPREADS[name]))
            yield Edit(node, Node("call", node.parts, word), SlipKind.SHIFT)
        elif name in PAIRS:
            word = Called(PAIRS[name], node.word.spelled.replace(name, PAIRS[name]))
            yield Edit(node, Node("call", node.parts, word), SlipKind.MASK)
    for site in search.tree.expressions():
        node = site.node
        if node.head in ("name", "entry", "@", "+", "-", "*", "/", "reduce", "call"):
            for name in _used(search):
                made = search.function(name, node)
                yield Edit(node, made, SlipKind.CHAIN_RULE, note=f"{name} was left out")


def _used(search: Search) -> list[str]:
    """The functions of one number that the function and the true formula mention."""
    found: dict[str, None] = {}
    for formula in search.pool.formulas:
        for node in search.pool.nodes(formula):
            if node.head == "call" and node.word.name in SMOOTH | MORE:
                found.setdefault(node.word.name)
    return list(found)
