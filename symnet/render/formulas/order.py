"""An unordered tree -> the order in which a lecturer writes it; nothing of SymPy's order is left.

    product: numbers, extents, scalars, guards, names, functions, (sums of terms), brackets, sums
    sum of terms: positive terms first, integers before the rest, then by the tensors mentioned
    tensors: inputs, definitions, parameters (so that x W + b), then cotangents

A bound index is known by its depth, its extent and its letter, never by its identity, so the same
formula built in two ways has the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symnet.notation.graph import Graph
from symnet.notation.index import Index
from symnet.render.formulas.letters import rebuilt, with_letters
from symnet.render.formulas.plain import plain
from symnet.render.formulas.tree import (
    Bracket,
    Factors,
    Letter,
    Name,
    Number,
    Reduction,
    Symbol,
    Terms,
    Tree,
    free_in,
    walk,
)

Ranks = Mapping[str, int]
Tokens = Mapping[Index, str]
COTANGENT = 10**6  # from this rank on
MATRIX_HEADS = frozenset({"inv", "det", "logdet"})


def ranks(graph: Graph) -> Ranks:
    """The place of every tensor's name among the factors of a product."""
    names = [t.name for t in graph.tensors]
    parameters = [t.name for t in graph.parameters]
    others = [n for n in names if n not in parameters]
    out = {name: 2 * k for k, name in enumerate((*others, *parameters))}
    pairs = [(bar, of) for of, bar in graph.cotangents]
    for name in names:  # a cotangent that is given belongs to no pair
        of = name.removesuffix("_bar")
        if of != name and (pairs or of in out) and name not in dict(pairs):
            pairs.append((name, of))
    plain_ranks = dict(out)
    for name, of in pairs:  # in the order of their tensors, behind all of these
        out[name] = COTANGENT + plain_ranks.get(of, plain_ranks.get(name, 0))
    out |= {f"extent {s.name}": k for k, s in enumerate(graph.extents)}
    for name in names:  # a tangent stands where its tensor stands
        if name.endswith("_dot") and (of := name.removesuffix("_dot")) in out:
            out[name] = out[of] + 1
    return out


def ordered(tree: Tree, free: Iterable[Index], places: Ranks) -> Tree:
    """The tree in reading order; `free` are its free indices, in order."""
    return _order(tree, {i: f"!{k:03d}" for k, i in enumerate(free)}, 0, places)


def _order(tree: Tree, tokens: Tokens, depth: int, places: Ranks) -> Tree:
    if isinstance(tree, Reduction):
        return _order_reduction(tree, tokens, depth, places)
    tree = rebuilt(tree, lambda child: _order(child, tokens, depth, places))
    if isinstance(tree, Factors):
        return replace(tree, items=_sorted(tree.items, lambda f: _factor_key(f, tokens, places)))
    if isinstance(tree, Bracket) and tree.relations in (("==",), ("!=",)):
        return replace(tree, sides=_sorted(tree.sides, lambda s: _side_key(s, tokens)))
    if isinstance(tree, Terms) and tree.tight:
        terms = _sorted(tree.terms, lambda t: _slot_key(t, tokens))
        if terms[0][0]:  # 1-j, not -j+1
            terms = _sorted(terms, lambda t: t[0])
        return replace(tree, terms=terms)
    if isinstance(tree, Terms):
        return replace(tree, terms=_sorted(tree.terms, lambda t: _term_key(t, tokens, places)))
    return tree


def _sorted(items: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
    return tuple(sorted(items, key=key))


def _order_reduction(tree: Reduction, tokens: Tokens, depth: int, places: Ranks) -> Reduction:
    own = {b.index: f"~{depth:03d}{b.index.extent}:{b.index.letter}" for b in tree.bound}
    inside = _order_inside(
        tree, {**tokens, **_told_apart(tree, own, tokens, depth, places)}, depth, places
    )
    if tree.kind in MATRIX_HEADS:  # rows and columns
        return inside
    seen: dict[Index, None] = {}
    for node in walk(replace(inside, bound=())):
        if isinstance(node, Letter) and node.index in own:
            seen.setdefault(node.index)
    idle = sorted((i for i in own if i not in seen), key=lambda i: own[i])
    return replace(inside, bound=tuple(Letter(i) for i in (*seen, *idle)))


def _order_inside(tree: Reduction, tokens: Tokens, depth: int, places: Ranks) -> Reduction:
    conditions = [_order(c, tokens, depth + 1, places) for c in tree.conditions]
    known = sorted(
        (c for c in conditions if isinstance(c, Bracket)), key=lambda c: _text(c, tokens)
    )
    body = _order(tree.body, tokens, depth + 1, places)
    return replace(tree, conditions=tuple(known), body=body)


def _told_apart(
    tree: Reduction, own: dict[Index, str], tokens: Tokens, depth: int, places: Ranks
) -> dict[Index, str]:
    """Indices of the same extent and letter, told apart by where each one stands in the body."""
    stands: dict[Index, str] = {}
    for i, token in own.items():
        if list(own.values()).count(token) > 1:
            marked = {**tokens, **own, i: "~"}
            stands[i] = _text(_order_inside(tree, marked, depth, places), marked)
    by_place = sorted(own, key=lambda i: (own[i], stands.get(i, "")))
    return {i: f"{own[i]}#{k}" for k, i in enumerate(by_place)}


# -- keys -------------------------------------------------------------------------------------


def _text(tree: Tree, tokens: Tokens) -> str:
    return plain(with_letters(tree, _known(tree, tokens)))


def _known(tree: Tree, tokens: Tokens) -> dict[Index, str]:
    """Tokens for the free indices, and for those bound inside by their order of appearance."""
    out = dict(tokens)
    for node in walk(tree):
        if isinstance(node, Reduction):
            for b in node.bound:
                out.setdefault(b.index, f"~~{len(out):03d}{b.index.letter}")
    return out


def _places(tree: Tree, places: Ranks) -> tuple[int, ...]:
    """The ranks of the tensors mentioned, as often as their power says."""
    if isinstance(tree, Factors):
        found: list[int] = []
        for base, exponent in tree.items:
            found.extend(_places(base, places) * max(1, min(int(abs(exponent)), 9)))
        return tuple(sorted(found))
    own = (places.get(tree.tensor.name, -1),) if isinstance(tree, Name) else ()
    return tuple(sorted(own + tuple(r for c in tree.children for r in _places(c, places))))


def _factor_key(item: tuple[Tree, Fraction], tokens: Tokens, places: Ranks) -> tuple[Any, ...]:
    base, exponent = item
    named = _places(base, places)
    if isinstance(base, Symbol):
        named = (places.get(f"extent {base.name}", -1),)
    return _class(base), named, _text(base, tokens), exponent


def _class(base: Tree) -> int:
    if not any(isinstance(n, Name | Letter) for n in walk(base)):
        return 1 if any(isinstance(n, Symbol) for n in walk(base)) else 0
    match base:
        case Letter() | Name(slots=()):
            return 2
        case Bracket(on_indices=True, relations=signs) if {"<", "<="} >= set(signs):
            return 3
        case Name():
            return 4
        case Terms():
            return 6
        case Bracket():
            return 7
        case Reduction(kind="sum"):
            return 9
        case Reduction():
            return 8
    return 5


def _term_key(item: tuple[bool, Tree], tokens: Tokens, places: Ranks) -> tuple[Any, ...]:
    negative, tree = item
    kind = 1
    if isinstance(tree, Number):
        kind = 0 if tree.value.denominator == 1 and not negative else 2
    mentioned = _places(tree, places)
    derived = tuple(r for r in mentioned if r >= COTANGENT or r % 2)
    length = len(mentioned) if derived else 0
    text = _text(tree, tokens)
    return negative, kind, not derived, derived, length, mentioned, len(text), text


def _side_key(tree: Tree, tokens: Tokens) -> tuple[Any, ...]:
    """[k = t[n]]: an index before anything else, a number last."""
    return isinstance(tree, Number), not isinstance(tree, Letter), _text(tree, tokens)


def _slot_key(item: tuple[bool, Tree], tokens: Tokens) -> tuple[Any, ...]:
    negative, tree = item
    if isinstance(tree, Factors):
        tree = replace(tree, coefficient=Fraction(1))
    constant = not free_in(tree) and not any(isinstance(n, Symbol | Name) for n in walk(tree))
    return constant, negative, _text(tree, tokens)
