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
from symnet.calculus.matrix import Matrix, inverses, pull_head, with_inverses
from symnet.calculus.names import unused_name
from symnet.calculus.relax import relaxed
from symnet.calculus.reverse import activity, pull_back, wanted
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


def jvp(graph: Graph, wrt: str | Tensor | Iterable[str | Tensor]) -> Graph:
    """The pushforward: outputs `y_dot` for the outputs `y`, along new inputs `x_dot`.

    x_dot has the shape of x. <J v, w> = <v, J' w> tests it and the reverse sweep together.
    A variable that the graph defines is varied by itself, as if it were given.
    Raises UnknownTensor, and DerivativeError for an integer tensor.
    """
    variables = wanted(graph, wrt)

    def push(g: Graph) -> Graph:
        return relaxed(g, variables, lambda g: _pushforward(g, [x.name for x in variables]))

    return apart(with_inverses(graph), variables, push)


def _pushforward(graph: Graph, names: Sequence[str]) -> Graph:
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
        _tangent(d, dots, letters, simplifier, known) for d in graph.definitions if d.name in dots
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
    )
    return restrict(full, full.outputs)


def _tangent(
    d: Definition,
    dots: dict[str, Tensor],
    letters: Letters,
    simplifier: Simplifier,
    known: Mapping[Matrix, Tensor],
) -> Definition:
    taken = frozenset(i.letter for i in d.free)
    active = activity(frozenset(dots))

    def push(p: t.Poly | MatrixHead) -> t.Poly:
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
        return simplifier.simplify(t.add(*parts))

    base = None
    if d.base is not None:
        before, back = read_base(d)
        base = rename(write(push(before), letters, taken), back)
    head = isinstance(d.expression, MatrixHead)
    body = write(push(d.expression if head else read(d.expression)), letters, taken)
    return Definition(Entry(dots[d.name], *d.free), body, base)
