"""Forward mode: one tangent definition for each tensor on the way.

y_dot[i] = sum over the entries X[s] in the right side of  dy[i]/dX[s] X_dot[s]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import sympy

from symnet.calculus import terms as t
from symnet.calculus.affine import of_index
from symnet.calculus.convert import Letters, read, read_base, write
from symnet.calculus.cut import apart
from symnet.calculus.journal import Journal
from symnet.calculus.matrix import Matrix, inverses, pull_head, with_inverses
from symnet.calculus.names import unused_name
from symnet.calculus.relax import relaxed
from symnet.calculus.reverse import activity, pull_back, wanted
from symnet.calculus.settle import report_forms
from symnet.calculus.simplify import Simplifier
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    MatrixHead,
    Tensor,
    dependencies,
    rename,
    restrict,
)


def jvp(
    graph: Graph,
    wrt: str | Tensor | Iterable[str | Tensor],
    journal: Journal | None = None,
) -> Graph:
    """The pushforward: outputs `y_dot` for the outputs `y`, along new inputs `x_dot`.

    x_dot has the shape of x. <J v, w> = <v, J' w> tests it and the reverse sweep together.
    A variable that the graph defines is varied by itself, as if it were given. A `journal`
    records the steps.
    Raises UnknownTensor, and DerivativeError for an integer tensor.
    """
    variables = wanted(graph, wrt)

    def push(g: Graph) -> Graph:
        names = [x.name for x in variables]
        return relaxed(g, variables, lambda g: _pushforward(g, names, journal))

    return apart(with_inverses(graph), variables, push)


def _pushforward(graph: Graph, names: Sequence[str], journal: Journal | None) -> Graph:
    variables = wanted(graph, names)
    arrows = dependencies(graph)
    moving = {x.name for x in variables}
    for x in variables:
        moving |= nx.descendants(arrows, x.name)
    moving -= {x.name for x in graph.tensors if x.is_integer_valued}
    taken = {x.name for x in graph.tensors}
    dots: dict[str, Tensor] = {}
    for x in graph.tensors:
        if x.name in moving:
            dots[x.name] = x.like(unused_name(f"{x.name}_dot", taken))
            taken.add(dots[x.name].name)
    letters, simplifier, known = Letters(graph), Simplifier(graph), inverses(graph)
    made = [
        _tangent(d, dots, letters, simplifier, known, journal)
        for d in graph.definitions
        if d.name in dots
    ]
    zero = [
        Definition(Entry(dot, *dot.indices), sympy.S.Zero)
        for x in graph.outputs
        if x.name not in dots
        for dot in [dots.setdefault(x.name, x.like(unused_name(f"{x.name}_dot", taken)))]
    ]
    full = Graph(
        *graph.definitions,
        *made,
        *zero,
        inputs=(*graph.inputs, *(dots[x.name] for x in variables)),
        parameters=graph.parameters,
        outputs=tuple(dots[x.name] for x in graph.outputs),
        cotangents=graph.cotangents,
        parts=graph.parts,
    )
    return restrict(full, full.outputs)


def _tangent(
    d: Definition,
    dots: dict[str, Tensor],
    letters: Letters,
    simplifier: Simplifier,
    known: Mapping[Matrix, Tensor],
    journal: Journal | None,
) -> Definition:
    taken = frozenset(i.letter for i in d.free)
    active = activity(frozenset(dots))

    def push(p: t.Poly | MatrixHead, recorded: bool = False) -> t.Poly:
        parts: list[t.Poly] = []

        def emit(node: t.Ref, slope: t.Poly, scope: tuple[object, ...]) -> None:
            dot = t.single(t.ref(dots[node.tensor.name], node.slots))
            parts.append(t.summed(t.multiply(slope, dot), scope))  # type: ignore[arg-type]

        if isinstance(p, MatrixHead):
            own = t.single(t.ref(d.tensor, [of_index(i) for i in d.free]))
            same = {i: of_index(i) for i in d.free}
            pull_head(p, own, same, t.UNITY, known, emit)
        else:
            pull_back(p, t.UNITY, (), active, emit)
        raw = t.add(*parts)
        if journal is not None and recorded:
            _report(journal, d, dots[d.name], raw, simplifier)
        return simplifier.simplify(raw)

    base = None
    if d.base is not None:
        before, back = read_base(d)
        base = rename(write(push(before), letters, taken), back)
    head = isinstance(d.expression, MatrixHead)
    body = write(push(d.expression if head else read(d.expression), True), letters, taken)
    return Definition(Entry(dots[d.name], *d.free), body, base)


def _report(
    journal: Journal, d: Definition, dot: Tensor, raw: t.Poly, simplifier: Simplifier
) -> None:
    """Record the chain rule for a tangent, and the way to its simplest form."""
    letters = Letters(simplifier.graph)
    written = write(raw, letters, frozenset(i.letter for i in d.free))
    journal.note(dot, d.free, "chain", f"the differential of {d.name}", written, raw)
    report_forms(journal, dot, d.free, raw, simplifier)
