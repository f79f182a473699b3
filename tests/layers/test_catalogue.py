"""Every layer and loss, by parametrisation: shapes, the judges, extents of 1 and all different."""

import numpy as np
import pytest

from symnet.layers import catalogue
from symnet.notation import Graph, size_of
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge
from symnet.verify.sample import random_sizes, sample

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
        assert np.isfinite(values[d.name]).all()


@pytest.mark.parametrize("name", NAMES)
def test_judges(name: str) -> None:
    """First and second derivative, at extents that are all different, once with a 1 among them."""
    graph = catalogue()[name]()
    verdict = judge(graph, real(graph))
    assert verdict.passed, f"{name}: {verdict}"


@pytest.mark.parametrize("name", NAMES)
def test_building_twice_gives_the_same_text(name: str) -> None:
    build = catalogue()[name]
    assert str(build()) == str(build())
