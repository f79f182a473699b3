"""A network with batch norm and dropout, and a few steps of its training, for symnet and torch.

x -> dense -> batch norm -> relu -> dropout -> dense -> softmax cross-entropy
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.layers import (
    activation,
    batch_norm,
    chain,
    dense,
    dropout,
    join,
    labels,
    rules,
    softmax_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor
from symnet.train.draws import Draws
from symnet.train.initial import initialise
from symnet.train.optimizers import sgd
from symnet.train.step import Step

Arrays = dict[str, np.ndarray]

STEPS, BATCH, SEED, RATE, KEEP = 6, 7, 11, 0.5, 0.75
SIZES = {"N": BATCH, "I": 4, "J": 5, "K": 3}


def graph() -> Graph:
    """The loss L of logits a2 for inputs x (N, 4) and labels t (N,) below 3."""
    x = Tensor("x", Index("n", "N"), Index("i", SIZES["I"]))
    body = chain(
        x,
        lambda h: dense(h, SIZES["J"], "1"),
        lambda h: batch_norm(h, "1"),
        lambda h: activation(h, "relu", "1"),
        lambda h: dropout(h, KEEP, "1", output="d"),
        lambda h: dense(h, SIZES["K"], "2"),
    )
    return join(body, softmax_cross_entropy(body.output, labels(body.output)))


def start() -> Arrays:
    """Parameters and states at the start."""
    loss = graph()
    return initialise((*loss.parameters, *loss.states), rules(loss), SEED, graph=loss)


def batches() -> Iterator[Arrays]:
    """Inputs and labels of each step."""
    rng = np.random.default_rng(SEED)
    for _ in range(STEPS):
        yield {
            "x": 2 * rng.normal(size=(BATCH, SIZES["I"])) + 1,
            "t": rng.integers(0, SIZES["K"], BATCH),
        }


def masks() -> Iterator[np.ndarray]:
    """What a step draws, of each step."""
    loss = graph()
    draws = Draws(loss, SEED)
    for t in range(1, STEPS + 1):
        yield draws.at(t, {e: SIZES[e.name] for e in loss.extents})["m1"]


def trained() -> Arrays:
    """By symnet: parameters, running statistics and loss after each step, one row for each."""
    step = Step(graph(), sgd(RATE), start(), seed=SEED)
    rows: dict[str, list[np.ndarray]] = {}
    for t, batch in enumerate(batches(), 1):
        loss = step(batch, t)
        for name, a in {**step.parameters, **step.kept, "L": np.array(loss)}.items():
            rows.setdefault(name, []).append(a.copy())
    return {name: np.array(a) for name, a in rows.items()}
