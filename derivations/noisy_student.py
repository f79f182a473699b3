"""Noisy student: a network learns from a teacher's guesses, but from noised images."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import images, maps
from symnet.cli.trainable import Figure, Training
from symnet.layers import (
    Rule,
    activation,
    dense,
    dropout,
    fan_in_uniform,
    join,
    softmax_cross_entropy,
    uniform,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind
from symnet.train import adam, fit, generated
from symnet.train.datasets import digits, shifted
from symnet.train.loop import Fitted
from symnet.train.model import Model
from symnet.train.schedules import cosine

SEEDS = range(10)
EPOCHS, SAMPLES, BATCH, RATE = 15, 6400, 64, 2e-3  # 1500 steps
LABELLED, OVER = 5, 5  # labels of a class; how often a labelled image counts in a student's pool
SMALL, WIDE, KEEP = 64, 128, 0.7  # hidden units of teacher and student, dropout of the latter
SHIFT, PIXEL = 1.0, 0.1  # the largest shift in pixels, the deviation of the noise of a pixel

# Each model, and whose guesses it learns from: nobody's where it learns from labels alone.
TEACHERS: dict[str, str | None] = {
    "teacher": None,
    "labels-with-noise": None,
    "student-without-noise": "teacher",
    "iteration-1": "teacher",
    "iteration-2": "iteration-1",
    "iteration-3": "iteration-2",
    "all-labels-with-noise": None,
}
# Promised of means, in points and in per cent: what another program reached, less a deviation.
LEAST = dict(zip(TEACHERS, (80.6, 85.2, 80.7, 87.5, 88.5, 89.0, 96.4), strict=True))
GAINS = {"teacher": 6.0, "student-without-noise": 5.0, "labels-with-noise": 1.5, "iteration-1": 0.0}
NOISELESS = ("teacher", "student-without-noise")
VARIANTS = ("iteration-3", *(name for name in TEACHERS if name != "iteration-3"))

XIE = "Xie, Luong, Hovy & Le 2020, algorithm 1"

Array = np.ndarray[Any, Any]


def network(
    hidden: int | str, keep: float | None, pixels: int | str = 64, classes: int | str = 10
) -> Graph:
    """x, dense, relu, dropout, dense, relu, dropout, dense; L is the cross-entropy with q.

    x (N, I), logits z3 (N, K), p = softmax(z3); q (N, K) are one-hot labels or guesses, rows sum
    to 1. Without `keep` there is no dropout. The masks are m1 and m2, h1 and h2 what they leave.
    """
    n, i, k = Index("n", "N"), Index("i", pixels), Index("k", classes)
    j, l = Index("j", hidden), Index("l", hidden if isinstance(hidden, int) else f"{hidden}2")
    x, q = Tensor("x", n, i), Tensor("q", n, k, assume="simplex")

    def thinned(r: Tensor, number: str) -> list[Graph]:
        return [] if keep is None else [dropout(r, keep, number, output="h")]

    layers = [dense(x, j, "1")]
    layers.append(activation(layers[-1].output, "relu", "1", output="r"))
    layers += thinned(layers[-1].output, "1")
    layers.append(dense(layers[-1].output, l, "2"))
    layers.append(activation(layers[-1].output, "relu", "2", output="r"))
    layers += thinned(layers[-1].output, "2")
    layers.append(dense(layers[-1].output, k, "3", output="z"))
    return join(*layers, softmax_cross_entropy(layers[-1].output, q))


def starts(hidden: int, pixels: int = 64) -> dict[str, Rule]:
    """Weights and biases in U(-r, r), r = 1/sqrt(fan_in)."""
    fan_in = {"b1": pixels, "b2": hidden, "b3": hidden}
    biases = {name: uniform(n**-0.5) for name, n in fan_in.items()}
    return {**dict.fromkeys(("W1", "W2", "W3"), fan_in_uniform()), **biases}


# -- data and noise ---------------------------------------------------------------------------


def sides(seed: int) -> tuple[Array, Array]:
    """Which training images keep their label, 5 of each class, and which ones lose it."""
    t = digits(seed)[0]["t"]
    mixed = np.random.default_rng([seed, LABELLED]).permutation(len(t))
    known = np.concatenate([mixed[t[mixed] == c][:LABELLED] for c in range(10)])
    return known, np.setdiff1d(mixed, known)


def pool(seed: int, variant: str, teacher: Model | None) -> tuple[Array, Array]:
    """Images and targets that a model learns from; guesses are made WITHOUT any noise."""
    taught = digits(seed)[0]
    x, q = taught["x"], np.eye(10)[taught["t"]]
    if variant.startswith("all-labels"):
        return x, q
    known, rest = sides(seed)
    if teacher is None:
        return x[known], q[known]
    often = np.repeat(known, OVER)
    guesses = teacher.predict("p", x=x[rest])
    return np.concatenate([x[often], x[rest]]), np.concatenate([q[often], guesses])


def noised(x: Array, generator: np.random.Generator) -> Array:
    """Each image (64,) moved by up to a pixel each way, plus noise from N(0, 0.1^2)."""
    by = generator.uniform(-SHIFT, SHIFT, (len(x), 2))
    moved = shifted(x.reshape(-1, 8, 8), by).reshape(-1, 64)
    return moved + PIXEL * generator.standard_normal(x.shape)


# -- training ---------------------------------------------------------------------------------


def train(
    seed: int = 0,
    epochs: int = EPOCHS,
    variant: str = "iteration-3",
    checkpoint: str | Path | None = None,
    resume: str | Path | None = None,
    **options: Any,
) -> Fitted:
    """A model after its teacher, its teacher's teacher, and so on: each one for these epochs.

    Each has a checkpoint: run.safetensors is that of the last model, run-teacher.safetensors that
    of the teacher. A run resumes with the first model that is not finished.
    """
    path = lineage(variant)
    written, known = files(checkpoint, path), files(resume, path)
    begun = {name: file for name, file in known.items() if file.exists() or name == path[0]}
    for name in written.keys() - begun.keys():
        written[name].unlink(missing_ok=True)  # of an older run: this one has not come so far
    fitted = None
    for name in path:
        own = {"checkpoint": written.get(name), "resume": begun.get(name)}
        fitted = learn(seed, epochs, name, fitted, **own, **options)
        if fitted.interrupted:
            break
    assert fitted is not None
    return replace(fitted, checkpoint=written.get(variant))


def lineage(variant: str) -> tuple[str, ...]:
    """The models to train, from the first teacher to this one."""
    above = TEACHERS[variant]
    return (variant,) if above is None else (*lineage(above), variant)


def files(last: str | Path | None, path: tuple[str, ...]) -> dict[str, Path]:
    """The checkpoint of each model, beside that of the last one; none if that has none."""
    if last is None:
        return {}
    file = Path(last)
    beside = {name: file.with_stem(f"{file.stem}-{name}") for name in path[:-1]}
    return {**beside, path[-1]: file}


def learn(seed: int, epochs: int, variant: str, teacher: Model | None, **options: Any) -> Fitted:
    """Adam from 2e-3 down half a cosine, 100 batches of 64 an epoch, drawn with replacement.

    Each model has a start, an order and a noise of its own. A run resumes with the same epochs
    and guesses only: other epochs are another teacher.
    """
    x, q = pool(seed, variant, teacher)
    is_noised = variant not in NOISELESS
    hidden = SMALL if variant == "teacher" else WIDE

    def draw(generator: np.random.Generator, count: int) -> dict[str, Array]:
        chosen = generator.integers(len(x), size=count)
        seen = noised(x[chosen], generator) if is_noised else x[chosen]
        return {"x": seen, "q": q[chosen]}

    return fit(
        network(hidden, KEEP if is_noised else None),
        generated(draw, SAMPLES, f"{variant}, {epochs} epochs, guesses {crc32(q.tobytes()):08x}"),
        adam(rate=cosine(RATE, epochs * SAMPLES // BATCH)),
        epochs=epochs,
        batch=BATCH,
        seed=len(TEACHERS) * seed + list(TEACHERS).index(variant),
        initial=starts(hidden),
        **options,
    )


# -- what is measured -------------------------------------------------------------------------


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Accuracy in per cent on the test images, and on the training images without label."""
    taught, test = digits(seed)
    rest = sides(seed)[1]
    return {
        "test accuracy %": 100 * fitted.score("p", test["t"], x=test["x"]),
        "unlabelled accuracy %": 100 * fitted.score("p", taught["t"][rest], x=taught["x"][rest]),
    }


def table(seed: int, epochs: int = EPOCHS) -> dict[str, float]:
    """Test accuracy in per cent of every model, each one trained once."""
    models: dict[str, Model] = {}
    for name, above in TEACHERS.items():
        models[name] = learn(seed, epochs, name, None if above is None else models[above])
    return {name: score(model, seed)["test accuracy %"] for name, model in models.items()}


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds."""
    rows = []
    for seed in seeds:
        rows.append(table(seed))
        if progress:
            shown = ", ".join(f"{name} {value:.2f}" for name, value in rows[-1].items())
            print(f"seed {seed}: {shown}", file=sys.stderr)
    found = {name: float(np.mean([row[name] for row in rows])) for name in TEACHERS}
    last = found["iteration-3"]
    return [
        *(
            Figure(f"iteration-3, above {name}", last - found[name], bound, unit=" points")
            for name, bound in GAINS.items()
        ),
        *(
            Figure(f"{name}, test accuracy", found[name], bound, unit=" %")
            for name, bound in LEAST.items()
        ),
    ]


def short() -> list[Figure]:
    """A teacher of 5 epochs and a student of 10, which ends above it. Chance is 10 %."""
    teacher = learn(0, 5, "teacher", None)
    student = learn(0, 10, "iteration-1", teacher)
    before, after = (score(model, 0)["test accuracy %"] for model in (teacher, student))
    return [
        Figure("10 epochs, iteration-1, test accuracy", after, 85.0, unit=" %"),
        Figure("10 epochs, iteration-1, above its teacher", after - before, 2.0, unit=" points"),
    ]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """What the noise does to digits, the mistakes, and the guesses beside those of a teacher."""
    taught, test = digits(seed)
    some = taught["x"][sides(seed)[0][::4]]
    generator = np.random.default_rng(seed)
    rows = {"given": some, **{f"noised {k}": noised(some, generator) for k in (1, 2, 3)}}
    pictures = {name: [a.reshape(8, 8) for a in row] for name, row in rows.items()}
    images(folder / "noise.png", pictures)
    taken = fitted.predict("p", x=test["x"]).argmax(1)
    wrong = np.flatnonzero(taken != test["t"])[:12]
    named = {"mistaken": [test["x"][k].reshape(8, 8) for k in wrong]}
    images(folder / "mistakes.png", named, f"Taken for {', '.join(map(str, taken[wrong]))}")
    rest = sides(seed)[1]
    first = train(seed, variant="teacher")
    guesses = {
        name: guessed(model.predict("p", x=taught["x"][rest]), taught["t"][rest])
        for name, model in (("first teacher", first), ("this model", fitted))
    }
    words = [str(c) for c in range(10)]
    maps(folder / "guesses.png", guesses, words, words, "Mean guess (right) of a digit (down)")


def guessed(p: Array, t: Array) -> Array:
    """M[c,k] = the mean of p[n,k] over the samples with label c."""
    return np.stack([p[t == c].mean(axis=0) for c in range(10)])


# -- the page ---------------------------------------------------------------------------------


def agreement(teacher: str) -> Graph:
    """The loss of a student whose logits are those of its teacher: no noise, nothing to learn."""
    text = f"p[n,k] = exp(z[n,k])/sum[j](exp(z[n,j]))\nL = -sum[n,k]({teacher}*log(p[n,k]))/N"
    return parse(text, {"z": "N K"}, notation="index")


def sections() -> list[Section]:
    entropy = "p[n,k]*(sum[j](p[n,j]*log(p[n,j])) - log(p[n,k]))/N"
    return [
        Section(
            "a noised student and the guesses q of its teacher",
            network("J", KEEP, "I", "K"),
            ("W1", "b1", "W2", "b2", "W3", "b3"),
            (
                Claim("z3_bar[n,k] = (p[n,k] - q[n,k])/N", f"{XIE}: soft labels"),
                Claim("W3_bar[l,k] = sum[n](h2[n,l]*(p[n,k] - q[n,k]))/N", "the chain rule"),
                Claim("b3_bar[k] = sum[n](p[n,k] - q[n,k])/N", "the mean guess is matched first"),
                Claim(
                    "a2_bar[n,l] = [a2[n,l] > 0]*m2[n,l]/0.7*sum[k](W3[l,k]*z3_bar[n,k])",
                    "dropout: the mask of the way forward",
                ),
                Claim(
                    "z3_bar[n,k] = (p[n,k] - [k = argmax[j](q[n,j])])/N",
                    "hard labels in place of soft ones",
                    right=False,
                    slip=SlipKind.ASSUMPTION,
                ),
                Claim(
                    "a2_bar[n,l] = [a2[n,l] > 0]*m2[n,l]*sum[k](W3[l,k]*z3_bar[n,k])",
                    "the division by 0.7 left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "a student that sees what its teacher sees, and agrees",
            agreement("detach(p[n,k])"),
            ("z",),
            (
                Claim("z_bar[n,k] = 0", f"{XIE}: without noise a student learns nothing new"),
                Claim(
                    f"z_bar[n,k] = {entropy}",
                    "the gradient goes into the teacher too",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
        Section(
            "the same, nothing is detached",
            agreement("p[n,k]"),
            ("z",),
            (
                Claim(
                    f"z_bar[n,k] = {entropy}",
                    "Grandvalet & Bengio 2005: L is the entropy, and its guesses sharpen",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="noisy_student",
    title="Noisy student",
    question="""
A teacher learns from 50 labelled digits and guesses the other 1297. A student learns from labels
and guesses, becomes the teacher, and so on, three times. Nothing new is said to it. Where does the
gain come from, and what flows back of a guess? (symnet train noisy_student --accept)
""",
    sections=sections,
    learnt="""
What comes back is p - q, guess against guess: zero as soon as the student agrees. Without noise it
does, and ends where its teacher ended. The teacher sees whole images, the student moved and noised
ones through a thinned network: it must find what these have in common, and passes its teacher by.
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
