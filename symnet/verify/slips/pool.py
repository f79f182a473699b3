"""Pieces that may be missing in a claim: factors and terms that its surroundings show.

derivatives of the functions in function, claim and truth; factors and terms of the true formula;
names of tensors
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.derivatives import MASKS, derivatives
from symnet.verify.slips.edit import INNER
from symnet.verify.slips.facts import SMOOTH
from symnet.verify.slips.kinds import Kinds, Piece
from symnet.verify.slips.node import Node, binary, factors, number, terms, walk
from symnet.verify.slips.reading import Formula

MOST_FACTORS = 60
MOST_TERMS = 40


@dataclass
class Pool(Kinds):
    """The facts, and the pieces that they give."""

    factors: list[Piece] = field(init=False)
    terms: list[Piece] = field(init=False)
    inner_numbers: set[float] = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.inner_numbers = set()
        self.derivatives = self._distinct(self._derivatives(), MOST_FACTORS)
        self.factors = self._distinct(self._factors(), MOST_FACTORS)
        self.terms = self._distinct(self._terms(), MOST_TERMS)

    def _distinct(self, pieces: Iterator[Piece], most: int) -> list[Piece]:
        """Pieces with a value, one for each value, the first of each."""
        out: list[Piece] = []
        seen: set[bytes] = set()
        for piece in pieces:
            value = self.value(piece.node)
            if value is None or not np.isfinite(value).all():
                continue
            key = np.round(value, 9).tobytes() + bytes(str(value.shape), "ascii")
            if key not in seen and len(out) < most:
                seen.add(key)
                out.append(piece)
        return out

    def _derivatives(self) -> Iterator[Piece]:
        for formula in self.formulas:
            for node, value in self._valued(formula):
                if not self.varies(node):
                    continue
                for made, name in derivatives(node, value, self.notation):
                    kind = SlipKind.MASK if name in MASKS else SlipKind.CHAIN_RULE
                    note = f"the derivative of {name}"
                    if name == "a power" and made.head == "name" and made.word == self.wrt:
                        kind = SlipKind.FACTOR
                    yield Piece(made, kind, note, value)
                    for exponent, part in factors(made):
                        quotient = name == "a quotient"
                        if exponent > 0 and part.head == "-" and part is not made and not quotient:
                            yield Piece(part, kind, f"of {note}")
        for formula in self.formulas[1:]:
            for node in self.nodes(formula):
                if self.varies(node):
                    yield from self._inner(node)
                    yield from self._inner_of_power(formula, node)

    def _inner(self, node: Node) -> Iterator[Piece]:
        """The factors inside of a function: of sin(a*x), a."""
        smooth = node.head == "call" and bool(node.parts) and node.word.name in SMOOTH
        if not smooth or node.word.name in ("log", "log1p"):
            return
        for _, term in terms(node.parts[0]):
            for exponent, factor in factors(term):
                if factor.head == "number":
                    self.inner_numbers.add(float(factor.word) ** exponent)
                elif not any(n.word == self.wrt for n in walk(factor) if n.head == "name"):
                    if factor.head == "name" and factor.word in self.defined:
                        continue
                    if factor.head in ("name", "entry", "**", "call"):
                        made = factor if exponent > 0 else binary("/", number(1), factor)
                        yield Piece(made, SlipKind.CHAIN_RULE, INNER)

    def _inner_of_power(self, formula: Formula, node: Node) -> Iterator[Piece]:
        """Of (y - a*x)**2, x: what the variable a has as a factor, one number of it an entry."""
        log = node.head == "call" and node.word.name in ("log", "log1p")
        if not self.wrt or not (log or node.head in ("**", "/")):
            return
        base = node.parts[1 if node.head == "/" else 0]
        while base.head == "name" and base.word in formula.definitions:
            base = formula.definitions[base.word]
        for _, term in terms(base) if base.head in ("+", "-") else ():
            found = [f for e, f in factors(term) if e > 0]
            if any(f.head == "name" and f.word == self.wrt for f in found):
                for factor in found:
                    if factor.head in ("name", "entry", "**") and factor.word != self.wrt:
                        yield Piece(factor, SlipKind.CHAIN_RULE, INNER)

    def _valued(self, formula: Formula) -> Iterator[tuple[Node, Node]]:
        """Every node with what its value is called."""
        names: dict[Node, Node] = {}
        for name, definition in formula.definitions.items():
            if formula is not self.formulas[0] and name not in self.known:
                continue
            if definition.head == "definition":
                slots = tuple(Node("name", word=x) for x in definition.word)
                base = Node("name", (definition,), name)
                names[definition.parts[0]] = Node("entry", (base, *slots)) if slots else base
            else:
                names[definition] = Node("name", (definition,), name)
        seen: set[Node] = set()
        for node in self.nodes(formula):
            if node not in seen:
                seen.add(node)
                yield node, names.get(node, node)

    def _factors(self) -> Iterator[Piece]:
        yield from self._constants()
        for formula in self.formulas[1:2]:  # the true formula
            for node in walk(formula.root):
                if node.head in ("*", "/"):
                    for _, factor in factors(node):
                        if factor.head != "number":
                            kind, note = self.kind_of(factor)
                            if kind is SlipKind.FACTOR and _is_one_more(factor):
                                kind = SlipKind.MISSING_TERM
                            yield Piece(factor, kind, note)
        yield from self.derivatives
        for formula in self.formulas:
            for node in self.nodes(formula):
                if node.head in ("compare",):
                    made = node if self.notation == "numpy" else Node("list", (node,))
                    yield Piece(made, SlipKind.MASK, "a condition")
                elif node.head in ("name", "entry") or (
                    node.head == "call" and node.word.name in SMOOTH
                ):
                    kind, note = self.kind_of(node)
                    if node.head == "call" and kind is SlipKind.CHAIN_RULE and not note:
                        kind = SlipKind.FACTOR
                    yield Piece(node, kind, note)

    def _constants(self) -> Iterator[Piece]:
        """Roots and other functions of numbers: sqrt(2), sqrt(D)."""
        for formula in self.formulas[1:]:
            for node in self.nodes(formula):
                if node.head == "call" and not self.varies(node):
                    value = self.value(node)
                    if value is not None and value.ndim == 0:
                        yield Piece(node, SlipKind.FACTOR)

    def _terms(self) -> Iterator[Piece]:
        yield Piece(number(1), SlipKind.MISSING_TERM)
        for formula in self.formulas[1:]:
            for node in self.nodes(formula):
                if node.head in ("+", "-"):
                    for _, term in terms(node):
                        yield Piece(term, SlipKind.MISSING_TERM)
        for formula in self.formulas[1:2]:
            for node in self.nodes(formula):
                found = list(terms(node)) if node.head in ("+", "-") else []
                if len(found) in (3, 4):
                    yield from map(_both, combinations(found, 2))
        for formula in self.formulas:
            for node in self.nodes(formula):
                if node.head in ("name", "entry", "call") and node.word not in ("pi",):
                    yield Piece(node, SlipKind.MISSING_TERM)


def _both(pair: tuple[tuple[int, Node], ...]) -> Piece:
    """Two terms of a sum together."""
    (s, a), (t, b) = pair
    return Piece(binary("+" if s == t else "-", a, b), SlipKind.MISSING_TERM)


def _is_one_more(node: Node) -> bool:
    """1 + ..., without which the term is one of two."""
    return node.head == "+" and any(p.head == "number" for p in node.parts)
