"""Draws in the field satisfy the assumptions, all entries and all draws apart."""

import numpy as np
import pytest

from symnet.notation.parse import parse
from symnet.verify.models.draws import field_draws, mixed, real_draws
from symnet.verify.models.evaluate import Array
from symnet.verify.models.field import Field
from symnet.verify.models.residues import PRIMES

P = PRIMES[0][0]
COUNT = 40


def drawn(word: str, shape: str = "3 4") -> tuple[Array, Field]:
    graph = parse("sum[i,j](A[i,j]*c)", {"A": shape, "c": ""}, {"A": word} if word else {})
    rng = np.random.default_rng(0)
    field = Field(P, np.zeros(COUNT, dtype=np.uint64))
    return field_draws(graph, {}, field, COUNT, rng)["A"], field


def product(a: Array, b: Array) -> Array:
    return (a.astype(object) @ b.astype(object)) % P


def test_any() -> None:
    a, field = drawn("")
    assert a.shape == (COUNT, 3, 4) and a.min() > 0 and a.max() < P
    assert len(np.unique(a)) == a.size
    assert 0.4 < (field.sign(a) == 1).mean() < 0.6


def test_positive() -> None:
    a, field = drawn("positive")
    assert (field.sign(a) == 1).all()


def test_simplex() -> None:
    a, field = drawn("simplex")
    assert (a.sum(axis=-1) % P == 1).all()
    assert (field.sign(a) == 1).all()


def test_symmetric_and_spd() -> None:
    for word in ("symmetric", "spd"):
        a, field = drawn(word, "3 3")
        assert (a == a.swapaxes(-1, -2)).all()
    det = field.determinant(a)  # of spd: the square of another
    assert (field.sign(det) == 1).all()


def test_orthogonal() -> None:
    a, field = drawn("orthogonal", "3 3")
    assert (product(a, a.swapaxes(-1, -2)) == np.eye(3, dtype=int)).all()
    assert set(field.determinant(a).tolist()) == {1, P - 1}


@pytest.mark.parametrize("word", ["mask", "one_hot", "integer<5"])
def test_discrete(word: str) -> None:
    a, _ = drawn(word)
    if word == "one_hot":
        assert (a.sum(axis=-1) == 1).all()
    if word == "mask":
        assert (a.sum(axis=-1) > 0).all()
    assert set(np.unique(a)) == set(range(5 if word == "integer<5" else 2))


def test_mixed_draws_reach_the_corners() -> None:
    """Of 12 entries of a mask all are 1, of 8 labels all are the same, in some of 2,000 draws."""
    rng = np.random.default_rng(0)
    graph = parse(
        "sum[i,j,n](M[i,j]*Y[n,j])*sum[k]([t[k] == 2])",
        {"M": "4 3", "Y": "8 3", "t": "8"},
        {"M": "mask", "Y": "one_hot", "t": "integer<3"},
    )
    near = real_draws(graph, {}, 48, rng)
    made = {t.name: mixed(t, near[t.name], 2000, rng) for t in graph.given}
    assert made["M"].all(axis=(1, 2)).any()
    assert (made["Y"].sum(axis=1) == 8).any()
    for label in range(3):
        assert (made["t"] == label).all(axis=1).any()


def test_real_draws_differ() -> None:
    graph = parse("x + y", {"x": "N", "y": "N"})
    arrays = real_draws(graph, {s: 3 for s in graph.extents}, 5, np.random.default_rng(0))
    assert arrays["x"].shape == (5, 3)
    assert len(np.unique(np.concatenate([arrays["x"], arrays["y"]]))) == 30
