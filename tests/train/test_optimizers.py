"""Optimisers: several steps of each rule against plain loops, and against torch (judges)."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from symnet.codegen import build
from symnet.notation import TrainingError
from symnet.train.optimizers import (
    OPTIMIZERS,
    Optimizer,
    adam,
    adamw,
    clipped,
    momentum,
    momentum_torch,
    sgd,
)
from symnet.verify.interpret import interpret

STEPS = 6
Gradients = list[np.ndarray]


def follow(optimizer: Optimizer, theta: np.ndarray, gradients: Gradients) -> np.ndarray:
    """theta after a step for each gradient, by the interpreter."""
    state = {t.name: np.zeros_like(theta) for t in optimizer.states}
    for t, g in enumerate(gradients, 1):
        scalars = {"eta": optimizer.rate_at(t), "t": float(t), **optimizer.settings}
        known = {**scalars, **state, "theta": theta, "g": g}
        found = interpret(optimizer.graph, {x.name: known[x.name] for x in optimizer.graph.given})
        new = {old.name: found[value.name] for old, value in optimizer.graph.updates}
        theta = new.pop("theta")
        state = new
    return theta


def by_sgd(x: float, gs: list[float]) -> float:
    for g in gs:
        x -= 0.1 * g
    return x


def by_momentum(x: float, gs: list[float]) -> float:
    v = 0.0
    for g in gs:
        v = 0.9 * v - 0.1 * g
        x += v
    return x


def by_nesterov(x: float, gs: list[float]) -> float:
    """Sutskever et al. 2013, eqs. (3) and (4): x is the look-ahead point y + mu v."""
    v, y = 0.0, x
    for g in gs:
        v = 0.9 * v - 0.1 * g
        y = y + v
        x = y + 0.9 * v
    return x


def by_adam(x: float, gs: list[float], decay: float = 0.0) -> float:
    """Kingma & Ba 2015, algorithm 1, line by line."""
    m = s = 0.0
    for t, g in enumerate(gs, 1):
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        step = (m / (1 - 0.9**t)) / (math.sqrt(s / (1 - 0.999**t)) + 1e-8)
        x -= 0.001 * (step + decay * x)
    return x


PLAIN: dict[str, Callable[[float, list[float]], float]] = {
    "sgd": by_sgd,
    "momentum": by_momentum,
    "momentum_torch": by_momentum,
    "nesterov": by_nesterov,
    "adam": by_adam,
    "adamw": lambda x, gs: by_adam(x, gs, decay=0.01),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_several_steps_are_the_plain_loop(name: str, rng: np.random.Generator) -> None:
    theta = rng.normal(size=3)
    gradients = [rng.normal(size=3) for _ in range(STEPS)]
    found = follow(OPTIMIZERS[name](), theta, gradients)
    expected = [PLAIN[name](x, [float(g[i]) for g in gradients]) for i, x in enumerate(theta)]
    assert np.abs(found - expected).max() < 1e-12


def test_a_rate_may_be_a_schedule(rng: np.random.Generator) -> None:
    gradients = [rng.normal(size=2) for _ in range(3)]
    theta = rng.normal(size=2)
    found = follow(sgd(rate=lambda t: 1.0 / t), theta, gradients)
    expected = theta - sum(g / t for t, g in enumerate(gradients, 1))
    assert np.abs(found - expected).max() < 1e-14


def test_the_two_conventions_part_when_the_rate_changes(rng: np.random.Generator) -> None:
    gradients = [rng.normal(size=2) for _ in range(3)]
    theta = rng.normal(size=2)

    def falling(t: int) -> float:
        return 0.1 if t < 3 else 0.01

    ours = follow(momentum(falling), theta, gradients)
    torchs = follow(momentum_torch(falling), theta, gradients)
    assert np.abs(ours - torchs).min() > 1e-3


def test_a_decay_is_added_to_the_gradient_and_enters_the_velocity() -> None:
    x, v = 2.0, 0.0
    for g in (1.0, -3.0, 0.5):
        v = 0.9 * v + (g + 0.2 * x)
        x -= 0.1 * v
    gradients = [np.array([g]) for g in (1.0, -3.0, 0.5)]
    found = follow(momentum_torch(0.1, 0.9, decay=0.2), np.array([2.0]), gradients)
    assert abs(found[0] - x) < 1e-14
    assert "decay" not in momentum_torch().settings


def test_states_start_with_the_moments() -> None:
    found = {name: [t.name for t in make().states] for name, make in OPTIMIZERS.items()}
    assert found["sgd"] == []
    assert found["momentum"] == ["v"]
    assert found["adam"] == ["m", "s"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sgd(-0.1), "sgd: the rate is -0.1; expected a positive number"),
        (lambda: sgd(float("nan")), "sgd: the rate is nan"),
        (lambda: momentum(mu=1.0), r"momentum: mu is 1.0; expected 0 <= mu < 1"),
        (lambda: adam(beta1=0.0), r"adam: beta1 is 0.0; expected 0 < beta1 < 1"),
        (lambda: adam(beta2=1.5), r"adam: beta2 is 1.5"),
        (lambda: momentum_torch(decay=-1.0), r"momentum_torch: decay is -1.0; expected decay >= 0"),
        (lambda: adamw(decay=-1.0), r"adamw: decay is -1.0; expected decay >= 0"),
        (lambda: adam(eps=float("inf")), r"adam: eps is inf; expected eps >= 0"),
        (lambda: clipped(sgd(), 0.0), r"sgd, clipped: clip is 0.0; expected clip > 0"),
    ],
)
def test_impossible_settings_are_refused(make: Callable[[], Optimizer], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        make()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("clip", [0.1, 1e3])
def test_clipped_takes_the_steps_of_a_shorter_gradient(
    name: str, clip: float, rng: np.random.Generator
) -> None:
    gradients = [rng.normal(size=4) for _ in range(STEPS)] + [np.zeros(4)]
    theta = rng.normal(size=4)
    short = [g * min(1.0, clip / (float(np.linalg.norm(g)) + 1e-6)) for g in gradients]
    found = follow(clipped(OPTIMIZERS[name](), clip), theta, gradients)
    assert np.abs(found - follow(OPTIMIZERS[name](), theta, short)).max() < 1e-14


@pytest.mark.judges
def test_torch_clips_in_the_same_way(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    start, g = rng.normal(size=5), rng.normal(size=5)
    theirs = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    judge = torch.optim.SGD([theirs], lr=0.1)
    theirs.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_([theirs], 0.5)
    judge.step()
    assert (
        np.abs(follow(clipped(sgd(0.1), 0.5), start, [g]) - theirs.detach().numpy()).max() < 1e-13
    )


@pytest.mark.judges
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_torch_takes_the_same_steps(name: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    start = rng.normal(size=5)
    gradients = [rng.normal(size=5) * 10.0 ** rng.integers(-3, 3) for _ in range(20)]
    theirs = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    make = {
        "sgd": lambda: torch.optim.SGD([theirs], lr=0.1),
        "momentum": lambda: torch.optim.SGD([theirs], lr=0.1, momentum=0.9),
        "momentum_torch": lambda: torch.optim.SGD(
            [theirs], lr=0.1, momentum=0.9, weight_decay=0.01
        ),
        "nesterov": lambda: torch.optim.SGD([theirs], lr=0.1, momentum=0.9, nesterov=True),
        "adam": lambda: torch.optim.Adam([theirs]),
        "adamw": lambda: torch.optim.AdamW([theirs], weight_decay=0.01),
    }[name]
    judge = make()
    for g in gradients:
        theirs.grad = torch.tensor(g)
        judge.step()
    ours = momentum_torch(decay=0.01) if name == "momentum_torch" else OPTIMIZERS[name]()
    found = follow(ours, start, gradients)
    wanted = theirs.detach().numpy()
    assert np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max()) < 1e-12


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("count", [1, 7])
def test_generated_code_is_the_interpreter(name: str, count: int, rng: np.random.Generator) -> None:
    optimizer = OPTIMIZERS[name]()
    known = {t.name: rng.normal(size=count) for t in optimizer.states}
    known = {k: np.abs(v) if k == "s" else v for k, v in known.items()}
    known |= {"theta": rng.normal(size=count), "g": rng.normal(size=count)}
    scalars = {"eta": 0.1, "t": 3.0, **optimizer.settings}
    given = {x.name: {**known, **scalars}[x.name] for x in optimizer.graph.given}
    values = interpret(optimizer.graph, given)
    found = build(optimizer.graph)(**given)
    for t in optimizer.graph.outputs:
        value = found[t.name] if isinstance(found, dict) else found
        assert np.abs(value - values[t.name]).max() < 1e-13
