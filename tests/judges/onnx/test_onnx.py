"""symnet against the operator cases of the onnx package: pytest -m judges tests/judges/onnx

Every case that symnet has is a test; the others are counted with their reasons, which
`python -m tests.judges.onnx.report` prints (and -rP the test of the numbers).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from tests.judges.onnx import judge, report
from tests.judges.onnx.judge import outcome
from tests.judges.onnx.model import formula

pytestmark = pytest.mark.judges

LEAST = 1055  # cases that pass with onnx 1.23


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The names of all cases; none where this file is not asked for, since onnx takes seconds."""
    if "name" in metafunc.fixturenames:
        asked = "not judges" not in metafunc.config.getoption("markexpr")
        metafunc.parametrize("name", names() if asked else ())


def names() -> list[str]:
    """The cases of operators that are in the table."""
    if find_spec("onnx") is None:
        return []
    from tests.judges.onnx.load import cases
    from tests.judges.onnx.table import TABLE

    return [name for name, case in cases().items() if case.operator in TABLE and not case.refused]


def test_agrees_with_onnx(name: str) -> None:
    found = outcome(name)
    assert not found.wrong
    assert found.passed or found.beyond


def test_as_many_cases_pass_as_before() -> None:
    from tests.judges.onnx.load import cases

    found = [outcome(name) for name in cases()]
    print(report.summary(found))
    count = Counter("passed" if o.passed else "beyond" if o.beyond else "wrong" for o in found)
    assert count["wrong"] == 0
    assert count["passed"] >= LEAST
    assert count.total() == len(cases())


def test_the_judge_sees_a_wrong_formula() -> None:
    from tests.judges.onnx.load import cases

    case = cases()["test_softmax_axis_1"]
    wrong = formula("softmax(A, axis=2)")(case)
    assert len(judge.judged(wrong)) == 3
    nearly = formula("softmax(A, axis=1) + 1e-4")(case)
    assert len(judge.judged(nearly)) == 2  # in float32 this is within what both sides round


def test_the_judge_sees_an_output_without_a_model() -> None:
    from tests.judges.onnx.load import cases

    case = cases()["test_dropout_default_mask"]
    more = replace(case, outputs=(*case.outputs, np.ones(1000)))
    assert judge.missing(more, judge.models(case)[0])
