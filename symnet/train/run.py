"""A run: where it is, how it goes on, and what it leaves in a checkpoint.

    (seed, epoch, batch, theta, states, t)  is all that a run is, and all that a checkpoint holds

A run that is stopped between any two steps and resumed ends bit for bit as one that was not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from symnet.notation import Graph, TrainingError
from symnet.train.checkpoint import Checkpoint, read, write
from symnet.train.fingerprint import fingerprint, parameters_fingerprint
from symnet.train.history import History
from symnet.train.interrupt import Interrupt
from symnet.train.model import Model, kept_tensors
from symnet.train.progress import Progress
from symnet.train.shown import trained_html
from symnet.train.source import Arrays, Source, batches
from symnet.train.step import Step
from symnet.train.validation import Scoring, Validation

Array = np.ndarray[Any, Any]
AfterStep = Callable[[int, float], None]

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

    def _repr_html_(self) -> str:
        return trained_html(self.history, self.steps, self.interrupted, self.shapes)


@dataclass
class Place:
    """Where a run is: the next batch, the steps taken, and the running sum of the epoch's loss."""

    epoch: int = 0
    batch: int = 0
    steps: int = 0
    summed: float = 0.0
    counted: int = 0


@dataclass
class Run:
    """What a run is given, and where it is. `step` holds the parameters and the states."""

    loss: Graph
    step: Step
    data: Source
    validation: Validation | None
    scoring: Scoring | None
    epochs: int
    batch: int
    seed: int
    path: Path | None
    drop_last: bool = False
    place: Place = field(default_factory=Place)
    history: History = field(default_factory=History)

    @cached_property
    def about(self) -> dict[str, Any]:
        """What has to be the same for a run to be resumed."""
        rule = self.step.optimizer
        return {
            "kind": "run",
            "parameters": parameters_fingerprint(kept_tensors(self.loss)),
            "model": fingerprint(self.loss),
            "optimizer": rule.name,
            "rule": fingerprint(rule.graph),
            "settings": dict(rule.settings),
            "batch": self.batch,
            "drop_last": self.drop_last,
            "seed": self.seed,
            "dtype": self.step.theta.dtype.name,
            "data": self.data.digest(),
        }

    def go(self, progress: bool, after_step: AfterStep | None) -> Fitted:
        """Run to the end, or until it is stopped between two steps."""
        samples = self.data.samples(self.batch)
        done = self.place.epoch * samples + self.place.counted
        shown = Progress(progress, self.epochs, samples, done)
        self.save()  # a folder that refuses does so now, not after the first epoch
        # An overflow needs no warning of NumPy's: it reaches the loss, which every step checks.
        quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")
        stopped = False
        with Interrupt() as asked_to_stop, shown, quiet:
            while self.place.epoch < self.epochs and not stopped:
                stopped = self._epoch(shown, after_step, asked_to_stop)
                self.save()
        own = {**self.step.parameters, **self.step.kept}
        return Fitted(
            self.loss,
            {t.name: own[t.name].copy() for t in kept_tensors(self.loss)},
            self.history,
            self.place.steps,
            stopped,
            self.path,
        )

    def _epoch(
        self, shown: Progress, after_step: AfterStep | None, asked_to_stop: Callable[[], bool]
    ) -> bool:
        """The rest of an epoch; True if the run is to stop here."""
        at = self.place
        known = self.history.validation[-1] if self.history.validation else None
        if at.batch == 0:
            self.step.restart()
        coming = batches(self.data, self.seed, at.epoch, at.batch, self.batch)
        for arrays, count in coming:
            loss = self._step(arrays, count)
            shown.step(at.epoch, count, at.summed / at.counted, known)
            if _stops(after_step, at.steps, loss) or asked_to_stop():
                coming.close()
                return True
        self._end_epoch()
        return False

    def _step(self, arrays: Arrays, count: int) -> float:
        at = self.place
        loss = self.step(arrays, at.steps + 1)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} at step {at.steps + 1} (epoch {at.epoch + 1}): "
                "lower the learning rate, or look at the data"
            )
        at.steps, at.batch = at.steps + 1, at.batch + 1
        at.summed, at.counted = at.summed + loss * count, at.counted + count
        return loss

    def _end_epoch(self) -> None:
        at = self.place
        self.history.loss.append(at.summed / at.counted)
        self.history.rate.append(self.step.optimizer.rate_at(at.steps))
        if self.validation is not None:
            self.history.validation.append(self.validation.value())
        if self.scoring is not None:
            self.history.score.append(self.scoring.value())
            self.history.measure = self.scoring.measure
        self.place = Place(epoch=at.epoch + 1, steps=at.steps)

    def save(self) -> None:
        """Write the checkpoint, if one is wanted."""
        if self.path is None:
            return
        states = {f"state:{k}": a for k, a in self.step.states.items()}
        about = {**self.about, "place": vars(self.place), "history": self.history.as_json()}
        about["score"] = self._pair
        arrays = {**self.step.parameters, **self.step.kept, **states}
        write(self.path, Checkpoint(arrays, about))

    @property
    def _pair(self) -> list[str] | None:
        return None if self.scoring is None else list(self.scoring.pair)

    def restore(self, path: str | Path) -> None:
        """Go on where the checkpoint is. Raises TrainingError if it is of another run."""
        found = read(path)
        if found.about.get("kind") != "run":
            raise TrainingError(f"{path} is no run that can be resumed; it holds a model only")
        for name, ours in self.about.items():
            theirs = found.about.get(name)
            if theirs != ours:
                what = HASHED.get(name, f"{name} was {theirs}, now {ours}")
                raise TrainingError(f"{path} is of another run: {what}")
        scored = found.about.get("score")  # one may be added, but a series is not of two things
        if scored is not None and scored != self._pair:
            ours = "none" if self._pair is None else tuple(self._pair)
            raise TrainingError(
                f"{path} records the score of {tuple(scored)} by epoch, found {ours}: give it too"
            )
        for name, a in (*self.step.parameters.items(), *self.step.kept.items()):
            a[...] = found.arrays[name]
        for name, a in self.step.states.items():
            a[...] = found.arrays[f"state:{name}"]
        self.place = Place(**found.about["place"])
        self.history = History.from_json(found.about["history"])


def _stops(after_step: AfterStep | None, t: int, loss: float) -> bool:
    """Whether the caller's function raised KeyboardInterrupt: its way to stop between two steps."""
    try:
        if after_step is not None:
            after_step(t, loss)
    except KeyboardInterrupt:
        return True
    return False
