"""Newton and Gauss-Newton: one step by NumPy, a quadratic in one step, resumed runs, refusals."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.codegen import build
from symnet.layers import (
    add,
    constant,
    dense,
    dropout,
    join,
    l2_penalty,
    labels,
    mean_squared_error,
    mlp,
    softmax_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor, TrainingError
from symnet.train.loop import Fitted, fit
from symnet.train.optimizers import Optimizer, clipped, sgd
from symnet.train.second_order import gauss_newton, newton
from symnet.verify.interpret import interpret


def regression(width: int = 2) -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    net = dense(x, width)
    return join(net, mean_squared_error(net.output, Tensor("y", *net.output.indices)))


def classifier() -> Graph:
    net = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [2, 2])
    loss = softmax_cross_entropy(net.output, labels(net.output))
    penalty = l2_penalty(net.parameters, 0.05)
    return join(net, loss, penalty, add(loss.output, penalty.output))


def samples(count: int = 20) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, 3))
    return {"x": x, "t": (x[:, 0] + x[:, 1] ** 2 > 1).astype(int)}


MAKE: list[Callable[..., Optimizer]] = [newton, lambda **k: gauss_newton("a2", **k)]


@pytest.mark.parametrize("count", [1, 7])
def test_generated_code_and_interpreter_solve_the_system(
    count: int, rng: np.random.Generator
) -> None:
    graph = newton().graph
    root = rng.normal(size=(count, count))
    given: dict[str, Any] = {
        "theta": rng.normal(size=count),
        "g": rng.normal(size=count),
        "H": root @ root.T + np.eye(count),
        "eta": 0.5,
        "damping": 0.25,
    }
    step = np.linalg.solve(given["H"] + 0.25 * np.eye(count), given["g"])
    wanted = given["theta"] - 0.5 * step
    assert np.abs(build(graph)(**given) - wanted).max() < 1e-12
    assert np.abs(interpret(graph, given)["theta_new"] - wanted).max() < 1e-12


def test_no_inverse_is_formed() -> None:
    source = build(newton().graph).source
    assert "solved(" in source
    assert "linalg.inv" not in source


@pytest.mark.parametrize("rule", [newton(), gauss_newton("a")])
def test_least_squares_takes_one_step(rule: Optimizer, rng: np.random.Generator) -> None:
    """From anywhere, to what numpy.linalg.lstsq finds."""
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    fitted = fit(regression(), {"x": x, "y": y}, rule, epochs=1, batch=20)
    wanted, *_ = np.linalg.lstsq(np.hstack([x, np.ones((20, 1))]), y, rcond=None)
    assert np.abs(fitted.parameters["W"] - wanted[:-1]).max() < 1e-12
    assert np.abs(fitted.parameters["b"] - wanted[-1]).max() < 1e-12


def test_much_damping_is_gradient_descent(rng: np.random.Generator) -> None:
    """(H + d I)^-1 g is g/d to first order in H/d."""
    data = {"x": rng.normal(size=(20, 3)), "y": rng.normal(size=(20, 2))}
    runs = [
        fit(regression(), data, rule, epochs=1, batch=20, initial={"W": constant(0)})
        for rule in (newton(damping=1e6), sgd(1e-6))
    ]
    assert np.abs(runs[0].parameters["W"] * 1e6 - runs[1].parameters["W"] * 1e6).max() < 1e-4


def run(rule: Optimizer, **options: Any) -> Fitted:
    return fit(classifier(), samples(), rule, **({"epochs": 4, "batch": 8} | options))


def stop_after(steps: int) -> Callable[[int, float], None]:
    def after_step(t: int, loss: float) -> None:
        if t == steps:
            raise KeyboardInterrupt

    return after_step


def same(a: Fitted, b: Fitted) -> bool:
    equal = all(a.parameters[k].tobytes() == b.parameters[k].tobytes() for k in a.parameters)
    return equal and a.history == b.history


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize("steps", [1, 3, 5])
def test_interrupted_and_resumed_ends_as_one_that_was_not(
    tmp_path: Path, make: Callable[..., Optimizer], steps: int
) -> None:
    path, rule = tmp_path / "run.safetensors", make(damping=0.1)
    whole = run(rule)
    assert same(run(rule), whole)
    part = run(rule, checkpoint=path, after_step=stop_after(steps))
    assert part.interrupted
    assert same(run(rule, checkpoint=path, resume=path), whole)


def test_a_run_of_the_other_matrix_is_not_resumed(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run(gauss_newton("a2", damping=0.1), checkpoint=path, epochs=1)
    for rule in (newton(damping=0.1), gauss_newton("h1", damping=0.1)):
        with pytest.raises(TrainingError, match="optimizer was gauss_newton at a2, now"):
            run(rule, resume=path)
    with pytest.raises(TrainingError, match="settings was"):
        run(gauss_newton("a2", damping=0.2), resume=path)


def test_gauss_newton_descends_at_every_step() -> None:
    losses: list[float] = []
    run(
        gauss_newton("a2", damping=0.05),
        batch=20,
        epochs=15,
        after_step=lambda t, loss: losses.append(loss),
    )
    assert all(later < earlier + 1e-14 for earlier, later in pairwise(losses))
    assert losses[-1] < 0.8 * losses[0]


def test_the_mask_of_a_step_is_that_of_its_gradient() -> None:
    """With dropout on the inputs of least squares a full step solves the masked system."""
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    masked = dropout(x, 0.5)
    net = dense(masked.output, 1)
    z = Tensor("z", *net.output.indices)
    graph = join(masked, net, mean_squared_error(net.output, z))
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=(30, 3)), "z": rng.normal(size=(30, 1))}
    once = fit(graph, data, newton(), epochs=1, batch=30)
    other = fit(graph, data, newton(), epochs=1, batch=30, initial={"W": constant(3)})
    for name, a in once.parameters.items():
        assert np.abs(a - other.parameters[name]).max() < 1e-12


def test_a_clipped_gradient_goes_with_the_same_matrix() -> None:
    whole = run(clipped(newton(damping=0.1), 1e6))
    plain = run(newton(damping=0.1))
    assert all(np.abs(whole.parameters[k] - a).max() < 1e-12 for k, a in plain.parameters.items())
    assert not same(run(clipped(newton(damping=0.1), 1e-2)), plain)


def test_float32() -> None:
    found = run(newton(damping=0.1), dtype=np.float32)
    wanted = run(newton(damping=0.1))
    assert found.parameters["W1"].dtype == np.float32
    assert np.abs(found.parameters["W1"] - wanted.parameters["W1"]).max() < 1e-2


def test_what_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"newton: damping is -1.0; expected damping >= 0"):
        newton(damping=-1.0)
    data = {"x": np.zeros((4, 3)), "y": np.ones((4, 2))}
    with pytest.raises(TrainingError, match=r"newton: the matrix of step 1 is singular"):
        fit(regression(), data, newton(), epochs=1, batch=4)
