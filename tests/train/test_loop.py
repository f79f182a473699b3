"""fit: determinism, interruption and resume bit for bit, history, refusals."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    add,
    constant,
    dense,
    join,
    l2_penalty,
    labels,
    mean_squared_error,
    mlp,
    normal,
    softmax_cross_entropy,
    weights,
)
from symnet.notation import (
    Graph,
    GraphError,
    Index,
    Tensor,
    TrainingError,
    UnknownTensor,
    define,
    mean,
    replace,
)
from symnet.train.generated import generated
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model, save
from symnet.train.optimizers import Optimizer, adam, adamw, momentum, nesterov, sgd
from symnet.train.schedules import cosine
from symnet.verify.interpret import interpret


def classifier(hidden: int = 5) -> Graph:
    net = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [hidden, 2])
    loss = softmax_cross_entropy(net.output, labels(net.output))
    penalty = l2_penalty(weights(net), 1e-4)
    return join(net, loss, penalty, add(loss.output, penalty.output))


def samples(count: int = 20, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 3))
    return {"x": x, "t": (x[:, 0] + x[:, 1] > 0).astype(int)}


def run(optimizer: Optimizer | None = None, **options: Any) -> Fitted:
    settings: dict[str, Any] = {"epochs": 3, "batch": 8, "validation": samples(9, seed=1)}
    return fit(classifier(), samples(), optimizer or momentum(), **(settings | options))


def stop_after(steps: int) -> Callable[[int, float], None]:
    def after_step(t: int, loss: float) -> None:
        if t == steps:
            raise KeyboardInterrupt

    return after_step


def same(a: Fitted, b: Fitted) -> bool:
    """Equal to the last bit: parameters, history, number of steps."""
    equal = all(a.parameters[k].tobytes() == b.parameters[k].tobytes() for k in a.parameters)
    return equal and a.history == b.history and a.steps == b.steps


def test_one_step_is_the_gradient_step_of_the_judges() -> None:
    data = samples()
    first = run(sgd(0.3), epochs=1, batch=20, after_step=None)
    graph = classifier()
    start = run(sgd(1e-300), epochs=1, batch=20).parameters
    bars = interpret(gradient(graph, [t.name for t in graph.parameters]), {**data, **start})
    for name, value in first.parameters.items():
        assert np.abs(value - (start[name] - 0.3 * bars[f"{name}_bar"])).max() < 1e-14


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    assert same(run(), run())
    assert not same(run(), run(seed=1))


@pytest.mark.parametrize("steps", [1, 3, 4, 6, 8])
@pytest.mark.parametrize("make", [sgd, momentum, nesterov, adam, adamw])
def test_interrupted_and_resumed_ends_as_one_that_was_not(
    tmp_path: Path, make: Callable[[], Optimizer], steps: int
) -> None:
    """Three batches an epoch: interrupted after the first step, at and inside of epochs."""
    path = tmp_path / "run.safetensors"
    whole = run(make())
    part = run(make(), checkpoint=path, after_step=stop_after(steps))
    assert part.interrupted
    assert part.steps == steps
    assert not same(part, whole)
    rest = run(make(), checkpoint=path, resume=path)
    assert not rest.interrupted
    assert same(rest, whole)


def test_a_run_may_be_interrupted_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run(checkpoint=path, after_step=stop_after(1))
    for k in range(2, 9):
        run(checkpoint=path, resume=path, after_step=stop_after(k))
    assert same(run(resume=path), run())


def test_a_finished_run_can_be_made_longer(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run(epochs=2, checkpoint=path)
    assert same(run(epochs=5, resume=path), run(epochs=5))


def test_a_schedule_goes_on_where_it_was(tmp_path: Path) -> None:
    path, rule = tmp_path / "run.safetensors", adam(cosine(0.1, 9))
    run(rule, checkpoint=path, after_step=stop_after(5))
    assert same(run(rule, resume=path), run(rule))


def test_ctrl_c_ends_the_run_between_two_steps(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    before = signal.getsignal(signal.SIGINT)

    def press(t: int, loss: float) -> None:
        if t == 5:
            os.kill(os.getpid(), signal.SIGINT)

    part = run(checkpoint=path, after_step=press)
    assert part.interrupted
    assert part.steps == 5
    assert part.checkpoint == path
    assert signal.getsignal(signal.SIGINT) is before
    assert same(run(resume=path), run())


def test_history_has_an_entry_for_each_epoch_and_falls() -> None:
    fitted = run(epochs=30)
    history = fitted.history
    assert [len(h) for h in (history.loss, history.validation, history.rate)] == [30, 30, 30]
    assert not history.score  # nobody asked
    assert fitted.history.loss[-1] < 0.05 < 0.3 < fitted.history.loss[0]
    assert fitted.score("p", samples()["t"], x=samples()["x"]) == 1.0


def test_the_score_of_each_epoch_is_that_of_the_model() -> None:
    """Accuracy on the data for validation, without these on those learnt from; else R^2."""
    seen = samples(9, seed=1)
    fitted = run(epochs=4, score=("p", "t"))
    assert fitted.history.measure == "accuracy"
    assert len(fitted.history.score) == 4
    assert fitted.history.score[-1] == fitted.score("p", seen["t"], x=seen["x"])
    own = run(epochs=4, score=("p", "t"), validation=None)
    taught = samples()
    assert own.history.score[-1] == own.score("p", taught["t"], x=taught["x"])
    assert own.history.score[0] != fitted.history.score[0]
    assert same(run(epochs=4), run(epochs=4))
    assert fitted.parameters["W1"].tobytes() == run(epochs=4).parameters["W1"].tobytes()


def test_the_score_of_numbers_is_r_squared_over_all_batches() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    net = dense(x, 1)
    y = net.output
    loss = join(net, mean_squared_error(y, Tensor("goal", *y.indices)))
    inputs = np.random.default_rng(0).normal(size=(50, 3))
    data = {"x": inputs, "goal": inputs.sum(axis=1, keepdims=True)}
    fitted = fit(loss, data, sgd(0.1), epochs=3, batch=8, score=(y.name, "goal"))
    assert fitted.history.measure == "R^2"
    expected = fitted.score(y.name, data["goal"], x=inputs)
    assert fitted.history.score[-1] == pytest.approx(expected, abs=1e-12)


def test_a_score_is_added_but_not_exchanged(tmp_path: Path) -> None:
    """A series of scores is of one thing, and has no gap."""
    run(epochs=2, checkpoint=tmp_path / "c")
    later = run(epochs=4, score=("p", "t"), resume=tmp_path / "c", checkpoint=tmp_path / "d")
    assert len(later.history.score) == 2
    assert len(later.history.loss) == 4
    for other in (None, ("h1", "t")):
        with pytest.raises(TrainingError, match=r"records the score of \('p', 't'\) by epoch"):
            run(epochs=6, score=other, resume=tmp_path / "d")


def test_targets_that_are_all_equal_are_refused_before_the_run(tmp_path: Path) -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    y = (net := dense(x, 1)).output
    loss = join(net, mean_squared_error(y, Tensor("goal", *y.indices)))
    data = {"x": samples()["x"], "goal": np.full((20, 1), 0.1)}
    drawn = generated(lambda rng, count: {k: a[:count] for k, a in data.items()}, 20, "equal")
    right = {"x": data["x"], "goal": data["x"][:, :1]}
    for taught, judged in ((data, None), (drawn, None), (right, drawn)):
        with pytest.raises(TrainingError, match="all equal"):
            fit(
                loss, taught, epochs=1, validation=judged, score=(y.name, "goal"),
                checkpoint=tmp_path / "c",
            )  # fmt: skip
        assert not (tmp_path / "c").exists()


def test_a_score_needs_no_more_than_its_output() -> None:
    """Of an inner tensor, which reads a part of the parameters."""
    fitted = run(epochs=2, score=("h1", "t"))
    seen = samples(9, seed=1)
    assert fitted.history.score[-1] == fitted.score("h1", seen["t"], x=seen["x"])


def test_a_score_survives_an_interruption(tmp_path: Path) -> None:
    options = {"epochs": 4, "score": ("p", "t")}
    whole = run(**options)
    run(**options, after_step=stop_after(5), checkpoint=tmp_path / "c")
    assert same(whole, run(**options, resume=tmp_path / "c"))


@pytest.mark.parametrize(
    ("pair", "error", "message"),
    [
        (("q", "t"), UnknownTensor, "no tensor q"),
        ("pt", TrainingError, "score is 'pt'; expected a pair of names"),
        (("p",), TrainingError, r"score is \('p',\); expected a pair of names"),
        (("p", "W1"), UnknownTensor, "score: W1 is no data; expected one of x, t"),
        (
            ("J", "t"),
            TrainingError,
            r"J has axes \[\], and t \[N\]; expected the same and one",
        ),
        (
            ("W1", "x"),
            TrainingError,
            r"W1 has axes \[3,5\], and x \[N,3\]; expected the same",
        ),
    ],
)
def test_a_score_that_cannot_be(pair: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run(score=pair)


def test_loss_of_an_epoch_is_the_mean_over_its_samples() -> None:
    seen: list[float] = []
    fitted = run(epochs=1, after_step=lambda t, loss: seen.append(loss))
    assert fitted.history.loss[0] == pytest.approx((8 * seen[0] + 8 * seen[1] + 4 * seen[2]) / 20)


def test_validation_may_be_a_fraction() -> None:
    fitted = fit(classifier(), samples(40), epochs=2, validation=0.25)
    assert len(fitted.history.validation) == 2


def test_float32_stays_float32() -> None:
    fitted = run(dtype=np.float32)
    assert {a.dtype for a in fitted.parameters.values()} == {np.dtype(np.float32)}
    assert fitted.history.loss[0] == pytest.approx(run().history.loss[0], rel=1e-5)


def test_start_and_initial_rules() -> None:
    given = {"b1": np.full(5, 0.25)}
    fitted = run(sgd(1e-300), epochs=1, start=given, initial={"b2": constant(2)})
    assert (fitted.parameters["b1"] == 0.25).all()
    assert (fitted.parameters["b2"] == 2.0).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": 5}, "seed was 0, now 5"),
        ({"batch": 7}, "batch was 8, now 7"),
        ({"dtype": np.float32}, "dtype was float64, now float32"),
        ({"optimizer": momentum(mu=0.5)}, "settings was {'mu': 0.9}, now {'mu': 0.5}"),
        ({"optimizer": adam()}, "optimizer was momentum, now adam"),
    ],
)
def test_resuming_another_run_is_refused(
    tmp_path: Path, options: Mapping[str, Any], message: str
) -> None:
    path = tmp_path / "run.safetensors"
    run(checkpoint=path, epochs=1)
    with pytest.raises(TrainingError, match=message):
        run(resume=path, **options)


def test_resuming_with_other_data_or_another_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    run(checkpoint=path, epochs=1)
    with pytest.raises(TrainingError, match="the training data differ"):
        fit(classifier(), samples(seed=2), epochs=3, batch=8, resume=path)
    with pytest.raises(TrainingError, match="of another model, whose parameters differ"):
        fit(classifier(6), samples(), epochs=3, batch=8, resume=path)
    net = mlp(Tensor("x", Index("n", "N"), Index("i", 3)), [5, 2], "relu")
    other = join(net, softmax_cross_entropy(net.output, labels(net.output)))
    with pytest.raises(TrainingError, match="of another model, whose definitions differ"):
        fit(other, samples(), epochs=3, batch=8, resume=path)


def test_a_saved_model_is_no_run(tmp_path: Path) -> None:
    fitted = run()
    save(tmp_path / "model", Model(fitted.graph, fitted.parameters))
    with pytest.raises(TrainingError, match="it holds a model only"):
        run(resume=tmp_path / "model")


def test_an_unwritable_checkpoint_is_refused_before_the_first_step(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    steps: list[int] = []
    with pytest.raises(TrainingError, match="cannot be written"):
        run(checkpoint=blocked / "run", after_step=lambda t, loss: steps.append(t))
    assert steps == []


def test_a_loss_that_is_not_finite_ends_the_run() -> None:
    with pytest.raises(TrainingError, match=r"the loss is (nan|inf) at step \d+ .*lower"):
        run(sgd(1e200), epochs=50)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs is 0; expected an integer of at least 1"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"batch": -1}, "batch is -1"),
        ({"seed": -1}, "seed is -1; expected an integer of at least 0"),
        ({"start": {"W9": np.zeros(3)}}, "start: no parameter is called W9"),
    ],
)
def test_bad_settings(options: Mapping[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        run(**options)


def test_what_is_no_loss_is_refused() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    with pytest.raises(GraphError, match="a2 has 2 axes; a loss is a scalar"):
        fit(mlp(x, [4, 2]), {"x": samples()["x"]}, epochs=1)
    with pytest.raises(GraphError, match="no parameters"):
        fit(softmax_cross_entropy(x, labels(x)), samples(), epochs=1)


def test_missing_data_is_named() -> None:
    with pytest.raises(UnknownTensor, match="t is missing"):
        fit(classifier(), {"x": samples()["x"]}, epochs=1)


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    assert run(batch=1000, epochs=2).steps == 2


def test_symbolic_widths_take_their_size_from_the_data() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    net = dense(x, 2)
    loss = join(net, softmax_cross_entropy(net.output, labels(net.output)))
    assert fit(loss, samples(), epochs=1).parameters["W"].shape == (3, 2)


def test_only_the_first_output_is_descended() -> None:
    graph = classifier()
    several = replace(graph, outputs=[graph.outputs[0], graph.tensor("p")])
    one = fit(graph, samples(), epochs=1)
    two = fit(several, samples(), epochs=1)
    assert same(one, two)


def test_a_scalar_parameter_is_trained_and_kept(tmp_path: Path) -> None:
    """z = c x + b with a scalar c: least squares has a known answer."""
    n = Index("n", "N")
    x, y, c, b = Tensor("x", n), Tensor("y", n), Tensor("c"), Tensor("b")
    z, L = Tensor("z", n), Tensor("L")
    graph = Graph(
        define(z[n], c[()] * x[n] + b[()]),
        define(L[()], mean((z[n] - y[n]) ** 2, over=n)),
        inputs=[x, y],
        parameters=[c, b],
        output=L,
    )
    values = np.linspace(-1, 1, 50)
    data = {"x": values, "y": 3 * values - 2}
    path = tmp_path / "run"
    options: dict[str, Any] = {"epochs": 60, "batch": 10, "initial": {"c": normal(1)}}
    whole = fit(graph, data, **options)
    assert whole.parameters["c"] == pytest.approx(3, abs=1e-6)
    assert whole.parameters["b"] == pytest.approx(-2, abs=1e-6)
    assert whole.parameters["c"].shape == ()
    fit(graph, data, **options, checkpoint=path, after_step=stop_after(7))
    assert same(fit(graph, data, **options, resume=path), whole)
    assert fit(graph, data, sgd(), **options).steps == 300


def test_a_graph_without_samples_is_one_batch() -> None:
    """Rosenbrock's valley has no data: each epoch is one step."""
    u, v, L = Tensor("u"), Tensor("v"), Tensor("L")
    valley = (1 - u[()]) ** 2 + 100 * (v[()] - u[()] ** 2) ** 2
    graph = Graph(define(L[()], valley), parameters=[u, v], output=L)
    fitted = fit(graph, {}, adam(0.02), epochs=3000)
    assert fitted.steps == 3000
    assert fitted.parameters["u"] == pytest.approx(1, abs=1e-3)
    assert fitted.parameters["v"] == pytest.approx(1, abs=1e-3)


def test_a_second_ctrl_c_ends_at_once_and_leaves_the_last_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run"

    def press(t: int, loss: float) -> None:
        if t == 4:
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)

    run(checkpoint=path, after_step=press)
    assert same(run(resume=path), run())


def test_the_last_smaller_batch_can_be_left_out(tmp_path: Path) -> None:
    """20 samples in batches of 8: two steps an epoch, of other samples in each."""
    seen: list[float] = []
    whole = run(drop_last=True, after_step=lambda t, loss: seen.append(loss))
    assert whole.steps == 6
    assert whole.history.loss == pytest.approx([np.mean(seen[k : k + 2]) for k in (0, 2, 4)])
    path = tmp_path / "run"
    run(drop_last=True, checkpoint=path, after_step=stop_after(3))
    assert same(run(drop_last=True, resume=path), whole)
    with pytest.raises(TrainingError, match="drop_last was True, now False"):
        run(resume=path)


def test_drop_last_leaves_validation_whole_and_refuses_an_empty_epoch() -> None:
    kept = run(sgd(1e-300), drop_last=True, epochs=1)
    assert kept.history.validation == run(sgd(1e-300), epochs=1).history.validation
    with pytest.raises(TrainingError, match="drop_last leaves no batch: there are 20 samples"):
        run(drop_last=True, batch=21)
    with pytest.raises(TrainingError, match="there are 15 samples, and a batch has 20"):
        fit(classifier(), samples(), epochs=1, batch=20, validation=0.25, drop_last=True)
