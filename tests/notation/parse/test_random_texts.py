"""Random texts in NumPy notation: what NumPy says, or a refusal that points at its reason.

A text of tests/typed.py is right for NumPy at its sizes; it may be refused where the shapes only
happen to fit at these sizes (N = 2, and a literal 2).
"""

import random

import numpy as np
import pytest

from symnet.notation import ParseError
from symnet.verify import judge
from tests.by_numpy import compare
from tests.typed import random_text

TEXTS = 40


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("block", range(3))
def test_random_texts(depth: int, block: int) -> None:
    agreed = 0
    for seed in range(block * TEXTS, (block + 1) * TEXTS):
        typed = random_text(random.Random(f"{depth} {seed}"), depth)
        try:
            compare(
                typed.text,
                typed.shapes,
                typed.assume,
                typed.sizes,
                tolerance=1e-8,
                given=typed.arrays,
            )
            agreed += 1
        except ParseError as refusal:
            assert "^" in str(refusal), (seed, typed, refusal)
    assert agreed >= 0.75 * TEXTS


def test_derivatives_of_random_texts() -> None:
    judged = 0
    for seed in range(40):
        typed = random_text(random.Random(f"derivative {seed}"), 2)
        try:
            graph = compare(
                typed.text,
                typed.shapes,
                typed.assume,
                typed.sizes,
                tolerance=1e-8,
                given=typed.arrays,
            )
        except ParseError:
            continue
        names = [t.name for t in graph.inputs if t.name.startswith("x")]
        if not names or not graph.output.shape:
            continue
        known = {s.name for s in graph.extents}
        sizes = {k: n for k, n in typed.sizes.items() if k in known}
        verdict = judge(graph, names, sizes=sizes)
        if "std" in typed.text and any(e is None or e.tangent == np.inf for e in verdict.errors):
            continue  # the root of the variance of one entry
        if verdict.is_smooth:
            assert verdict.passed, (typed, verdict)
            judged += 1
    assert judged >= 15
