"""An autoencoder: two halves, trained together and used apart."""

import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import images, points
from symnet.cli.trainable import Figure, Training
from symnet.layers import Rule, activation, dense, fan_in_uniform, join, mean_squared_error, uniform
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind
from symnet.train.datasets import digits
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model, load, save
from symnet.train.optimizers import adam
from symnet.train.schedules import cosine

SEEDS = range(5)
EPOCHS, BATCH, RATE, HIDDEN = 150, 64, 3e-3, 64
VARIANTS = ("8", "2")  # the width of the code

Array = np.ndarray[Any, Any]


def encoder(code: int | str, pixels: int | str = 64, hidden: int | str = HIDDEN) -> Graph:
    """e = tanh(x A + a) B + b: pixels x (N, I) to codes e (N, K)."""
    i, j, k = Index("i", pixels), Index("j", hidden), Index("k", code)
    x = Tensor("x", Index("n", "N"), i)
    first = dense(x, j, weight=Tensor("A", i, j), bias=Tensor("a", j), output="u")
    h = activation(first.output, "tanh", output="h")
    second = dense(h.output, k, weight=Tensor("B", j, k), bias=Tensor("b", k), output="e")
    return join(first, h, second)


def decoder(code: int | str, pixels: int | str = 64, hidden: int | str = HIDDEN) -> Graph:
    """x_hat = tanh(e C + c) D + d: codes e (N, K) to pixels x_hat (N, I)."""
    i, l, k = Index("i", pixels), Index("l", hidden), Index("k", code)
    e = Tensor("e", Index("n", "N"), k)
    first = dense(e, l, weight=Tensor("C", k, l), bias=Tensor("c", l), output="v")
    g = activation(first.output, "tanh", output="g")
    second = dense(g.output, i, weight=Tensor("D", l, i), bias=Tensor("d", i), output="x_hat")
    return join(first, g, second)


def autoencoder(code: int | str, pixels: int | str = 64, hidden: int | str = HIDDEN) -> Graph:
    """L = mean (x_hat - x)^2 of the decoded code of x: x is input and target."""
    first, second = encoder(code, pixels, hidden), decoder(code, pixels, hidden)
    return join(first, second, mean_squared_error(second.output, first.inputs[0]))


def train(seed: int = 0, epochs: int = EPOCHS, variant: str = "8", **options: Any) -> Fitted:
    """Adam from 3e-3 down half a cosine, batch 64, float64, on three quarters of the digits.

    Weights and biases start in U(-r, r), r = 1/sqrt(fan_in). With biases of 0 the decoder starts
    as an odd function, and a code of 2 numbers ends with an error of 0.042 in place of 0.037.
    """
    taught, _ = digits(seed)
    steps = epochs * -(-len(taught["x"]) // BATCH)
    rule = adam(rate=cosine(RATE, steps))
    return fit(
        autoencoder(int(variant)),
        {"x": taught["x"]},
        rule,
        epochs=epochs,
        batch=BATCH,
        seed=seed,
        initial=starts(int(variant)),
        **options,
    )


def starts(code: int, pixels: int = 64, hidden: int = HIDDEN) -> dict[str, Rule]:
    """A rule for each weight, and for each bias that of the weight beside it."""
    fan_in = {"a": pixels, "b": hidden, "c": code, "d": hidden}
    biases = {name: uniform(n**-0.5) for name, n in fan_in.items()}
    return {**dict.fromkeys("ABCD", fan_in_uniform()), **biases}


# -- what is measured -------------------------------------------------------------------------


def principal(x: Array, code: int) -> tuple[Array, Array]:
    """Mean, and the directions of most variance as rows: the best linear autoencoder."""
    middle = x.mean(axis=0)
    _, _, directions = np.linalg.svd(x - middle, full_matrices=False)
    return middle, directions[:code]


def neighbours(given: Array, labels: Array, asked: Array, count: int = 5) -> Array:
    """The label that most of the nearest `count` points have, the nearest deciding ties."""
    distance = ((asked[:, None, :] - given[None]) ** 2).sum(-1)
    near = labels[np.argsort(distance, axis=1, kind="stable")[:, :count]]
    votes = (near[:, :, None] == np.arange(10)).sum(1) + 1e-3 * (near[:, :1] == np.arange(10))
    return np.asarray(votes.argmax(1))


def halves(fitted: Model) -> tuple[Model, Model]:
    """Encoder and decoder, each from a file of its own."""
    code = fitted.parameters["b"].size
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("encoder", "decoder")]
        graphs = (encoder(code), decoder(code))
        for file, graph in zip(files, graphs, strict=True):
            save(file, fitted.part(graph))
        first, second = (load(file, graph) for file, graph in zip(files, graphs, strict=True))
    return first, second


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Test error, beside that of as many principal components; what codes and decoder know."""
    taught, test = digits(seed)
    first, second = halves(fitted)
    code = fitted.parameters["b"].size
    middle, directions = principal(taught["x"], code)
    linear = (test["x"] - middle) @ directions.T
    codes, found = first.predict(x=taught["x"]), first.predict(x=test["x"])
    by_code = neighbours(codes, taught["t"], found) == test["t"]
    plain = (taught["x"] - middle) @ directions.T
    by_linear = neighbours(plain, taught["t"], linear) == test["t"]
    means = np.stack([codes[taught["t"] == c].mean(0) for c in range(10)])
    named = neighbours(taught["x"], taught["t"], second.predict(e=means), 1)
    return {
        "test error": float(np.mean((second.predict(e=found) - test["x"]) ** 2)),
        "test error of PCA": float(np.mean((middle + linear @ directions - test["x"]) ** 2)),
        "5-NN on codes %": 100 * float(by_code.mean()),
        "5-NN on PCA %": 100 * float(by_linear.mean()),
        "digits decoded from mean codes": float((named == np.arange(10)).sum()),
    }


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds."""
    found: dict[str, dict[str, float]] = {}
    for variant in VARIANTS:
        rows = []
        for seed in seeds:
            rows.append(score(train(seed, variant=variant), seed))
            if progress:
                print(f"code of {variant}, seed {seed}: {rows[-1]}", file=sys.stderr)
        found[variant] = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    wide, narrow = found["8"], found["2"]
    ratio = wide["test error"] / wide["test error of PCA"]
    ahead = narrow["5-NN on codes %"] - narrow["5-NN on PCA %"]
    decoded = wide["digits decoded from mean codes"]
    return [
        Figure("8 numbers, test error", wide["test error"], 0.017, at_most=True),
        Figure("8 numbers, test error / that of PCA", ratio, 0.70, at_most=True),
        Figure("8 numbers, encoder alone, 5-NN", wide["5-NN on codes %"], 94.5, unit=" %"),
        Figure("8 numbers, decoder alone, of 10 digits", decoded, 9.0),
        Figure("2 numbers, 5-NN above PCA", ahead, 8.0, unit=" points"),
    ]


def short() -> list[Figure]:
    """10 epochs: below the error of the mean image, 0.073, by far."""
    fitted = train(0, epochs=10)
    return [Figure("10 epochs, training error", fitted.history.loss[-1], 0.035, at_most=True)]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """Digits, what is made of their codes, and the codes' first two numbers."""
    _, test = digits(seed)
    first, second = halves(fitted)
    codes = first.predict(x=test["x"])
    made = second.predict(e=codes)
    rows = {"given": test["x"][:12], "decoded": made[:12]}
    images(
        folder / "reconstructions.png",
        {name: [a.reshape(8, 8) for a in row] for name, row in rows.items()},
    )
    points(folder / "codes.svg", codes[:, :2], test["t"], "The codes of test digits")


# -- the page ---------------------------------------------------------------------------------


def sections() -> list[Section]:
    graph = autoencoder("K", "I", "J")
    return [
        Section(
            "encoder and decoder, trained together",
            graph,
            ("A", "B", "C", "D", "x"),
            (
                Claim("x_hat_bar[n,i] = 2*(x_hat[n,i] - x[n,i])/(N*I)", "mean squared error"),
                Claim(
                    "D_bar[l,i] = sum[n](g[n,l]*2*(x_hat[n,i] - x[n,i]))/(N*I)", "Rumelhart 1986"
                ),
                Claim(
                    "e_bar[n,k] = sum[l](sum[i](D[l,i]*2*(x_hat[n,i] - x[n,i])/(N*I))"
                    "*(1 - g[n,l]^2)*C[k,l])",
                    "the chain rule, decoder backwards",
                ),
                Claim(
                    "x_bar[n,i] = sum[j](A[i,j]*(1 - h[n,j]^2)*sum[k](B[j,k]*e_bar[n,k]))"
                    " - 2*(x_hat[n,i] - x[n,i])/(N*I)",
                    "x is the input, and the target too",
                ),
                Claim(
                    "x_bar[n,i] = sum[j](A[i,j]*(1 - h[n,j]^2)*sum[k](B[j,k]*e_bar[n,k]))",
                    "the target taken for a constant",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="autoencoder",
    title="Autoencoder",
    question="""
One network squeezes an image into a few numbers, another makes an image of them. They are trained
as one. What is the gradient by the image, which stands at both ends, and are the halves worth
anything apart? (symnet train autoencoder --accept)
""",
    sections=sections,
    learnt="""
The image has two paths: through the code, and as the target. The encoder alone gives codes in
which neighbours have the same digit, the decoder alone draws a digit from the mean of such codes.
With as many principal components, the best linear autoencoder (Baldi & Hornik 1989), the error is
half as large again.
""",
)

TRAINING = Training(
    fit=train,
    score=score,
    accept=accept,
    epochs=EPOCHS,
    short=short,
    variants=VARIANTS,
    report=report,
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
