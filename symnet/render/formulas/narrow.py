"""A line of text that is too long -> the same formula in less room, where it then fits.

    sum[k](a[k]) - c*sum[k](b[k])  =>  sum[k](a[k] - c*b[k])      one sum for one range
    (a + b)*c + d                  =>  (a+b)*c + d                then fewer blanks

Equalities. Only sums and means without conditions become one, and nothing that holds a reduction
moves under them. A formula that fits in neither way is left as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

from symnet.notation.index import Index
from symnet.render.formulas.letters import rebuilt
from symnet.render.formulas.plain import plain
from symnet.render.formulas.tree import ONE, Factors, Letter, Reduction, Terms, Tree, negated, walk

Term = tuple[bool, Tree]  # negative, what is added


def narrow(tree: Tree, room: int) -> Tree:
    """The formula, its letters chosen, in the first form whose text has at most `room` signs."""
    return next((made for made in forms(tree) if len(plain(made)) <= room), tree)


def forms(tree: Tree) -> Iterator[Tree]:
    """As it is, with one sum for one range, and that with fewer blanks."""
    yield tree
    joined = _joined(tree)
    yield joined
    yield rebuilt(joined, _tight)


def _tight(tree: Tree) -> Tree:
    """Without blanks around signs, as in a slot."""
    tree = rebuilt(tree, _tight)
    return replace(tree, tight=True) if isinstance(tree, Terms) else tree


# -- one sum for one range --------------------------------------------------------------------


def _joined(tree: Tree) -> Tree:
    tree = rebuilt(tree, _joined)
    if not isinstance(tree, Terms) or tree.tight:
        return tree
    alike: dict[Hashable, list[Term]] = {}
    for k, (negative, term) in enumerate(tree.terms):
        alike.setdefault(_range(term) or k, []).append((negative, term))
    terms = tuple(_under_one(found) for found in alike.values())
    if len(terms) > 1:
        return replace(tree, terms=terms)
    ((negative, term),) = terms
    return negated(term) if negative else term


def _range(term: Tree) -> Hashable:
    """What the one sum of this term runs over, None if there is none, or more than one."""
    parts = term.items if isinstance(term, Factors) else ((term, ONE),)
    inside = [b for b, _ in parts if any(isinstance(t, Reduction) for t in walk(b))]
    found = inside[0] if len(inside) == 1 else None
    if not isinstance(found, Reduction) or (found, ONE) not in parts:
        return None
    if found.kind not in ("sum", "mean") or found.conditions:
        return None
    return found.kind, tuple((b.text, b.index.extent) for b in found.bound)


def _under_one(terms: list[Term]) -> Term:
    """a sum_k f + b sum_k g => sum_k (a f + b g), where all signs are minus with one in front."""
    if len(terms) == 1:
        return terms[0]
    minus = all(negative for negative, _ in terms)
    first = next(t for t in walk(terms[0][1]) if isinstance(t, Reduction))
    made: list[Term] = []
    for negative, term in terms:
        factors = term if isinstance(term, Factors) else Factors(ONE, ((term, ONE),))
        own = next(b for b, _ in factors.items if isinstance(b, Reduction))
        same = {b.index: a for b, a in zip(own.bound, first.bound, strict=True)}
        others = tuple(item for item in factors.items if item[0] is not own)
        body = _relettered(own.body, same)
        made.extend(_times(replace(factors, items=others), body, negative and not minus))
    return minus, replace(first, body=Terms(tuple(made)))


def _relettered(tree: Tree, same: Mapping[Index, Letter]) -> Tree:
    if isinstance(tree, Letter):
        return same.get(tree.index, tree)
    return rebuilt(tree, lambda child: _relettered(child, same))


def _times(before: Factors, body: Tree, negative: bool) -> Iterator[Term]:
    """The terms of +- before * body."""
    if before == Factors(ONE, ()):
        inner = body.terms if isinstance(body, Terms) else ((False, body),)
        yield from ((n != negative, t) for n, t in inner)
        return
    own = body if isinstance(body, Factors) else Factors(ONE, ((body, ONE),))
    items = dict(before.items)
    for base, exponent in own.items:
        items[base] = items.get(base, 0 * ONE) + exponent
    kept = tuple((b, x) for b, x in items.items() if x)
    yield negative, Factors(before.coefficient * own.coefficient, kept)
