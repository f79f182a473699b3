"""Every layer and loss, by parametrisation: shapes, the judges, extents of 1 and all different."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import (
    catalogue,
    dense,
    glu,
    labels,
    linear,
    softmax,
    softmax_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor, size_of
from symnet.verify.differences import gap
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge
from symnet.verify.sample import random_sizes, sample
from tests.judges.cases import CASES

NAMES = list(catalogue())


def real(graph: Graph) -> list[str]:
    return [t.name for t in graph.given if not t.is_integer_valued]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("smallest", [1, 2])
def test_shapes(name: str, smallest: int, rng: np.random.Generator) -> None:
    graph = catalogue()[name]()
    sizes = random_sizes(graph, rng, smallest)
    values = interpret(graph, sample(graph, sizes, rng))
    for d in graph.definitions:
        assert values[d.name].shape == tuple(size_of(e, sizes) for e in d.tensor.shape)
        assert (values[d.name] < np.inf).all()  # no NaN; -inf is what a maximum leaves out
    for t in graph.outputs:
        assert np.isfinite(values[t.name]).all()


@pytest.mark.parametrize("name", NAMES)
def test_judges(name: str) -> None:
    """First and second derivative, at extents that are all different, once with a 1 among them.

    With many extents such sizes are too large for the interpreter; then the last of the case count.
    """
    graph = catalogue()[name]()
    sizes = CASES[name].sizes[-1] if len(graph.extents) > 5 else None
    verdict = judge(graph, real(graph), sizes=sizes)
    assert verdict.passed, f"{name}: {verdict}"


@pytest.mark.parametrize("name", NAMES)
def test_building_twice_gives_the_same_text(name: str) -> None:
    build = catalogue()[name]
    assert str(build()) == str(build())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("smallest", [1, 2])
def test_generated_code_is_the_interpreter(
    name: str, smallest: int, rng: np.random.Generator
) -> None:
    """Value and gradient, float64 to 1e-12 and float32 to 1e-5 of max(1, largest entry).

    A block of many layers rounds more often: in float32 to 1e-4.
    """
    graph = catalogue()[name]()
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    derived = gradient(graph, real(graph), cotangent, with_value=True)
    sizes = random_sizes(derived, rng, smallest)
    arrays = sample(derived, sizes, rng)
    values = interpret(derived, arrays)
    single = 1e-5 if len(graph.definitions) < 16 else 1e-4
    for dtype, bound in ((np.float64, 1e-12), (np.float32, single)):
        found = build(derived, dtype=dtype)(**arrays)
        for t in derived.outputs:
            value = found[t.name] if isinstance(found, dict) else found
            assert gap(value, values[t.name]) < bound, t.name


@pytest.mark.parametrize("name", ["linear", "dense", "softmax", "softmax_cross_entropy", "glu"])
@pytest.mark.parametrize("leading", [0, 2])
def test_any_number_of_leading_axes(name: str, leading: int) -> None:
    k = Index("k", "K")
    x = Tensor("x", *(Index(c, c.upper()) for c in "mn"[:leading]), k)
    graph = {
        "linear": lambda: linear(x, "J"),
        "dense": lambda: dense(x, "J"),
        "softmax": lambda: softmax(x),
        "softmax_cross_entropy": lambda: softmax_cross_entropy(x, labels(x)),
        "glu": lambda: glu(x, "J"),
    }[name]()
    verdict = judge(graph, real(graph))
    assert verdict.passed, str(verdict)
