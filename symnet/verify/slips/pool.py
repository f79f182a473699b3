"""Pieces that may be missing in a claim: factors and terms that its surroundings show.

derivatives of the functions in function, claim and truth; factors and terms of the true formula;
names of tensors
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.derivatives import MASKS, derivatives
from symnet.verify.slips.edit import INNER
from symnet.verify.slips.facts import SMOOTH, Facts, Hint
from symnet.verify.slips.node import Node, binary, factors, number, terms, walk, walk_inside
from symnet.verify.slips.normalisers import is_reduction
from symnet.verify.slips.reading import Formula
from symnet.verify.slips.setting import Array

MOST_FACTORS = 60
MOST_TERMS = 40


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
class Pool(Facts):
    """The facts, and the pieces that they give."""

    factors: list[Piece] = field(init=False)
    terms: list[Piece] = field(init=False)
    derivatives: list[Piece] = field(init=False)
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
                        if exponent > 0 and part.head == "-" and part is not made:
                            yield Piece(part, kind, f"of {note}")
        for formula in self.formulas[1:]:
            for node in self.nodes(formula):
                if self.varies(node):
                    yield from self._inner(node)

    def _inner(self, node: Node) -> Iterator[Piece]:
        """The factors inside of a function: of sin(a*x), a."""
        if node.head != "call" or not node.parts or node.word.name in ("sum", "mean", "square"):
            return
        if node.word.name not in SMOOTH or node.word.name in ("log", "log1p"):
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
        for formula in self.formulas[1:]:
            for node in self.nodes(formula):
                if node.head in ("+", "-"):
                    for _, term in terms(node):
                        yield Piece(term, SlipKind.MISSING_TERM)
        for formula in self.formulas:
            for node in self.nodes(formula):
                if node.head in ("name", "entry", "call") and node.word not in ("pi",):
                    yield Piece(node, SlipKind.MISSING_TERM)

    # kinds

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
        if any(self.is_mask(n) for n in walk_inside(node) if n.head == tensor):
            return SlipKind.MASK
        if self.normalises and not self._is_mean_of_variable(node):
            full = self.value(whole)
            for _, factor in factors(node):
                value = self.value(factor)
                if full is None or value is None or value.size >= full.size:
                    continue
                if any(is_reduction(n) for n in walk_inside(factor)):
                    return SlipKind.NORMALISATION_PATH
                if factor.head == "name" and factor.parts and is_reduction(factor.parts[0]):
                    return SlipKind.NORMALISATION_PATH
        return SlipKind.MISSING_TERM

    def _is_mean_of_variable(self, node: Node) -> bool:
        """x - mean(x) without mean(x): a value is missing, and no path."""
        value = self.value(node)
        given = self.evaluator.points[0].get(self.wrt)
        if value is None or given is None or np.ndim(given) == 0:
            return False
        x = np.asarray(given, dtype=float)
        means = [x.mean(), *(x.mean(axis=k) for k in range(x.ndim))]
        flat = value.ravel()
        return any(m.size == flat.size and np.allclose(m.ravel(), flat) for m in means)


def _is_simplex_like(x: Array) -> bool:
    """One-hot rows: a label, and no mask."""
    return x.ndim > 0 and any(bool((x.sum(axis=k) == 1).all()) for k in range(x.ndim))


def _is_of_tanh(node: Node) -> bool:
    """1 - v**2 of an array v."""
    if node.head != "-" or node.parts[0].head != "number" or node.parts[0].word != 1:
        return False
    power = node.parts[1]
    return power.head == "**" and power.parts[1].head == "number" and power.parts[1].word == 2


def _is_one_more(node: Node) -> bool:
    """1 + ..., without which the term is one of two."""
    return node.head == "+" and any(p.head == "number" for p in node.parts)
