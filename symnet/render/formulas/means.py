"""A sum divided by how far it runs -> a mean, where it stands among other terms.

    a - sum[e](b)/D - c*sum[e](d)/D  =>  a - mean[e](b) - c*mean[e](d)
    m = sum[d](x)/D                  =>  the same: by itself it is written as a lecturer writes it

Every extent of the bound indices must stand in the divisor, and the sum has no conditions. An
equality, for index form; matrix form and NumPy form read the sums.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import sympy

from symnet.render.formulas.arrange import NOWHERE, arrange
from symnet.render.formulas.letters import rebuilt
from symnet.render.formulas.tree import ONE, Factors, Items, Letter, Number, Reduction, Terms, Tree


def with_means(tree: Tree) -> Tree:
    """The tree with a mean for every sum that is one and stands in a sum of several terms."""
    tree = rebuilt(tree, with_means)
    if isinstance(tree, Terms) and len(tree.terms) > 1 and not tree.tight:
        return replace(tree, terms=tuple((n, _addend(t)) for n, t in tree.terms))
    return tree


def _addend(term: Tree) -> Tree:
    """c*sum[e](b)/D => c*mean[e](b); sum[e](b)^2/D^2 => mean[e](b)^2."""
    if not isinstance(term, Factors):
        return term
    c, left, out = term.coefficient, dict(term.items), Items()
    for base, exponent in term.items:
        if isinstance(base, Reduction) and (found := _divisor(base, exponent, c, left)):
            number, extents = found
            c *= number
            left |= {e: left[e] + x for e, x in extents.items()}
            out[replace(base, kind="mean")] = exponent
        else:
            out[base] = exponent
    items = tuple((b, left.get(b, x)) for b, x in out.items() if left.get(b, x))
    if c == 1 and len(items) == 1 and items[0][1] == 1:
        return items[0][0]
    return Factors(c, items)


def _divisor(
    sum_: Reduction, exponent: Fraction, c: Fraction, left: Items
) -> tuple[int, Items] | None:
    """The extents of a sum, to its exponent, if c and the factors are divided by all of them."""
    if sum_.kind != "sum" or sum_.conditions or exponent < 0 or exponent.denominator != 1:
        return None
    number, extents = _extent(sum_.bound)
    number **= int(exponent)
    if number != 1 and c.denominator != number:
        return None
    known = {_canonical(b): b for b in left}
    below = {known[e]: x * exponent for e, x in extents.items() if e in known}
    if len(below) < len(extents) or any(left[e] > -x for e, x in below.items()):
        return None
    return (int(number), below) if number != 1 or below else None  # else a sum of one term


def _extent(bound: tuple[Letter, ...]) -> tuple[Fraction, Items]:
    """The number of terms, as number * product of base^exponent."""
    made = arrange(sympy.Mul(*(b.index.extent for b in bound)), NOWHERE)
    if isinstance(made, Number):
        return made.value, {}
    if isinstance(made, Factors):
        return made.coefficient, {_canonical(b): x for b, x in made.items}
    return ONE, {_canonical(made): ONE}


def _canonical(tree: Tree) -> Tree:
    """The tree in an order of its own, so that equal extents are equal trees."""
    tree = rebuilt(tree, _canonical)
    if isinstance(tree, Terms):
        return Terms(tuple(sorted(tree.terms, key=hash)))
    if isinstance(tree, Factors):
        return replace(tree, items=tuple(sorted(tree.items, key=hash)))
    return tree
