"""What every generator of edits is given: the trial, the pool of pieces, the writer.

A generator yields edits that may be right; `found` keeps those that are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from symnet.notation.report import SlipKind
from symnet.verify.slips.edit import Edit
from symnet.verify.slips.node import Node, call, walk
from symnet.verify.slips.pool import Pool
from symnet.verify.slips.tree import Tree
from symnet.verify.slips.trial import FAILURES, Evaluator, Trial, scalars
from symnet.verify.slips.writing import Writer

T = TypeVar("T")
MOST_TRIALS = {"numpy": 6000, "index": 2500}  # in one direction, which bounds the time
NUMPYS = frozenset(
    {
        *("exp", "log", "sqrt", "sin", "cos", "tanh", "sum", "mean", "swapaxes", "eye", "triu"),
        *(
            "tril",
            "sign",
            "abs",
            "sinh",
            "cosh",
            "square",
            "diag",
            "outer",
            "where",
            "arctan",
            "trace",
        ),
    }
)


@dataclass
class Search:
    """One direction of the search: edits of `trial`'s formula that give its target."""

    trial: Trial
    writer: Writer
    pool: Pool
    scales: dict[Node, list[float] | None] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    @property
    def tree(self) -> Tree:
        return self.trial.tree

    @property
    def evaluator(self) -> Evaluator:
        return self.trial.evaluator

    @property
    def notation(self) -> str:
        return self.writer.notation

    @cached_property
    def scalars(self) -> list[tuple[str, list[float]]]:
        found = scalars(self.evaluator.points)
        return [(name, values) for name, values in found if name in self.pool.known]

    def function(self, name: str, *parts: Node, keywords: tuple[str, ...] = ()) -> Node:
        """A call in the notation of the text."""
        module = "np." if self.notation == "numpy" and name in NUMPYS else ""
        return call(name, *parts, keywords=keywords, module=module)

    def inverse(self, node: Node) -> Node:
        return call("inv", node, module="np.linalg.")


Generator = Callable[[Search], Iterator[Edit]]


def is_foreign(search: Search, edit: Edit) -> bool:
    """Whether nothing of the whole formula is left."""
    if edit.action != "replace" or edit.kind is SlipKind.SIGN:
        return False
    mine = {id(s.node) for s in search.tree.sites if not _is_letter(search, s.node)}
    return not any(id(n) in mine for n in walk(edit.new))


def _is_letter(search: Search, node: Node) -> bool:
    """A letter of index notation or a number, which says nothing of the formula."""
    index = search.notation == "index"
    return index and (
        node.head == "number"
        or (node.head == "name" and not node.parts and node.word not in search.evaluator.points[0])
    )


def safely(found: Iterable[T]) -> Iterator[T]:
    """What is found before numbers have no value: a slip that is not found is no error."""
    steps = iter(found)
    while True:
        try:
            one = next(steps)
        except StopIteration:
            return
        except FAILURES:
            return
        yield one


def found(search: Search, candidates: Iterable[Edit]) -> Iterator[Edit]:
    """The edits after which the formula has the target's value."""
    for edit in safely(candidates):
        if search.trial.tried > MOST_TRIALS[search.notation]:
            return
        if edit.old is search.trial.root and is_foreign(search, edit):
            continue
        if search.trial.edited(edit.old, edit.new):
            unwraps = edit.kind is SlipKind.POWER and edit.new in edit.old.parts
            keeps = unwraps or edit.kind is SlipKind.SHIFT
            is_condition = edit.old in search.tree.conditions and not keeps
            yield replace(edit, kind=SlipKind.MASK) if is_condition else edit
