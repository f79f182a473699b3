"""Trying an edit: the edited formula's value at the sample points, against what it should be.

    trial.holds(tree.replaced(old, new))   at the first point, then at the others

Each point keeps the value of every node, so that an edit costs the way from it to the root.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from symnet.notation import SymnetError
from symnet.verify.slips.arrays import Arrays, NoRule
from symnet.verify.slips.entries import Entries, Letters
from symnet.verify.slips.node import Node, Over
from symnet.verify.slips.reading import Formula
from symnet.verify.slips.setting import Array, Points, Setting, Values
from symnet.verify.slips.tree import Tree
from symnet.verify.slips.writing import Writer

TOLERANCE = 1e-9
MOST_READS = 20
# What NumPy raises where shapes, axes or places do not fit, and numbers that have no value.
MISFITS = (
    *(ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError, AttributeError),
    *(np.linalg.LinAlgError, KeyError),
)
# What may go wrong in a search over all kinds of text; the search then finds less.
FAILURES = (*MISFITS, NoRule, ArithmeticError, RuntimeError, AssertionError, SymnetError)


@dataclass
class Evaluator:
    """Values of the nodes of one text at the sample points."""

    setting: Setting
    letters: tuple[str, ...]  # free ones, in the order of the claim's axes
    points: tuple[Values, ...]
    may_read: bool = True  # whether the points are those of the setting
    walkers: list[Arrays | Entries] = field(init=False)
    axes: Letters = field(init=False)
    extents: list[dict[str, int]] = field(init=False)
    reads: dict[str, Points | None] = field(default_factory=dict)
    nodes: dict[Node, Points | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.axes = Letters()
        self.extents = [
            dict(zip(self.letters, np.shape(t), strict=False)) for t in self.setting.truth
        ]
        self.walkers = []
        for k, values in enumerate(self.points):
            if self.setting.notation == "index":
                walker: Arrays | Entries = Entries(values, self.axes, self.extents[k], self._refuse)
            else:
                walker = Arrays(values, partial(self._read, k))
            self.walkers.append(walker)

    def _refuse(self, node: Node) -> Array:
        raise NoRule(node.head)

    def _read(self, k: int, node: Node) -> Array:
        """What no rule covers, by the project's own reader."""
        if not self.may_read:
            raise NoRule("another point")
        if node not in self.nodes:
            if len(self.nodes) >= 2 * MOST_READS:
                raise NoRule(node.head)
            text = Writer(self.setting.text, self.setting.notation, whole=True).written(node)
            self.nodes[node] = self.points_of(text)
        found = self.nodes[node]
        if found is None:
            raise NoRule(node.head)
        return found[k]

    def points_of(self, text: str) -> Points | None:
        """A text read by the project's reader, each once and not too many."""
        if text not in self.reads:
            full = len(self.reads) >= MOST_READS
            self.reads[text] = None if full else self.setting.read(text)
        return self.reads[text]

    def value(self, root: Node, k: int) -> Array | None:
        """The array at point k, None where the formula has no value there."""
        walker = self.walkers[k]
        try:
            found = walker.value(root)
            if isinstance(walker, Entries):
                return walker.ordered(found, self.letters, self.extents[k])
            return np.asarray(found, dtype=float)
        except (*MISFITS, NoRule):
            return None  # the question was whether there is a value

    def raw(self, node: Node, k: int) -> Array | None:
        """The value of an inner node, with the axes that it has."""
        walker = self.walkers[k]
        try:
            if isinstance(walker, Entries):
                scope = walker.scope({**walker.extents_in(node), **walker.extents})
                return np.asarray(walker.at(node, scope), dtype=float)
            return np.asarray(walker.value(node), dtype=float)
        except (*MISFITS, NoRule):
            return None

    @property
    def count(self) -> int:
        return len(self.points)


@dataclass
class Trial:
    """One formula that should have the target's value; `formula` is as it was read."""

    evaluator: Evaluator
    formula: Formula
    target: Points
    tree: Tree = field(init=False)
    scales: list[float] = field(init=False)
    tried: int = 0

    def __post_init__(self) -> None:
        self.tree = Tree(self.formula.root, self.evaluator.setting.notation)
        self.scales = [max(1e-6, float(np.abs(t).max(initial=0.0))) for t in self.target]

    @property
    def root(self) -> Node:
        return self.formula.root

    @property
    def count(self) -> int:
        return len(self.target)

    def value(self, root: Node, k: int) -> Array | None:
        """The value, spread to the target's shape if it can be."""
        found = self.evaluator.value(root, k)
        shape = np.shape(self.target[k])
        if found is None or found.shape == shape:
            return found
        if found.ndim < len(shape) and found.ndim == 0:
            return np.broadcast_to(found, shape)
        return None

    def holds(self, root: Node) -> bool:
        """Whether the formula is true at all points."""
        self.tried += 1
        return all(self._holds_at(root, k) for k in range(self.count))

    def _holds_at(self, root: Node, k: int) -> bool:
        found = self.value(root, k)
        if found is None:
            return False
        return self.is_near(found, k)

    def is_near(self, found: Array, k: int) -> bool:
        gap = float(np.abs(found - self.target[k]).max(initial=0.0))
        return gap <= TOLERANCE * self.scales[k]

    def edited(self, old: Node, new: Node) -> bool:
        return self.holds(self.tree.replaced(old, new))

    def weights(self, low: Node, high: Node) -> list[float] | None:
        """The numbers c, one a point, with low + c (high - low) = target; None if there is none.

        `low` and `high` are formulas. The formula with c must still be tried.
        """
        self.tried += 1
        out: list[float] = []
        for k in range(self.count):
            a, b = self.value(low, k), self.value(high, k)
            if a is None or b is None:
                return None
            d, t = b - a, self.target[k] - a
            size = float(np.sum(d * d))
            if not size > 0 or not math.isfinite(size):
                return None
            c = float(np.sum(t * d)) / size
            if not self.is_near(a + c * d, k):
                return None
            out.append(c)
        return out


def scalars(values: tuple[Values, ...]) -> Iterator[tuple[str, list[float]]]:
    """The names that are numbers at every point."""
    for name in values[0] if values else ():
        if all(name in v and np.ndim(v[name]) == 0 for v in values):
            yield name, [float(v[name]) for v in values]


def free_letters(root: Node, known: Mapping[str, object]) -> tuple[str, ...]:
    """The letters of an anonymous formula that nothing binds, in order of appearance."""
    found: dict[str, None] = {}

    def visit(node: Node, bound: tuple[str, ...], in_slot: bool) -> None:
        if node.head == "name":
            if in_slot and node.word not in bound and node.word not in known:
                found.setdefault(node.word)
            return
        if node.head == "reduce":
            word: Over = node.word
            bound = bound if word.name in ("softmax", "log_softmax") else (*bound, *word.letters)
        for slot, part in enumerate(node.parts):
            visit(part, bound, in_slot or (node.head == "entry" and slot > 0))

    visit(root, (), False)
    return tuple(found)
