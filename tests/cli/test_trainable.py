"""Figures and their bounds."""

from symnet.cli.trainable import Figure


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
