"""A case that torch judges: a graph, its sizes, points, and what symnet answers there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from symnet.calculus import gradient, jvp
from symnet.notation import Graph, size_of
from symnet.verify import interpret, sample, sizes_of
from symnet.verify.sample import direction

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A graph with the sizes at which it is judged. Its variables are all real given tensors."""

    name: str
    build: Callable[[], Graph]
    sizes: tuple[Mapping[str, int], ...]
    fixed: tuple[str, ...] = ()  # real tensors that torch does not differentiate
    second: bool = True  # whether the gradient's derivative along a direction is judged too

    @property
    def graph(self) -> Graph:
        return self.build()

    def wrt(self, graph: Graph) -> tuple[str, ...]:
        real = [t.name for t in graph.given if not t.is_integer_valued]
        return tuple(name for name in real if name not in self.fixed)


# -- one point of a case ----------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """Arrays of the given tensors, a cotangent of the output, a direction for each variable."""

    given: Arrays
    cotangent: np.ndarray
    directions: Arrays


@dataclass(frozen=True)
class Answers:
    """Value, gradient of <cotangent, value>, and the gradient's derivative along the direction."""

    value: np.ndarray
    gradient: Arrays
    second: Arrays


def draw(case: Case, sizes: Mapping[str, int], rng: np.random.Generator) -> Point:
    """A random admissible point of the case."""
    graph = case.graph
    known = sizes_of(graph, {}, sizes)
    given = sample(graph, known, rng)
    shape = tuple(size_of(e, known) for e in graph.output.shape)
    cotangent = rng.normal(size=shape) if shape else np.ones(())
    directions = {x: direction(graph.tensor(x), given[x], rng) for x in case.wrt(graph)}
    return Point(given, cotangent, directions)


def answers(case: Case, sizes: Mapping[str, int], point: Point) -> Answers:
    """What symnet's graphs say at a point, by the interpreter."""
    graph = case.graph
    names = case.wrt(graph)
    value = interpret(graph, point.given, sizes)[graph.output.name]
    seed = "seed" if graph.output.order else None
    pullback = gradient(graph, names, cotangent=seed)
    given = {**point.given, "seed": point.cotangent} if seed else dict(point.given)
    found = interpret(pullback, given, sizes)
    bars = {x: found[t.name] for x, t in zip(names, pullback.outputs, strict=True)}
    if not case.second:
        return Answers(value, bars, {})
    second = jvp(pullback, names)
    tangents = dict(zip((t.name for t in second.inputs[-len(names) :]), names, strict=True))
    moved = {dot: point.directions[x] for dot, x in tangents.items()}
    pushed = interpret(second, {**given, **moved}, sizes)
    return Answers(
        value, bars, {x: pushed[t.name] for x, t in zip(names, second.outputs, strict=True)}
    )
