"""Data: what is accepted, what is refused, and in which order it is visited."""

from pathlib import Path

import numpy as np
import pytest

from symnet.notation import (
    Graph,
    Index,
    ShapeMismatch,
    Tensor,
    TrainingError,
    UnknownTensor,
    define,
)
from symnet.train.data import check_data, order, sample_extent, split

N, I = Index("n", "N"), Index("i", 3)
X = Tensor("x", N, I)
T = Tensor("t", N, assume="integer", below=4)
GOOD = {"x": np.zeros((5, 3)), "t": np.array([0, 1, 2, 3, 0])}


def test_good_data_is_converted() -> None:
    found = check_data([X, T], {"x": np.zeros((5, 3), int), "t": GOOD["t"]}, np.float32, N.extent)
    assert found.arrays["x"].dtype == np.float32
    assert found.arrays["t"].dtype == np.int64
    assert (found.total, found.sampled) == (5, {"x", "t"})


def test_take_copies_samples_and_leaves_the_rest() -> None:
    c = Tensor("c", I)
    data = {"x": np.arange(15.0).reshape(5, 3), "c": np.ones(3)}
    found = check_data([X, c], data, count=N.extent)
    taken = found.take(np.array([4, 0]))
    assert taken["x"][:, 0].tolist() == [12.0, 0.0]
    assert taken["c"] is found.arrays["c"]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": np.zeros((5, 4))}, ShapeMismatch, r"x has shape \(5, 4\): axis 1 is 4, expected 3"),
        ({"x": np.zeros(5)}, ShapeMismatch, "expected 2 axes"),
        ({"x": np.zeros((4, 3))}, ShapeMismatch, "expected N = "),
        ({"x": np.full((5, 3), "a")}, ShapeMismatch, "dtype <U1, expected real numbers"),
        ({"x": np.full((5, 3), None)}, ShapeMismatch, "dtype object"),
        ({"x": np.full((5, 3), 1j)}, ShapeMismatch, "dtype complex128"),
        ({"x": np.where(np.eye(5, 3), np.nan, 0)}, TrainingError, r"x\[0, 0\] is nan; 3 of 15"),
        ({"x": np.where(np.eye(5, 3), -np.inf, 0)}, TrainingError, r"x\[0, 0\] is -inf"),
        ({"x": np.zeros((0, 3)), "t": np.zeros(0, int)}, TrainingError, "x is empty"),
        ({"t": np.array([0, 1, 2, 3, 4])}, ShapeMismatch, "t holds 0 .. 4, expected integers 0"),
        ({"t": np.array([0, 1, 2, 3, -1])}, ShapeMismatch, "t holds -1 .. 3"),
        ({"t": np.array([0.0, 1, 2, 3, 0])}, ShapeMismatch, "dtype float64, expected integers"),
        ({"t": np.full(5, 2)}, TrainingError, "t holds one class only, 2"),
        ({"X": np.zeros(3)}, UnknownTensor, "no input is called X"),
    ],
)
def test_bad_data_is_refused(change, error, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=message):
        check_data([X, T], GOOD | change, count=N.extent)


def test_missing_data_is_refused() -> None:
    with pytest.raises(UnknownTensor, match="t is missing; the inputs are x, t"):
        check_data([X, T], {"x": GOOD["x"]})


def test_one_class_is_enough_to_predict() -> None:
    data = GOOD | {"t": np.full(5, 2)}
    assert check_data([X, T], data, count=N.extent, training=False).total == 5


def test_the_sample_axis_is_the_one_that_no_parameter_has() -> None:
    c, W = Tensor("c", I), Tensor("W", Index("i", "I"), Index("j", "J"))
    x = Tensor("x", N, Index("i", "I"))
    y = Tensor("y", N, Index("j", "J"))
    h = Tensor("h", N)

    def graph(*inputs: Tensor) -> Graph:
        return Graph(define(h[N], 1, constant_along=[N]), inputs=inputs, parameters=[W])

    assert sample_extent(graph(x, y)) == N.extent
    assert sample_extent(graph(c, x)) == N.extent
    assert sample_extent(graph(Tensor("w", Index("i", "I")), x)) == N.extent
    assert sample_extent(graph(Tensor("eta"))) is None
    assert sample_extent(graph(c)) is None  # an extent that is a number counts nothing


def test_order_is_a_permutation_given_by_seed_and_epoch() -> None:
    first = order(100, seed=3, epoch=0)
    assert sorted(first) == list(range(100))
    assert (first == order(100, seed=3, epoch=0)).all()
    assert (first != order(100, seed=3, epoch=1)).any()
    assert (first != order(100, seed=4, epoch=0)).any()


def test_split_is_disjoint_complete_and_stratified() -> None:
    t = np.repeat([0, 1, 2], [40, 80, 120])
    data = {"t": t, "k": np.arange(240)}
    rest, aside = split(data, 0.25, seed=1, stratify="t")
    assert sorted([*rest["k"], *aside["k"]]) == list(range(240))
    assert np.bincount(aside["t"]).tolist() == [10, 20, 30]
    assert (split(data, 0.25, seed=1)[1]["k"] == split(data, 0.25, seed=1)[1]["k"]).all()


@pytest.mark.parametrize("part", [0.0, 1.0, 0.001])
def test_split_with_an_empty_side_is_refused(part: float) -> None:
    with pytest.raises(TrainingError, match="leaves one side empty"):
        split(GOOD, part)


def test_split_of_unequal_or_unknown_arrays_is_refused() -> None:
    with pytest.raises(ShapeMismatch, match="different numbers of samples"):
        split({"x": np.zeros(4), "t": np.zeros(5)}, 0.5)
    with pytest.raises(UnknownTensor, match="no array is called y; there are x, t"):
        split(GOOD, 0.5, stratify="y")


def test_an_array_in_a_file_is_read_batch_by_batch(tmp_path: Path) -> None:
    x = np.arange(30, dtype=np.float32).reshape(10, 3)
    np.save(tmp_path / "x.npy", x)
    file = np.load(tmp_path / "x.npy", mmap_mode="r")
    found = check_data([X], {"x": file}, np.float64, N.extent)
    assert isinstance(found.arrays["x"], np.memmap) and found.is_slow
    taken, count = found.batch(0, 0, 0, 4)
    assert count == 4 and taken["x"].dtype == np.float64
    assert (taken["x"] == x[order(10, 0, 0)[:4]]).all()


def test_a_file_is_known_by_its_samples_and_checked_when_read(tmp_path: Path) -> None:
    x = np.zeros((10, 3))
    digests = []
    for bad in (0.0, np.nan):
        x[7, 1] = bad
        np.save(tmp_path / "x.npy", x)
        file = np.load(tmp_path / "x.npy", mmap_mode="r")
        found = check_data([X], {"x": file}, count=N.extent)
        digests.append(found.digest())
    assert digests[0] != digests[1]
    with pytest.raises(TrainingError, match=r"x\[7, 1\] is nan"):
        found.take(np.array([2, 7]))


def test_a_part_of_a_file_stays_in_the_file(tmp_path: Path) -> None:
    x, t = np.arange(60.0).reshape(20, 3), np.arange(20) % 4
    np.save(tmp_path / "x.npy", x)
    file = np.load(tmp_path / "x.npy", mmap_mode="r")
    there = check_data([X, T], {"x": file, "t": t}, count=N.extent).split(0.25, seed=3)
    known = check_data([X, T], {"x": x, "t": t}, count=N.extent).split(0.25, seed=3)
    for a, b in zip(there, known, strict=True):
        assert isinstance(a.arrays["x"], np.memmap) and a.total == b.total
        for k in range(a.count(4)):
            for name in "xt":
                assert (a.batch(1, 2, k, 4)[0][name] == b.batch(1, 2, k, 4)[0][name]).all()
    assert len({d.digest() for d in there}) == 2
    again, _ = there[0].split(0.2, seed=0)
    assert set(again.take(np.arange(12))["x"][:, 0]) < set(known[0].arrays["x"][:, 0])
