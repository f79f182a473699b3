"""A function that is examined: what is derived of it, once, and what claims may speak of.

Examined(function, wrt, shapes)  ->  truths (gradient, Jacobian ...), points, texts
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from symnet.notation import Graph, GraphError, SymnetError, Tensor
from symnet.notation.parse import parse
from symnet.notation.parse.notation import INDEX
from symnet.notation.parse.shapes import given_tensors, tensors
from symnet.notation.sympy_in import from_sympy
from symnet.render.text import text as text_of
from symnet.verify.claims import ASSIGNED, Read, read_claim, sides
from symnet.verify.points import Points, Pool
from symnet.verify.truth import KINDS, Truth, beside, confirm, derive, without


class Examined:
    """One function and variable; what is derived is derived once, and held to differences."""

    def __init__(
        self,
        function: Any,
        wrt: str | None,
        shapes: Mapping[str, Any] | None = None,
        assume: Mapping[str, Any] | None = None,
        of: str | None = None,
        cotangent: str | None = None,
        seed: int = 0,
    ) -> None:
        if of is not None and of not in (*KINDS, "identity"):
            raise GraphError(f"of={of!r}: expected one of {', '.join((*KINDS, 'identity'))}")
        self.text = function if isinstance(function, str) else ""
        self.shapes, self.assume = shapes, assume
        self.wrt, self.of, self.cotangent, self.seed = wrt, of, cotangent, seed
        self.is_variant = False  # made with other shapes, for a claim whose shapes do not fit
        self.pool = Pool(seed)
        self._truths: dict[str, Truth] = {}
        self._texts: dict[tuple[str, str, str, int], str] = {}
        self.function = self._function(function) if not sides(self.text) else None

    def _function(self, function: Any) -> Graph:
        if isinstance(function, Graph):
            return function
        if isinstance(function, str):
            own = {k: v for k, v in (self.shapes or {}).items() if k != self.cotangent}
            graph = parse(function, own, assume=self.assume)
            if self.cotangent is None:
                self.cotangent = _spare(own, function, graph.output)
            if self.cotangent in own:
                graph = parse(
                    function,
                    {k: v for k, v in own.items() if k != self.cotangent},
                    assume=self.assume,
                )
            return graph
        return from_sympy(function, self.shapes, self.assume)

    def read(
        self,
        claim: Any,
        known: Graph,
        hidden: Collection[str] = (),
        name: str = "claim",
        expected: Tensor | None = None,
    ) -> Read:
        """The claim beside what it speaks of; `expected` is the tensor of its left side."""
        return read_claim(claim, known, hidden, name, self.text, expected)

    def truth(self, of: str) -> Truth:
        """The derived tensor of that kind, held to differences once."""
        if of not in self._truths:
            assert self.function is not None and self.wrt is not None
            made = derive(self.function, self.wrt, of, self.cotangent)
            self._truths[of] = made
            points = self.points(made.graph, [self.function.output.name, made.name])
            confirm(made, points[0].sizes, points[0].arrays, np.random.default_rng(self.seed))
        return self._truths[of]

    def usual_truth(self, further: Sequence[str] = ()) -> Truth | None:
        """The truth that a derivation is about, with the cotangents of further tensors."""
        if self.function is None or self.wrt is None:
            return None
        of = self.of if self.of in KINDS else self.usual_kind()
        truth = self.truth(of)
        names = {t.name for t in self.function.tensors} - {self.wrt, self.function.output.name}
        wanted = [n for n in further if n in names]
        if not wanted or of not in ("gradient", "vjp"):
            return truth
        return derive(self.function, self.wrt, of, self.cotangent, wanted)

    def usual_kind(self) -> str:
        assert self.function is not None
        return "vjp" if self.function.output.order else "gradient"

    def base(self, truth: Truth | None) -> Graph:
        """The function that is differentiated, if there is one."""
        if truth is not None:
            return truth.function
        return self.function if self.function is not None else self.known()

    def sibling(self, variable: str, of: str) -> Truth:
        """The derivative of that kind by another variable, beside the one that is asked for."""
        assert self.function is not None
        return derive(self.function, variable, of, self.cotangent)

    def known(self) -> Graph:
        """What an identity may speak of: the function, and its derivative by the variable."""
        if self.function is not None:
            if self.wrt is None:
                return self.function
            return self.truth(self.of if self.of in KINDS else self.usual_kind()).graph
        given = tensors(self.shapes, self.assume)
        return Graph(inputs=given.values())

    def _with_second(self, graph: Graph, text: str) -> Graph:
        """The graph with the Jacobian dy_dx or the Hessian d2L_dx2, if the text names it."""
        if self.function is None or self.wrt is None:
            return graph
        output = self.function.output
        kind = "jacobian" if output.order else "hessian"
        name = f"d{output.name}_d{self.wrt}" if output.order else f"d2{output.name}_d{self.wrt}2"
        if not re.search(rf"\b{name}\b", text):
            return graph
        return beside(graph, self.truth(kind).graph)

    def points(self, graph: Graph, names: Sequence[str]) -> list[Points]:
        """Admissible draws at two choices of sizes; see Pool.points."""
        return self.pool.points(graph, names, formulas=without(graph, set(names)))

    def in_notation(self, truth: Truth, notation: str) -> str:
        """The true formula in the author's notation, with the names that it needs.

        Names that the author has given are not defined again, unless they would be read there with
        other axes (keepdims). What cannot be read as NumPy text is given in index notation.
        """
        key = (truth.name, truth.of, notation, id(truth.function))
        if key not in self._texts:
            graph = without(truth.graph, {truth.name})
            form: Literal["index", "numpy"] = "index" if notation == INDEX else "numpy"
            own = {t.name for t in truth.function.tensors} if truth.of != "identity" else set()
            if self.text:
                own &= set(ASSIGNED.findall(self.text))
            named = tuple(d.name for d in graph.definitions if d.name not in own)
            choices = [text_of(graph, named, form=form)]
            if len(named) < len(graph.definitions):
                choices.append(text_of(graph, form=form))
            found = next((c for c in choices if self._fits(c, truth)), None)
            self._texts[key] = text_of(graph, named) if found is None else found
        return self._texts[key]

    def _fits(self, text: str, truth: Truth) -> bool:
        try:
            read = self.read(text, truth.graph, {truth.name}, expected=truth.tensor)
        except SymnetError:
            return False
        return read.tensor.shape == truth.tensor.shape


def _spare(shapes: Mapping[str, Any], function: str, output: Tensor) -> str | None:
    """The only given name that a function does not use, if it has the shape of its output."""
    unused = [n for n in shapes if not re.search(rf"\b{re.escape(n)}\b", function)]
    if not output.order or len(unused) != 1:
        return None
    given = given_tensors({unused[0]: shapes[unused[0]]}, None)
    return unused[0] if given[unused[0]].extents == output.shape else None
