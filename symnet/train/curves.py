"""The curves of a run: training and validation loss by epoch, and the learning rate if it changes.

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


class Record(Protocol):
    """What a run records, by epoch: a History."""

    @property
    def loss(self) -> Sequence[float]: ...
    @property
    def validation(self) -> Sequence[float]: ...
    @property
    def rate(self) -> Sequence[float]: ...


def curves(runs: Mapping[str, Record], title: str = "") -> Any:
    """Training loss solid, validation loss dashed, in log scale where all are positive.

    Below it the learning rate of runs in which it changes.
    """
    changing = {name: run for name, run in runs.items() if len(set(run.rate)) > 1}
    if changing:
        made, axes = figure(2, 1, (6.0, 4.6), heights=(3, 1))
        labelled(axes[1], "epoch", "learning rate")
    else:
        made, axes = figure(1, 1, (6.0, 3.6))
    losses = axes[0]
    for name, run in runs.items():
        color = _line(losses, run.loss, "-", f"{name}, training".removeprefix(", "))
        if run.validation:
            _line(losses, run.validation, "--", f"{name}, validation".removeprefix(", "), color)
        if name in changing:
            _line(axes[1], run.rate, "-", name, color)
    labelled(losses, "" if changing else "epoch", "loss", title)
    values = [v for run in runs.values() for v in (*run.loss, *run.validation)]
    if values and min(values) > 0:
        losses.set_yscale("log")
    losses.legend(frameon=False)
    for ax in axes:
        ax.xaxis.get_major_locator().set_params(integer=True)
    return made


def _line(ax: Any, values: Sequence[float], style: str, label: str, color: Any = None) -> Any:
    epochs = np.arange(1, len(values) + 1)
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
    return said


def _table(run: Record) -> str:
    columns = {"loss": run.loss, "validation": run.validation, "learning rate": run.rate}
    kept = {name: values for name, values in columns.items() if values}
    epochs = list(range(len(run.loss)))
    if len(epochs) > MOST_ROWS:
        epochs = [*epochs[: MOST_ROWS // 2], -1, *epochs[-MOST_ROWS // 2 :]]
    head = "".join(f"<th>{name}</th>" for name in ("epoch", *kept))
    rows = ""
    for e in epochs:
        cells = [str(e + 1), *(f"{v[e]:.4g}" if e < len(v) else "" for v in kept.values())]
        if e < 0:
            cells = ["\u22ee"] * (1 + len(kept))
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
