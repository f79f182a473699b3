"""The same cases with torch itself, at other points and sizes than the recorded ones.

pytest -m judges (the extra `judges` installs torch)
"""

import numpy as np
import pytest

from symnet.verify.differences import gap
from tests.judges.cases import CASES, answers, draw

pytestmark = pytest.mark.judges


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_torch(name: str, rng: np.random.Generator) -> None:
    from tests.judges.in_torch import run

    case = CASES[name]
    for sizes in case.sizes:
        point = draw(case, sizes, rng)
        expected, found = run(case, point), answers(case, sizes, point)
        assert gap(found.value, expected.value) <= 1e-12
        for x in point.directions:
            assert gap(found.gradient[x], expected.gradient[x]) <= 1e-12, f"gradient of {x}"
        for x in expected.second:
            assert gap(found.second[x], expected.second[x]) <= 1e-12, f"second, {x}"


def test_the_tables_name_the_same_cases() -> None:
    from tests.judges.in_torch import RUNS

    assert set(RUNS) == set(CASES)


def test_the_recorded_vectors_are_what_torch_says_today() -> None:
    from tests.judges.record import vectors
    from tests.judges.test_recorded import DATA
    from tests.judges.vectors import read

    for name, case in CASES.items():
        data = read(DATA / f"{name}.npz")
        for key, array in vectors(case).items():
            assert gap(data[key], array) <= 1e-13, f"{name}: {key}"
