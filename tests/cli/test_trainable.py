"""Figures and their bounds."""

from symnet.cli.trainable import Figure, Training
from symnet.train.loop import Fitted


def test_bounds() -> None:
    assert Figure("a", 97.0, 97.0).reached
    assert not Figure("a", 96.9, 97.0).reached
    assert Figure("a", 1e-11, 1e-10, at_most=True).reached
    assert not Figure("a", 1e-9, 1e-10, at_most=True).reached
    assert Figure("a", 1.0, 97.0, unit=" %").bound == ">= 97 %"
    assert Figure("a", 1.0, 1e-10, at_most=True).bound == "<= 1e-10"


def test_what_is_no_number_reaches_nothing() -> None:
    nan = float("nan")
    assert not Figure("a", nan, 0.0).reached
    assert not Figure("a", nan, 1.0, at_most=True).reached


def _fit(**_: object) -> Fitted:
    raise AssertionError


def _score(*_: object) -> dict[str, float]:
    return {}


def _accept(*_: object) -> list[Figure]:
    return []


def test_usual_epochs_are_those_of_the_page_or_of_the_variant() -> None:
    one = Training(_fit, _score, _accept, 7)
    two = Training(_fit, _score, _accept, {"a": 3, "b": 5}, variants=("a", "b"))
    assert (one.usual_epochs(None), one.usual_epochs("b")) == (7, 7)
    assert (two.usual_epochs(None), two.usual_epochs("b")) == (3, 5)
