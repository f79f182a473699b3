"""fit: data and a loss graph in, a trained model out.

check data -> draw parameters -> Step (loss, gradient, rule: generated code) -> Run
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from symnet.layers import Rule, rules
from symnet.notation import Graph, TrainingError
from symnet.notation.sizes import Sizes, bind_sizes
from symnet.train.data import Data, check_data, check_names, check_ranges, sample_extent
from symnet.train.generated import Generated
from symnet.train.initial import initialise
from symnet.train.optimizers import Optimizer, momentum
from symnet.train.run import AfterStep, Fitted, Run
from symnet.train.source import Arrays, Source
from symnet.train.step import Step
from symnet.train.streams import Streams
from symnet.train.validation import Scoring, Validation

Array = np.ndarray[Any, Any]

__all__ = ["Fitted", "fit"]


def fit(
    loss: Graph,
    data: Mapping[str, Any] | Generated | Streams,
    optimizer: Optimizer | None = None,
    *,
    epochs: int,
    batch: int = 32,
    seed: int = 0,
    initial: Mapping[str, Rule] | None = None,
    start: Mapping[str, Any] | None = None,
    validation: float | Mapping[str, Any] | Generated | Streams | None = None,
    score: tuple[str, str] | None = None,
    dtype: type[np.floating[Any]] = np.float64,
    drop_last: bool = False,
    progress: bool = False,
    checkpoint: str | Path | None = None,
    resume: str | Path | None = None,
    after_step: AfterStep | None = None,
) -> Fitted:
    """Move the parameters of a loss graph down its gradient over minibatches of the data.

    loss: a graph whose first output is a scalar; data: an array for each of its inputs that is no
    state and not drawn (`Graph.data`), samples along the first axis (symnet.train.data says of
    which inputs). The last batch of an epoch may be smaller; with `drop_last` it is then left out
    (of training, not of `validation`): other samples in every epoch, as each has its own order.
    States (running statistics) are kept up to date and belong to the model; masks and noise are
    drawn at each step, from the seed.
    Arrays may lie in a file (np.load(.., mmap_mode="r")); `data` may be drawn anew for each batch
    (`train.generated`), or be windows of a long sequence (`train.streams`), with what a recurrence
    carries from one to the next.
    `optimizer` is momentum(0.1, 0.9) if none is given. `initial` are rules for single parameters
    (the others: the graph's rules, Glorot uniform, biases zero), `start` arrays in their place.
    `validation` is data of the same kind, or a fraction of the data to put aside. `score` is a pair
    (output, target): after each epoch the history records how well they agree, the accuracy for
    integer targets, else R^2, on the data for validation, or without these on those learnt from.

    `checkpoint` is a file, written at the start, after each epoch and at an interruption; `resume`
    is one to go on from, with the same data and settings (only `epochs`, `validation` and a
    schedule may change, and a `score` be added). Ctrl-C, or a KeyboardInterrupt in
    `after_step(t, loss)`, ends the run between two steps: the result says `interrupted`. A second
    Ctrl-C ends it at once.
    Raises TrainingError, ShapeMismatch or UnknownTensor for data and settings that do not fit,
    GraphError for a graph that is no loss, and TrainingError if the loss is no longer finite.
    """
    _check_counts(epochs, batch, seed)
    taught, judged = _sources(loss, data, validation, dtype, seed)
    if isinstance(taught, Data | Generated):
        taught = replace(taught, drop_last=drop_last)
    taught.count(batch)  # a source that is too small says so now
    example, _ = taught.batch(seed, 0, 0, batch)
    drawn, sizes = _start(loss, example, initial, start, seed)
    for checked in (taught, judged):
        if isinstance(checked, Data):
            check_ranges(loss.data, checked.arrays, sizes)
        if isinstance(checked, Streams):
            ends = dict.fromkeys((checked.x, checked.y), checked.ends)
            check_ranges((t for t in loss.data if t.name in ends), ends, sizes)
    rule = momentum() if optimizer is None else optimizer
    step = Step(loss, rule, drawn, dtype, seed)
    path = None if checkpoint is None else Path(checkpoint)
    aside = None if judged is None else Validation(loss, judged, step, batch)
    pair = None if score is None else Scoring(loss, score, judged or taught, step, batch)
    run = Run(loss, step, taught, aside, pair, epochs, batch, seed, path, drop_last)
    if resume is not None:
        run.restore(resume)
    return run.go(progress, after_step)


def _sources(
    loss: Graph,
    data: Mapping[str, Any] | Generated | Streams,
    validation: float | Mapping[str, Any] | Generated | Streams | None,
    dtype: type[np.floating[Any]],
    seed: int,
) -> tuple[Source, Source | None]:
    """The data to learn from, and those to judge by."""
    taught = _source(loss, data, dtype, training=True)
    if validation is None:
        return taught, None
    if isinstance(validation, Mapping | Generated | Streams):
        return taught, _source(loss, validation, dtype, training=False)
    if not isinstance(taught, Data):
        raise TrainingError("validation: a fraction is of arrays; give data of its own")
    return taught.split(float(validation), seed)


def _source(
    loss: Graph,
    data: Mapping[str, Any] | Generated | Streams,
    dtype: type[np.floating[Any]],
    training: bool,
) -> Source:
    count = sample_extent(loss)
    if isinstance(data, Generated):
        return replace(data, inputs=loss.data, dtype=dtype, extent=count)
    if isinstance(data, Streams):
        check_names(loss.data, (data.x, data.y))
        return data
    return check_data(loss.data, data, dtype, count, training=training)


def _check_counts(epochs: int, batch: int, seed: int) -> None:
    for name, value, least in (("epochs", epochs, 1), ("batch", batch, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise TrainingError(f"{name} is {value!r}; expected an integer of at least {least}")


def _start(
    loss: Graph,
    example: Arrays,
    initial: Mapping[str, Rule] | None,
    start: Mapping[str, Any] | None,
    seed: int,
) -> tuple[dict[str, Array], Sizes]:
    """What every parameter and every state starts from, and the size of every extent."""
    given = {k: np.asarray(a, np.float64) for k, a in (start or {}).items()}
    own = rules(loss, given=initial)
    shapes = {k: a.shape for k, a in (*example.items(), *given.items())}
    sizes = bind_sizes(loss.given, shapes)
    drawn = initialise((*loss.parameters, *loss.states), own, seed, sizes, loss)
    strange = [k for k in given if k not in drawn]
    if strange:
        raise TrainingError(f"start: no parameter is called {strange[0]}")
    return {**drawn, **given}, sizes
