"""A term that is missing or too much."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.notation.report import SlipKind
from symnet.verify.slips.constants import Coefficient, named
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.factors import placements
from symnet.verify.slips.node import Node, binary, number, walk_inside
from symnet.verify.slips.search import Search
from symnet.verify.slips.tree import Site

NEAR = 1e-8
PATH = SlipKind.NORMALISATION_PATH
SUMMANDS = frozenset({"+", "-", "name", "number", "call", "*", "/", "@", "**", "entry", "reduce"})


def extra_terms(search: Search) -> Iterator[Edit]:
    """A sum without one of its terms."""
    for site in search.tree.expressions():
        node = site.node
        if node.head not in ("+", "-"):
            continue
        a, b = node.parts
        names = [n for n in walk_inside(node) if n.head not in ("+", "-", "number")]
        constant = all(n.head == "name" and n.word in search.pool.numbers for n in names)
        kind = SlipKind.FACTOR if constant else SlipKind.EXTRA_TERM
        if search.notation == "index" and _is_place(search, node):
            kind = SlipKind.SHIFT
        yield Edit(node, a, kind, "drop", "term", b, place=b)
        rest = b if node.head == "+" else Node("neg", (b,))
        yield Edit(node, rest, kind, "drop", "term", a, place=a)


def _is_place(search: Search, node: Node) -> bool:
    """t - 1 for a letter t: the number of a step."""
    a, b = node.parts
    letter = a.head == "name" and not a.parts and a.word not in search.evaluator.points[0]
    return letter and b.head == "number"


def dropped_paths(search: Search) -> Iterator[Edit]:
    """The true formula without terms that are paths through a normaliser."""
    for site in search.tree.expressions():
        node = site.node
        if node.head not in ("+", "-"):
            continue
        a, b = node.parts
        if search.pool.kind_of_term(b, node) is PATH:
            yield Edit(node, a, PATH, "drop", "term", b, place=b)
        if search.pool.kind_of_term(a, node) is PATH:
            rest = b if node.head == "+" else Node("neg", (b,))
            yield Edit(node, rest, PATH, "drop", "term", a, place=a)
        if a.head in ("+", "-"):
            first, second = a.parts
            both = _joined(a, b)
            if all(search.pool.kind_of_term(t, node) is PATH for t in (second, b)):
                yield Edit(node, first, PATH, "drop", "terms", both, place=node)
            kept = Node(node.head, (first, b))
            if search.pool.kind_of_term(second, node) is PATH:
                yield Edit(node, kept, PATH, "drop", "term", second, place=second)


def _joined(a: Node, b: Node) -> Node:
    return binary("+", a.parts[1], b)


def missing_inside(search: Search) -> Iterator[Edit]:
    """A term more in the argument of a function."""
    yield from _missing(search, [s for s in _summands(search) if s.in_function])


def missing_terms(search: Search) -> Iterator[Edit]:
    """c times a piece of the pool more, in the whole or in a sum inside."""
    yield from _missing(search, _summands(search))
    yield from _identities(search)


def _summands(search: Search) -> list[Site]:
    """What a term can be added to: no term of a longer sum."""
    return [
        s
        for s in search.tree.expressions()
        if s.node.head in SUMMANDS
        and (s.parent is None or s.parent.head not in ("+", "-", "neg", "name", "compare", "list"))
    ]


def _missing(search: Search, sites: list[Site]) -> Iterator[Edit]:
    tree, trial = search.tree, search.trial
    for site in sites:
        for piece in search.pool.terms:
            for made in placements(search, site, piece.node):
                root = tree.replaced(site.node, binary("+", site.node, made))
                found = trial.weights(trial.root, root)
                if found is None and site.in_function:
                    for sign in ("+", "-"):
                        new = binary(sign, site.node, made)
                        kind = search.pool.kind_of_term(made, new)
                        yield Edit(site.node, new, kind, "add", "term", made)
                if found is None or any(abs(c) < NEAR for c in found):
                    continue
                c = named(found, search.scalars)
                if c is not None:
                    kind = search.pool.kind_of_term(made, binary("+", site.node, made))
                    yield added(search, site.node, made, c, kind)


def added(search: Search, node: Node, piece: Node, c: Coefficient, kind: SlipKind) -> Edit:
    """node + c*piece."""
    above, below = c.parts(search.notation)
    is_one = piece.head == "number" and piece.word == 1
    if is_one and above:
        *above, piece = above
    term = piece
    for other in reversed(above):
        term = binary("*", other, term)
    for other in below:
        term = binary("/", term, other)
    sign = "-" if c.number < 0 else "+"
    new = binary(sign, node, term)
    return Edit(node, new, kind, "add", "term", Node("neg", (term,)) if c.number < 0 else term)


def _identities(search: Search) -> Iterator[Edit]:
    """The identity more, where the formula has two equal axes."""
    trial = search.trial
    shapes = [t.shape for t in trial.target]
    if any(len(s) != 2 or s[0] != s[1] for s in shapes):
        return
    if search.notation == "index":
        letters = search.evaluator.letters
        eye = search.function("delta", *(Node("name", word=x) for x in letters[:2]))
    else:
        size = next(
            (
                name
                for name, v in search.scalars
                if all(n == s[0] for n, s in zip(v, shapes, strict=True))
            ),
            None,
        )
        at = number(shapes[0][0]) if size is None else Node("name", word=size)
        eye = search.function("eye", at)
    found = trial.weights(trial.root, binary("+", trial.root, eye))
    if found is not None and not any(abs(c) < NEAR for c in found):
        c = named(found, search.scalars)
        if c is not None:
            yield added(search, trial.root, eye, c, SlipKind.MISSING_TERM)
