"""Any legal graph: 300 random ones, forward and gradient; and what may be executed."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.codegen.build import check_source, load
from symnet.notation import (
    DerivativeError,
    ExtentMismatch,
    Graph,
    Index,
    Tensor,
    UnsupportedExpression,
    define,
)
from symnet.verify import interpret, sample, sizes_of
from tests.codegen.agreement import agree, every
from tests.graphs import Case, cases

PHASES = tuple(p for p in settings().phases if p != Phase.shrink or settings().max_examples > 500)


def given_arrays(case: Case, graph: Graph) -> dict[str, np.ndarray]:
    """Arrays for the graph; a cotangent of its output among them if it needs one."""
    rng = np.random.default_rng(case.seed)
    return sample(graph, sizes_of(graph, {}, sizes_in(case, graph)), rng)


def sizes_in(case: Case, graph: Graph) -> dict[str, int]:
    known = {s.name for s in graph.extents}
    return {s: n for s, n in case.sizes.items() if s in known}


def is_tame(graph: Graph, arrays: dict[str, np.ndarray], sizes: dict[str, int]) -> bool:
    """Whether rounding stays small: no value is large, and every read is in range."""
    try:
        values = interpret(graph, arrays, sizes)
    except ExtentMismatch:
        return False
    return all(np.max(np.abs(v), initial=0.0) < 300 for v in values.values())


@settings(max_examples=300, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(cases(8))
def test_random_graphs_forward_and_gradient(case: Case) -> None:
    note(str(case))
    forward = every(case.graph)
    arrays, sizes = given_arrays(case, forward), sizes_in(case, forward)
    assume(is_tame(forward, arrays, sizes))
    agree(forward, arrays, sizes)
    output = case.graph.output
    cotangent = f"{output.name}_bar" if output.order else None
    try:
        slope = gradient(case.graph, list(case.wrt), cotangent=cotangent)
    except DerivativeError:
        return
    arrays, sizes = given_arrays(case, slope), sizes_in(case, slope)
    if is_tame(every(slope), arrays, sizes):
        agree(slope, arrays, sizes)


def test_random_graphs_have_the_same_text_each_time() -> None:
    from tests.graphs import Seeded, random_case

    for seed in range(20):
        graph = every(random_case(Seeded(seed)).graph)
        assert build(graph).source == build(graph).source


def test_unknown_backend_and_dtype() -> None:
    x, y = Tensor("x"), Tensor("y")
    graph = Graph(define(y[()], x[()] + 1), inputs=[x])
    with pytest.raises(UnsupportedExpression, match="backend 'fortran'"):
        build(graph, backend="fortran")
    with pytest.raises(UnsupportedExpression, match="float16"):
        build(graph, dtype=np.float16)
    assert build(graph)(x=1) == 2


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "import numpy.f2py",
        "from numpy import load",
        "x = eval('1')",
        "x = open('f')",
        "x = np.__dict__",
        "x = __import__('os')",
    ],
)
def test_source_that_could_reach_further_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not allowed"):
        check_source(text)


def test_tracebacks_show_the_generated_line() -> None:
    import linecache

    n = Index("n", "N")
    x, y = Tensor("x", n), Tensor("y", n)
    f = build(Graph(define(y[n], x[n] * 2), inputs=[x]))
    file = f.module.evaluate.__code__.co_filename
    assert "np.multiply(x, two, out=y)" in "".join(linecache.getlines(file))
    assert load(f.source).evaluate(x=np.ones(2)).tolist() == [2, 2]
