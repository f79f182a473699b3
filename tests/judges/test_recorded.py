"""Every layer, loss, model and optimiser against torch's recorded answers, without torch.

Values, gradients and second derivatives of symnet's graphs, by the interpreter, agree to 1e-12:
max |error| / max(1, max |reference|). record.py wrote the files.
"""

from pathlib import Path

import numpy as np
import pytest

from symnet.layers import catalogue
from symnet.train.optimizers import OPTIMIZERS
from symnet.verify import interpret
from symnet.verify.differences import gap
from tests.judges.cases import CASES, answers
from tests.judges.training import STEPS, trained
from tests.judges.vectors import read, unpacked

DATA = Path(__file__).parents[1] / "data"
TOLERANCE = 1e-12
POINTS = [(name, k) for name, case in CASES.items() for k in range(len(case.sizes))]


@pytest.mark.parametrize(("name", "k"), POINTS)
def test_agrees_with_torch(name: str, k: int) -> None:
    case = CASES[name]
    data = read(DATA / f"{name}.npz")
    point, expected = unpacked(case, data, k)
    found = answers(case, case.sizes[k], point)
    assert gap(found.value, expected.value) <= TOLERANCE
    for x in point.directions:
        assert gap(found.gradient[x], expected.gradient[x]) <= TOLERANCE, f"gradient of {x}"
    for x in expected.second:
        assert gap(found.second[x], expected.second[x]) <= TOLERANCE, f"second, {x}"


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_an_optimizer_takes_the_steps_of_torch(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    data = read(DATA / "optimizers.npz")
    rows = data["momentum" if name == "momentum_torch" else name]
    state = {"theta": data["theta"]}
    gradients = data["gradients"]
    state |= {t.name: np.zeros_like(state["theta"]) for t in optimizer.states}
    for t, (g, expected) in enumerate(zip(gradients, rows, strict=True), 1):
        known = {**state, **optimizer.settings, "g": g, "t": float(t), "eta": optimizer.rate_at(t)}
        given = {x.name: known[x.name] for x in optimizer.graph.given}
        found = interpret(optimizer.graph, given)
        state = {old.name: found[new.name] for old, new in optimizer.graph.updates}
        assert gap(state["theta"], expected) <= TOLERANCE


def test_every_layer_is_judged() -> None:
    assert set(catalogue()) <= set(CASES)
    assert {f.stem for f in DATA.glob("*.npz")} == {*CASES, "optimizers", "training"}


def test_the_recorded_vectors_stay_small() -> None:
    assert sum(f.stat().st_size for f in DATA.glob("*.npz")) < 1_500_000


@pytest.mark.parametrize("name", CASES)
def test_sizes_would_show_a_transposed_axis(name: str) -> None:
    """Once all extents differ (those of an output plane follow from the others); once one is 1."""
    drawn = [[n for s, n in sizes.items() if s not in "UV"] for sizes in CASES[name].sizes]
    assert any(len(set(sizes)) == len(sizes) for sizes in drawn)
    assert any(1 in sizes for sizes in drawn)


def test_batch_norm_and_dropout_are_trained_as_by_torch() -> None:
    """Parameters, running mean and variance, and loss after each step, for the same masks."""
    found = trained()
    data = read(DATA / "training.npz")
    assert set(data) == set(found)
    for name in data:
        assert len(data[name]) == STEPS
        assert gap(found[name], data[name]) <= TOLERANCE, name
