"""Draws of masks and noise: moments, seeds, and a model that is trained with them."""

from pathlib import Path

import numpy as np
import pytest
import sympy

from symnet.layers import bernoulli, constant, normal
from symnet.notation import Graph, Index, Rule, ShapeMismatch, Tensor, define, mean, sqrt, total
from symnet.train.draws import Draws, drawn
from symnet.train.loop import fit
from symnet.train.model import load, save
from symnet.train.optimizers import sgd


@pytest.mark.parametrize(
    ("rule", "middle", "deviation"),
    [
        (bernoulli(sympy.Rational(3, 4)), 0.75, (3 / 16) ** 0.5),
        (normal(2, 1), 1, 2),
        (Rule("uniform", sympy.S.Zero, sympy.S.One), 0, 1),
        (constant(3), 3, 0),
    ],
)
def test_moments(rule: Rule, middle: float, deviation: float) -> None:
    a = drawn(rule, (300, 200), np.random.default_rng(0))
    assert a.mean() == pytest.approx(middle, abs=4 * deviation / a.size**0.5)
    assert a.std() == pytest.approx(deviation, rel=0.02)


def model() -> Graph:
    """L = mean (m x w/q - y)^2 + mean((x - mu)/sqrt(v + 1))^2 with running mu: all three kinds."""
    n, k = Index("n", "N"), Index("k", 2)
    x, y, m = Tensor("x", n, k), Tensor("y", n), Tensor("m", n, k, assume="mask")
    w, mu, run, new = Tensor("w", k), Tensor("mu", k), Tensor("run", k), Tensor("new", k)
    f, L = Tensor("f", n), Tensor("L")
    kept = sympy.Rational(4, 5)
    return Graph(
        define(mu[k], mean(x[n, k], over=n)),
        define(new[k], run[k] / 2 + mu[k] / 2),
        define(f[n], total(m[n, k] * (x[n, k] - mu[k]) * w[k], over=k) / kept),
        define(L[()], mean((f[n] - y[n]) ** 2, over=n) / sqrt(4)),
        inputs=[x, y, m, run],
        parameters=[w],
        output=L,
        updates=[(run, new)],
        rules=[(m, bernoulli(kept)), (w, constant(1)), (run, constant(5))],
        estimates=[(mu, run)],
    )


def data(count: int = 24) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(count, 2)) + 4
    return {"x": x, "y": x @ [1.0, -2.0]}


def test_same_seed_same_step_same_draw() -> None:
    sizes = {Index("n", "N").extent: 6}
    a, b = (Draws(model(), seed=1).at(5, sizes)["m"] for _ in range(2))
    assert (a == b).all() and a.shape == (6, 2)
    assert not (Draws(model(), seed=1).at(6, sizes)["m"] == a).all()
    assert not (Draws(model(), seed=2).at(5, sizes)["m"] == a).all()
    with pytest.raises(ShapeMismatch, match="size of N"):
        Draws(model(), 0).at(0, {})


def test_a_model_is_trained_with_masks_and_keeps_its_states() -> None:
    found = fit(model(), data(), sgd(0.1), epochs=3, batch=8, seed=1)
    x = data()["x"]
    # The running mean starts at 5 and forgets half at each of 9 steps.
    assert abs(found.parameters["run"] - x.mean(0)).max() < 1
    assert abs(found.parameters["run"] - 5).min() > 0.3
    value = found.predict("f", x=x)
    by_hand = (x - found.parameters["run"]) @ found.parameters["w"]
    assert np.allclose(value, by_hand, atol=1e-12)
    again = fit(model(), data(), sgd(0.1), epochs=3, batch=8, seed=1)
    assert all((found.parameters[k] == again.parameters[k]).all() for k in found.parameters)
    other = fit(model(), data(), sgd(0.1), epochs=3, batch=8, seed=2)
    assert (found.parameters["w"] != other.parameters["w"]).any()


def test_states_are_saved_and_a_run_with_them_is_resumed(tmp_path: Path) -> None:
    whole = fit(model(), data(), sgd(0.1), epochs=4, batch=8, validation=0.25)
    file = tmp_path / "run"
    fit(model(), data(), sgd(0.1), epochs=2, batch=8, validation=0.25, checkpoint=file)
    rest = fit(model(), data(), sgd(0.1), epochs=4, batch=8, validation=0.25, resume=file)
    assert all((whole.parameters[k] == rest.parameters[k]).all() for k in whole.parameters)
    assert whole.history.validation == rest.history.validation
    save(tmp_path / "model", whole)
    back = load(tmp_path / "model", model())
    assert (back.predict("f", x=data()["x"]) == whole.predict("f", x=data()["x"])).all()
