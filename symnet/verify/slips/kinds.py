"""The kind of slip that it is to forget a factor or a term, or to write one too much.

1 - t**2 is chain rule, [z > 0] a mask, a sum over what is normalised a normalisation path
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import INNER
from symnet.verify.slips.facts import SMOOTH, Facts, Hint
from symnet.verify.slips.node import Node, factors, terms, walk, walk_inside
from symnet.verify.slips.normalisers import is_reduction
from symnet.verify.slips.setting import Array


@dataclass(frozen=True)
class Piece:
    """A factor or a term with the kind of slip that it is to forget it.

    `whole` is what a derivative is the derivative of.
    """

    node: Node
    kind: SlipKind
    note: str = ""
    whole: Node | None = None


@dataclass
class Kinds(Facts):
    """The facts, and the kinds of pieces that they give."""

    derivatives: list[Piece] = field(init=False)

    def kind_of(self, node: Node) -> tuple[SlipKind, str]:
        """The kind of slip that it is to forget a factor or to write one too much."""
        if self.is_mask(node) or any(n.head == "compare" for n in walk_inside(node)):
            return SlipKind.MASK, "a condition"
        if node.head == "number" or self.value(node) is None:
            return SlipKind.FACTOR, ""
        for piece in self.derivatives:
            if self._is_like(piece.node, node):
                return piece.kind, piece.note
        for hint in self.hints:
            if self._is_hinted(node, hint):
                return hint.kind, hint.note
        if _is_of_tanh(node):
            return SlipKind.CHAIN_RULE, "the derivative of tanh"
        if all(n.word in self.numbers for n in walk(node) if n.head == "name"):
            return SlipKind.FACTOR, ""
        if node.head == "call" and node.word.name in SMOOTH:
            return SlipKind.CHAIN_RULE, ""
        return SlipKind.FACTOR, ""

    def _is_hinted(self, node: Node, hint: Hint) -> bool:
        value = self.value(node)
        return (
            value is not None
            and value.size == hint.entries.size > 1
            and bool(np.allclose(np.sort(value.ravel()), hint.entries))
        )

    def as_hints(self) -> list[Hint]:
        """The derivatives, for a pool of the other notation."""
        found = [(p, self.value(p.node)) for p in self.derivatives if p.note != INNER]
        return [Hint(np.sort(v.ravel()), p.kind, p.note) for p, v in found if v is not None]

    def _is_like(self, a: Node, b: Node) -> bool:
        x, y = self.value(a), self.value(b)
        if x is None or y is None:
            return False
        shapes = [tuple(n for n in v.shape if n != 1) for v in (x, y)]
        return shapes[0] == shapes[1] and bool(np.allclose(x.ravel(), y.ravel(), 1e-10, 1e-12))

    def kind_of_extra(self, node: Node) -> tuple[SlipKind, str]:
        """The same for a factor too much: an argument beside its function is no derivative."""
        kind, note = self.kind_of(node)
        is_argument = node.head != "number" and any(self._is_like(u, node) for u in self.arguments)
        if kind is SlipKind.FACTOR and is_argument:
            return SlipKind.CHAIN_RULE, ""
        return kind, note

    def is_mask(self, node: Node) -> bool:
        """A condition, or a tensor of zeros and ones."""
        if node.head == "compare" or (node.head == "list" and len(node.parts) == 1):
            return True
        if node.head in ("name", "entry", "call"):
            value = self.value(node)
            return (
                value is not None
                and value.ndim > 0
                and value.size > 0
                and bool(np.isin(value, (0, 1)).all())
                and 0 < float(value.mean()) < 1
                and (node.head == "call" or not _is_simplex_like(value))
            )
        return False

    def kind_of_term(self, node: Node, whole: Node) -> SlipKind:
        """Of a term of the sum `whole`: a path through a normaliser has a factor that is a sum over
        an axis along which the whole sum varies.
        """
        tensor = "name" if self.notation == "numpy" else "entry"
        direct = [n for _, f in factors(node) for n in ((f, *f.parts) if f.head == "-" else (f,))]
        if any(self.is_mask(n) for n in direct if n.head == tensor):
            return SlipKind.MASK
        if self.derives and self.normalises and not self._is_of_function(node):
            full = self.value(whole)
            for _, factor in factors(node):
                value = self.value(factor)
                if full is None or value is None or value.size >= full.size:
                    continue
                if any(is_reduction(n) for n in self._inside_of(factor)):
                    return SlipKind.NORMALISATION_PATH
        return SlipKind.MISSING_TERM

    def _inside_of(self, factor: Node) -> Iterator[Node]:
        """The nodes of a factor; of a name that is one, those of its definition."""
        if factor.head == "name":
            for formula in self.formulas:
                if factor.word in formula.definitions:
                    yield from walk_inside(formula.definitions[factor.word])
            factor = factor.parts[0] if factor.parts else factor
        yield from walk_inside(factor)

    def _is_of_function(self, node: Node) -> bool:
        """Whether the term is a multiple of one that the function has: a value, and no path."""
        value = self.value(node)
        if value is None or not value.any():
            return False
        return any(_is_multiple(value, other) for other in self.values_of_terms)

    @cached_property
    def values_of_terms(self) -> list[Array]:
        """The terms of the function's sums, and means of the variable."""
        found: list[Array] = []
        for formula in self.formulas[2:]:
            for node in self.nodes(formula):
                if node.head == "-" or node.head == "+":
                    values = [self.value(t) for _, t in terms(node)]
                    found += [v for v in values[1:] if v is not None and v.size]
        given = self.evaluator.points[0].get(self.wrt)
        if given is not None and np.ndim(given):
            x = np.asarray(given, dtype=float)
            found += [x.mean(), *(x.mean(axis=k) for k in range(x.ndim))]
        return found


def _is_multiple(a: Array, b: Array) -> bool:
    """a = c b, entry by entry."""
    x, y = a.ravel(), np.ravel(b)
    if x.size != y.size or not (y != 0).all():
        return False
    if x.size == 1:
        return bool(np.allclose(np.abs(x), np.abs(y), 1e-9, 0))
    ratio = x / y
    return bool(np.allclose(ratio, ratio[0], 1e-9, 0))


def _is_simplex_like(x: Array) -> bool:
    """One-hot rows: a label, and no mask."""
    return x.ndim > 0 and any(bool((x.sum(axis=k) == 1).all()) for k in range(x.ndim))


def _is_of_tanh(node: Node) -> bool:
    """1 - v**2 of an array v."""
    if node.head != "-" or node.parts[0].head != "number" or node.parts[0].word != 1:
        return False
    power = node.parts[1]
    return power.head == "**" and power.parts[1].head == "number" and power.parts[1].word == 2
