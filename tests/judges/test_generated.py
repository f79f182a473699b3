"""Generated code against torch's recorded answers: value, gradient, second derivative.

The same vectors to which test_recorded.py holds the interpreter. float64 agrees to 1e-11, float32
to 2e-4 of the largest entry.
"""

import numpy as np
import pytest

from symnet.calculus import gradient, jvp
from symnet.codegen import build
from symnet.notation import Graph
from symnet.verify.differences import gap
from tests.codegen.agreement import legal, values
from tests.judges.case import Arrays, Case, Point
from tests.judges.cases import CASES
from tests.judges.test_recorded import DATA
from tests.judges.vectors import read, unpacked


def graphs(case: Case) -> tuple[Graph, Graph]:
    """The case and its gradient."""
    graph = case.graph
    names = case.wrt(graph)
    return graph, gradient(graph, names, cotangent="seed" if graph.output.order else None)


def tangents(second: Graph, point: Point) -> Arrays:
    dots = [t.name for t in second.inputs[-len(point.directions) :]]
    return dict(zip(dots, point.directions.values(), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_torch(name: str) -> None:
    case = CASES[name]
    graph, pullback = graphs(case)
    forward, first = legal(graph), legal(pullback)
    single = build(pullback, dtype=np.float32)
    data = read(DATA / f"{name}.npz")
    points = [unpacked(case, data, k) for k in range(len(case.sizes))]
    for sizes, (point, expected) in zip(case.sizes, points, strict=True):
        seeded = point.given | ({"seed": point.cotangent} if graph.output.order else {})
        found = values(forward, point.given, known(graph, sizes))[graph.output.name]
        bars = values(first, seeded, known(pullback, sizes))
        rough = values(single, seeded, known(pullback, sizes))
        assert gap(found, expected.value) <= 1e-11
        for x, bar in zip(point.directions, pullback.outputs, strict=True):
            assert gap(bars[bar.name], expected.gradient[x]) <= 1e-11, f"gradient of {x}"
            assert gap(rough[bar.name], expected.gradient[x]) <= 2e-4, f"{x} in float32"


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.second])
def test_second_derivatives_agree_with_torch(name: str) -> None:
    case = CASES[name]
    graph, pullback = graphs(case)
    second = jvp(pullback, case.wrt(graph))
    pushed = legal(second)
    data = read(DATA / f"{name}.npz")
    points = [unpacked(case, data, k) for k in range(len(case.sizes))]
    for sizes, (point, expected) in zip(case.sizes, points, strict=True):
        seeded = point.given | ({"seed": point.cotangent} if graph.output.order else {})
        dots = values(pushed, seeded | tangents(second, point), known(second, sizes))
        for x, dot in zip(point.directions, second.outputs, strict=True):
            assert gap(dots[dot.name], expected.second[x]) <= 1e-11, f"second, {x}"


def known(graph: Graph, sizes: dict[str, int]) -> dict[str, int]:
    """The sizes of the extents that the graph has."""
    return {s.name: sizes[s.name] for s in graph.extents if s.name in sizes}
