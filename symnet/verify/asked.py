"""What a checker can be asked by those who help it: steps, misfits, the diagnosis.

It stands below them, so that they need not know the checker itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from symnet.notation import Graph, Tensor
from symnet.notation.report import Report
from symnet.verify.claims import Read, Sides
from symnet.verify.points import Points
from symnet.verify.truth import Truth


class Asked(Protocol):
    """A function and a variable, with what is derived of them; see check.Checker."""

    text: str
    function: Graph | None
    wrt: str | None
    shapes: Mapping[str, Any] | None
    assume: Mapping[str, Any] | None
    of: str | None
    cotangent: str | None
    seed: int
    is_variant: bool

    def check(self, claim: Any) -> Report: ...
    def read(
        self,
        claim: Any,
        known: Graph,
        hidden: Collection[str] = (),
        name: str = "claim",
        expected: Tensor | None = None,
    ) -> Read: ...
    def compare(
        self, read: Read, truth: Truth, about: str = "", layouts: bool = True
    ) -> Report: ...
    def equation(self, first: Read, second: Read, pair: Sides, whole: str) -> Report: ...
    def holds(self, text: str, truth: Truth) -> bool: ...
    def known(self) -> Graph: ...
    def base(self, truth: Truth | None) -> Graph: ...
    def truth(self, of: str) -> Truth: ...
    def usual_kind(self) -> str: ...
    def usual_truth(self, further: Sequence[str] = ()) -> Truth | None: ...
    def sibling(self, variable: str, of: str) -> Truth: ...
    def points(self, graph: Graph, names: Sequence[str]) -> list[Points]: ...
    def in_notation(self, truth: Truth, notation: str) -> str: ...
    def with_shapes(self, shapes: Mapping[str, Any], text: str) -> Asked: ...
