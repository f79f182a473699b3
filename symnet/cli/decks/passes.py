"""Slides of one graph: its definitions, its backward pass step by step, its index form.

    definitions and forward picture  ->  a row for each cotangent, with why  ->  in index form

A graph whose picture is too large for that is shown layer by layer, the last one first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from symnet.cli.decks import size
from symnet.cli.decks.figures import FEWEST, alone, beside, by_layer, layers, users
from symnet.cli.decks.foot import costs, judged_by
from symnet.cli.decks.local import Reasons
from symnet.cli.judged import judged, with_forward
from symnet.notation import CheckFailed, Entry, Graph, Tensor, restrict
from symnet.render.decks.deck import Derivation, Figure, Formulas, Math, Panel, Run, Sentence, Slide
from symnet.render.decks.rows import deck_rows
from symnet.render.decks.scene import Aspect
from symnet.render.decks.slide_rows import NUMBER
from symnet.render.latex import aligned_rows, latex_of
from symnet.render.text import text
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

    def slides(self) -> Iterator[Slide]:
        yield from self.forward()
        if self.wrt:
            yield from self.backward()
            yield from self.index()

    @cached_property
    def own(self) -> tuple[str, ...]:
        """What was derived: the definitions that the graph does not have."""
        before = {d.name for d in self.graph.definitions}
        return tuple(d.name for d in self.derived.definitions if d.name not in before)

    @cached_property
    def whole(self) -> Graph:
        """Value and gradient."""
        return with_forward(self.derived, self.graph) if self.wrt else self.graph

    @cached_property
    def figure(self) -> Figure | None:
        """Forward and backward in one picture, if it can be read beside the rows."""
        return beside(self.whole, f"{self.title}, forward and backward", self.aspect)

    # -- slides -----------------------------------------------------------------------------------

    def forward(self) -> Iterator[Formulas]:
        """The definitions and their picture; the picture by itself where it is large."""
        rows = deck_rows(self.graph, size.whole(self.aspect), size.MATHS)
        figure = beside(self.graph, self.title, self.aspect)
        yield Formulas(self.title, rows, figure=figure)
        if self.figure is None:
            yield from alone(self.whole, self.title, self.aspect)

    def backward(self) -> Iterator[Derivation]:
        """A row for each cotangent, beside it why, in the picture where."""
        foot = (judged_by(self.verdict), costs(self.whole))
        if self.figure is not None or len(layers(self.graph)) < FEWEST:
            made = self._derivation(f"{self.title}: backward pass", self.own, self.figure)
            yield replace(made, foot=foot)
            return
        count = len(self.own)
        first = 1
        for layer, bars in self._by_layer().items():
            title = f"Backward: {layer or 'what several layers share'}"
            figure = beside(self.whole, title, self.aspect, layer) if layer else None
            made = self._derivation(title, bars, figure)
            yield replace(made, first=first, count=count, foot=foot)
            first += len(made.rows)

    def index(self) -> Iterator[Formulas]:
        """All of it in index form, if the backward pass was in matrix form."""
        said = [p for p in self._panels.values() if p.chain]
        if self.has_matrix_form and (len(said) < len(self.own) or len(said) > FEW):
            rows = deck_rows(self.derived, size.whole(self.aspect), size.MATHS, self.own)
            yield Formulas(f"{self.title}: gradient in index form", rows)

    # -- rows -------------------------------------------------------------------------------------

    @cached_property
    def has_matrix_form(self) -> bool:
        """Whether more than half of the rows have a matrix form, and none needs numbered ones."""
        rows = aligned_rows(self.derived, self.own, form="matrix")
        is_numbered = any(EVERY in r.lines[-1] for r in rows)
        return not is_numbered and 2 * sum(not r.remark for r in rows) > len(rows)

    @cached_property
    def _panels(self) -> dict[str, Panel]:
        reasons = Reasons(self.graph, self.derived, size.panel(self.aspect))
        return {name: reasons.panel(name) for name in self.own}

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Cotangent -> its tensor."""
        return {bar: x for x, bar in self.derived.cotangents}

    def _by_layer(self) -> dict[str, list[str]]:
        """The cotangents of each layer, those of several layers last."""
        bars = {self._owners.get(bar, bar): bar for bar in self.own}
        found = by_layer(self.graph, bars)
        made = {layer: [bars[x] for x in names] for layer, names in found.items() if layer}
        return {**made, **({"": [bars[x] for x in found[""]]} if "" in found else {})}

    def _derivation(self, title: str, names: Sequence[str], figure: Figure | None) -> Derivation:
        form: Form = "matrix" if self.has_matrix_form else "index"
        has_panels = any(self._panels[name].chain for name in names)
        width = size.beside(self.aspect) if has_panels else size.whole(self.aspect) - NUMBER
        rows = deck_rows(self.derived, width, size.MATHS, tuple(names), form)
        rows = tuple(replace(r, reason=self._through(r.key)) for r in rows if r.key)
        panels = tuple(self._panels[r.key] for r in rows) if has_panels else ()
        if figure is not None:
            order = tuple(frozenset(filter(None, [self._owners.get(r.key)])) for r in rows)
            figure = replace(figure, order=order)
        return Derivation(title, rows, panels, figure, notes=self._notes(names))

    def _notes(self, names: Sequence[str]) -> str:
        """What the speaker has before them: the rows as text, one paragraph each."""
        lines = text(self.derived, tuple(names)).splitlines()
        return "\n\n".join(f"{k}. {line}" for k, line in enumerate(lines, start=1))

    def _through(self, bar: str) -> Sentence:
        """The tensors through which a cotangent comes."""
        made = self.derived.definition(bar)
        if made is not None and made.expression == 0:
            return next(((note,) for name, note in self.derived.notes if name == bar), ())
        live = restrict(self.graph, self.graph.outputs[:1])
        found = users(live, self._owners[bar]) if bar in self._owners else []
        said = [Math(latex_of(Entry(Tensor(t.name)), self.graph)) for t in found]
        return ("through ", *_listed(said)) if 0 < len(said) <= MOST_USERS else ()


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
    verdict = judged(graph, wrt, seed, derived) if wrt and seed is not None else None
    if verdict is not None and not verdict.passed:
        raise CheckFailed(f"the judges do not confirm it, so nothing is shown: {verdict}")
    return Passes(title, graph, wrt, derived, aspect, verdict)
