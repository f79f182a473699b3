"""Slides of one graph: its definitions, its backward pass step by step, its index form.

definitions and forward picture  ->  a row for each cotangent, with why  ->  in index form
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import log2
from typing import Literal

import sympy

from symnet.calculus import cost
from symnet.cli.decks import size
from symnet.cli.decks.local import Reasons
from symnet.cli.judged import judged
from symnet.notation import CheckFailed, Entry, Graph, Tensor, entries
from symnet.notation.index import extent_at
from symnet.render.deck import Derivation, Figure, Formulas, Math, Run, Sentence, Slide
from symnet.render.deck_rows import deck_rows
from symnet.render.drawing import draw
from symnet.render.latex import latex_of
from symnet.render.paging import READABLE, readable_scale
from symnet.render.scene import Aspect
from symnet.render.slide_rows import NUMBER
from symnet.verify.judge import Verdict

Form = Literal["index", "matrix"]
EVERY = r"\text{for every }"  # in a row of matrices that are numbered
FEW = 2  # rows whose panels say the index form well enough
MOST_USERS = 3  # that a reason names


@dataclass(frozen=True)
class Passes:
    """A graph with what was derived of it; `verdict` is that of the judges, None if not asked."""

    title: str
    graph: Graph
    wrt: tuple[str, ...]
    derived: Graph
    aspect: Aspect
    verdict: Verdict | None = None

    @cached_property
    def own(self) -> tuple[str, ...]:
        """What was derived: the definitions that the graph does not have."""
        before = {d.name for d in self.graph.definitions}
        return tuple(d.name for d in self.derived.definitions if d.name not in before)

    def slides(self) -> Iterator[Slide]:
        yield self.forward()
        if self.wrt:
            backward = self.backward()
            yield backward
            said = [p for p in backward.panels if p.chain]
            if len(said) < len(backward.rows) or len(said) > FEW:
                yield from self.index()

    def forward(self) -> Formulas:
        """The definitions, and their picture."""
        rows = deck_rows(self.graph, size.whole(self.aspect), size.MATHS)
        return Formulas(self.title, rows, figure=_figure(self.graph, self.title, self.aspect))

    @cached_property
    def has_matrix_form(self) -> bool:
        """Whether more than half of the rows have a matrix form, and none needs numbered ones."""
        rows = deck_rows(self.derived, 1000.0, size.MATHS, self.own, "matrix")
        is_numbered = any(EVERY in r.lines[-1] for r in rows)
        return not is_numbered and 2 * sum(not r.reason for r in rows) > len(rows)

    def backward(self) -> Derivation:
        """A row for each cotangent, beside it why, in the picture where."""
        form: Form = "matrix" if self.has_matrix_form else "index"
        reasons = Reasons(self.graph, self.derived, self.wrt, size.panel(self.aspect))
        named = {name: reasons.panel(name) for name in self.own}
        has_panels = any(p.chain for p in named.values())
        width = size.beside(self.aspect) if has_panels else size.whole(self.aspect) - NUMBER
        rows = deck_rows(self.derived, width, size.MATHS, self.own, form)
        panels = tuple(named[r.key] for r in rows if r.key) if has_panels else ()
        rows = tuple(replace(r, reason=self._through(r.key)) for r in rows if r.key)
        figure = _figure(with_forward(self.derived, self.graph), self.title, self.aspect)
        if figure is not None:
            owners = {bar: x for x, bar in self.derived.cotangents}
            order = tuple(frozenset(filter(None, [owners.get(r.key)])) for r in rows)
            figure = Figure(figure.picture, f"{figure.title}, forward and backward", order)
        return Derivation(
            f"{self.title}: backward pass",
            rows,
            panels,
            figure,
            (self.judged_by(), self.costs()),
        )

    def _through(self, bar: str) -> Sentence:
        """The tensors through which a cotangent comes."""
        x = next((x for x, b in self.derived.cotangents if b == bar), None)
        found = [Math(latex_of(Entry(Tensor(t.name)), self.graph)) for t in users(self.graph, x)]
        return ("through ", *_listed(found)) if 0 < len(found) <= MOST_USERS else ()

    def index(self) -> Iterator[Formulas]:
        """All of it in index form, if the backward pass was in matrix form."""
        if self.has_matrix_form:
            rows = deck_rows(self.derived, size.whole(self.aspect), size.MATHS, self.own)
            yield Formulas(f"{self.title}: gradient in index form", rows)

    # -- the foot ---------------------------------------------------------------------------------

    def judged_by(self) -> Sentence:
        """What the judges found."""
        if self.verdict is None:
            return ()
        errors = [e for e in self.verdict.errors if e is not None]
        worst = max(max(e.gradient, e.tangent, e.second) for e in errors)
        exact = max(e.adjoint for e in errors)
        return (
            "agrees with central differences: largest deviation ", _number(worst),
            "; adjoint identity: ", _number(exact),
        )  # fmt: skip

    def costs(self) -> Sentence:
        """The leading terms of the operations, forward and backward."""
        both = cost(with_forward(self.derived, self.graph))
        return (
            "forward ", _extents(both.forward, self.graph),
            ", backward ", _extents(both.backward, self.graph), " operations",
        )  # fmt: skip


def users(graph: Graph, name: str | None) -> list[Tensor]:
    """The tensors in whose definitions a tensor occurs."""
    return [
        d.tensor
        for d in graph.definitions
        if any(e.tensor.name == name for side in (d.expression, d.base) if side is not None
               for e in entries(side)) and d.name != name
    ]  # fmt: skip


def _listed(items: list[Math]) -> Iterator[Run]:
    for k, item in enumerate(items):
        if k:
            yield " and " if k == len(items) - 1 else ", "
        yield item


def passes(
    title: str,
    graph: Graph,
    wrt: tuple[str, ...],
    derived: Graph,
    aspect: Aspect,
    seed: int | None = 0,
) -> Passes:
    """A graph ready for slides; with a seed the judges try the derivative first.

    Raises CheckFailed where they disagree.
    """
    verdict = judged(graph, wrt, seed) if wrt and seed is not None else None
    if verdict is not None and not verdict.passed:
        raise CheckFailed(f"the judges do not confirm it, so nothing is shown: {verdict}")
    return Passes(title, graph, wrt, derived, aspect, verdict)


def with_forward(derived: Graph, graph: Graph) -> Graph:
    """The gradient with all definitions of the function, its value the first output."""
    known = {d.name for d in derived.definitions}
    own = {d.name for d in graph.definitions}
    rest = [d for d in derived.definitions if d.name not in own]
    if own <= known:
        return derived
    given = {t.name: t for t in (*graph.inputs, *derived.inputs)}
    return Graph(
        *graph.definitions,
        *rest,
        inputs=given.values(),
        parameters=derived.parameters,
        outputs=(*graph.outputs, *derived.outputs),
        cotangents=derived.cotangents,
        updates=graph.updates,
        notes=derived.notes,
        parts=graph.parts,
    )


def _figure(graph: Graph, title: str, aspect: Aspect) -> Figure | None:
    """The drawing, if it can be read on a slide."""
    made = draw(graph)
    if readable_scale(made.picture, aspect) < READABLE:
        return None
    return Figure(made.picture, title)


def _number(value: float) -> Math:
    mantissa, _, power = f"{value:.0e}".partition("e")
    return Math(rf"{mantissa} \cdot 10^{{{int(power)}}}" if value else "0")


def _extents(e: sympy.Expr, graph: Graph) -> Math:
    """The terms that grow fastest as all extents grow."""
    terms = sympy.Add.make_args(sympy.expand(e))
    degrees = [_degree(t) for t in terms]
    top = [t for t, degree in zip(terms, degrees, strict=True) if degree == max(degrees)]
    return Math(latex_of(sympy.factor_terms(sympy.Add(*top)), graph))


def _degree(term: sympy.Expr) -> int:
    """The degree in all extents together, floors counting as what is in them."""
    small, large = (
        float(extent_at(term, {s: at for s in term.free_symbols})) for at in (1 << 20, 1 << 21)
    )
    return round(log2(abs(large / small))) if small else 0
