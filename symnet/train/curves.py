"""The curves of a run: training and validation loss, score, and learning rate where it changes.

curves({"adam": history})  =>  a figure;   shown(history)  =>  HTML, for a notebook
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Protocol

import numpy as np

from symnet.notation import TrainingError
from symnet.train.plots import encoded, figure, labelled

FEW = 25  # epochs whose points are marked
MOST_ROWS = 12  # of a table
WRITTEN = {"R^2": "$R^2$"}


class Record(Protocol):
    """What a run records, by epoch: a History."""

    @property
    def loss(self) -> Sequence[float]: ...
    @property
    def validation(self) -> Sequence[float]: ...
    @property
    def rate(self) -> Sequence[float]: ...
    @property
    def score(self) -> Sequence[float]: ...
    @property
    def measure(self) -> str: ...


def curves(runs: Mapping[str, Record], title: str = "") -> Any:
    """Training loss solid, validation loss dashed, in log scale where all are positive.

    Below it the score of runs that have one (`fit(.., score=..)`), and the learning rate of runs in
    which it changes.
    """
    below = {
        measure: {n: run.score for n, run in runs.items() if run.score and run.measure == measure}
        for measure in dict.fromkeys(run.measure for run in runs.values() if run.score)
    }
    rates = {name: run.rate for name, run in runs.items() if len(set(run.rate)) > 1}
    below |= {"learning rate": rates} if rates else {}
    heights = {"learning rate": 1.0}
    shares = (3.0, *(heights.get(what, 1.8) for what in below))
    made, axes = figure(1 + len(below), 1, (6.0, 1.0 + 0.9 * sum(shares)), heights=shares)
    losses = axes[0]
    for name, run in runs.items():
        epochs = len(run.loss)
        color = _line(losses, run.loss, epochs, "-", f"{name}, training".removeprefix(", "))
        if run.validation:
            told = f"{name}, validation".removeprefix(", ")
            _line(losses, run.validation, epochs, "--", told, color)
        for ax, series in zip(axes[1:], below.values(), strict=True):
            if name in series:
                _line(ax, series[name], epochs, "-", name, color)
    for ax, what in zip(axes[1:], below, strict=True):
        labelled(ax, "epoch" if ax is axes[-1] else "", WRITTEN.get(what, what))
        ax.sharex(losses)
    labelled(losses, "" if below else "epoch", "loss", title)
    values = [v for run in runs.values() for v in (*run.loss, *run.validation)]
    if values and min(values) > 0:
        losses.set_yscale("log")
    losses.legend(frameon=False)
    for ax in axes:
        ax.xaxis.get_major_locator().set_params(integer=True)
    return made


def _line(
    ax: Any, values: Sequence[float], last: int, style: str, label: str, color: Any = None
) -> Any:
    """A line up to the last epoch; what was recorded later begins later."""
    epochs = np.arange(last - len(values), last) + 1
    marker = "." if len(values) < FEW else ""
    (line,) = ax.plot(epochs, values, style, label=label, color=color, marker=marker)
    return line.get_color()


# -- in a notebook ----------------------------------------------------------------------------


def shown(run: Record) -> str:
    """The curves as a picture; without matplotlib a table of numbers."""
    if not run.loss:
        return "<p>no epoch yet</p>"
    try:
        coded = b64encode(encoded(curves({"": run}), "svg")).decode()
    except TrainingError:
        return _table(run)
    return f'<img alt="{escape(summary(run))}" src="data:image/svg+xml;base64,{coded}">'


def summary(run: Record) -> str:
    """The losses of the first and of the last epoch, in words."""
    if not run.loss:
        return "no epoch yet"
    said = f"loss from {run.loss[0]:.4g} to {run.loss[-1]:.4g} in {len(run.loss)} epochs"
    if run.validation:
        said += f", validation loss from {run.validation[0]:.4g} to {run.validation[-1]:.4g}"
    if run.score:
        said += f", {run.measure} from {run.score[0]:.4g} to {run.score[-1]:.4g}"
    return said


def _table(run: Record) -> str:
    columns = {"loss": run.loss, "validation": run.validation, "learning rate": run.rate}
    columns |= {run.measure: run.score} if run.score else {}
    kept = {name: values for name, values in columns.items() if values}
    epochs = list(range(len(run.loss)))
    if len(epochs) > MOST_ROWS:
        epochs = [*epochs[: MOST_ROWS // 2], -1, *epochs[-MOST_ROWS // 2 :]]
    head = "".join(f"<th>{name}</th>" for name in ("epoch", *kept))
    rows = ""
    for e in epochs:
        at = [(values, e - len(run.loss) + len(values)) for values in kept.values()]
        cells = [str(e + 1), *(f"{values[k]:.4g}" if k >= 0 else "" for values, k in at)]
        if e < 0:
            cells = ["\u22ee"] * (1 + len(kept))
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
