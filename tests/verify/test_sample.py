"""Samples obey the assumptions; sizes are different, with and without an extent of 1."""

import numpy as np
import pytest

from symnet.notation import Graph, Index, ShapeMismatch, Tensor, define, det, extent, total
from symnet.verify.sample import direction, random_sizes, sample, sample_tensor

n, m, k = Index("n", "N"), Index("m", "N"), Index("k", "K")
SIZES = {n.extent: 4, k.extent: 3}


def draw(assume, rng, *indices):
    return sample_tensor(Tensor("x", *indices, assume=assume), SIZES, rng)


def test_real_entries_keep_away_from_zero_and_from_each_other(rng):
    x = draw((), rng, n, k)
    assert x.shape == (4, 3)
    assert np.abs(x).min() > 0.2
    assert np.diff(np.sort(x.ravel())).min() > 0.02
    assert (x > 0).any() and (x < 0).any()


def test_positive(rng):
    assert draw("positive", rng, n, k).min() > 0.2


def test_one_hot_and_simplex(rng):
    y = draw("one_hot", rng, n, k)
    assert set(y.ravel()) <= {0, 1} and (y.sum(axis=1) == 1).all()
    p = draw("simplex", rng, n, k)
    assert (p > 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)


def test_mask_has_no_empty_row(rng):
    y = draw("mask", rng, n, k)
    assert set(y.ravel()) <= {0, 1} and (y.sum(axis=1) >= 1).all()


def test_matrices(rng):
    s = draw("symmetric", rng, n, m)
    assert (s == s.T).all()
    a = draw(("spd", "symmetric"), rng, n, m)
    assert (a == a.T).all() and np.linalg.eigvalsh(a).min() > 0.5
    q = draw("orthogonal", rng, n, m)
    np.testing.assert_allclose(q @ q.T, np.eye(4), atol=1e-14)


def test_integers_stay_below_what_they_index(rng):
    E, ids = Tensor("E", k), Tensor("ids", n, assume="integer")
    graph = Graph(define(Tensor("y", n)[n], E[ids[n]]), inputs=[ids], parameters=[E])
    drawn = [sample(graph, SIZES, rng)["ids"] for _ in range(20)]
    assert np.concatenate(drawn).max() == 2 and np.concatenate(drawn).min() == 0
    below = Tensor("ids", n, assume="integer", below=2)
    assert sample_tensor(below, SIZES, rng).max() <= 1


def test_directions_keep_linear_laws(rng):
    p, s = Tensor("p", n, k, assume="simplex"), Tensor("s", n, m, assume="spd")
    v = direction(p, sample_tensor(p, SIZES, rng), rng)
    np.testing.assert_allclose(v.sum(axis=1), 0, atol=1e-15)
    w = direction(s, sample_tensor(s, SIZES, rng), rng)
    assert (w == w.T).all() and np.abs(w).max() > 0.1


def test_orthogonal_matrices_turn(rng):
    """Q'v + v'Q = 0 for square and for tall Q: Q'Q = 1 holds to second order along v."""
    for axes in ((n, m), (n, k)):
        Q = Tensor("Q", *axes, assume="orthogonal")
        value = sample_tensor(Q, SIZES, rng)
        v = direction(Q, value, rng)
        assert np.abs(value.T @ v + v.T @ value).max() < 1e-14 and np.abs(v).max() > 0.1


@pytest.mark.parametrize("assume", [(), "symmetric", "spd", "positive", "orthogonal"])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_what_is_inverted_is_far_from_singular(assume, order, rng):
    """Rows and columns may stand anywhere among the axes; the assumption still holds."""
    if assume in ("symmetric", "spd", "orthogonal") and order != (0, 1, 2):
        pytest.skip("these are assumptions about the last two axes")
    axes = tuple((k, n, m)[a] for a in order)
    X, d = Tensor("X", *axes, assume=assume), Tensor("d", k)
    graph = Graph(define(d[k], det(X[axes], (n, m))), inputs=[X])
    signs = set()
    for _ in range(20):
        drawn = sample(graph, SIZES, rng)["X"]
        stack = np.moveaxis(drawn, [axes.index(a) for a in (k, n, m)], [0, 1, 2])
        assert np.linalg.cond(stack).max() < 200
        if assume == "positive":
            assert drawn.min() > 0
        if assume in ("symmetric", "spd"):
            assert (stack == stack.swapaxes(1, 2)).all()
        signs |= set(np.sign(np.linalg.det(stack)))
    assert assume or signs == {-1, 1}


def graph_over(*extents):
    axes = [Index(f"i{at}", e) for at, e in enumerate(extents)]
    x = Tensor("x", *axes)
    return Graph(define(Tensor("y"), total(x.at(), over=axes)), inputs=[x])


def test_sizes_are_different_and_include_the_smallest(rng):
    for _ in range(20):
        drawn = random_sizes(graph_over("A", "B", "C"), rng)
        assert sorted(drawn.values()) == [1, 2, 3]
        assert sorted(random_sizes(graph_over("A", "B"), rng, smallest=2).values()) == [2, 3]


def test_sizes_make_composed_extents_positive(rng):
    H, K = extent("H"), extent("K")
    drawn = random_sizes(graph_over(H, K, H - 2 * K), rng)
    assert drawn[H] - 2 * drawn[K] >= 1


def test_sizes_that_cannot_be_are_an_error(rng):
    H, K = extent("H"), extent("K")
    with pytest.raises(ShapeMismatch, match="no sizes were found"):
        random_sizes(graph_over(H - K, K - H), rng)
