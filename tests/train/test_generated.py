"""Samples drawn anew at every step: seeds, refusals, resume in the middle of an epoch."""

from pathlib import Path

import numpy as np
import pytest

from symnet.layers import dense, join, mean_squared_error
from symnet.notation import Graph, Index, ShapeMismatch, Tensor, TrainingError
from symnet.train.generated import generated
from symnet.train.loop import fit
from symnet.train.optimizers import sgd


def model() -> Graph:
    net = dense(Tensor("x", Index("n", "N"), Index("i", 3)), 1)
    return join(net, mean_squared_error(net.output, Tensor("y", *net.output.indices)))


def plane(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    x = rng.normal(size=(count, 3))
    return {"x": x, "y": x @ np.array([[1.0], [2.0], [-1.0]])}


def test_it_learns_and_the_same_seed_gives_the_same_bits() -> None:
    first = fit(model(), generated(plane, 640), sgd(0.1), epochs=2, batch=32, seed=3)
    again = fit(model(), generated(plane, 640), sgd(0.1), epochs=2, batch=32, seed=3)
    assert np.allclose(first.parameters["W"][:, 0], [1, 2, -1], atol=1e-3)
    assert (first.parameters["W"] == again.parameters["W"]).all()
    assert first.history.loss == again.history.loss


def test_resumed_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    def stop(t: int, loss: float) -> None:
        if t == 13:
            raise KeyboardInterrupt

    source = generated(plane, 200)
    whole = fit(model(), source, sgd(0.1), epochs=2, batch=16)
    half = fit(
        model(), source, sgd(0.1), epochs=2, batch=16, after_step=stop, checkpoint=tmp_path / "c"
    )
    assert half.interrupted and half.steps == 13
    rest = fit(model(), source, sgd(0.1), epochs=2, batch=16, resume=tmp_path / "c")
    assert (rest.parameters["W"] == whole.parameters["W"]).all()
    assert rest.history.loss == whole.history.loss
    other = generated(plane, 200, "other samples")
    with pytest.raises(TrainingError, match="the training data differ"):
        fit(model(), other, sgd(0.1), epochs=2, batch=16, resume=tmp_path / "c")


def test_a_curriculum_knows_the_epoch() -> None:
    seen = []

    def draw(rng: np.random.Generator, count: int, epoch: int) -> dict[str, np.ndarray]:
        seen.append(epoch)
        return plane(rng, count)

    fit(model(), generated(draw, 32, by_epoch=True), sgd(0.1), epochs=3, batch=16)
    assert seen[-6:] == [0, 0, 1, 1, 2, 2]


def test_refusals() -> None:
    with pytest.raises(TrainingError, match="an epoch has 0 samples"):
        generated(plane, 0)
    few = generated(lambda rng, count: plane(rng, count + 1), 20, "few")
    with pytest.raises(TrainingError, match="few: 8 samples were asked for, 9 were drawn"):
        fit(model(), few, epochs=1, batch=8)
    flat = generated(lambda rng, count: {"x": np.zeros((count, 2)), "y": np.zeros((count, 1))}, 20)
    with pytest.raises(ShapeMismatch, match="axis 1 is 2, expected 3"):
        fit(model(), flat, epochs=1)
    with pytest.raises(TrainingError, match="a fraction is of arrays"):
        fit(model(), generated(plane, 20), epochs=1, validation=0.2)


def test_validation_by_drawn_samples() -> None:
    found = fit(
        model(), generated(plane, 320), sgd(0.1), epochs=3, validation=generated(plane, 100)
    )
    assert len(found.history.validation) == 3
    assert found.history.validation[-1] < found.history.validation[0]
