"""A model in a notebook: its parameters with their shapes, and how it was trained.

parameters_html({"W": (5, 3)})  =>  <table> ... W  5 x 3  15 numbers
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import prod

from symnet.train.curves import Record, shown, summary


def parameters_html(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """A table of parameters."""
    total = sum(map(prod, shapes.values()))
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{_shape(shape)}</td><td>{prod(shape):,}</td></tr>"
        for name, shape in shapes.items()
    )
    head = "<tr><th>parameter</th><th>shape</th><th>numbers</th></tr>"
    foot = f"<tr><td>all</td><td></td><td>{total:,}</td></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}{foot}</tbody></table>"


def trained_html(
    run: Record, steps: int, interrupted: bool, shapes: Mapping[str, tuple[int, ...]]
) -> str:
    """What a run came to: a sentence, its curves, and the parameters, folded."""
    end = ", interrupted" if interrupted else ""
    return (
        f"<p>{escape(summary(run))}, {steps:,} steps{end}</p>{shown(run)}"
        f"<details><summary>parameters</summary>{parameters_html(shapes)}</details>"
    )


def _shape(shape: tuple[int, ...]) -> str:
    return " \u00d7 ".join(map(str, shape)) or "one number"
