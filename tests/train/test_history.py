"""A history survives JSON bit for bit."""

import json

from symnet.train.history import History


def test_round_trip_through_json() -> None:
    history = History([0.1 + 0.2, 1 / 3], [1e-300], [0.1], [2 / 3], "accuracy")
    assert History.from_json(json.loads(json.dumps(history.as_json()))) == history


def test_an_older_one_has_no_score() -> None:
    known = {"loss": [2.0, 1.0], "validation": [], "rate": [0.1, 0.1]}
    assert History.from_json(known) == History([2.0, 1.0], [], [0.1, 0.1])
