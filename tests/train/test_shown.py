"""A model in a notebook: parameters, their shapes, how the run went; names are escaped."""

import numpy as np

from symnet.layers import catalogue
from symnet.train import History, Model
from symnet.train.run import Fitted
from symnet.train.shown import parameters_html

HISTORY = History([2.0, 1.0], [], [0.1, 0.1])


def model() -> dict[str, np.ndarray]:
    return {"W": np.zeros((3, 2)), "b": np.zeros(2), "other": np.zeros(9)}


def test_parameters() -> None:
    html = Model(catalogue()["dense"](), model())._repr_html_()
    assert "<td>W</td><td>3 × 2</td><td>6</td>" in html
    assert "<td>all</td><td></td><td>8</td>" in html and "other" not in html


def test_a_trained_model_shows_its_run() -> None:
    fitted = Fitted(catalogue()["dense"](), model(), HISTORY, steps=1200, interrupted=True)
    html = fitted._repr_html_()
    assert html.startswith("<p>loss from 2 to 1 in 2 epochs, 1,200 steps, interrupted</p><img")
    assert "<details><summary>parameters</summary><table>" in html


def test_names_are_escaped() -> None:
    assert "<td>&lt;b&gt;</td><td>one number</td>" in parameters_html({"<b>": ()})
