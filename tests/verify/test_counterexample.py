"""The point that is shown: small sizes, whole numbers, and it does show the difference."""

import numpy as np
import pytest

from symnet.notation.parse import parse
from symnet.verify.check import check
from symnet.verify.counterexample import counterexample, wrong_part

FUNCTION = "np.sum((X@w - y)**2)"
SHAPES = {"X": "N D", "w": "D", "y": "N"}


def test_whole_numbers_and_the_true_values() -> None:
    shown = check(FUNCTION, "w", "X.T@(X@w - y)", SHAPES).counterexample
    assert shown is not None
    point = {name: np.array(eval_list(text)) for name, text in shown.point}
    assert all(np.array_equal(a, np.round(a)) for a in point.values())
    X, w, y = (point[n] for n in ("X", "w", "y"))
    true = 2 * X.T @ (X @ w - y)
    entry = int(shown.entry.removeprefix("w_bar[").removesuffix("]"))
    assert float(shown.derived) == true[entry]
    assert float(shown.claimed) == true[entry] / 2 != true[entry]


def eval_list(text: str) -> object:
    import json

    return json.loads(text)


def test_assumptions_hold_at_the_point() -> None:
    shown = check("np.sum(p**2)", "p", "p", {"p": "K"}, {"p": "simplex"}).counterexample
    assert shown is not None
    (_, text), *_ = shown.point
    values = np.array(eval_list(text))
    assert values.min() >= 0 and abs(values.sum() - 1) < 1e-4


def test_the_fallback_is_shown_where_small_points_hide_it() -> None:
    graph = parse("a = c + relu(c - 50)\nb = c", {"c": ""})
    point = {"c": np.array(60.0)}
    shown = counterexample(graph, "a", "b", "b", ({}, point), np.random.default_rng(0))
    assert shown.point == (("c", "60"),)
    assert (shown.derived, shown.claimed) == ("60", "70")


def test_large_arrays_are_not_written_out() -> None:
    shown = check("np.sum(x**2)", "x", "x", {"x": "4 5"}).counterexample
    assert shown is not None
    assert shown.point[0][1] == "an array of 4 x 5, seeded"


A = np.arange(9.0).reshape(3, 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (np.ones((3, 3)), "every entry"),
        (np.eye(3), "the diagonal only"),
        (1 - np.eye(3), "all but the diagonal"),
        (np.eye(3)[[1]].T @ np.ones((1, 3)), "row 1 only"),
        (np.ones((3, 1)) @ np.eye(3)[[2]], "column 2 only"),
        (np.array([[1.0, 0, 0], [0, 0, 1], [0, 0, 0]]), "2 of 9 entries"),
    ],
)
def test_wrong_part(change: np.ndarray, said: str) -> None:
    assert wrong_part(A + change, A) == said


def test_a_claim_that_is_not_defined_there() -> None:
    shown = check("np.log(x**2)", None, "2*np.log(x)", {"x": "N"}).counterexample
    assert shown is not None
    assert shown.claimed == "nan"
    assert np.isfinite(float(shown.derived))
