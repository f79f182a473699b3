"""Associative recall: what attention looks up in one step, a recurrent state has to carry."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import maps
from symnet.cli.trainable import Figure, Training
from symnet.layers import (
    Rule,
    attention,
    dense,
    embedding,
    fan_in_uniform,
    gru,
    join,
    last_state,
    linear,
    normal,
    softmax_cross_entropy,
    uniform,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind
from symnet.train import adam, fit, generated
from symnet.train.datasets import Associations, associations
from symnet.train.loop import Fitted
from symnet.train.model import Model

SEEDS = range(3)
EPOCHS, SAMPLES, BATCH, RATE, TEST = 15, 6400, 64, 3e-3, 4000  # 1500 steps
PAIRS, KEYS, VALUES, WIDTH = 8, 16, 8, 32
VARIANTS = ("attention", "gru")

VASWANI = "Vaswani et al. 2017, eq. (1), by the chain rule"

Array = np.ndarray[Any, Any]


def lookup(keys: Tensor, values: Tensor, asked: Tensor, width: int | str = WIDTH) -> Graph:
    """k = E[keys];  v = F[values];  q = G[asked];  O = softmax(q k / sqrt(D)) v.

    Integers keys and values (N, J), asked (N, M); E and G (A, D), F (B, D), O (N, M, D). E and G
    are two tables, so that which row of one belongs to which row of the other has to be learnt.
    """
    d, e = Index("d", width), Index("e", width)
    a, b = Index("a", keys.below), Index("b", values.below)
    made = [
        embedding(keys, table=Tensor("E", a, d), output="k"),
        embedding(values, table=Tensor("F", b, e), output="v"),
        embedding(asked, table=Tensor("G", a, d), output="q"),
    ]
    k, v, q = (g.output for g in made)
    return join(*made, attention(q, k, v))


def recurrence(x: Tensor, width: int = WIDTH) -> Graph:
    """y = x A;  h = GRU(y);  O = the state after the last step.

    x (N, T, V) holds key and value of a pair side by side, one-hot, and at last the asked key.
    """
    inner = linear(x, width, weight=Tensor("A", x.indices[-1], Index("d", width)), output="y")
    h = gru(inner.output, width, convention="reset_after")
    return join(inner, h, last_state(h.output, output="O"))


def network(variant: str) -> Graph:
    """The loss of one of the VARIANTS: l = O W + w, cross-entropy of the value."""
    n, j, m = Index("n", "N"), Index("j", PAIRS), Index("m", "M")
    if variant == "attention":
        keys = Tensor("keys", n, j, assume="integer", below=KEYS)
        values = Tensor("values", n, j, assume="integer", below=VALUES)
        asked = Tensor("asked", n, m, assume="integer", below=KEYS)
        read = lookup(keys, values, asked)
    else:
        read = recurrence(Tensor("x", n, Index("t", PAIRS + 1), Index("v", KEYS + VALUES)))
    *batch, d = read.output.indices
    b = Index("b", VALUES)
    logits = dense(read.output, b, weight=Tensor("W", d, b), bias=Tensor("w", b), output="l")
    t = Tensor("t", *batch, assume="integer", below=VALUES)
    return join(read, logits, softmax_cross_entropy(logits.output, t))


def inputs(variant: str, found: Associations) -> dict[str, Array]:
    """What a variant reads of samples: everything but the answer."""
    if variant == "attention":
        return {"keys": found.keys, "values": found.values, "asked": found.asked[:, None]}
    pairs = np.concatenate([np.eye(KEYS)[found.keys], np.eye(VALUES)[found.values]], axis=-1)
    last = np.pad(np.eye(KEYS)[found.asked, None], ((0, 0), (0, 0), (0, VALUES)))
    return {"x": np.concatenate([pairs, last], axis=1)}


def train(
    seed: int = 0, epochs: int = EPOCHS, variant: str = "attention", **options: Any
) -> Fitted:
    """Adam at 3e-3, 100 batches of 64 fresh samples an epoch, float64.

    Embeddings start in N(0, 1), the GRU in U(-r, r), r = 1/sqrt(32), weights and biases.
    """

    def draw(generator: np.random.Generator, count: int) -> dict[str, Array]:
        found = associations(generator, count, PAIRS, KEYS, VALUES)
        answer = found.answer[:, None] if variant == "attention" else found.answer
        return {**inputs(variant, found), "t": answer}

    graph = network(variant)
    return fit(
        graph,
        generated(draw, SAMPLES, "associations"),
        adam(rate=RATE),
        epochs=epochs,
        batch=BATCH,
        seed=seed,
        initial=starts(graph),
        **options,
    )


def starts(graph: Graph) -> dict[str, Rule]:
    """A rule for each parameter: embeddings as such, all else as torch's layers start."""
    radius = uniform(WIDTH**-0.5)
    tables = {name: normal(1) for name in "AEFG"}
    known = {**tables, "W": fan_in_uniform(), "w": radius}
    return {t.name: known.get(t.name, radius) for t in graph.parameters}


# -- what is measured -------------------------------------------------------------------------


def variant_of(fitted: Model) -> str:
    """Which variant a graph is, by its parameters."""
    return "attention" if "G" in fitted.parameters else "gru"


def fresh(seed: int) -> Associations:
    """Samples that no epoch draws."""
    return associations(np.random.default_rng([seed, 10**6]), TEST, PAIRS, KEYS, VALUES)


def weights(fitted: Model, keys: Array, asked: Array) -> Array:
    """Attention (N, M, J) of the asked keys (N, M) over the pairs."""
    return fitted.predict("P", keys=keys, asked=asked)


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Right answers among fresh samples; of attention, how often it looks at the right pair."""
    found, variant = fresh(seed), variant_of(fitted)
    given = inputs(variant, found)
    logits = fitted.predict("l", **given).reshape(TEST, VALUES)
    measured = {"recall %": 100 * float((logits.argmax(1) == found.answer).mean())}
    if variant == "attention":
        chosen = weights(fitted, found.keys, found.asked[:, None])[:, 0].argmax(1)
        measured["largest weight on the pair %"] = 100 * float((chosen == found.place).mean())
    return measured


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds. Chance is 12.5 %."""
    found: dict[str, float] = {}
    for variant in VARIANTS:
        rows = []
        for seed in seeds:
            rows.append(score(train(seed, variant=variant), seed))
            if progress:
                print(f"{variant}, seed {seed}: {rows[-1]}", file=sys.stderr)
        found[variant] = float(np.mean([row["recall %"] for row in rows]))
    return [
        Figure("dot-product attention, recall", found["attention"], 99.0, unit=" %"),
        Figure("GRU of 32, recall", found["gru"], 45.0, at_most=True, unit=" %"),
    ]


def short() -> list[Figure]:
    """5 epochs of attention: recall far above chance, 12.5 %, and above the GRU's bound."""
    fitted = train(0, epochs=5)
    return [Figure("5 epochs, recall", score(fitted, 0)["recall %"], 90.0, unit=" %")]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """Attention of three samples, asked about all their keys; the diagonal is right."""
    if variant_of(fitted) != "attention":
        return
    found = fresh(seed)
    keys, values = found.keys[:3], found.values[:3]
    given = {"keys": keys, "values": values, "asked": keys}
    read, answers = weights(fitted, keys, keys), fitted.predict("l", **given).argmax(-1)
    for k in range(3):
        rows = [f"{a}? {b}" for a, b in zip(keys[k], answers[k], strict=True)]
        columns = [f"{a}: {b}" for a, b in zip(keys[k], values[k], strict=True)]
        maps(folder / f"sample_{k}.png", {"asked? answer, by key: value": read[k]}, rows, columns)


# -- the page ---------------------------------------------------------------------------------


def sections() -> list[Section]:
    n, j, m = (Index(letter, letter.upper()) for letter in "njm")
    keys = Tensor("keys", n, j, assume="integer", below="A")
    values = Tensor("values", n, j, assume="integer", below="B")
    asked = Tensor("asked", n, m, assume="integer", below="A")
    return [
        Section(
            "a look-up: keys, values and the asked key from a table each",
            lookup(keys, values, asked, "D"),
            ("E", "F", "G"),
            (
                Claim("v_bar[n,j,e] = sum[m](P[n,m,j]*O_bar[n,m,e])", VASWANI),
                Claim("k_bar[n,j,d] = sum[m](S_bar[n,m,j]*q[n,m,d])/sqrt(D)", VASWANI),
                Claim("q_bar[n,m,d] = sum[j](S_bar[n,m,j]*k[n,j,d])/sqrt(D)", VASWANI),
                Claim(
                    "F_bar[b,e] = sum[n,j]([b = values[n,j]]*v_bar[n,j,e])",
                    "a row collects what all its occurrences get back",
                ),
                Claim("E_bar[a,d] = sum[n,j]([a = keys[n,j]]*k_bar[n,j,d])", "the same"),
                Claim("G_bar[a,d] = sum[n,m]([a = asked[n,m]]*q_bar[n,m,d])", "the same"),
                Claim(
                    "sum[j](v_bar[n,j,e]) == sum[m](O_bar[n,m,e])",
                    "the pairs share O_bar among them, at any distance: rows of P sum to 1",
                ),
                Claim(
                    "sum[j](k_bar[n,j,d]) == 0",
                    "one vector added to all keys has no effect: shift invariance",
                ),
                Claim(
                    "v_bar[n,j,e] = sum[m](O_bar[n,m,e])",
                    "as if each pair were read in full",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "k_bar[n,j,d] = sum[m](S_bar[n,m,j]*q[n,m,d])",
                    "the scale left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="recall",
    title="Associative recall",
    question="""
Eight pairs of key and value are shown, then one of the keys; its value is wanted. Attention
compares the key with all keys at once. A GRU reads the pairs one by one and has to keep all eight
in 32 numbers, before it knows which is asked for. What do the two tables of keys get back?
(symnet train recall --accept)
""",
    sections=sections,
    learnt="""
The tables of keys get back nothing but what the scores get, and that is enough: which row of one
belongs to which row of the other is learnt from the values alone. What the pairs get back sums to
O_bar, however long ago they were shown. To the GRU's state each further pair is one more thing to
overwrite.
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
