"""Several coefficients of one sum wrong at once: a sign and a factor.

truth = sum_i c_i term_i, solved for all c at once where the formula is linear in the sum
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.coefficients import rescaled
from symnet.verify.slips.constants import Coefficient, named
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, binary, number, terms
from symnet.verify.slips.search import Search

MOST_TERMS = 6
NEAR = 1e-8


def several(search: Search) -> Iterator[Edit]:
    for site in search.tree.expressions():
        node, parent = site.node, site.parent
        if node.head in ("+", "-") and (parent is None or parent.head not in ("+", "-")):
            found = list(terms(node))
            if 2 <= len(found) <= MOST_TERMS:
                edit = _solved(search, node, found)
                if edit is not None:
                    yield edit


def _solved(search: Search, node: Node, parts: list[tuple[int, Node]]) -> Edit | None:
    trial = search.trial
    zero = search.tree.replaced(node, binary("*", number(0), node))
    columns: list[list[float]] = []
    for k in range(trial.count):
        base = trial.value(zero, k)
        if base is None:
            return None
        rows = []
        for _, part in parts:
            spread = binary("+", binary("*", number(0), node), part)
            value = trial.value(search.tree.replaced(node, spread), k)
            if value is None:
                return None
            rows.append((value - base).ravel())
        matrix, wanted = np.stack(rows, axis=1), (trial.target[k] - base).ravel()
        if not (np.isfinite(matrix).all() and np.isfinite(wanted).all()):
            return None
        solved, _, rank, _ = np.linalg.lstsq(matrix, wanted, rcond=None)
        if rank < len(parts) or np.abs(matrix @ solved - wanted).max() > NEAR * trial.scales[k]:
            return None
        columns.append([float(c) for c in solved])
    coefficients = []
    for j, (sign, _) in enumerate(parts):
        numbers = [c[j] * sign for c in columns]
        small = all(abs(c) < NEAR for c in numbers)
        c = Coefficient(Fraction(0)) if small else named(numbers, search.scalars)
        if c is None:
            return None
        coefficients.append(c)
    return _written(search, node, parts, coefficients)


def _written(
    search: Search, node: Node, parts: list[tuple[int, Node]], found: list[Coefficient]
) -> Edit | None:
    """The sum with all coefficients put right, named after the first that was wrong."""
    out: Node | None = None
    kinds: list[tuple[SlipKind, Node]] = []
    for (sign, part), c in zip(parts, found, strict=True):
        if not c.is_one:
            is_sign = c.number == -1 and not c.names
            kinds.append((SlipKind.SIGN if is_sign else SlipKind.FACTOR, part))
        if c.number == 0:
            kinds[-1] = (SlipKind.EXTRA_TERM, part)
            continue
        size = Coefficient(abs(c.number), c.names)
        term = part
        if not size.is_one:
            edit = rescaled(search, part, size)
            term = edit.new if edit.old is part else _put(part, edit.old, edit.new)
        negative = (sign < 0) != (c.number < 0)
        if out is None:
            out = Node("neg", (term,)) if negative else term
        else:
            out = binary("-" if negative else "+", out, term)
    if out is None or not kinds:
        return None
    kind, piece = kinds[0]
    action = "sign" if kind is SlipKind.SIGN else "replace"
    return Edit(node, out, kind, action, piece=piece, place=piece)


def _put(root: Node, old: Node, new: Node) -> Node:
    if root is old:
        return new
    if root.head == "name":
        return root
    return root.with_parts(tuple(_put(p, old, new) for p in root.parts))
