"""Every function of the list: read, derived, and equal to the literature's derivative.

The interpreter judges the function's value and the derivative at one random size; the generated
code is held against the literature at three.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from symnet.codegen import build
from symnet.verify import interpret
from tests.literature.derive import Derived, derived, read
from tests.literature.evaluate import draw, value
from tests.literature.sections import ENTRIES

TOLERANCE = 1e-9


def assert_equal(found: Any, expected: Any, what: str) -> None:
    """Same shape, and equal relative to the largest entry."""
    expected = np.asarray(expected)
    assert np.shape(found) == expected.shape, what
    scale = max(1.0, np.abs(expected).max(initial=0.0))
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * scale, err_msg=what)


def assert_is_literature(d: Derived, found: Mapping[str, Any], numbers: dict[str, Any]) -> None:
    for name, text in d.literature.items():
        assert_equal(found[name], value(text, numbers), f"{name} = {text} at {numbers}")


@pytest.mark.parametrize("name", ENTRIES)
def test_interpreted(name: str, rng: np.random.Generator) -> None:
    entry, graph = ENTRIES[name], read(ENTRIES[name])
    arrays, sizes = draw(entry, rng)
    numbers = {**arrays, **sizes}
    forward = interpret(graph, arrays, sizes)[graph.output.name]
    assert_equal(forward, value(entry.text, numbers), entry.text)
    for d in derived(name):
        assert_is_literature(d, interpret(d.graph, arrays, sizes), numbers)


@pytest.mark.parametrize("name", ENTRIES)
def test_generated_code_at_three_sizes(name: str, rng: np.random.Generator) -> None:
    entry = ENTRIES[name]
    for d in derived(name):
        run = build(d.graph)
        for _ in range(3):
            arrays, sizes = draw(entry, rng)
            out = run(**arrays)
            found = out if isinstance(out, dict) else {d.graph.output.name: out}
            assert_is_literature(d, found, {**arrays, **sizes})
