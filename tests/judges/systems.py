"""Systems that the pages train, in float64: what torch has to train as well, step for step.

graph, rule of the page; start, batches from here  ->  loss of each step, parameters at the end
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

import numpy as np

from derivations import char_lm, digits, resnet, sequences
from symnet.layers import Rule, rules
from symnet.notation import Graph
from symnet.notation.sizes import bind_sizes
from symnet.train import adam, generated
from symnet.train.data import check_data, sample_extent
from symnet.train.generated import Generated
from symnet.train.initial import initialise
from symnet.train.loop import fit
from symnet.train.optimizers import Optimizer, clipped, momentum
from symnet.train.schedules import cosine, warmup_cosine
from symnet.train.source import Source, batches
from symnet.train.streams import Streams, streams

STEPS, SEED, CLIP = 100, 3, 0.35

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Batch:
    """The arrays of a step; `is_first` says that an epoch begins with it."""

    arrays: Arrays
    is_first: bool


@dataclass(frozen=True)
class System:
    """What `fit` is given; `fall` is the least part of the first loss that training takes off."""

    loss: Graph
    data: Mapping[str, Any] | Generated | Streams
    rule: Optimizer
    batch: int
    fall: float
    initial: Mapping[str, Rule] | None = None

    @property
    def source(self) -> Source:
        """The data as `fit` takes its batches from them."""
        extent = sample_extent(self.loss)
        if isinstance(self.data, Streams):
            return self.data
        if isinstance(self.data, Generated):
            return replace(self.data, inputs=self.loss.data, extent=extent)
        return check_data(self.loss.data, self.data, count=extent)

    def batches(self) -> Iterator[Batch]:
        """The batches of all steps, epoch after epoch."""
        every = (
            Batch(arrays, k == 0)
            for epoch in count()
            for k, (arrays, _) in enumerate(batches(self.source, SEED, epoch, 0, self.batch))
        )
        return islice(every, STEPS)

    def start(self) -> Arrays:
        """Parameters and states at the start."""
        shapes = {name: a.shape for name, a in next(self.batches()).arrays.items()}
        sizes = bind_sizes(self.loss.given, shapes)
        tensors = (*self.loss.parameters, *self.loss.states)
        return initialise(tensors, rules(self.loss, given=self.initial), SEED, sizes, self.loss)

    def trained(self) -> tuple[np.ndarray, Arrays]:
        """By symnet: the loss of each step, and the parameters and statistics after the last."""
        losses = []

        def after_step(t: int, loss: float) -> None:
            losses.append(loss)
            if t == STEPS:
                raise KeyboardInterrupt

        fitted = fit(
            self.loss,
            self.data,
            self.rule,
            epochs=STEPS,
            batch=self.batch,
            seed=SEED,
            start=self.start(),
            after_step=after_step,
        )
        assert fitted.interrupted
        return np.array(losses), dict(fitted.parameters)


def classifier() -> System:
    """Two dense layers, momentum, and a penalty on the weights that is part of the loss."""
    taught, _ = digits.digits(SEED)
    return System(digits.classifier(), taught, momentum(rate=0.1, mu=0.9), 32, fall=0.7)


def language_model() -> System:
    """An LSTM on 16 streams: 44 windows an epoch, so its states begin anew at steps 45 and 89.

    Norms of the gradient lie between 0.25 and 0.53: the page's bound of 1 would clip none.
    """
    taught, _, symbols = char_lm.text()
    graph = char_lm.language_model("lstm", len(symbols))
    rule = clipped(adam(cosine(char_lm.RATE, STEPS)), CLIP)
    cut = streams(taught[: 16 * (44 * 12 + 1)], 12)
    return System(graph, cut, rule, 16, fall=0.25, initial=char_lm.starts(graph))


def transformer() -> System:
    """Encoder and decoder on strings of 4 to sort: 40 steps of warm-up, then half a cosine."""
    task = sequences.Task("sort", 4)
    rule = adam(warmup_cosine(sequences.RATE, 40, STEPS), beta2=0.98, eps=1e-9)
    data = generated(task.draw, 32 * STEPS, "strings")
    return System(sequences.network(task), data, rule, 32, fall=0.5)


def residual_network() -> System:
    """Two residual blocks of convolutions; the last batch of each of the five epochs is smaller."""
    taught, _ = resnet.sides(SEED, "conv")
    graph = resnet.model("conv")
    few = {name: a[:632] for name, a in taught.items()}
    rule = adam(cosine(3e-3, STEPS))
    return System(graph, few, rule, 32, fall=0.45, initial=resnet.starts(graph))


SYSTEMS: dict[str, Callable[[], System]] = {
    "classifier": classifier,
    "language_model": language_model,
    "transformer": transformer,
    "residual_network": residual_network,
}
