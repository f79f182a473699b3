"""Curves of a run: the same bytes twice, learning rate where it changes, numbers without a plot."""

import builtins
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from symnet.notation import TrainingError
from symnet.train.curves import curves, shown, summary
from symnet.train.history import History

LONG = History([3.0 / (k + 1) for k in range(40)], [3.5 / (k + 1) for k in range(40)], [0.1] * 40)
STEPPED = History([3.0, 1.0, 0.5], [], [0.1, 0.1, 0.01])


@pytest.fixture
def no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_the_same_bytes_twice(tmp_path: Path, kind: str) -> None:
    first, second = tmp_path / f"a.{kind}", tmp_path / "new" / f"b.{kind}"
    assert LONG.plot(first) == first
    LONG.plot(str(second))
    assert first.read_bytes() == second.read_bytes()


def test_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "from symnet.train.history import History; import sys;"
        "History([3.0, 1.0], [3.5, 1.5], [0.1, 0.01]).plot(sys.argv[1])"
    )
    made = []
    for k in range(2):
        path = tmp_path / f"{k}.svg"
        subprocess.run([sys.executable, "-c", script, str(path)], check=True)
        made.append(path.read_bytes())
    assert made[0] == made[1] and b"<dc:date>" not in made[0]


def test_the_learning_rate_is_drawn_where_it_changes() -> None:
    assert len(curves({"": LONG}).axes) == 1
    losses, rates = curves({"": STEPPED}).axes
    assert rates.get_ylabel() == "learning rate"
    assert [line.get_label() for line in losses.lines] == ["training"]
    assert list(rates.lines[0].get_ydata()) == STEPPED.rate


def test_the_score_stands_between_loss_and_learning_rate() -> None:
    run = History([3.0, 1.0, 0.5], [], [0.1, 0.1, 0.01], [0.8, 0.9], "accuracy")
    losses, scores, rates = curves({"": run}).axes
    assert [ax.get_ylabel() for ax in (losses, scores, rates)] == [
        "loss", "accuracy", "learning rate"]  # fmt: skip
    assert [ax.get_xlabel() for ax in (losses, scores, rates)] == ["", "", "epoch"]
    assert list(scores.lines[0].get_ydata()) == run.score
    assert list(scores.lines[0].get_xdata()) == [2, 3]  # recorded from the second epoch on
    assert scores.get_xlim() == losses.get_xlim()
    assert summary(run) == "loss from 3 to 0.5 in 3 epochs, accuracy from 0.8 to 0.9"


def test_scores_of_two_kinds_have_two_axes() -> None:
    runs = {
        "a": History([1.0], [], [0.1], [0.5], "accuracy"),
        "b": History([1.0], [], [0.1], [0.7], "R^2"),
        "c": History([1.0], [], [0.1]),
    }
    _, first, second = curves(runs).axes
    assert (len(first.lines), len(second.lines)) == (1, 1)


def test_runs_side_by_side() -> None:
    (ax,) = curves({"adam": LONG, "sgd": LONG}).axes
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["adam, training", "adam, validation", "sgd, training", "sgd, validation"]
    assert ax.lines[0].get_color() == ax.lines[1].get_color() != ax.lines[2].get_color()
    assert ax.get_yscale() == "log"


def test_a_loss_below_0_has_no_log_scale() -> None:
    (ax,) = curves({"": History([1.0, -1.0], [], [1.0, 1.0])}).axes
    assert ax.get_yscale() == "linear"


def test_in_words() -> None:
    assert summary(LONG) == (
        "loss from 3 to 0.075 in 40 epochs, validation loss from 3.5 to 0.0875"
    )
    assert summary(History()) == "no epoch yet"


def test_in_a_notebook() -> None:
    html = LONG._repr_html_()
    assert html == shown(LONG)
    assert (
        html.startswith('<img alt="loss from 3 to 0.075') and "data:image/svg+xml;base64," in html
    )
    assert History()._repr_html_() == "<p>no epoch yet</p>"


@pytest.mark.usefixtures("no_matplotlib")
def test_without_matplotlib_a_table(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"pip install 'symnet\[plots\]'"):
        LONG.plot(tmp_path / "a.svg")
    table = LONG._repr_html_()
    assert table.count("<tr>") == 14 and "<td>40</td><td>0.075</td><td>0.0875</td>" in table
    assert "validation" not in STEPPED._repr_html_()
