"""A history survives JSON bit for bit."""

import json

from symnet.train.history import History


def test_round_trip_through_json() -> None:
    history = History([0.1 + 0.2, 1 / 3], [1e-300], [0.1])
    assert History.from_json(json.loads(json.dumps(history.as_json()))) == history
