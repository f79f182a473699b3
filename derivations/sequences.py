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
    decoder_memory,
    join,
    sequence_decoder,
    sequence_encoder,
    smoothed_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor, replace
from symnet.notation.report import SlipKind
from symnet.train import adam, fit, generated
from symnet.train.loop import Fitted
from symnet.train.model import Model
from symnet.train.schedules import warmup_cosine

SEEDS = range(3)
EPOCHS, SAMPLES, BATCH, RATE, WARM, TEST = 12, 6400, 64, 3e-3, 100, 1000  # 1200 steps
LENGTH, DIGITS, START = 8, 10, 10  # START is the id in front of every answer
WIDTH, BLOCK, SMOOTHING = 32, Block(4, None, 64), 0.1
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
    return sequence_encoder(
        source, Index("d", WIDTH), BLOCK, 1, positions=task.positions
    )


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
    n, t, _ = second.output.indices
    wanted = ids(task.label, n, t)
    return join(encoder(task), second, smoothed_cross_entropy(second.output, wanted, SMOOTHING))


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
    parameters: dict[str, Array]
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

    def step(self, read: Array, place: int, memory: dict[str, Array]) -> tuple[Array, Any]:
        """Log-probabilities (N, V) of the digit at `place` after `read` (N,), and the memory."""
        found = self.advance(target=read[:, None], start=np.array(place), **memory)
        z = found["z_d"][:, 0]
        z = z - z.max(axis=1, keepdims=True)
        after = {name: found[new] for name, new in self.kept.items()}
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True)), {**memory, **after}

    def beam(self, source: Array, width: int = 1) -> tuple[Array, Array]:
        """The best answers (N, T) that a beam of this width finds, and their log-probabilities.

        At each place the `width` best strings of all continuations stay. A width of 1 is greedy.
        """
        count = len(source)
        memory = {k: a.repeat(width, axis=0) for k, a in self.memory(source).items()}
        answers = np.full((count, width, 1), START)
        scores = np.where(np.arange(width) == 0, 0.0, -np.inf) * np.ones((count, 1))
        for place in range(self.task.length):
            found, memory = self.step(answers[..., -1].ravel(), place, memory)
            total = (scores[..., None] + found.reshape(count, width, -1)).reshape(count, -1)
            best = np.argsort(-total, axis=1, kind="stable")[:, :width]
            scores = np.take_along_axis(total, best, axis=1)
            parent, digit = np.divmod(best, found.shape[1])
            own = np.take_along_axis(answers, parent[..., None], axis=1)
            answers = np.concatenate([own, digit[..., None]], axis=2)
            if width > 1:
                rows = (parent + width * np.arange(count)[:, None]).ravel()
                memory = {k: a[rows] for k, a in memory.items()}
        return answers[:, 0, 1:], scores[:, 0]


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

    return Reader(task, dict(fitted.parameters), bound(first), bound(keys), bound(step), kept)


# -- what is measured -------------------------------------------------------------------------


def task_of(fitted: Model) -> Task:
    """What a graph was made for, by its tensors."""
    names = {t.name for t in fitted.graph.tensors}
    length = int(fitted.graph.tensor("source").shape[1])
    if "sorted" in names:
        return Task("sort", length)
    return Task("reverse" if "p" in names else "reverse-without-positions", length)


def fresh(task: Task, seed: int) -> dict[str, Array]:
    """Samples that no epoch draws."""
    return task.draw(np.random.default_rng([seed, 10**6]), TEST)


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Of 1000 new strings: whole answers that are right, greedy and by a beam; digits; caches."""
    task, apart = task_of(fitted), reader(fitted)
    found = fresh(task, seed)
    source, wanted = found["source"], found[task.label]
    greedy, likely = apart.beam(source)
    beam, more = apart.beam(source[:200], 3)
    read = np.pad(greedy[:, :-1], ((0, 0), (1, 0)), constant_values=START)
    p = fitted.predict("p_L" if False else probabilities(fitted), source=source, target=read)
    own = np.log(np.take_along_axis(p, greedy[..., None], axis=-1))[..., 0].sum(axis=1)
    return {
        "exact %": 100 * float((greedy == wanted).all(axis=1).mean()),
        "digits %": 100 * float((greedy == wanted).mean()),
        "exact by a beam of 3, 200 strings, %": 100
        * float((beam == wanted[:200]).all(axis=1).mean()),
        "beam at least as likely %": 100 * float((more >= likely[:200] - 1e-9).mean()),
        "cached - whole, log-probability": float(np.abs(own - likely).max()),
    }
