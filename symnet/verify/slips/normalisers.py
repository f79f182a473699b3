"""Which nodes normalise: softmax, variance, x - mean(x), x / sum(x), log of a sum of exponentials.

A gradient through one has terms with a sum over the axis that is normalised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symnet.verify.slips.node import Node, walk

REDUCTIONS = frozenset({"sum", "mean", "var", "std", "norm", "average", "dot", "vdot", "max"})
NORMALISERS = frozenset(
    {"softmax", "log_softmax", "logsoftmax", "logsumexp", "var", "std", "norm", "softmin"}
)


def is_reduction(node: Node) -> bool:
    if node.head == "@":
        return True
    if node.head in ("call", "method", "reduce"):
        name = node.word.name
        return name in REDUCTIONS or name in ("einsum", "inner", "trace")
    return False


def is_normaliser(node: Node, known: Mapping[str, Node]) -> bool:
    """softmax, variance, x - mean(x), x / sum(x), log of a sum of exponentials.

    `known` are the definitions of the text, through which is looked.
    """
    if node.head in ("call", "method", "reduce"):
        if node.word.name in NORMALISERS:
            return True
        if node.head == "call" and node.word.name == "log" and node.parts:
            inner = node.parts[0]
            return is_reduction(inner) and any(
                n.head == "call" and n.word.name == "exp" for n in walk(inner)
            )
        return False
    if node.head == "/":
        return any(_sums(n) for n in _all(node.parts[1], known)) and not _sums_only_sizes(node)
    if node.head == "-":
        return any(_means(known.get(p.word, p) if p.head == "name" else p) for p in node.parts)
    return False


def _all(node: Node, known: Mapping[str, Node]) -> Iterator[Node]:
    """The nodes, also of what names stand for."""
    seen: set[str] = set()
    stack = [node]
    while stack:
        for found in walk(stack.pop()):
            yield found
            if found.head == "name" and not found.parts and found.word not in seen:
                seen.add(found.word)
                if found.word in known:
                    stack.append(known[found.word])


def _sums(node: Node) -> bool:
    return node.head in ("call", "method", "reduce") and node.word.name in (
        *("sum", "mean", "norm", "var", "std"),
    )


def _sums_only_sizes(node: Node) -> bool:
    return node.parts[1].head in ("number", "attribute")


def _means(node: Node) -> bool:
    named = node.parts[0] if node.head == "name" and node.parts else node
    if named.head in ("call", "method", "reduce"):
        return named.word.name in ("mean", "average")
    if named.head == "entry":
        base = named.parts[0]
        if base.head == "name" and base.parts and base.parts[0].head == "definition":
            return _means(base.parts[0].parts[0])
        return _means(base)
    if named.head == "/":
        top = named.parts[0]
        return top.head in ("call", "method", "reduce") and top.word.name == "sum"
    return False
