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
    """Training loss, validation loss (empty without one), learning rate at the end, by epoch."""

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, list[float]]:
        """JSON values, from which `from_json` makes an equal history, bit for bit."""
        return {
            "loss": list(self.loss),
            "validation": list(self.validation),
            "rate": list(self.rate),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> History:
        """The history that `as_json` described."""
        return cls(*(list(value[k]) for k in ("loss", "validation", "rate")))

    def plot(self, path: str | Path, title: str = "") -> Path:
        """Draw the curves into a file: .svg, .png or .pdf; the same history gives the same bytes.

        Raises TrainingError if matplotlib (pip install 'symnet[plots]') is not installed.
        """
        write(curves({"": self}, title), Path(path))
        return Path(path)

    def _repr_html_(self) -> str:
        return shown(self)
