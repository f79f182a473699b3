"""Central differences: order, exactness on polynomials, and what a kink looks like."""

import numpy as np
import pytest

from symnet.verify.differences import (
    STEP,
    derivative_along,
    gap,
    gradient_by_entries,
    inner,
)


def test_exact_for_polynomials_of_degree_four(rng):
    x, v = rng.normal(size=3), rng.normal(size=3)
    slope = derivative_along(lambda a: {"y": a["x"] ** 4}, {"x": x}, {"x": v})
    assert gap(slope.values["y"], 4 * x**3 * v) < 1e-12
    assert slope.is_smooth


def test_the_error_falls_with_the_fourth_power_of_the_step():
    def error(h):
        slope = derivative_along(
            lambda a: {"y": np.exp(a["x"])}, {"x": np.ones(())}, {"x": np.ones(())}, h
        )
        return abs(slope.values["y"] - np.e)

    assert 13 < error(0.2) / error(0.1) < 20


def test_ten_digits_for_a_smooth_function(rng):
    x, v = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    slope = derivative_along(lambda a: {"y": np.tanh(a["x"])}, {"x": x}, {"x": v})
    assert gap(slope.values["y"], (1 - np.tanh(x) ** 2) * v) < 1e-11


@pytest.mark.parametrize("distance", [0.1, 0.6, 1.4, 1.9])
def test_a_kink_within_reach_of_the_step_is_noticed(distance):
    x = {"x": np.array(distance * STEP)}
    slope = derivative_along(lambda a: {"y": np.abs(a["x"])}, x, {"x": np.ones(())})
    assert not slope.is_smooth
    far = derivative_along(
        lambda a: {"y": np.abs(a["x"])}, {"x": np.array(2.5 * STEP)}, {"x": np.ones(())}
    )
    assert far.is_smooth


def test_only_the_named_arrays_move(rng):
    a = {"x": rng.normal(size=2), "t": np.array([1, 0])}
    slope = derivative_along(lambda a: {"y": a["x"][a["t"]]}, a, {"x": np.array([1.0, 5.0])})
    np.testing.assert_allclose(slope.values["y"], [5, 1], rtol=1e-10)


def test_gradient_entry_by_entry(rng):
    A, x, w = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=2)
    found = gradient_by_entries(lambda a: {"y": a["A"] @ a["x"]}, {"A": A, "x": x}, "A", {"y": w})
    np.testing.assert_allclose(found, np.outer(w, x), atol=1e-11)


def test_inner_product_over_names():
    assert inner({"a": np.array([1.0, 2.0])}, {"a": np.array([3.0, 4.0]), "b": np.ones(1)}) == 11


def test_gap():
    assert gap(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert gap(np.array(1e-3), np.array(0.0)) == 1e-3
    assert gap(np.array(np.nan), np.array(0.0)) == np.inf
    assert gap(np.zeros(2), np.zeros(3)) == np.inf
    assert gap(np.zeros((0,)), np.zeros((0,))) == 0
