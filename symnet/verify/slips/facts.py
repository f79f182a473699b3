"""What the formulas show: which names vary with the variable, which functions and conditions stand
in them, whether anything is normalised.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from symnet.notation.report import SlipKind
from symnet.verify.slips.node import Node, walk
from symnet.verify.slips.normalisers import is_normaliser
from symnet.verify.slips.reading import Formula
from symnet.verify.slips.setting import Array, Points
from symnet.verify.slips.trial import Evaluator, scalars

SMOOTH = frozenset(
    {
        *("exp", "log", "sin", "cos", "tan", "tanh", "sigmoid", "expit", "sinh", "cosh", "sqrt"),
        *("arctan", "softplus", "relu", "gelu", "silu", "erf", "log1p", "expm1", "abs", "swish"),
    }
)
INNER_CALLS = SMOOTH | {"norm", "det", "slogdet", "inv", "softmax", "log_softmax", "logsumexp"}


@dataclass(frozen=True)
class Hint:
    """A derivative seen in a formula of the other notation: its entries, in order of size."""

    entries: Array
    kind: SlipKind
    note: str


@dataclass
class Facts:
    """`formulas` are in the notation of the claim: the claim itself first, then true formula and
    function. `known` are the names that a correction may mention, `wrt` is the variable.
    """

    evaluator: Evaluator
    formulas: Sequence[Formula]
    notation: str
    known: Container[str]
    wrt: str
    hints: Sequence[Hint] = ()
    derives: bool = True  # whether the true formula is a derivative
    normalised: bool = False  # whether the function, in the other notation, normalises
    normalises: bool = field(init=False)
    numbers: set[str] = field(init=False)
    arguments: list[Node] = field(init=False)
    dependent: set[str] = field(init=False)
    defined: set[str] = field(init=False)
    conditions: list[Node] = field(init=False)
    wheres: list[Node] = field(init=False)
    inner_names: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {name for name, _ in scalars(self.evaluator.points)}
        self.normalises = self.normalised or any(
            is_normaliser(n, f.definitions) for f in self.formulas for n in self.nodes(f)
        )
        self.dependent = self._dependent()
        self.defined = {name for f in self.formulas for name in f.definitions}
        self.conditions = [
            n
            for f in self.formulas
            for n in self.nodes(f)
            if n.head == "compare" and not any(_is_of_places(m) for m in walk(n))
        ]
        self.wheres = [
            n
            for f in self.formulas[1:]
            for n in self.nodes(f)
            if n.head == "call" and n.word.name == "where" and len(n.parts) == 3
        ]
        self.arguments = [
            n.parts[0]
            for f in self.formulas
            for n in self.nodes(f)
            if n.head == "call"
            and n.word.name in SMOOTH
            and len(n.parts) == 1
            and not self._is_value(n.parts[0])
        ]
        self.inner_names = {n.word for f in self.formulas[1:] for n in self._inside(f)}

    def nodes(self, formula: Formula) -> Iterator[Node]:
        yield from walk(formula.root)
        for definition in formula.definitions.values():
            yield from walk(definition)

    def _is_value(self, node: Node) -> bool:
        """Whether a name stands for the value of a function: of log(p), p = softmax(z)."""
        if node.head == "name":
            for formula in self.formulas:
                if node.word in formula.definitions:
                    return formula.definitions[node.word].head == "call"
        return False

    def _dependent(self) -> set[str]:
        """The names whose value changes with the variable; empty if that is not known."""
        found = {self.wrt} if self.wrt else set()
        for formula in self.formulas[:0:-1]:
            for name, definition in formula.definitions.items():
                inner = definition.parts if definition.head == "name" else (definition,)
                if any(n.word in found for d in inner for n in walk(d) if n.head == "name"):
                    found.add(name)
        return found

    def varies(self, node: Node) -> bool:
        """Whether a node may change with the variable."""
        if not self.dependent:
            return True
        if node.head == "attribute" and node.word in ("shape", "size", "ndim"):
            return False
        if node.head == "name" and node.word in self.dependent:
            return True
        return any(map(self.varies, node.parts))

    @cached_property
    def softmaxes(self) -> list[Points]:
        """The values of all softmaxes of the formulas, at each point."""
        out: list[Points] = []
        for formula in self.formulas:
            for node in self.nodes(formula):
                named = node.head == "call" and node.word.name == "softmax"
                quotient = node.head == "/" and any(
                    n.head == "call" and n.word.name == "exp" for n in walk(node.parts[0])
                )
                if named or quotient or node.head == "name":
                    found = [self.evaluator.raw(node, k) for k in range(self.evaluator.count)]
                    kept = tuple(v for v in found if v is not None)
                    if len(kept) == len(found) and all(_is_simplex(v) for v in kept):
                        out.append(kept)
        return out[:6]

    def _inside(self, formula: Formula) -> Iterator[Node]:
        """The names inside of functions, through definitions."""
        for node in self.nodes(formula):
            if node.head == "call" and node.word.name in INNER_CALLS:
                names = [n for n in walk(node) if n.head == "name"]
                for name in names:
                    yield name
                    if name.word in formula.definitions:
                        inside = walk(formula.definitions[name.word])
                        names.extend(n for n in inside if n.head == "name" and n not in names)

    def value(self, node: Node) -> Array | None:
        return self.evaluator.raw(node, 0)


def _is_simplex(x: Array) -> bool:
    if x.ndim == 0 or x.size < 2 or not (x > 0).all():
        return False
    return any(bool(np.allclose(x.sum(axis=k), 1)) for k in range(x.ndim))


def _is_of_places(node: Node) -> bool:
    return node.head == "call" and node.word.name in ("arange", "argmax")
