"""Extents from shapes: the first mistake is named with tensor, axis, expected and found."""

import pytest
import sympy

from symnet.notation import Index, ShapeMismatch, Tensor, bind_sizes, extent, size_of

N, K = extent("N"), extent("K")
n, k = Index("n", "N"), Index("k", "K")
x, W = Tensor("x", n, k), Tensor("W", k, Index("o", 3))


def test_symbols_are_bound_from_shapes():
    assert bind_sizes([x, W], {"x": (5, 2), "W": (2, 3)}) == {N: 5, K: 2}
    assert bind_sizes([x, W], {"x": (5, 2)}) == {N: 5, K: 2}
    assert bind_sizes([], {}) == {}


def test_composed_extents_are_checked_once_their_symbols_are_known():
    valid = Tensor("v", Index("u", N - K + 1))
    assert bind_sizes([valid, x], {"v": (4,), "x": (5, 2)}) == {N: 5, K: 2}
    with pytest.raises(ShapeMismatch, match=r"v has shape \(3,\): axis 0 is 3, expected .* = 4"):
        bind_sizes([valid, x], {"v": (3,), "x": (5, 2)})


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({"x": (5,)}, r"x has shape \(5,\), expected 2 axes \(N, K\)"),
        (
            {"x": (5, 2), "W": (4, 3)},
            r"W has shape \(4, 3\): axis 0 is 4, expected K = 2 \(from x\)",
        ),
        ({"W": (2, 5)}, r"W has shape \(2, 5\): axis 1 is 5, expected 3"),
    ],
)
def test_mismatches(shapes, words):
    with pytest.raises(ShapeMismatch, match=words):
        bind_sizes([x, W], shapes)


def test_sizes_of_extents():
    assert size_of(extent(3), {}) == 3
    assert size_of(2 * N - K, {N: 3, K: 1}) == 5
    with pytest.raises(ShapeMismatch, match="the size of K is not known"):
        size_of(2 * N - K, {N: 3})
    for size in (3, 4):
        with pytest.raises(ShapeMismatch, match="expected a positive integer"):
            size_of(N - K, {N: 3, K: size})
    with pytest.raises(ShapeMismatch, match="expected a positive integer"):
        size_of(N / 2, {N: 3})
    assert size_of(sympy.floor(N / 2), {N: 3}) == 1
