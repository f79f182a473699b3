"""Calculus on random graphs of every node kind, held to the judges in first and second order.

100 graphs in the default run, the same ones each time; 400 more, and from other seeds any number:

    pytest tests/judges/test_random_graphs.py -m "slow or not slow"
    python -m tests.judges.test_random_graphs 0 5000
"""

import sys
import traceback
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings

from symnet.calculus import hessian, hvp, jacobian, jvp
from symnet.notation import Graph
from symnet.verify import interpret, judge, sample, sizes_of
from tests.graphs import Arrays, Case, Seeded, cases, independent_cases, random_case


def is_tame(case: Case) -> bool:
    """Whether all values are of a size at which differences in float64 are sharp."""
    rng = np.random.default_rng(case.seed)
    arrays = sample(case.graph, sizes_of(case.graph, {}, case.sizes), rng)
    values = interpret(case.graph, arrays, case.sizes)
    return all(np.max(np.abs(v), initial=0.0) < 300 for v in values.values())


PARTS, IN_A_PART = 5, 100
# The profile `explore` draws other graphs each time, varies them, and shrinks, which takes minutes.
EXPLORING = not settings().derandomize
CHECKS = list(HealthCheck)  # slow to draw, on purpose
PHASES = tuple(p for p in Phase if EXPLORING or p not in (Phase.shrink, Phase.explain))


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, PARTS))]
)
def test_gradient_and_second_derivative(part: int) -> None:
    test = given(cases() if EXPLORING else independent_cases())(hold_to_the_judges)
    count = settings().max_examples if EXPLORING else IN_A_PART
    limits = settings(
        max_examples=count,
        derandomize=False,
        database=None,
        suppress_health_check=CHECKS,
        phases=PHASES,
    )
    (limits(test) if EXPLORING else seed(part)(limits(test)))()


def hold_to_the_judges(case: Case) -> None:
    note(str(case))
    assume(is_tame(case))
    verdict = judge(case.graph, case.wrt, case.seed, case.sizes)
    assume(verdict.is_smooth)
    assert verdict.passed, str(verdict)


@settings(max_examples=100, suppress_health_check=CHECKS, phases=PHASES)
@given(independent_cases(most=4))
def test_jacobian_and_hessian_hold_what_the_products_say(case: Case) -> None:
    """J v = y_dot for every variable; for a scalar output, H v = x_bar_dot."""
    note(str(case))
    assume(is_tame(case))
    rng = np.random.default_rng(case.seed)
    arrays = sample(case.graph, sizes_of(case.graph, {}, case.sizes), rng)
    for name in case.wrt:
        v = rng.normal(size=arrays[name].shape)
        given = {**arrays, f"{name}_dot": v}
        pushed = jvp(case.graph, name)
        matrix = output(jacobian(case.graph, name), arrays, case)
        assert np.tensordot(matrix, v, axes=v.ndim) == approx(output(pushed, given, case))
        if not case.graph.output.order:
            second = hvp(case.graph, name)
            matrix = output(hessian(case.graph, name), arrays, case)
            assert np.tensordot(matrix, v, axes=v.ndim) == approx(output(second, given, case))


def output(graph: Graph, arrays: Arrays, case: Case) -> np.ndarray:
    """The output of a derived graph, which may have fewer extents than the case."""
    sizes = {s.name: case.sizes[s.name] for s in graph.extents}
    return interpret(graph, arrays, sizes)[graph.output.name]


def approx(expected: np.ndarray) -> Any:
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def main(first: int, last: int) -> int:
    """Seeds first .. last-1; prints what fails, and counts. The number of failures."""
    count: Counter[str] = Counter()
    for number in range(first, last):
        case = random_case(Seeded(number))
        try:
            if not is_tame(case):
                count["not tame"] += 1
                continue
            verdict = judge(case.graph, case.wrt, case.seed, case.sizes)
        except Exception:
            count["raised"] += 1
            print(f"seed {number}\n{case}\n{traceback.format_exc(limit=-4)}")
            continue
        count["passed" if verdict.passed else "failed" if verdict.is_smooth else "kinks"] += 1
        if verdict.is_smooth and not verdict.passed:
            print(f"seed {number}\n{case}\n{verdict}\n")
    print(", ".join(f"{n} {what}" for what, n in count.items()))
    return count["failed"] + count["raised"]


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:3]))))
