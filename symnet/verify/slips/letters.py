"""The true formula with the claim's letters, and without places: pieces for a claim.

claim G[a,b] = ..., truth W_bar[d,k] = sum[n](X[n,d]*R[n,k])  =>  sum[n](X[n,a]*R[n,b])
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from symnet.verify.slips.node import Node, Over
from symnet.verify.slips.reading import Formula

SPARE = "uvpqrstijklmnefgh"


def relettered(formula: Formula, letters: tuple[str, ...]) -> Formula:
    """The formula with these free letters; bound ones give way."""
    own = formula.letters
    if own is None or len(own) != len(letters) or own == letters:
        return formula
    root = _renamed(formula.root, dict(zip(own, letters, strict=True)), letters)
    return Formula(root, letters, formula.definitions, formula.name)


def _renamed(node: Node, new: Mapping[str, str], taken: Container[str]) -> Node:
    if node.head == "name":
        return Node("name", word=new[node.word], span=node.span) if node.word in new else node
    if node.head != "reduce" or node.word.name in ("softmax", "log_softmax"):
        parts = tuple(_renamed(p, new, taken) for p in node.parts)
        word = node.word
        if node.head == "reduce":
            word = Over(word.name, tuple(new.get(x, x) for x in word.letters))
        return Node(node.head, parts, word, node.span)
    word = node.word
    inner = dict(new)
    letters = []
    for letter in word.letters:
        inner.pop(letter, None)
        if letter in taken:
            spare = (x for x in SPARE if x not in taken and x not in new and x not in letters)
            inner[letter] = next(spare, letter)
        letters.append(inner.get(letter, letter))
    parts = tuple(_renamed(p, inner, taken) for p in node.parts)
    return Node("reduce", parts, Over(word.name, tuple(letters), word.conditions, word.ends))


def apart(node: Node, taken: Container[str]) -> Node:
    """The piece with bound letters that are none of these."""
    return _renamed(node, {}, taken)


def displaced(formula: Formula, known: Container[str]) -> Formula:
    """The formula without places in its text; names that only it knows are written out."""
    made: dict[Node, Node] = {}

    def without(node: Node) -> Node:
        if node not in made:
            if node.head == "name" and node.parts:
                if node.word in known:
                    made[node] = Node("name", word=node.word)
                elif node.parts[0].head == "definition":
                    made[node] = Node("name", (without(node.parts[0]),), node.word)
                else:
                    made[node] = without(node.parts[0])
            else:
                made[node] = Node(node.head, tuple(map(without, node.parts)), node.word)
        return made[node]

    definitions = {name: without(d) for name, d in formula.definitions.items()}
    return Formula(without(formula.root), formula.letters, definitions, formula.name)
