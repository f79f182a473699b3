"""Schedules against their formulas, at the ends and between."""

import math

import pytest

from symnet.train.schedules import constant, cosine, inverse_sqrt, step, warmup_cosine


def test_constant_and_step() -> None:
    assert [constant(0.1)(t) for t in (1, 999)] == [0.1, 0.1]
    eta = step(1.0, every=3, factor=0.5)
    assert [eta(t) for t in range(1, 8)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_cosine_starts_at_the_peak_and_stays_at_the_end() -> None:
    eta = cosine(2.0, steps=10, end=0.5)
    assert eta(1) == 2.0
    assert eta(6) == pytest.approx(1.25)
    assert eta(11) == pytest.approx(0.5)
    assert eta(1000) == pytest.approx(0.5)


def test_warmup_cosine_is_linear_and_then_falls() -> None:
    eta = warmup_cosine(1.0, warm=4, steps=20)
    assert [eta(t) for t in (1, 2, 4)] == [0.25, 0.5, 1.0]
    assert eta(5) == 1.0
    values = [eta(t) for t in range(4, 21)]
    assert values == sorted(values, reverse=True)


def test_inverse_sqrt_is_the_formula_of_vaswani() -> None:
    eta = inverse_sqrt(512, warm=4000)
    for t in (1, 100, 4000, 100000):
        assert eta(t) == pytest.approx(min(1 / math.sqrt(t), t / 4000**1.5) / math.sqrt(512))
    assert eta(4000) == max(eta(t) for t in range(3900, 4100))
