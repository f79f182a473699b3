"""A hand derivation against the truth: proved, agrees, or refuted with the slip that was made.

    check("np.sum((X@w - y)**2)", "w", "2*X.T@(X@w - y)", {"X": "N D", "w": "D", "y": "N"})

Order of evidence: float64 at admissible points (refutes), random models (prove), 50 digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from symnet.notation import (
    Graph,
    GraphError,
    ParseError,
    SymnetError,
)
from symnet.notation.parse.notation import INDEX
from symnet.notation.report import Counterexample, Evidence, Report, Verdict
from symnet.verify.chain import check_steps
from symnet.verify.claims import Read, Sides, equations, sides
from symnet.verify.counterexample import counterexample
from symnet.verify.diagnosis import diagnose
from symnet.verify.entries import by_entries
from symnet.verify.examined import Examined
from symnet.verify.layouts import Reading, conventions, readings
from symnet.verify.misfit import misfit
from symnet.verify.shown import ShownReport
from symnet.verify.truth import KINDS, Truth
from symnet.verify.verdict import Apart, Equal, judged_equal


def check(
    function: Any,
    wrt: str | None = None,
    claim: Any = None,
    shapes: Mapping[str, Any] | None = None,
    assume: Mapping[str, Any] | None = None,
    of: str | None = None,
    cotangent: str | None = None,
    seed: int = 0,
) -> Report:
    """The verdict on a claim about a derivative of `function`, or on an identity.

    function   text in either notation, a Graph, or a SymPy expression
    wrt        the variable; None for an identity: claim == function, or a claim "lhs == rhs"
    claim      text, a SymPy expression, or a list of steps, each equal to the one before
    of         gradient, vjp, jacobian or hessian; without it the claim's shape and names decide
    cotangent  the name of the output's cotangent in a vjp (default: the only name in `shapes` that
               the function does not use and that has the output's shape; y_bar for an output y)

    Raises ParseError and its like for what cannot be read; CheckFailed where nothing is finite.
    """
    return Checker(function, wrt, shapes, assume, of, cotangent, seed).check(claim)


def check_tensor(graph: Graph, name: str, claim: Any, seed: int = 0) -> Report:
    """The verdict on a claim about one tensor that the graph defines, such as a cotangent.

    Raises UnknownTensor for a name that the graph does not have, and what check raises.
    """
    checker = Checker(graph, None, seed=seed)
    return checker.about(_as_truth(graph, graph.tensor(name).name), claim)


class Checker(Examined):
    """A function and a variable, ready for claims."""

    def with_shapes(self, shapes: Mapping[str, Any], text: str) -> Checker:
        """A text like this one, with other shapes."""
        made = Checker(text, self.wrt, shapes, self.assume, self.of, self.cotangent, self.seed)
        made.is_variant = True
        return made

    # -- what is claimed ----------------------------------------------------------------------

    def check(self, claim: Any) -> Report:
        """The verdict on one claim, or on a list of steps."""
        if isinstance(claim, Sequence) and not isinstance(claim, str):
            return check_steps(self, list(claim))
        if claim is None:
            claim = self.text
            if not sides(claim):
                raise GraphError("no claim is given, and the function is no equation lhs == rhs")
        if isinstance(claim, str) and len(chained := equations(claim)) > 1:
            return check_steps(self, chained)
        if isinstance(claim, str) and (pair := sides(claim)):
            try:
                return self.identity(pair, claim)
            except ParseError as e:
                return misfit(self, claim, e)
        if self.function is None:
            raise GraphError("the function is an identity lhs == rhs: no further claim is expected")
        try:
            if self.wrt is None:
                return self.same_as_function(claim)
            read, truth = self._read_for(claim)
        except ParseError as e:
            return misfit(self, claim, e)
        return self.compare(read, truth)

    def _read_for(self, claim: Any) -> tuple[Read, Truth]:
        """The claim, and the truth that was asked for or that its shape and names suggest."""
        assert self.function is not None and self.wrt is not None
        if self.of in KINDS:
            return self._read_as(claim, self.truth(self.of))
        first, second = (
            ("vjp", "jacobian") if self.function.output.order else ("gradient", "hessian")
        )
        truth = self.truth(first)
        try:
            read, _ = self._read_as(claim, truth)
        except ParseError as e:
            if second != "jacobian":
                raise
            try:  # its left side may have other axes
                return self._read_as(claim, self.truth(second))
            except ParseError:
                raise e from None
        if not self._is_first(read, truth):
            return self._read_as(claim, self.truth(second))
        entries = self._by_entries(read, truth)
        return (read, truth) if entries is None else self._read_as(claim, entries)

    def _by_entries(self, read: Read, truth: Truth) -> Truth | None:
        """The derivative of each entry by its own, for a function entry by entry.

        Only where the claim has its shape, and nobody has spoken of a cotangent.
        """
        if truth.of != "vjp" or self.of is not None or self.cotangent is not None:
            return None
        bar = next(t for t in truth.graph.given if t not in truth.function.tensors)
        if read.tensor.shape != bar.shape or bar.shape != truth.variable.shape:
            return None
        if re.search(rf"\b{bar.name}\b", read.text):
            return None
        if "entries" not in self._truths:
            made = by_entries(truth, bar, self.points(truth.graph, [truth.name]))
            self._truths["entries"] = truth if made is None else made
        found = self._truths["entries"]
        return found if found.of == "entries" else None

    def _read_as(self, claim: Any, truth: Truth) -> tuple[Read, Truth]:
        return self.read(claim, truth.graph, {truth.name}, expected=truth.tensor), truth

    def _is_first(self, read: Read, truth: Truth) -> bool:
        """Whether a claim is the gradient or pullback, and not the Hessian or Jacobian."""
        assert self.function is not None
        second = self.function.output.shape if truth.of == "vjp" else truth.variable.shape
        if _counted(read.tensor.shape) != _counted((*second, *truth.variable.shape)):
            return True
        if truth.of == "gradient":
            return truth.variable.order == 0
        bars = [t.name for t in truth.graph.given if t not in truth.function.tensors]
        return any(re.search(rf"\b{b}\b", read.text) for b in bars)

    def holds(self, text: str, truth: Truth) -> bool:
        """Whether a text is true; a text that cannot be read is not."""
        try:
            read = self.read(text, truth.graph, {truth.name}, expected=truth.tensor)
            found = readings(
                read.graph, read.tensor, truth.tensor, truth.own_order, read.free, truth.of
            )
            return any(
                isinstance(judged_equal(r.graph, r.name, truth.name, self.pool), Equal)
                for r in found
            )
        except SymnetError:
            return False

    # -- identities ---------------------------------------------------------------------------

    def identity(self, pair: Sides, whole: str) -> Report:
        """lhs == rhs, at all values of what they mention."""
        graph = self._with_second(self.known(), whole)
        first = self.read(pair.left, graph, (), "lhs")
        second = self.read(pair.right, first.graph, {first.name}, "rhs")
        return self.equation(first, second, pair, whole)

    def equation(self, first: Read, second: Read, pair: Sides, whole: str) -> Report:
        """The verdict on two sides that have been read; the right one is the claim."""
        graph = second.graph
        if INDEX in (first.notation, second.notation):  # a bare 0 is in both
            first, second = replace(first, notation=INDEX), replace(second, notation=INDEX)
        if first.tensor.order < second.tensor.order:
            first, second = second, first  # the side with fewer axes holds for all of them
        report = self.compare(
            replace(second, graph=graph), _as_truth(graph, first.name), "lhs == rhs"
        )
        slip = report.slip
        if slip is not None:
            is_right = second.text == pair.right
            moved = pair.place if is_right else 0
            place = slip.place and (slip.place[0] + moved, slip.place[1] + moved)
            right = slip.correction
            if not slip.fragment or "\n" in right:  # no edit of this side
                right = ""
            elif is_right:
                right = pair.whole(right)
            else:
                right = f"{right} == {pair.right.removeprefix(pair.before)}"
            slip = replace(slip, place=place, correction=right)
        return replace(report, claim=whole, derived=first.text, slip=slip)

    def same_as_function(self, claim: Any) -> Report:
        """The claim is another way to write the function."""
        assert self.function is not None
        return self.about(_as_truth(self.function, self.function.output.name), claim)

    def about(self, truth: Truth, claim: Any) -> Report:
        """The claim is another way to write a tensor of the graph."""
        if isinstance(claim, str) and (pair := sides(claim)):
            return self.identity(pair, claim)
        read = self.read(claim, truth.graph, {truth.name}, expected=truth.tensor)
        return self.compare(read, replace(truth, graph=read.graph))

    # -- the verdict --------------------------------------------------------------------------

    def compare(self, read: Read, truth: Truth, about: str = "", layouts: bool = True) -> Report:
        """The verdict on what was read, in other layouts too unless these are not allowed."""
        about = about or f"{truth.name} {_shape(truth.tensor.shape)}"
        derived = self.in_notation(truth, read.notation)
        found = list(
            r
            for r in readings(
                read.graph, read.tensor, truth.tensor, truth.own_order, read.free, truth.of
            )
            if layouts or not r.turned
        )
        base = ShownReport(
            Verdict.REFUTED, about, read.text, derived, Evidence("float64 at random points")
        )
        if not found:
            return self._misshapen(base, read, truth)
        first: tuple[Reading, Apart] | None = None
        for reading in found:
            answer = judged_equal(reading.graph, reading.name, truth.name, self.pool)
            if isinstance(answer, Equal):
                return _held(base, reading, answer)
            first = first or (reading, answer)
        for reading, name in conventions(found[0], truth):
            answer = judged_equal(reading.graph, reading.name, name, self.pool)
            if isinstance(answer, Equal):
                return _held(base, reading, answer)
        assert first is not None
        return self._refuted(base, read, truth, *first)

    def _misshapen(self, base: Report, read: Read, truth: Truth) -> Report:
        shown = Counterexample(
            (),
            f"the shape of {base.about.split()[0]}",
            _shape(read.tensor.shape),
            _shape(truth.tensor.shape),
            "every entry",
        )
        report = replace(base, counterexample=shown)
        return self.diagnosed(report, read, truth, None)

    def _refuted(
        self, base: Report, read: Read, truth: Truth, reading: Reading, apart: Apart
    ) -> Report:
        shown = counterexample(
            reading.graph,
            reading.name,
            truth.name,
            _entry(base.about),
            (apart.points.sizes, apart.points.at(apart.draw)),
            np.random.default_rng(self.seed),
        )
        report = replace(base, counterexample=shown)
        return self.diagnosed(report, read, truth, reading)

    def diagnosed(
        self, report: Report, read: Read, truth: Truth, reading: Reading | None
    ) -> Report:
        """The report with the slip, if one is found."""
        return replace(report, slip=diagnose(self, read, truth, reading))


def _entry(about: str) -> str:
    """How an entry of what is claimed is called: W_bar, or it for this step."""
    return "it" if about.startswith("this ") else about.split()[0]


def _counted(shape: Sequence[sympy.Expr]) -> list[str]:
    """The extents of a shape, in any order, without those of 1."""
    return sorted(str(e) for e in shape if e != 1)


def _held(base: Report, reading: Reading, answer: Equal) -> Report:
    return replace(
        base,
        verdict=answer.verdict,
        evidence=answer.evidence,
        layout=reading.layout,
        notes=(*base.notes, *answer.notes),
    )


def _shape(shape: Sequence[sympy.Expr]) -> str:
    return f"({', '.join(map(str, shape))})"


def _as_truth(graph: Graph, name: str) -> Truth:
    """A tensor of the graph as what is true: one side of an identity."""
    return Truth(graph, name, "identity", graph.tensor(name), graph)
