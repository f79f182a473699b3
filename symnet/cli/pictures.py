"""Pictures of what was learnt, by matplotlib (extra `plots`): curves, images, maps, points.

Each function writes one file; its ending says the format (svg, png, pdf). Grey shades and line
styles tell things apart, so a print without colour is readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from symnet.train.curves import curves as drawn_curves
from symnet.train.history import History
from symnet.train.plots import figure, labelled, plots, write

Array = np.ndarray[Any, Any]
STYLES = ("-", "--", "-.", ":")


def curves(path: Path, runs: Mapping[str, History], title: str = "") -> None:
    """Loss and validation loss of each run, by epoch; symnet.train.curves says how."""
    write(drawn_curves(runs, title), path)


def lines(
    path: Path,
    x: Sequence[float],
    named: Mapping[str, Sequence[float]],
    labels: tuple[str, str],
    title: str = "",
    log: bool = False,
) -> None:
    """Named curves over one x; `labels` are those of the axes."""
    made, axes = figure(1, 1, (6.0, 3.6))
    for k, (name, values) in enumerate(named.items()):
        axes[0].plot(x, values, STYLES[k % 4], marker="o", markersize=3, label=name)
    labelled(axes[0], *labels, title)
    if log:
        axes[0].set_yscale("log")
    axes[0].legend(frameon=False)
    write(made, path)


def images(path: Path, rows: Mapping[str, Sequence[Array]], title: str = "") -> None:
    """Rows of grey images of one size, each row with its name: originals, reconstructions ..."""
    columns = max(len(row) for row in rows.values())
    made, axes = figure(len(rows), columns, (0.9 * columns + 1.2, 0.95 * len(rows) + 0.4))
    for k, ax in enumerate(axes):
        name, row = list(rows.items())[k // columns]
        ax.set_axis_off()
        if k % columns < len(row):
            ax.imshow(row[k % columns], cmap="gray_r", interpolation="nearest")
        if k % columns == 0:
            ax.text(-0.15, 0.5, name, transform=ax.transAxes, ha="right", va="center")
    made.suptitle(title)
    write(made, path)


def maps(
    path: Path,
    named: Mapping[str, Array],
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    title: str = "",
) -> None:
    """Matrices side by side, dark where large, from 0 up: attention, with words at its sides.

    The picture grows with the number of words, so that they do not overlap.
    """
    width, height = max(3.2, 0.13 * len(columns)), max(3.4, 0.8 + 0.15 * len(rows))
    made, axes = figure(1, len(named), (0.6 + width * len(named), height))
    for ax, (name, matrix) in zip(axes, named.items(), strict=True):
        ax.imshow(matrix, cmap="gray_r", vmin=0, aspect="auto", interpolation="nearest")
        ax.set_title(name, fontsize=10)
        if rows:
            ax.set_yticks(range(len(rows)), rows, fontsize=8)
        if columns:
            ax.set_xticks(range(len(columns)), columns, fontsize=8, rotation=90)
    made.suptitle(title)
    write(made, path)


def points(path: Path, xy: Array, labels: Array, title: str = "") -> None:
    """Points in the plane, each drawn as its label."""
    made, axes = figure(1, 1, (5.2, 5.0))
    colours = plots().colormaps["tab10"]
    for (x, y), label in zip(xy, labels, strict=True):
        colour = colours(int(label) % 10)
        axes[0].text(x, y, str(label), color=colour, fontsize=7, ha="center", va="center")
    margin = 0.05 * np.ptp(xy, axis=0) + 1e-9
    low, high = xy.min(axis=0) - margin, xy.max(axis=0) + margin
    axes[0].set_xlim(low[0], high[0])
    axes[0].set_ylim(low[1], high[1])
    labelled(axes[0], "first", "second", title)
    write(made, path)


def poses(
    path: Path,
    pictures: Sequence[Array],
    rows: Mapping[str, Array],
    sticks: Sequence[tuple[int, int]],
    title: str = "",
) -> None:
    """Poses on grey images, a column for each image and a row for each name.

    `rows` has poses (N, J, 2): (column, row) of each joint; `sticks` are pairs of joints.
    """
    columns = len(pictures)
    made, axes = figure(len(rows), columns, (1.1 * columns + 0.8, 1.1 * len(rows) + 0.3))
    for k, ax in enumerate(axes):
        name, found = list(rows.items())[k // columns]
        ax.set_axis_off()
        ax.imshow(pictures[k % columns], cmap="gray_r", alpha=0.5, interpolation="nearest")
        for pair in sticks:
            x, y = found[k % columns][list(pair)].T
            ax.plot(x, y, "-", color="tab:red", linewidth=1.2, marker=".", markersize=4)
        height, width = pictures[k % columns].shape
        ax.set_xlim(-0.5, width - 0.5)
        ax.set_ylim(height - 0.5, -0.5)
        if k % columns == 0:
            ax.text(-0.1, 0.5, name, transform=ax.transAxes, ha="right", va="center")
    made.suptitle(title)
    write(made, path)
