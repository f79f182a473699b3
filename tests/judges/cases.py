"""The cases that torch judges, as one table: name -> graph, variables, sizes.

Used by the recording script, by the default tests (which read the recorded vectors) and by the
live tests. What torch computes for each stands in in_torch.py, under the same name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from symnet.calculus import gradient, jvp
from symnet.layers import catalogue, softmax_cross_entropy
from symnet.notation import Graph, Index, Tensor
from symnet.verify import interpret, sample, sizes_of
from symnet.verify.sample import direction
from tests.judges import matrices, models

Arrays = dict[str, np.ndarray]

ROWS = ({"N": 3, "K": 4}, {"N": 1, "K": 2}, {"N": 2, "K": 1})
DENSE = ({"N": 2, "I": 4, "J": 3}, {"N": 3, "I": 1, "J": 2}, {"N": 1, "I": 3, "J": 2})
PAIRS = ({"N": 3, "J": 2}, {"N": 1, "J": 4}, {"N": 2, "J": 1})


@dataclass(frozen=True)
class Case:
    """A graph with the sizes at which it is judged. Its variables are all real given tensors."""

    name: str
    build: Callable[[], Graph]
    sizes: tuple[Mapping[str, int], ...]
    fixed: tuple[str, ...] = ()  # real tensors that torch does not differentiate

    @property
    def graph(self) -> Graph:
        return self.build()

    def wrt(self, graph: Graph) -> tuple[str, ...]:
        real = [t.name for t in graph.given if not t.is_integer_valued]
        return tuple(name for name in real if name not in self.fixed)


def _simplex() -> Graph:
    n, k = Index("n", "N"), Index("k", "K")
    return softmax_cross_entropy(Tensor("x", n, k), Tensor("y", n, k, assume="simplex"))


def _of_layers() -> dict[str, Case]:
    special = {
        "dense": DENSE,
        "linear": DENSE,
        "glu": DENSE,
        "bilinear_gate": DENSE,
        "gate": PAIRS,
        "binary_cross_entropy": PAIRS,
        "mean_squared_error": PAIRS,
        "l2_penalty": ({"I": 3, "J": 2}, {"I": 1, "J": 4}),
        "mlp": ({"N": 2, "I": 4, "J": 3, "K": 1}, {"N": 1, "I": 2, "J": 4, "K": 3}),
    }
    return {name: Case(name, build, special.get(name, ROWS)) for name, build in catalogue().items()}


def _of_models() -> dict[str, Case]:
    planes = ({"N": 1, "C": 2, "A": 5, "B": 4, "U": 3, "V": 2},)
    listed = (
        Case("softmax_cross_entropy_simplex", _simplex, ROWS),
        Case(
            "lstm",
            models.lstm,
            ({"N": 2, "T": 4, "I": 1, "H": 3}, {"N": 1, "T": 3, "I": 2, "H": 1}),
        ),
        Case(
            "convolution",
            models.convolution,
            (
                {"N": 2, "C": 1, "O": 5, "A": 7, "B": 8, "P": 4, "Q": 3, "U": 3, "V": 4},
                {"N": 1, "C": 2, "O": 1, "A": 4, "B": 6, "P": 1, "Q": 3, "U": 3, "V": 3},
            ),
        ),
        Case("max_pool", models.max_pool, planes),
        Case("embedding", models.embedding, ({"N": 2, "T": 4, "V": 3, "D": 1},)),
        Case("layer_norm", models.layer_norm, ({"N": 3, "D": 4}, {"N": 1, "D": 2})),
        Case("batch_norm", models.batch_norm, ({"N": 4, "D": 3}, {"N": 2, "D": 1})),
        Case(
            "attention",
            models.attention,
            ({"N": 2, "I": 3, "J": 4, "D": 1, "E": 5}, {"N": 1, "I": 2, "J": 3, "D": 4, "E": 1}),
        ),
        Case(
            "causal_attention",
            partial(models.attention, causal=True),
            ({"N": 1, "I": 4, "D": 3, "E": 2},),
        ),
    )
    return {c.name: c for c in listed}


def _of_matrices() -> dict[str, Case]:
    batch = ({"B": 2, "N": 3}, {"B": 3, "N": 1}, {"B": 1, "N": 4})
    pairs = ({"M": 2, "N": 3}, {"M": 4, "N": 1}, {"M": 1, "N": 4})
    makers = {
        matrices.inverses: batch,
        matrices.determinant: batch,
        matrices.log_determinant: batch,
        matrices.solution: pairs,
        matrices.trace_of_inverse: ({"N": 3}, {"N": 1}),
        matrices.quadratic_form: pairs,
        matrices.gaussian: pairs,
        matrices.ridge: pairs,
        matrices.volume: pairs,
        matrices.riccati: ({"T": 3, "N": 2}, {"T": 2, "N": 1}, {"T": 1, "N": 3}),
    }
    return {f.__name__: Case(f.__name__, f, sizes) for f, sizes in makers.items()}


CASES: dict[str, Case] = {**_of_layers(), **_of_models(), **_of_matrices()}


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
    shape = tuple(known.get(e, e) for e in graph.output.shape)
    cotangent = rng.normal(size=tuple(map(int, shape))) if shape else np.ones(())
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
    second = jvp(pullback, names)
    tangents = dict(zip((t.name for t in second.inputs[-len(names) :]), names, strict=True))
    moved = {dot: point.directions[x] for dot, x in tangents.items()}
    pushed = interpret(second, {**given, **moved}, sizes)
    return Answers(
        value,
        {x: found[t.name] for x, t in zip(names, pullback.outputs, strict=True)},
        {x: pushed[t.name] for x, t in zip(names, second.outputs, strict=True)},
    )
