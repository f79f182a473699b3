"""What happened in a run, as plain data: one entry for each epoch.

loss[e] = mean over the samples of epoch e of the loss at the step that saw them
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symnet.train.curves import curves, shown
from symnet.train.plots import write


@dataclass
class History:
    """Training loss, validation loss, learning rate at the end, and score, by epoch.

    Validation loss and score are empty where a run has none. `measure` is what the score is:
    accuracy, or R^2. What a run began to record later has fewer entries, those of the last epochs.
    """

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    measure: str = ""

    def as_json(self) -> dict[str, Any]:
        """JSON values, from which `from_json` makes an equal history, bit for bit."""
        return {
            "loss": list(self.loss),
            "validation": list(self.validation),
            "rate": list(self.rate),
            "score": list(self.score),
            "measure": self.measure,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> History:
        """The history that `as_json` described."""
        loss, validation, rate = (list(value[k]) for k in ("loss", "validation", "rate"))
        score = list(value.get("score", ()))  # older checkpoints have none
        return cls(loss, validation, rate, score, value.get("measure", ""))

    def plot(self, path: str | Path, title: str = "") -> Path:
        """Draw the curves into a file: .svg, .png or .pdf; the same history gives the same bytes.

        Raises TrainingError if matplotlib (pip install 'symnet[plots]') is not installed.
        """
        write(curves({"": self}, title), Path(path))
        return Path(path)

    def _repr_html_(self) -> str:
        return shown(self)
