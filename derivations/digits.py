"""Digits: does the derived gradient train a classifier, and when is a gate worth having?"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import images
from symnet.cli.trainable import Figure, Training
from symnet.layers import (
    add,
    bilinear_gate,
    glorot_uniform,
    he_normal,
    join,
    l2_penalty,
    labels,
    mean_squared_error,
    mlp,
    softmax_cross_entropy,
    weights,
)
from symnet.notation import Graph, Index, Tensor, define, delta, total
from symnet.train.datasets import digits
from symnet.train.loop import Fitted, fit
from symnet.train.optimizers import adam, momentum
from symnet.train.schedules import cosine

SEEDS = range(10)
EPOCHS = 60
DECAY = 1e-4  # strength sum W^2, without the factor 1/2, weights only
SAMPLES, BATCH, RATE = 1024, 32, 0.02  # of the gate's task


def classifier(
    activation: str = "tanh",
    pixels: int | str = 64,
    hidden: int | str = 64,
    classes: int | str = 10,
) -> Graph:
    """Two dense layers, softmax cross-entropy, an L2 penalty on the weights; J is the loss."""
    x = Tensor("x", Index("n", "N"), Index("i", pixels))
    net = mlp(x, [hidden, classes], activation)
    fitting = softmax_cross_entropy(net.output, labels(net.output))
    penalty = l2_penalty(weights(net), DECAY)
    return join(net, fitting, penalty, add(fitting.output, penalty.output))


def train(seed: int = 0, epochs: int = EPOCHS, variant: str = "tanh", **options: Any) -> Fitted:
    """Batch 32, momentum 0.9, rate 0.1, in float64, on three quarters of the digits.

    Weights start from Glorot's rule for tanh and from He's for relu; biases from 0. The history
    records loss and accuracy on the other quarter, which nothing is learnt from.
    """
    taught, aside = digits(seed)
    first = he_normal() if variant == "relu" else glorot_uniform()
    return fit(
        classifier(variant),
        taught,
        momentum(rate=0.1, mu=0.9),
        epochs=epochs,
        seed=seed,
        initial={"W1": first, "W2": first},
        validation=aside,
        score=("p", "t"),
        **options,
    )


def score(fitted: Fitted, seed: int) -> dict[str, float]:
    """Accuracy in per cent on the training and on the test split of the seed."""
    sides = zip(("training", "test"), digits(seed), strict=True)
    return {
        f"{name} accuracy %": 100 * fitted.score("p", side["t"], x=side["x"])
        for name, side in sides
    }


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """What the first 24 hidden units look at, and the digits that are taken for others."""
    _, test = digits(seed)
    p = fitted.predict("p", x=test["x"])
    wrong = np.flatnonzero(p.argmax(axis=1) != test["t"])[:12]
    weights = fitted.parameters["W1"].T.reshape(-1, 8, 8)
    images(folder / "weights.png", {"": weights[:12], " ": weights[12:24]}, "First weights")
    named = {"mistaken": [test["x"][k].reshape(8, 8) for k in wrong]}
    images(folder / "mistakes.png", named, f"Taken for {', '.join(map(str, p.argmax(1)[wrong]))}")


def logistic_regression(seed: int, C: float) -> float:
    """Test accuracy in per cent of scikit-learn's multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    taught, test = digits(seed)
    with threadpool_limits(1):  # products this small take a hundred times as long on busy cores
        model = LogisticRegression(C=C, max_iter=2000).fit(taught["x"], taught["t"])
    return 100 * float(model.score(test["x"], test["t"]))


def product_net(kind: str) -> Graph:
    """z^ = (u A + a) (u B + b), or dense-tanh-dense with 32 hidden units; L = mean (z^ - z)^2."""
    u = Tensor("u", Index("n", "N"), Index("i", 8))
    net = bilinear_gate(u, 4, "1", output="r") if kind == "gate" else mlp(u, [32, 4])
    z = Tensor("z", *net.output.indices)
    return join(net, mean_squared_error(net.output, z))


def product_data(samples: int, scale: float, rng: np.random.Generator) -> dict[str, Any]:
    """u = (x, y) with x, y in R^4 from N(0, scale^2), and z = x y entry by entry."""
    u = scale * rng.standard_normal((samples, 8))
    return {"u": u, "z": u[:, :4] * u[:, 4:]}


def product_error(kind: str, seed: int, epochs: int = EPOCHS) -> float:
    """Mean squared error at scale 2 over the mean square of z, after training at scale 1."""
    rng = np.random.default_rng(seed)
    taught, test = product_data(SAMPLES, 1.0, rng), product_data(2000, 2.0, rng)
    rule = adam(rate=cosine(RATE, epochs * SAMPLES // BATCH))
    graph = product_net(kind)
    fitted = fit(graph, taught, rule, epochs=epochs, batch=BATCH, seed=seed)
    return float(fitted.predict(**test)) / float(np.mean(test["z"] ** 2))


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds, extremes for the gate."""
    chosen = list(seeds)
    accuracy = {}
    for kind in ("tanh", "relu"):
        found = []
        for seed in chosen:
            found.append(score(train(seed, variant=kind), seed)["test accuracy %"])
            if progress:
                print(f"{kind}, seed {seed}: {found[-1]:.2f} %", file=sys.stderr)
        accuracy[kind] = float(np.mean(found))
    plain = max(
        float(np.mean([logistic_regression(s, C) for s in chosen])) for C in (0.1, 1.0, 10.0, 100.0)
    )
    gates = [product_error("gate", s) for s in chosen]
    denses = [product_error("dense", s) for s in chosen]
    several = f"mean of {len(chosen)} seeds"
    return [
        Figure(f"tanh, test accuracy, {several}", accuracy["tanh"], 97.0, unit=" %"),
        Figure(f"relu, test accuracy, {several}", accuracy["relu"], 97.5, unit=" %"),
        Figure("tanh, above logistic regression (best C)", accuracy["tanh"], plain, unit=" %"),
        Figure("relu, above logistic regression (best C)", accuracy["relu"], plain, unit=" %"),
        Figure("z = x y by a gate, relative error, worst", max(gates), 1e-10, at_most=True),
        Figure("z = x y by dense layers, relative error, best", min(denses), 0.05),
    ]


def short() -> list[Figure]:
    """4 epochs; the classes are equally frequent, so an untrained model has 10 %."""
    found = score(train(0, epochs=4), 0)["test accuracy %"]
    error = product_error("gate", 0, epochs=12)
    return [
        Figure("tanh, 4 epochs, test accuracy", found, 90.0, unit=" %"),
        Figure("z = x y by a gate, 12 epochs, relative error", error, 1e-2, at_most=True),
    ]


def sections() -> list[Section]:
    g = classifier(pixels="I", hidden="H", classes="K")
    n, k = g.tensor("p").indices
    i, j = g.tensor("W1").indices
    W1, W2, x, h1, p, t = (g.tensor(name) for name in ("W1", "W2", "x", "h1", "p", "t"))
    a2_bar = Tensor("a2_bar", n, k)
    h1_bar, a1_bar = Tensor("h1_bar", n, j), Tensor("a1_bar", n, j)
    W1_bar, W2_bar = Tensor("W1_bar", i, j), Tensor("W2_bar", j, k)
    source = "Bishop 2006, secs. 5.3.1 and 5.3.2"
    hand = (
        Claim(define(a2_bar[n, k], (p[n, k] - delta(k, t[n])) / n.extent), source),
        Claim(
            define(W2_bar[j, k], total(h1[n, j] * a2_bar[n, k], over=n) + 2 * DECAY * W2[j, k]),
            source,
        ),
        Claim(define(h1_bar[n, j], total(W2[j, k] * a2_bar[n, k], over=k)), source),
        Claim(define(a1_bar[n, j], h1_bar[n, j] * (1 - h1[n, j] ** 2)), source),
        Claim(
            define(W1_bar[i, j], total(x[n, i] * a1_bar[n, j], over=n) + 2 * DECAY * W1[i, j]),
            source,
        ),
    )
    return [Section("two dense layers with an L2 penalty", g, ("W1", "b1", "W2", "b2"), hand)]


PAGE = Page(
    name="digits",
    title="Digits",
    question="""
Two dense layers, softmax cross-entropy and a penalty on the weights: does what is derived and
generated train as well as a program written by hand? (symnet train digits --accept)
""",
    sections=sections,
    learnt="""
It does, above logistic regression on the same splits. And a gate learns a product of its inputs
exactly, so it holds far outside of the training data, where dense layers with tanh do not.
""",
)

TRAINING = Training(
    fit=train,
    score=score,
    accept=accept,
    epochs=EPOCHS,
    short=short,
    variants=("tanh", "relu"),
    report=report,
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
