"""A for A.T anywhere; in index notation, two slots of an entry swapped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number, same, transposed
from symnet.verify.slips.search import Search

LEAF = ("name", "attribute", "entry")
SIDED = frozenset({"outer", "kron"})  # whose transpose is the other order of the arguments


def transposes(search: Search) -> Iterator[Edit]:
    """Small pieces before products and sums."""
    if search.notation == "index":
        yield from _slots(search)
        return
    sites = [
        s.node
        for s in search.tree.expressions()
        if s.node.head not in ("number", "neg")
        and not _has_axis(s.parent)
        and not _says_axes(s.node)
    ]
    sites.sort(key=lambda n: n.head not in LEAF)
    for node in sites:
        value = search.evaluator.raw(node, 0)
        if value is None or value.ndim < 2:
            continue
        if value.ndim == 2:
            yield Edit(node, transposed(node), SlipKind.TRANSPOSE)
            continue
        for p, q in combinations(range(value.ndim), 2):
            swapped = search.function("swapaxes", node, number(p), number(q))
            yield Edit(node, swapped, SlipKind.TRANSPOSE)
    yield from _axes(search)
    yield from _specs(search)


def symmetrised(search: Search) -> Iterator[Edit]:
    """(B + B.T)/2 for B."""
    for site in search.tree.expressions():
        node = site.node
        if node.head not in LEAF or (site.parent is not None and site.parent.head == "attribute"):
            continue
        if search.notation == "index":
            if node.head != "entry" or len(node.parts) != 3 or same(*node.parts[1:]):
                continue
            other = Node("entry", (node.parts[0], node.parts[2], node.parts[1]))
        else:
            value = search.evaluator.raw(node, 0)
            if value is None or value.ndim != 2 or value.shape[0] != value.shape[1]:
                continue
            other = transposed(node)
        half = binary("/", binary("+", node, other), number(2))
        name = node.parts[0] if node.head in ("entry", "attribute") else node
        if name.word == search.pool.wrt or name.head != "name" or _is_written(search, name.word):
            yield Edit(node, half, SlipKind.MISSING_TERM, "add", "term", other, place=node)
        else:
            note = f"it is true only if {name.word} is symmetric"
            yield Edit(node, half, SlipKind.ASSUMPTION, note=note)


def _is_written(search: Search, name: str) -> bool:
    """Whether the function itself has A + A.T."""
    for formula in search.pool.formulas[2:]:
        for node in search.pool.nodes(formula):
            for a, b in (node.parts, node.parts[::-1]) if node.head == "+" else ():
                turned = b.head == "attribute" and b.word == "T" and same(a, b.parts[0])
                if turned and a.word == name:
                    return True
    return False


def everywhere(search: Search) -> Iterator[Edit]:
    """A.T for every mention of A."""
    if search.notation == "index":
        return
    root = search.trial.root
    names = [s.node for s in search.tree.expressions() if s.node.head == "name"]
    for name in {n.word for n in names}:
        mine = {n for n in names if n.word == name}
        value = search.evaluator.raw(next(iter(mine)), 0)
        if len(mine) < 2 or value is None or value.ndim != 2:
            continue

        def turned(node: Node, mine: set[Node] = mine) -> Node:
            if node in mine:
                return transposed(node)
            if node.head == "attribute" and node.word == "T" and node.parts[0] in mine:
                return node.parts[0]
            parts = tuple(turned(p) for p in node.parts)
            changed = any(a is not b for a, b in zip(parts, node.parts, strict=True))
            return node.with_parts(parts) if changed else node

        yield Edit(root, turned(root), SlipKind.TRANSPOSE)


def _says_axes(node: Node) -> bool:
    """x[:, None] and outer(a, b): turned, they are a wrong axis and another order."""
    if node.head == "entry":
        return any(s.head == "none" for s in node.parts[1:])
    if node.head in ("*", "/") and any(p.head == "entry" and _says_axes(p) for p in node.parts):
        return True
    inner = node.parts[-1] if node.head == "*" and node.parts[0].head == "number" else node
    return inner.head == "call" and inner.word.name in SIDED


def _has_axis(node: Node | None) -> bool:
    """sum(x, axis=0): a wrong axis, and no transpose."""
    return node is not None and node.head in ("call", "method") and "axis" in node.word.keywords


def _axes(search: Search) -> Iterator[Edit]:
    """transpose(x, axes) and swapaxes with other axes, and without."""
    for site in search.tree.sites:
        node = site.node
        if node.head not in ("call", "method"):
            continue
        if node.word.name in ("swapaxes", "transpose", "moveaxis"):
            yield Edit(node, node.parts[0], SlipKind.TRANSPOSE)


def _specs(search: Search) -> Iterator[Edit]:
    """Two letters of one group of an einsum swapped: "ij,jk->ik" => "ji,jk->ik"."""
    for site in search.tree.sites:
        node = site.node
        if node.head == "call" and node.word.name == "einsum" and node.parts[0].head == "text":
            spec = node.parts[0]
            for word in other_specs(str(spec.word)):
                made = Node("text", word=word)
                yield Edit(spec, made, SlipKind.TRANSPOSE)


def other_specs(spec: str) -> Iterator[str]:
    left, arrow, right = spec.replace(" ", "").partition("->")
    groups = [*left.split(","), right]
    for k, group in enumerate(groups):
        for p, q in combinations(range(len(group)), 2):
            letters = list(group)
            letters[p], letters[q] = letters[q], letters[p]
            changed = [*groups[:k], "".join(letters), *groups[k + 1 :]]
            yield ",".join(changed[:-1]) + arrow + changed[-1]


def _slots(search: Search) -> Iterator[Edit]:
    for site in search.tree.sites:
        node = site.node
        if node.head != "entry":
            continue
        base, *slots = node.parts
        for p, q in combinations(range(len(slots)), 2):
            if same(slots[p], slots[q]):
                continue
            swapped = list(slots)
            swapped[p], swapped[q] = swapped[q], swapped[p]
            alone = site.parent is not None and site.parent.head == "reduce"
            kind = SlipKind.WRONG_AXIS if alone else SlipKind.TRANSPOSE
            yield Edit(node, Node("entry", (base, *swapped)), kind)
