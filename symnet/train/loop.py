"""fit: minibatches through generated steps, with history, checkpoints, interruption and resume.

    (seed, epoch, batch, theta, states, t)  is all that a run is, and all that a checkpoint holds

A run that is interrupted anywhere and resumed ends bit for bit as one that was not.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from symnet.codegen import Bound, build
from symnet.layers import Rule, rules
from symnet.notation import Graph, TrainingError
from symnet.notation.sizes import Sizes, bind_sizes
from symnet.train.checkpoint import Checkpoint, read, write
from symnet.train.data import Data, check_data, check_ranges, order, split
from symnet.train.fingerprint import fingerprint, parameters_fingerprint
from symnet.train.history import History
from symnet.train.initial import initialise
from symnet.train.interrupt import Interrupt
from symnet.train.model import Model, only
from symnet.train.optimizers import Optimizer, momentum
from symnet.train.progress import Progress
from symnet.train.step import Step

Array = np.ndarray[Any, Any]

HASHED = {  # what differs, where a checkpoint holds a hash
    "model": "it is of another model, whose definitions differ",
    "parameters": "it is of another model, whose parameters differ",
    "rule": "it is of another optimiser, whose rule differs",
    "data": "the training data differ",
}


@dataclass(frozen=True)
class Fitted(Model):
    """A trained model: parameters, history, and whether the run was interrupted, and where."""

    history: History = field(default_factory=History)
    steps: int = 0
    interrupted: bool = False
    checkpoint: Path | None = None


@dataclass
class Place:
    """Where a run is: the next batch, the steps taken, and the running sum of the epoch's loss."""

    epoch: int = 0
    batch: int = 0
    steps: int = 0
    summed: float = 0.0
    counted: int = 0


def fit(
    loss: Graph,
    data: Mapping[str, Any],
    optimizer: Optimizer | None = None,
    *,
    epochs: int,
    batch: int = 32,
    seed: int = 0,
    initial: Mapping[str, Rule] | None = None,
    start: Mapping[str, Any] | None = None,
    validation: float | Mapping[str, Any] | None = None,
    dtype: type[np.floating[Any]] = np.float64,
    progress: bool = False,
    checkpoint: str | Path | None = None,
    resume: str | Path | None = None,
    after_step: Callable[[int, float], None] | None = None,
) -> Fitted:
    """Move the parameters of a loss graph down its gradient over minibatches of the data.

    loss: a graph whose first output is a scalar; data: an array for each of its inputs, samples
    along the first axis; the last batch of an epoch may be smaller. `initial` are rules for single
    parameters (the others: Glorot uniform, biases zero), `start` arrays in their place.
    `validation` is data of the same kind, or a fraction of the data to put aside.

    `checkpoint` is a file, written after each epoch, at an interruption and at the end; `resume` is
    one to go on from, with the same data and settings (only `epochs` may change). Ctrl-C, or a
    KeyboardInterrupt in `after_step(t, loss)`, ends the run between two steps: the result says
    `interrupted`. Raises TrainingError, ShapeMismatch or UnknownTensor for data and settings that
    do not fit, and TrainingError if the loss is no longer finite.
    """
    chosen = momentum() if optimizer is None else optimizer
    _check_counts(epochs, batch, seed)
    if isinstance(validation, float):
        data, validation = split(data, validation, seed)
    taught = check_data(loss.inputs, data, dtype)
    judged = None if validation is None else check_data(loss.inputs, validation, dtype)
    drawn, sizes = _start(loss, taught, initial, start, seed)
    for checked in (taught, judged):
        if checked is not None:
            check_ranges(loss.inputs, checked.arrays, sizes)
    step = Step(loss, chosen, drawn, dtype)
    run = _Run(loss, step, taught, judged, epochs, batch, seed, dtype, checkpoint)
    if resume is not None:
        run.restore(resume)
    return run.go(progress, after_step)


def _check_counts(epochs: int, batch: int, seed: int) -> None:
    for name, value, least in (("epochs", epochs, 1), ("batch", batch, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise TrainingError(f"{name} is {value!r}; expected an integer of at least {least}")


def _start(
    loss: Graph,
    data: Data,
    initial: Mapping[str, Rule] | None,
    start: Mapping[str, Any] | None,
    seed: int,
) -> tuple[dict[str, Array], Sizes]:
    """What every parameter starts from, and the size of every extent."""
    given = {k: np.asarray(a, np.float64) for k, a in (start or {}).items()}
    own = rules(loss, given=initial)
    shapes = {k: a.shape for k, a in (*data.arrays.items(), *given.items())}
    sizes = bind_sizes((*loss.inputs, *loss.parameters), shapes)
    drawn = initialise(loss.parameters, own, seed, sizes)
    strange = [k for k in given if k not in drawn]
    if strange:
        raise TrainingError(f"start: no parameter is called {strange[0]}")
    return {**drawn, **given}, sizes


class _Run:
    """One run of `fit`: what it is given, and where it is."""

    def __init__(
        self,
        loss: Graph,
        step: Step,
        data: Data,
        validation: Data | None,
        epochs: int,
        batch: int,
        seed: int,
        dtype: type[np.floating[Any]],
        checkpoint: str | Path | None,
    ) -> None:
        self.loss, self.step, self.data = loss, step, data
        self.epochs, self.batch, self.seed = epochs, batch, seed
        self.path = None if checkpoint is None else Path(checkpoint)
        self.place, self.history = Place(), History()
        self._value: Bound | None = None
        if validation is not None:
            value = build(only(loss, loss.outputs[0].name), dtype=dtype)
            kept: dict[str, Any] = {**validation.arrays, **step.parameters}
            self._value = value.bind(**kept)
        self._about = {
            "kind": "run",
            "model": fingerprint(loss),
            "parameters": parameters_fingerprint(loss.parameters),
            "optimizer": step.optimizer.name,
            "rule": fingerprint(step.optimizer.graph),
            "settings": dict(step.optimizer.settings),
            "batch": batch,
            "seed": seed,
            "dtype": np.dtype(dtype).name,
            "data": _digest(data),
        }

    def go(self, progress: bool, after_step: Callable[[int, float], None] | None) -> Fitted:
        """Run to the end, or to an interruption."""
        done = self.place.epoch * self.data.samples + self.place.counted
        shown = Progress(progress, self.epochs, self.data.samples, done)
        interrupted = False
        self.save()  # a folder that refuses does so now, not after the first epoch
        # An overflow needs no warning of NumPy's: it reaches the loss, which every step checks.
        quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")
        with Interrupt() as asked_to_stop, shown, quiet:
            try:
                while self.place.epoch < self.epochs:
                    self._epoch(shown, after_step, asked_to_stop)
            except KeyboardInterrupt:
                interrupted = True
                self.save()
        return Fitted(
            self.loss,
            {k: a.copy() for k, a in self.step.parameters.items()},
            self.history,
            self.place.steps,
            interrupted,
            self.path,
        )

    def _epoch(
        self,
        shown: Progress,
        after_step: Callable[[int, float], None] | None,
        asked_to_stop: Callable[[], bool],
    ) -> None:
        at = self.place
        visited = order(self.data.samples, self.seed, at.epoch)
        known = self.history.validation[-1] if self.history.validation else None
        while at.batch * self.batch < self.data.samples:
            chosen = visited[at.batch * self.batch : (at.batch + 1) * self.batch]
            loss = self._step(chosen)
            shown.step(at.epoch, len(chosen), at.summed / at.counted, known)
            if after_step is not None:
                after_step(at.steps, loss)
            if asked_to_stop():
                raise KeyboardInterrupt
        self._end_epoch()
        self.save()

    def _step(self, chosen: Array) -> float:
        at = self.place
        loss = self.step(self.data.take(chosen), at.steps + 1)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} at step {at.steps + 1} (epoch {at.epoch + 1}): "
                "lower the learning rate, or look at the data"
            )
        at.steps, at.batch = at.steps + 1, at.batch + 1
        at.summed, at.counted = at.summed + loss * len(chosen), at.counted + len(chosen)
        return loss

    def _end_epoch(self) -> None:
        at = self.place
        self.history.loss.append(at.summed / at.counted)
        self.history.rate.append(self.step.optimizer.rate_at(at.steps))
        if self._value is not None:
            self.history.validation.append(float(self._value.run()))
        self.place = Place(epoch=at.epoch + 1, steps=at.steps)

    def save(self) -> None:
        """Write the checkpoint, if one is wanted."""
        if self.path is None:
            return
        states = {f"state:{k}": a for k, a in self.step.states.items()}
        about = {**self._about, "place": vars(self.place), "history": self.history.as_json()}
        write(self.path, Checkpoint({**self.step.parameters, **states}, about))

    def restore(self, path: str | Path) -> None:
        """Go on where the checkpoint is. Raises TrainingError if it is of another run."""
        found = read(path)
        if found.about.get("kind") != "run":
            raise TrainingError(f"{path} is no run that can be resumed; it holds a model only")
        for name, ours in self._about.items():
            theirs = found.about.get(name)
            if theirs != ours:
                what = HASHED.get(name, f"{name} was {theirs}, now {ours}")
                raise TrainingError(f"{path} is of another run: {what}")
        for name, a in self.step.parameters.items():
            a[...] = found.arrays[name]
        for name, a in self.step.states.items():
            a[...] = found.arrays[f"state:{name}"]
        self.place = Place(**found.about["place"])
        self.history = History.from_json(found.about["history"])


def _digest(data: Data) -> str:
    found = hashlib.sha256()
    for name in sorted(data.arrays):
        a = data.arrays[name]
        found.update(f"{name} {a.dtype.str} {a.shape}".encode())
        found.update(a.tobytes())
    return found.hexdigest()
