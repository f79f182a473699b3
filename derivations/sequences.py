"""Sequences: a Transformer learns to turn a string round, and to sort one."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import maps
from symnet.cli.trainable import Figure, Training
from symnet.codegen import build
from symnet.layers import (
    Block,
    attention,
    decoder_memory,
    embedding,
    join,
    sequence_decoder,
    sequence_encoder,
    smoothed_cross_entropy,
    tied_logits,
)
from symnet.notation import Graph, Index, Tensor, replace
from symnet.notation.report import SlipKind
from symnet.train import adam, fit, generated
from symnet.train.decoding import Memory, beam
from symnet.train.loop import Fitted
from symnet.train.model import Model
from symnet.train.schedules import warmup_cosine

SEEDS = range(3)
EPOCHS, SAMPLES, BATCH, RATE, WARM, TEST = 12, 6400, 64, 3e-3, 100, 1000  # 1200 steps
LENGTH, DIGITS, START = 8, 10, 10  # START is the id in front of every answer
WIDTH, BLOCK, SMOOTHING, BEAM = 32, Block(4, None, 64), 0.1, 3
VARIANTS = ("reverse", "sort", "reverse-without-positions")

VASWANI = "Vaswani et al. 2017, sec. 3.4"
SZEGEDY = "Szegedy et al. 2016, sec. 7"

Array = np.ndarray[Any, Any]


def ids(name: str, *axes: Index, below: int | str = DIGITS + 1) -> Tensor:
    return Tensor(name, *axes, assume="integer", below=below)


@dataclass(frozen=True)
class Task:
    """What is wanted of a string, and how the model is made; `length` is the string's."""

    variant: str
    length: int = LENGTH

    @property
    def label(self) -> str:
        """The name of the wanted ids in the graph."""
        return "sorted" if self.variant == "sort" else "reversed"

    @property
    def positions(self) -> str:
        return "none" if self.variant.endswith("without-positions") else "sinusoidal"

    def answer(self, source: Array) -> Array:
        """The right answers of strings (N, R)."""
        return np.sort(source, axis=1) if self.variant == "sort" else source[:, ::-1]

    def draw(self, generator: np.random.Generator, count: int) -> dict[str, Array]:
        """Strings, right answers, and what the decoder reads: those, one place later."""
        source = generator.integers(0, DIGITS, (count, self.length))
        wanted = self.answer(source)
        read = np.pad(wanted[:, :-1], ((0, 0), (1, 0)), constant_values=START)
        return {"source": source, "target": read, self.label: wanted}


# -- the model, whole and in parts ------------------------------------------------------------


def encoder(task: Task) -> Graph:
    """source (N, R) to the memory (N, R, D)."""
    source = ids("source", Index("n", "N"), Index("r", task.length))
    return sequence_encoder(source, Index("d", WIDTH), BLOCK, 1, positions=task.positions)


def decoder(task: Task, start: Tensor | None = None) -> Graph:
    """target (N, T) and the memory to logits z (N, T, V); with `start` one place at a time."""
    first = encoder(task)
    target = ids("target", Index("n", "N"), Index("t", task.length if start is None else 1))
    return sequence_decoder(
        target,
        first.output,
        Index("d", WIDTH),
        BLOCK,
        1,
        positions=task.positions,
        table=first.parameters[0],
        start=start,
        bias=True,
    )


def network(task: Task) -> Graph:
    """Encoder, decoder and the loss: cross-entropy with smoothed labels."""
    second = decoder(task)
    z = second.output
    n, t, _ = z.indices
    wanted = ids(task.label, n, t)
    return join(encoder(task), second, smoothed_cross_entropy(z, wanted, SMOOTHING, "_l"))


def train(
    seed: int = 0,
    epochs: int = EPOCHS,
    variant: str = "reverse",
    length: int = LENGTH,
    **options: Any,
) -> Fitted:
    """Adam (0.9, 0.98, 1e-9), 100 steps up to 3e-3, then half a cosine; 64 fresh strings each."""
    task = Task(variant, length)
    steps = epochs * SAMPLES // BATCH
    return fit(
        network(task),
        generated(task.draw, SAMPLES, f"{variant}, strings of {length}"),
        adam(rate=warmup_cosine(RATE, WARM, steps), beta2=0.98, eps=1e-9),
        epochs=epochs,
        batch=BATCH,
        seed=seed,
        **options,
    )


# -- answers, one digit after the other -------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """The parts as functions: encode once, then one digit a step, with keys and values kept."""

    task: Task
    encode: Callable[..., Any]
    remember: Callable[..., Any]
    advance: Callable[..., Any]
    kept: dict[str, str]  # what is kept -> its new value

    def memory(self, source: Array) -> dict[str, Array]:
        """Keys and values of the memory of strings (N, R), and room for those of the answers."""
        first, room = self.encode(source=source), {}
        found = dict(self.remember(**{encoder(self.task).output.name: first}))
        heads, _, width = next(iter(found.values())).shape[1:]
        for name in self.kept:
            room[name] = np.zeros((len(source), heads, self.task.length, width), first.dtype)
        return {**found, **room}

    def step(self, read: Array, place: int, memory: Memory) -> tuple[Array, Memory]:
        """Log-probabilities (N, V) of the digit at `place` after `read` (N,), and the memory."""
        found = self.advance(target=read[:, None], start=np.array(place), **memory)
        z = found["z_d"][:, 0]
        z = z - z.max(axis=1, keepdims=True)
        after = {name: found[new] for name, new in self.kept.items()}
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True)), {**memory, **after}

    def beam(self, source: Array, width: int = 1) -> tuple[Array, Array]:
        """Answers (N, T) to strings (N, R) and their log-probabilities (N,); 1 is greedy."""
        memory = self.memory(source)
        return beam(self.step, memory, START, len(source), self.task.length, width)


def reader(fitted: Model) -> Reader:
    """The parts of a trained model, built."""
    task = task_of(fitted)
    first = encoder(task)
    keys = decoder_memory(first.output, BLOCK, 1, "_d")
    one = decoder(task, start=ids("start", below=task.length))
    kept = {state.name: new.name for state, new in one.updates}
    news = [new for _, new in one.updates]
    step = replace(one, outputs=(*one.outputs, *news), updates=())

    def bound(graph: Graph) -> Callable[..., Any]:
        own = {t.name: fitted.parameters[t.name] for t in graph.parameters}
        run = build(graph, dtype=next(iter(own.values())).dtype.type)
        return lambda **given: run(**own, **given)

    return Reader(task, bound(first), bound(keys), bound(step), kept)


# -- what is measured -------------------------------------------------------------------------


def task_of(fitted: Model) -> Task:
    """What a graph was made for, by its tensors."""
    names = {t.name for t in fitted.graph.tensors}
    length = int(fitted.graph.tensor("source").shape[1])
    if "sorted" in names:
        return Task("sort", length)
    return Task("reverse" if "p" in names else "reverse-without-positions", length)


def fresh(task: Task, seed: int) -> dict[str, Array]:
    """Samples of a stream of their own; training sees 76 800 of the 10^8 strings."""
    return task.draw(np.random.default_rng([seed, 10**6]), TEST)


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Of 1000 new strings: whole answers that are right, greedy and by a beam; digits; caches."""
    task, apart = task_of(fitted), reader(fitted)
    found = fresh(task, seed)
    source, wanted = found["source"], found[task.label]
    greedy, likely = apart.beam(source)
    wide, more = apart.beam(source, BEAM)
    read = np.pad(greedy[:, :-1], ((0, 0), (1, 0)), constant_values=START)
    p = fitted.predict("p_l", source=source, target=read)
    own = np.log(np.take_along_axis(p, greedy[..., None], axis=-1))[..., 0].sum(axis=1)
    right = (greedy == wanted).all(axis=1)
    return {
        "exact %": 100 * float(right.mean()),
        "digits %": 100 * float((greedy == wanted).mean()),
        "exact by a beam %": 100 * float((wide == wanted).all(axis=1).mean()),
        "log p, beam - greedy": float((more - likely).mean()),
        "log p, kept - whole": float(np.abs(own - likely).max()),
    }


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds, and the worst for the caches."""
    found: dict[str, dict[str, float]] = {}
    kept = 0.0
    for variant in VARIANTS:
        rows = []
        for seed in seeds:
            rows.append(score(train(seed, variant=variant), seed))
            if progress:
                print(f"{variant}, seed {seed}: {rows[-1]}", file=sys.stderr)
        found[variant] = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
        kept = max(kept, *(row["log p, kept - whole"] for row in rows))
    reverse, sort, placeless = (found[variant] for variant in VARIANTS)
    lower = min(reverse["exact by a beam %"], sort["exact by a beam %"])
    gained = placeless["log p, beam - greedy"]
    return [
        Figure("reverse, whole strings right", reverse["exact %"], 99.0, unit=" %"),
        Figure("sort, whole strings right", sort["exact %"], 99.0, unit=" %"),
        Figure("both by a beam of 3, the lower one", lower, 99.0, unit=" %"),
        Figure("reverse without positions", placeless["exact %"], 5.0, at_most=True, unit=" %"),
        Figure("the same, log p of a beam of 3 above greedy", gained, 0.02),
        Figure("log p with kept keys and values, error", kept, 1e-9, at_most=True),
    ]


def short() -> list[Figure]:
    """Strings of 4 (of 10^4), 200 steps; guesses: 10 % of the digits, loss log 11 = 2.4."""
    fitted = train(0, epochs=2, length=4)
    return [
        Figure("strings of 4, loss", fitted.history.loss[-1], 1.0, at_most=True),
        Figure("strings of 4, digits", score(fitted, 0)["digits %"], 90.0, unit=" %"),
    ]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """Where each head of the decoder looks while two strings are answered; all heads together."""
    task, apart = task_of(fitted), reader(fitted)
    source = fresh(task, seed)["source"][:2]
    answer, _ = apart.beam(source)
    read = np.pad(answer[:, :-1], ((0, 0), (1, 0)), constant_values=START)
    weights = fitted.predict("P_c_d_1", source=source, target=read)
    for k in range(2):
        heads = {f"head {h + 1}": weights[k, h] for h in range(weights.shape[1])}
        named = {**heads, "mean": weights[k].mean(axis=0)}
        digits, rows = [str(a) for a in source[k]], [str(a) for a in answer[k]]
        maps(folder / f"string_{k}.png", named, rows, digits, "Digit written, by digit read")


# -- the page ---------------------------------------------------------------------------------


def tables() -> Graph:
    """The model without its blocks: one table in three places, and one attention between.

    x = sqrt(D) E[s];  w = sqrt(D) E[u];  O = softmax(w x / sqrt(D)) x;  z = O E^T.
    """
    n, v, d = Index("n", "N"), Index("v", "V"), Index("d", "D")
    E = Tensor("E", v, d)
    read = embedding(ids("s", n, Index("r", "R"), below="V"), table=E, scaled=True, output="x")
    asks = embedding(ids("u", n, Index("t", "T"), below="V"), table=E, scaled=True, output="w")
    found = attention(asks.output, read.output, read.output)
    return join(read, asks, found, tied_logits(found.output, E, bias=False))


def sections() -> list[Section]:
    n, k = Index("n", "N"), Index("k", "K")
    read = "sqrt(D)*sum[n,r]([v = s[n,r]]*x_bar[n,r,d])"
    written = "sqrt(D)*sum[n,t]([v = u[n,t]]*w_bar[n,t,d])"
    scored = "sum[n,t](z_bar[n,t,v]*O[n,t,d])"
    return [
        Section(
            "cross-entropy with smoothed labels",
            smoothed_cross_entropy(Tensor("x", n, k), ids("t", n, below="K"), SMOOTHING),
            ("x",),
            (
                Claim("x_bar[n,k] = (p[n,k] - y[n,k])/N", f"{SZEGEDY}: p minus the target"),
                Claim("x_bar[n,k] = (p[n,k] - 0.9*[k = t[n]] - 0.1/K)/N", f"{SZEGEDY}, eps = 0.1"),
                Claim("sum[k](x_bar[n,k]) == 0", "p and y both sum to 1"),
                Claim(
                    "x_bar[n,k] = (p[n,k] - 0.9*[k = t[n]])/N",
                    "what is taken from the right class given to no other",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "one table: read by the encoder, read by the decoder, and to score",
            tables(),
            ("E",),
            (
                Claim(f"E_bar[v,d] = {read} + {written} + {scored}", f"{VASWANI}: three paths"),
                Claim(
                    f"E_bar[v,d] = {read} + {scored}",
                    "what the decoder reads forgotten",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="sequences",
    title="Sequences",
    question="""
An encoder reads a string of digits once, a decoder writes another, each digit after those before.
Which strings can it learn to write, what does it look at, and what does it need positions for?
What does the one table of digits get back, which stands in three places?
(symnet train sequences --accept)
""",
    sections=sections,
    learnt="""
The table collects what it gets back as input of the encoder, as input of the decoder and as the
output's weights. To turn a string round, the decoder looks at the places from the last to the
first, so without positions it cannot. Where a sorted string's digits come from does not matter,
only how many there are of each. Smoothed labels leave p - y at the logits, with the smoothed y.
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
